"""The tables agree with each other."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.ldap import ACCESS_KEY, GROUP, POLICY, ROLE, USER
from adapter.ldap.groundwork import SAMPLES
from adapter.ldap.mapping import TOUCHED
from adapter.ldap.noun import Noun


@pytest.mark.parametrize("noun", [USER, GROUP, POLICY, ROLE, ACCESS_KEY], ids=lambda noun: noun.label)
def test_no_transaction_is_the_first_to_use_an_attribute(noun: Noun[Any]) -> None:
    written = {field.attribute for field in noun.fields if not field.read_only and not field.searched_only}
    assert written | set(noun.name_mirrors) | {TOUCHED} <= set(SAMPLES) | {"cn"}


@pytest.mark.parametrize("noun", [USER, GROUP, POLICY, ROLE, ACCESS_KEY], ids=lambda noun: noun.label)
def test_every_field_of_a_table_is_one_of_its_model(noun: Noun[Any]) -> None:
    known = set(noun.model.__dataclass_fields__) | {"password"}
    assert {field.name for field in noun.all_fields} <= known
