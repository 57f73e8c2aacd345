"""Summaries of what policies give access to."""

from __future__ import annotations

import pytest

from adapter.operations.catalogue import CATALOGUE
from adapter.policy import read_document
from adapter.services.access import ServiceAccess, service_accesses
from adapter.services.catalogue import SHIPPED, access_level
from adapter.services.definition import AccessLevel
from adapter.services.registry import Services
from tests.documents import allow, deny, document

SERVICES = Services()


def _only(text: str) -> ServiceAccess:
    (found,) = service_accesses(read_document(text, kind="identity"), SERVICES)
    return found


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("ListUsers", AccessLevel.LIST),
        ("GetUser", AccessLevel.READ),
        ("DescribeInstances", AccessLevel.READ),
        ("CreateUser", AccessLevel.WRITE),
        ("AttachUserPolicy", AccessLevel.PERMISSIONS),
        ("PassRole", AccessLevel.PERMISSIONS),
        ("TagUser", AccessLevel.TAGGING),
        ("UntagResource", AccessLevel.TAGGING),
    ],
)
def test_an_action_s_name_tells_its_kind_of_access(action: str, level: AccessLevel) -> None:
    assert access_level(action) is level


def test_every_known_service_has_actions_and_resources() -> None:
    assert all(SERVICES.actions(prefix) and SERVICES.arns(prefix) for prefix in SHIPPED)


def test_actions_that_are_called_otherwise_than_operations_are_known() -> None:
    assert "ListBucket" in SERVICES.actions("s3")
    assert "ListObjectsV2" not in SERVICES.actions("s3")
    assert "PassRole" in SERVICES.actions("iam")


def test_every_action_that_an_operation_asks_for_is_known() -> None:
    asked = {row.action.partition(":")[::2] for row in CATALOGUE.values()} | {("bindery", "Evaluate")}
    assert {f"{service}:{action}" for service, action in asked if action not in SERVICES.actions(service)} == set()
    assert {action for service, action in asked if service == "bindery"} == set(SERVICES.actions("bindery"))


def test_levels_take_a_service_apart_without_losing_anything() -> None:
    levels = SERVICES.actions_by_level("iam").values()
    assert sorted(name for names in levels for name in names) == list(SERVICES.actions("iam"))


def test_all_actions_of_a_service_are_full_access() -> None:
    assert _only(allow("s3:*")).words == "Full access"


def test_all_actions_of_a_kind_are_full_access_of_that_kind() -> None:
    assert _only(allow(["iam:List*", "iam:CreateUser"])).words == "Full: List · Limited: Write"


def test_a_service_that_is_not_known_is_judged_by_its_patterns() -> None:
    found = _only(allow(["acm:Describe*", "acm:DeleteCertificate"]))
    assert (found.title, found.words) == ("acm", "Limited: Read, Write")


def test_everything_but_some_actions_is_told_as_such() -> None:
    text = document({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"})
    assert _only(text).words == "Everything but 2 named actions"


def test_denials_come_first_and_conditions_and_resources_are_told() -> None:
    denial = {"Effect": "Deny", "Action": "ecs:*", "Resource": "*", "Condition": {"Null": {"aws:SourceIp": "true"}}}
    grant = {"Effect": "Allow", "Action": "ecs:List*", "NotResource": "arn:aws:ecs:*:*:server/x"}
    first, second = service_accesses(read_document(document(grant, denial), kind="identity"), SERVICES)
    assert not first.allows
    assert first.conditions == ("aws:SourceIp",)
    assert second.resources == ("not arn:aws:ecs:*:*:server/x",)


def test_a_document_for_every_service_is_one_row() -> None:
    assert _only(deny("*")).title == "All services"
