"""What the console's pages about policies and roles read at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.errors import AccessDenied, NoSuchEntity
from tests.directory.conftest import Do
from tests.documents import CHANGE_PASSWORD, READ_ONLY, TRUST, allow

BOB = "arn:aws:iam::123456789012:user/bob"


def _names(found: dict[str, list[dict[str, str]]]) -> list[str]:
    return [policy["policy_name"] for policy in found["policies"]]


def test_policies_are_found_by_a_part_of_their_name_in_any_case(do: Do) -> None:
    do("create_policy", policy_name="Deploy-staging", policy_document=allow("ecs:List*"))
    assert _names(do("search_policies", text="STAG")) == ["Deploy-staging"]


def test_the_account_s_own_policies_are_told_from_system_defined_ones(do: Do) -> None:
    do("create_policy", policy_name="Deploy", policy_document=allow("ecs:List*"))
    assert _names(do("search_policies", scope="Local")) == ["Deploy"]
    assert "Deploy" not in _names(do("search_policies", scope="AWS"))


def test_a_policy_called_like_a_system_defined_one_is_not_lost_between_pages(do: Do) -> None:
    do("create_policy", policy_name="ReadOnlyAccess", policy_document=allow("ecs:List*"))
    seen, marker = [], None
    while True:
        page = do("search_policies", text="readonlyaccess", max_items=1, marker=marker)
        seen += [policy["arn"] for policy in page["policies"]]
        marker = page.get("marker")
        if not marker:
            break
    assert len(seen) == page["total"]
    assert {READ_ONLY, "arn:aws:iam::123456789012:policy/ReadOnlyAccess"} <= set(seen)


def test_each_policy_tells_how_often_it_is_attached(do: Do) -> None:
    do("create_user", user_name="bob", permissions_boundary=READ_ONLY)
    do("attach_user_policy", user_name="bob", policy_arn=CHANGE_PASSWORD)
    found = {policy["arn"]: policy for policy in do("search_policies", max_items=1000)["policies"]}
    assert found[CHANGE_PASSWORD]["attachment_count"] == 1
    assert found[READ_ONLY]["permissions_boundary_usage_count"] == 1


def test_roles_are_found_by_a_part_of_their_name(do: Do) -> None:
    for name in ("deployer", "auditor"):
        do("create_role", role_name=name, assume_role_policy_document=TRUST)
    found = do("search_roles", text="PLOY")
    assert [role["role_name"] for role in found["roles"]] == ["deployer"]
    assert found["total"] == 2


def test_the_policies_of_a_role_come_with_its_boundary(do: Do) -> None:
    do("create_role", role_name="deployer", assume_role_policy_document=TRUST, permissions_boundary=READ_ONLY)
    do("put_role_policy", role_name="deployer", policy_name="own", policy_document=allow("ecs:*"))
    found = do("list_policies_for_role", role_name="deployer")
    assert _names(found) == ["own"]
    assert found["boundary"]["policy_arn"] == READ_ONLY


def test_what_reaches_a_user_comes_with_documents_from_everywhere(do: Do) -> None:
    do("create_user", user_name="bob", permissions_boundary=READ_ONLY)
    do("create_group", group_name="developers")
    do("add_user_to_group", user_name="bob", group_name="developers")
    do("put_group_policy", group_name="developers", policy_name="servers", policy_document=allow("ecs:*"))
    found = do("describe_reach", policy_source_arn=BOB)
    assert [(each["policy_name"], each["via"]) for each in found["policies"]] == [("servers", "group developers")]
    assert found["policies"][0]["document"] == allow("ecs:*")
    assert found["boundary"]["policy_arn"] == READ_ONLY


def test_somebody_s_reach_needs_the_right_to_read_every_document(do: Do, as_user: Callable[[str], Do]) -> None:
    as_bob = as_user("bob")
    do("attach_user_policy", user_name="bob", policy_arn=CHANGE_PASSWORD)
    listing = ["iam:ListPoliciesGrantingServiceAccess", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies"]
    rights = [*listing, "iam:ListGroupsForUser", "iam:GetUserPolicy"]
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow(rights))
    with pytest.raises(AccessDenied, match="iam:GetPolicyVersion"):
        as_bob("describe_reach", policy_source_arn=BOB)
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow([*rights, "iam:GetPolicyVersion"]))
    assert _names(as_bob("describe_reach", policy_source_arn=BOB)) == ["IAMUserChangePassword", "own"]


def test_nobody_s_reach_is_not_found(do: Do) -> None:
    with pytest.raises(NoSuchEntity):
        do("describe_reach", policy_source_arn=BOB)
