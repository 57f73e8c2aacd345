"""What several policies come to when they are taken together, service by service."""

from __future__ import annotations

from typing import Any

from adapter.policy import Document, read_document
from adapter.services.definition import AccessLevel
from adapter.services.reading import read_definition
from adapter.services.registry import Services
from adapter.services.summary import Grant, Loss, summary
from tests.documents import ECS_DEFINITION, allow, deny, document

SERVICES = Services([read_definition(ECS_DEFINITION)])
ALL, SOME = True, False


def read(text: str) -> Document:
    return read_document(text, kind="identity")


def grants(*texts: str, limit: str | None = None) -> tuple[Grant, ...]:
    named = [(f"policy {number}", read(each)) for number, each in enumerate(texts, start=1)]
    return summary(named, None if limit is None else [read(limit)], SERVICES)


def only(*texts: str, limit: str | None = None) -> Grant:
    (found,) = grants(*texts, limit=limit)
    return found


def not_action(*actions: str) -> str:
    return document({"Effect": "Allow", "NotAction": list(actions), "Resource": "*"})


def test_policies_are_taken_together() -> None:
    found = only(allow("ecs:ListServers"), allow(["ecs:CreateServers", "ecs:Stop*"]))
    assert (found.title, found.is_full) == ("Elastic Cloud Server", False)
    assert found.levels == {AccessLevel.LIST: ALL, AccessLevel.WRITE: SOME}
    assert found.policies == ("policy 1", "policy 2")
    assert found.actions == ("ListServers", "CreateServers", "Stop*")


def test_all_actions_by_several_policies_are_full_access() -> None:
    assert only(allow(["ecs:L*", "ecs:C*"]), allow(["ecs:*s"])).is_full


def test_what_has_other_resources_or_conditions_stands_by_itself() -> None:
    here: dict[str, Any] = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-de"}}}
    server = "arn:aws:ecs:*:*:server/a"
    found = grants(allow("ecs:List*"), allow("ecs:Stop*", server), allow("ecs:Create*", **here))
    assert [(each.resources, each.conditions) for each in found] == [
        (("*",), ()),
        ((server,), ()),
        (("*",), ("aws:RequestedRegion",)),
    ]


def test_everything_comes_first_and_denials_come_last() -> None:
    found = grants(deny("s3:Delete*"), allow("ecs:*"), allow("*"))
    assert [(each.prefix, each.allows, each.is_full) for each in found] == [
        ("*", True, True),
        ("ecs", True, True),
        ("s3", False, False),
    ]


def test_what_is_always_denied_is_taken_away() -> None:
    found, denied = grants(allow("ecs:*"), deny("ecs:*Servers"))
    assert (found.losses, found.levels, found.is_full) == ((Loss.DENIED,), {}, False)
    assert not denied.allows
    found, _ = grants(allow("ecs:*"), deny("ecs:Stop*"))
    assert (found.losses, found.levels[AccessLevel.WRITE]) == ((Loss.PARTLY_DENIED,), SOME)


def test_what_is_denied_on_some_resources_or_sometimes_takes_nothing_away() -> None:
    sometimes = deny("ecs:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    found, *denials = grants(allow("ecs:*"), deny("ecs:*", "arn:aws:ecs:*:*:server/a"), sometimes)
    assert (found.is_full, found.losses) == (True, ())
    assert len(denials) == 2


def test_nothing_goes_beyond_the_boundary() -> None:
    assert only(allow("ecs:*"), limit=allow("s3:*")).losses == (Loss.OUTSIDE,)
    found = only(allow("ecs:*"), limit=allow("ecs:List*"))
    assert (found.losses, found.levels) == ((Loss.PARTLY_OUTSIDE,), {AccessLevel.LIST: ALL})
    assert only(allow("ecs:*"), limit=allow("*")).losses == ()


def test_a_boundary_that_denies_counts_as_well() -> None:
    limit = document(
        {"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "ecs:*", "Resource": "*"}
    )
    assert only(allow("ecs:*"), limit=limit).losses == (Loss.OUTSIDE,)


def test_everything_within_a_boundary_is_not_everything() -> None:
    assert only(allow("*"), limit=allow("ecs:*")).losses == (Loss.PARTLY_OUTSIDE,)
    assert only(allow("*"), limit=not_action("iam:*")).losses == (Loss.PARTLY_OUTSIDE,)
    assert only(allow("*"), limit=allow("*")).losses == ()


def test_everything_but_some_actions_is_told_so() -> None:
    found = only(not_action("iam:*", "sts:*"))
    assert (found.prefix, found.is_full, found.excepted) == ("*", False, ("iam:*", "sts:*"))


def test_of_a_service_that_nobody_knows_names_tell_the_kind_of_access() -> None:
    found = only(allow(["unheard:GetThing", "unheard:List*"]))
    assert (found.title, found.levels) == ("unheard", {AccessLevel.LIST: SOME, AccessLevel.READ: SOME})
    assert only(allow("unheard:*")).is_full
    found, _ = grants(allow("unheard:GetThing"), deny("unheard:*"))
    assert found.losses == (Loss.DENIED,)


def test_case_does_not_count() -> None:
    assert only(allow("ECS:listservers")).levels == {AccessLevel.LIST: ALL}


def test_other_resources_are_told_as_such() -> None:
    text = document({"Effect": "Allow", "Action": "ecs:*", "NotResource": "arn:aws:ecs:*:*:server/a"})
    assert only(text).resources == ("not arn:aws:ecs:*:*:server/a",)
