"""Every row of the catalogue against botocore's models and against the function that it names."""

from __future__ import annotations

import inspect

import pytest

from adapter.operations.catalogue import CATALOGUE, Operation
from adapter.operations.parameters import is_paged, parameter_names, service_model

ROWS = pytest.mark.parametrize("row", CATALOGUE.values(), ids=str)


@ROWS
def test_the_operation_exists_in_the_service_model(row: Operation) -> None:
    assert row.wire_name in service_model(row.service).operation_names


@ROWS
def test_the_function_takes_exactly_the_model_s_parameters(row: Operation) -> None:
    signature = inspect.signature(row.run).parameters.values()
    takes = {p.name for p in signature if p.kind is p.KEYWORD_ONLY}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in signature)
    given = set(parameter_names(row.service, row.wire_name))
    if is_paged(row.service, row.wire_name):
        given = given - {"marker", "max_items"} | {"page"}
    assert given >= takes
    assert takes_any or takes == given


@ROWS
def test_a_row_is_found_by_its_own_name(row: Operation) -> None:
    assert CATALOGUE[row.name] is row


def test_names_are_those_of_the_service_model_snake_cased() -> None:
    assert "put_user_permissions_boundary" in CATALOGUE
