"""Races with real processes: every rule holds under them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from adapter import IamError, RequestContext, Settings, open_iam
from tests.conftest import ROOT_PASSWORD
from tests.directory.conftest import Do, sign_in
from tests.documents import allow
from tests.racing import racers

RACERS = 16
Step = tuple[str, dict[str, Any]]


def attempt(settings: Settings, step: Step, context: RequestContext | None = None) -> str:
    """Runs one operation in a process of its own; gives `ok` or the error code."""
    operation, params = step
    iam = open_iam(settings)
    try:
        root = sign_in(iam, "123456789012", None, ROOT_PASSWORD)
        iam.execute(root, operation, params, context)
    except IamError as error:
        return error.code
    finally:
        iam.close()
    return "ok"


def race(directory: Any, steps: list[Step], context: RequestContext | None = None) -> Counter[str]:
    """Runs operations at the same time, each in a process of its own; gives how they ended.

    Args:
        context: the circumstances of all of them; needed where it matters what time it is.
    """
    with racers(len(steps)) as pool:
        return Counter(pool.map(attempt, [directory.settings] * len(steps), steps, [context] * len(steps)))


def test_of_sixteen_creators_of_one_name_exactly_one_wins(directory: Any, do: Do) -> None:
    names = ["bob", "BOB", "Bob", "bOb"] * (RACERS // 4)
    outcome = race(directory, [("create_user", {"user_name": name}) for name in names])
    assert outcome == {"ok": 1, "EntityAlreadyExists": RACERS - 1}
    assert len(do("list_users")["users"]) == 1


def test_of_sixteen_members_added_to_one_group_none_is_lost(directory: Any, do: Do) -> None:
    names = [f"user{n}" for n in range(RACERS)]
    for name in names:
        do("create_user", user_name=name)
    outcome = race(directory, [("add_user_to_group", {"user_name": n, "group_name": "admin"}) for n in names])
    assert outcome == {"ok": RACERS}
    assert len(do("get_group", group_name="admin")["users"]) == RACERS


def test_the_quota_of_groups_holds_against_sixteen(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    for number in range(RACERS):
        do("create_group", group_name=f"g{number}")
    steps = [("add_user_to_group", {"user_name": "bob", "group_name": f"g{n}"}) for n in range(RACERS)]
    assert race(directory, steps) == {"ok": 10, "LimitExceeded": RACERS - 10}
    assert len(do("list_groups_for_user", user_name="bob")["groups"]) == 10


def test_the_quota_of_versions_holds_against_sixteen(directory: Any, do: Do) -> None:
    arn = do("create_policy", policy_name="p", policy_document=allow("s3:*"))["policy"]["arn"]
    step = ("create_policy_version", {"policy_arn": arn, "policy_document": allow("s3:*")})
    assert race(directory, [step] * RACERS) == {"ok": 4, "LimitExceeded": RACERS - 4}


@pytest.mark.parametrize("round_number", range(3))
def test_attach_against_delete_leaves_no_dangling_attachment(directory: Any, do: Do, round_number: int) -> None:
    arn = do("create_policy", policy_name="p", policy_document=allow("s3:*"))["policy"]["arn"]
    attachers: list[Step] = []
    for number in range(6):
        do("create_user", user_name=f"user{number}")
        attachers.append(("attach_user_policy", {"user_name": f"user{number}", "policy_arn": arn}))
    deleter: Step = ("delete_policy", {"policy_arn": arn})
    place = 2 * round_number
    race(directory, [*attachers[:place], deleter, *attachers[place:]])
    dangling = directory.ldap(
        "ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(iamAttachedPolicy=cn=p*)", "1.1"
    ).stdout
    left = {policy["arn"] for policy in do("list_policies", scope="Local")["policies"]}
    attached = [
        user
        for user, _ in enumerate(attachers)
        if do("list_attached_user_policies", user_name=f"user{user}")["attached_policies"]
    ]
    assert bool(attached) == (arn in left)
    assert "dn:" not in dangling or arn in left


def test_deleting_a_user_against_adding_it_to_groups_leaves_no_dangling_member(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    steps: list[Step] = []
    for number in range(6):
        do("create_group", group_name=f"g{number}")
        steps.append(("add_user_to_group", {"user_name": "bob", "group_name": f"g{number}"}))
    race(directory, [*steps[:3], ("delete_user", {"user_name": "bob"}), *steps[3:]])
    groups = directory.ldap("ldapsearch", "-LLL", "-b", "ou=groups,dc=example,dc=org", "(member=*)", "member").stdout
    exists = bool(do("list_users")["users"])
    assert exists or "member: uid=bob" not in groups


def test_sixteen_tags_set_at_once_are_all_there(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    steps = [("tag_user", {"user_name": "bob", "tags": [{"key": f"k{n}", "value": "v"}]}) for n in range(RACERS)]
    assert race(directory, steps) == {"ok": RACERS}
    assert len(do("list_user_tags", user_name="bob")["tags"]) == RACERS
