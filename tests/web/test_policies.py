"""Managed policies in the console: the list, a policy's page, versions, who uses it, deleting it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import ADMINISTRATOR, READ_ONLY, allow
from tests.web.conftest import Do
from tests.web.people import follow
from tests.web.visitor import Visitor, text

POLICIES = "/console/policies"
OWN = "arn:aws:iam::123456789012:policy/Deploy"


def at(rest: str = "", arn: str = OWN, more: str = "") -> str:
    return f"{POLICIES}/policy{rest}?arn={arn}{more}"


@pytest.fixture
def policy(do: Do) -> str:
    document = allow(["ecs:List*", "ecs:StartServers"])
    do("create_policy", policy_name="Deploy", policy_document=document, description="Starts servers.")
    return OWN


def attached(do: Do, arn: str = OWN) -> list[str]:
    found = do("list_entities_for_policy", policy_arn=arn)
    kinds = ("user", "group", "role")
    return [each[f"{kind}_name"] for kind in kinds for each in found[f"policy_{kind}s"]]


def test_the_list_tells_kinds_and_uses(bob: Visitor, policy: str, do: Do) -> None:
    do("attach_user_policy", user_name="job", policy_arn=policy)
    page = text(bob.get(f"{POLICIES}/customer"))
    assert "Deploy Customer-managed 1 Starts servers." in page
    assert "AdministratorAccess" not in page


def test_the_list_is_searched_within_its_scope(bob: Visitor, policy: str) -> None:
    page = text(bob.get(f"{POLICIES}/system?q=ecs"))
    assert "ECSReadOnlyAccess" in page
    assert "No policy has “nothing”" in text(bob.get(f"{POLICIES}?q=nothing"))


def test_an_account_without_policies_of_its_own_is_told_what_they_are_for(bob: Visitor) -> None:
    assert "The account has no policies of its own yet" in text(bob.get(f"{POLICIES}/customer"))


def test_the_list_has_pages(bob: Visitor) -> None:
    first = bob.get(POLICIES)
    assert "Page 1" in text(first)
    assert first.get_data(as_text=True).count('class="row-link"') == 50


def test_a_policy_s_page_has_its_summary_and_its_document(bob: Visitor, policy: str) -> None:
    page = text(bob.get(at()))
    assert "List all Write some" in page
    assert '"ecs:StartServers"' in page


def test_a_system_defined_policy_can_not_be_changed(bob: Visitor) -> None:
    page = bob.get(at(arn=READ_ONLY))
    assert "System-defined policy" in text(page)
    assert "/policies/policy/edit" not in page.get_data(as_text=True)


@pytest.mark.parametrize("arn", ["", "nonsense", "arn:aws:iam::123456789012:policy/Gone", "arn:" + "x" * 3000])
def test_a_policy_that_is_not_there_is_not_found(bob: Visitor, arn: str) -> None:
    assert bob.get(at(arn=arn)).status_code == 404


def test_a_document_that_one_may_not_read_is_not_shown(visitor: Visitor, policy: str, do: Do) -> None:
    do("put_user_policy", user_name="job", policy_name="look", policy_document=allow("iam:GetPolicy"))
    visitor.sign_in("job")
    page = text(visitor.get(at()))
    assert "iam:GetPolicyVersion" in page
    assert "ecs:StartServers" not in page


def test_what_one_may_not_do_is_switched_off_with_the_reason(visitor: Visitor, policy: str, do: Do) -> None:
    do("put_user_policy", user_name="job", policy_name="look", policy_document=allow(["iam:Get*", "iam:List*"]))
    visitor.sign_in("job")
    assert "You may not iam:DeletePolicy" in text(visitor.get(at()))
    assert visitor.submit(at("/delete"), {"typed": "Deploy"}).status_code == 403
    assert do("get_policy", policy_arn=policy)


def test_versions_are_compared(bob: Visitor, policy: str, do: Do) -> None:
    do("create_policy_version", policy_arn=policy, policy_document=allow(["ecs:List*", "ecs:StopServers"]))
    page = text(bob.get(at("/compare", more="&version=v2")))
    assert "What changed from v1 to v2." in page
    assert 'Gone: "ecs:StartServers"' in page
    assert 'New: "ecs:StopServers"' in page


def test_another_version_is_put_in_force(bob: Visitor, policy: str, do: Do) -> None:
    do("create_policy_version", policy_arn=policy, policy_document=allow("ecs:*"))
    assert "v2 takes the place of v1 at once" in text(bob.get(at("/default", more="&version=v2")))
    page = follow(bob, bob.submit(at("/default", more="&version=v2"), {}))
    assert "Version v2 of Deploy is in force now" in page
    assert do("get_policy", policy_arn=policy)["policy"]["default_version_id"] == "v2"


def test_a_version_is_deleted_unless_it_is_in_force(bob: Visitor, policy: str, do: Do) -> None:
    do("create_policy_version", policy_arn=policy, policy_document=allow("ecs:*"))
    refused = bob.submit(at("/delete-version", more="&version=v1"), {})
    assert "Cannot delete the default version" in text(refused)
    assert "has been deleted" in follow(bob, bob.submit(at("/delete-version", more="&version=v2"), {}))


def test_it_is_attached_to_several_at_once(bob: Visitor, policy: str, do: Do) -> None:
    assert "Joy" in text(bob.get(at("/attach", more="&q=joy")))
    sent = bob.submit(at("/attach"), {"entities": ["user/joy", "group/TestPersonnel"]})
    assert "Deploy is now attached to joy, TestPersonnel" in follow(bob, sent)
    assert attached(do) == ["joy", "TestPersonnel"]


def test_attaching_to_nobody_is_told(bob: Visitor, policy: str) -> None:
    response = bob.submit(at("/attach", more="&kind=group"), {})
    assert response.status_code == 422
    assert "Choose at least one" in text(response)


def test_it_is_detached_from_several_at_once(bob: Visitor, policy: str, do: Do) -> None:
    for name in ("job", "joy"):
        do("attach_user_policy", user_name=name, policy_arn=policy)
    address = at("/detach", more="&entity=user/job&entity=user/joy")
    assert "User job User joy" in text(bob.get(address))
    assert "no longer attached to job, joy" in follow(bob, bob.submit(address, {}))
    assert attached(do) == []


def test_the_last_administrator_keeps_the_policy(bob: Visitor, do: Do) -> None:
    response = bob.submit(at("/detach", arn=ADMINISTRATOR, more="&entity=group/admin"), {})
    assert response.status_code == 409
    assert "last active administrator" in text(response)
    assert attached(do, ADMINISTRATOR) == ["admin"]


def test_a_policy_is_deleted_with_its_versions_and_attachments(bob: Visitor, policy: str, do: Do) -> None:
    do("create_policy_version", policy_arn=policy, policy_document=allow("ecs:*"))
    do("attach_user_policy", user_name="job", policy_arn=policy)
    assert "job (user)" in text(bob.get(at("/delete")))
    assert "The policy Deploy has been deleted" in follow(bob, bob.submit(at("/delete"), {"typed": "Deploy"}))
    assert bob.get(at()).status_code == 404


def test_deleting_asks_for_the_name(bob: Visitor, policy: str, do: Do) -> None:
    response = bob.submit(at("/delete"), {"typed": "deploy"})
    assert response.status_code == 422
    assert "Type Deploy exactly" in text(response)


def test_a_boundary_is_not_deleted_nor_detached_on_the_way(bob: Visitor, policy: str, do: Do) -> None:
    do("attach_user_policy", user_name="joy", policy_arn=policy)
    do("put_user_permissions_boundary", user_name="job", permissions_boundary=policy)
    response = bob.submit(at("/delete"), {"typed": "Deploy"})
    assert response.status_code == 409
    assert "still a permissions boundary" in text(response)
    assert "joy" in attached(do)


def test_tags_are_added_and_removed(bob: Visitor, policy: str, do: Do) -> None:
    do("tag_policy", policy_arn=policy, tags=[{"key": "team", "value": "a"}])
    fields: dict[str, Any] = {"tags-0-key": "", "tags-0-value": "a", "tags-1-key": "stage", "tags-1-value": "test"}
    assert "The tags of Deploy have been saved" in follow(bob, bob.submit(at("/tags/edit"), fields))
    assert do("list_policy_tags", policy_arn=policy)["tags"] == [{"key": "stage", "value": "test"}]


def test_the_entry_is_shown_as_ldif(bob: Visitor, policy: str) -> None:
    assert "objectClass: iamPolicy" in text(bob.get(at("/ldif")))


def test_a_document_that_is_not_valid_is_shown_all_the_same(bob: Visitor, policy: str, demo_directory: Any) -> None:
    """Somebody has written it with an LDAP tool."""
    dn = f"cn=Deploy,ou=policies,ou=iam,{demo_directory.suffix}"
    value = "v1 20260101000000.000000Z {nonsense"
    change = f"dn: {dn}\nchangetype: modify\nreplace: iamPolicyVersion\niamPolicyVersion: {value}\n"
    demo_directory.ldap("ldapmodify", stdin=change)
    page = text(bob.get(at()))
    assert "There is no summary" in page
    assert "{nonsense" in page
