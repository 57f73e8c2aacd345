"""Every operation of AWS's is there, or it is said why not."""

from __future__ import annotations

import pytest

from adapter.operations.catalogue import CATALOGUE
from adapter.operations.catalogue.coverage import ABSENT, ABSENT_BY_NAME, PARTIAL, Absence
from tests.clients.coverage_table import SERVICES, TABLE, actions, render, state

PRESENT = {row.action for row in CATALOGUE.values()}
ALL = {action for service in SERVICES for action in actions(service)}


@pytest.mark.parametrize("action", sorted(ALL))
def test_an_operation_is_either_there_or_explained(action: str) -> None:
    assert (action in PRESENT) != (action in ABSENT)
    assert state(action) != "no"


def test_what_is_explained_is_an_operation_of_aws() -> None:
    assert set(ABSENT) | set(PARTIAL) <= ALL
    assert not set(PARTIAL) & set(ABSENT)


@pytest.mark.parametrize("absence", ABSENT.values(), ids=lambda absence: absence.action)
def test_a_refusal_says_which_operation_and_why(absence: Absence) -> None:
    message = absence.refusal().message
    assert absence.action in message
    assert message.endswith(absence.reason)
    assert ABSENT_BY_NAME[absence.name] is absence


def test_the_documented_table_is_the_true_one() -> None:
    assert TABLE.read_text(encoding="utf-8") == render()
