"""What attaching and detaching would change: shown before it is done."""

from __future__ import annotations

import pytest
from flask import Flask

from adapter.policy import Document, read_document
from tests.documents import allow, deny, document
from tests.web.conftest import Do
from tests.web.people import READ_ONLY, SYSTEM, user
from tests.web.visitor import Visitor, text
from web.console.differences import ServiceChange, compare


def read(*texts: str) -> list[Document]:
    return [read_document(each, kind="identity") for each in texts]


def actions(rows: tuple[ServiceChange, ...]) -> dict[str, set[str]]:
    return {row.title: set(row.actions) for row in rows}


@pytest.fixture
def request_context(app: Flask) -> None:
    app.test_request_context().push()


def test_what_is_allowed_already_is_not_gained_again(request_context: None) -> None:
    before = read(allow("ecs:Start*"))
    change = compare(before, [*before, *read(allow(["ecs:StartServers", "ecs:StopServers"]))])
    assert actions(change.gained) == {"ECS": {"StopServers"}}
    assert change.lost == ()


def test_a_denial_takes_what_others_allow(request_context: None) -> None:
    before = read(allow("ecs:*"))
    change = compare(before, [*before, *read(deny(["ecs:DeleteServers", "iam:CreateUser"]))])
    assert actions(change.lost) == {"ECS": {"DeleteServers"}}
    assert change.gained == ()


def test_a_denial_under_conditions_or_of_some_resources_is_no_loss(request_context: None) -> None:
    before = read(allow("ecs:*"))
    only = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    some = deny("ecs:*", "arn:aws:ecs:*:*:server/a")
    assert compare(before, [*before, *read(deny("ecs:*", **only), some)]).lost == ()


def test_nothing_is_gained_beyond_the_boundary(request_context: None) -> None:
    change = compare([], read(allow("ecs:*")), read(allow("ecs:StartServers")), "limits")
    assert actions(change.gained) == {"ECS": {"StartServers"}}
    assert change.bounded == "limits"


def test_everything_is_told_in_one_row(request_context: None) -> None:
    (row,) = compare([], read(allow("*"))).gained
    assert (row.title, row.levels) == ("All services", ())


def test_of_a_service_that_nobody_knows_the_patterns_are_told(request_context: None) -> None:
    change = compare([], read(allow(["printers:Print", "printers:Look*"])))
    assert actions(change.gained) == {"printers": {"Print", "Look*"}}


def test_not_action_means_the_others(request_context: None) -> None:
    but = document({"Effect": "Allow", "NotAction": "ecs:DeleteServers", "Resource": "*"})
    before = read(allow("ecs:DeleteServers"), allow("ecs:StartServers"))
    assert "StopServers" not in str(compare(before, before).gained)
    assert compare(read(but), before).gained[0].actions == ("DeleteServers",)


def test_the_form_shows_what_changes_and_attaches_nothing(bob: Visitor, do: Do) -> None:
    fields = {"policies": [f"{SYSTEM}SecurityAudit"], "act": "preview"}
    page = text(bob.submit(user("ray", "/attach"), fields))
    assert "What changes for ray" in page
    assert "Gained Access" in page
    assert "GetAccountSummary" in page
    assert do("list_attached_user_policies", user_name="ray")["attached_policies"] == []


def test_the_choice_stays_while_one_looks(bob: Visitor) -> None:
    response = bob.submit(user("ray", "/attach"), {"policies": [READ_ONLY], "act": "preview"})
    assert f'value="{READ_ONLY}" checked' in response.get_data(as_text=True)


def test_looking_at_nothing_asks_for_a_choice(bob: Visitor) -> None:
    assert bob.submit(user("ray", "/attach"), {"act": "preview"}).status_code == 422


def test_detaching_shows_what_is_lost(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}ECSFullAccess")
    page = text(bob.get(user("ray", f"/detach?policy={SYSTEM}ECSFullAccess")))
    assert "What changes for ray" in page
    assert "Lost Access" in page
    assert "StartServers" in page
    assert "ListServers" not in page.partition("Lost Access")[2]


def test_what_the_group_gives_as_well_is_not_lost(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}ECSReadOnlyAccess")
    page = text(bob.get(user("ray", f"/detach?policy={SYSTEM}ECSReadOnlyAccess")))
    assert "Nothing: other policies say the same already." in page


def test_an_inline_policy_of_a_group_shows_what_every_member_loses(bob: Visitor, do: Do) -> None:
    do("put_group_policy", group_name="TestPersonnel", policy_name="own", policy_document=allow("s3:GetObject"))
    page = text(bob.get("/console/groups/TestPersonnel/inline/own/delete"))
    assert "What changes for TestPersonnel" in page
    assert "GetObject" in page


def test_who_may_not_read_policies_is_shown_no_difference(visitor: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="ray", policy_name="some", policy_document=allow("iam:DetachUserPolicy"))
    visitor.sign_in("ray")
    response = visitor.get(user("joy", f"/detach?policy={READ_ONLY}"))
    assert response.status_code == 200
    assert "What changes" not in text(response)


def test_looking_attaches_nothing_for_those_either_who_may_not_read_policies(visitor: Visitor, do: Do) -> None:
    grants = allow(["iam:List*", "iam:AttachUserPolicy"])
    do("put_user_policy", user_name="ray", policy_name="some", policy_document=grants)
    visitor.sign_in("ray")
    page = text(visitor.submit(user("joy", "/attach"), {"policies": [READ_ONLY], "act": "preview"}))
    assert "What changes for joy can’t be shown" in page
    assert do("list_attached_user_policies", user_name="joy")["attached_policies"] == []


def about(verb: str, more: str = "") -> str:
    return f"/console/policies/policy/{verb}?arn={SYSTEM}ECSFullAccess{more}"


def test_the_policy_s_own_page_shows_what_changes_for_each_and_attaches_nothing(bob: Visitor, do: Do) -> None:
    response = bob.submit(about("attach"), {"entities": ["user/ray", "user/bob"], "act": "preview"})
    page = text(response)
    assert "StartServers" in page.partition("What changes for ray")[2].partition("What changes for bob")[0]
    assert "Nothing: other policies say the same already." in page.partition("What changes for bob")[2]
    assert 'value="user/ray" checked' in response.get_data(as_text=True)
    assert do("list_attached_user_policies", user_name="ray")["attached_policies"] == []


def test_only_the_first_few_of_many_are_compared(bob: Visitor) -> None:
    names = [f"user/nobody-{number}" for number in range(13)]
    page = text(bob.submit(about("attach"), {"entities": names, "act": "preview"}))
    assert page.count("can’t be shown") == 10
    assert "Not shown: what changes for 3 more." in page


def test_the_policy_s_own_page_shows_what_detaching_takes(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}ECSFullAccess")
    assert "StartServers" in text(bob.get(about("detach", "&entity=user/ray"))).partition("Lost Access")[2]
