"""What a registered service says of itself is known wherever the console speaks of services."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adapter import Iam, RequestContext
from adapter.decisions.enforcing import Act
from adapter.errors import AccessDenied
from adapter.server.tree import DEMO_PASSWORD
from tests.conftest import Directory
from tests.documents import allow
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text

BOOKS = json.dumps(
    {
        "prefix": "books",
        "title": "Book lending",
        "regions": ["eu-de"],
        "resource_types": {"book": {"arns": ["arn:${Partition}:books:${Region}:${Account}:book/${Isbn}"]}},
        "actions": {
            "ListBooks": {"level": "List"},
            "LendBook": {"level": "Write", "resource_types": ["book"], "condition_keys": ["books:Days"]},
            "GrantShelf": {"level": "Permissions management"},
        },
        "condition_keys": {"books:Days": "Numeric", "books:Rare": "Bool"},
    }
)
JOY = "arn:aws:iam::123456789012:user/joy"
SIMULATOR = "/console/access/simulator?kind=user&name=joy"


@pytest.fixture
def bob(visitor: Visitor, do: Do) -> Visitor:
    do("register_service", prefix="books", definition=BOOKS)
    visitor.sign_in("bob")
    return visitor


@pytest.fixture
def joy(do: Do, bob: Visitor) -> str:
    """Somebody who may do some of it."""
    conditions = {"Condition": {"NumericLessThan": {"books:Days": "14"}, "Bool": {"books:Rare": "false"}}}
    document = allow(["books:List*", "books:LendBook"], "arn:aws:books:*:*:book/*", **conditions)
    do("put_user_policy", user_name="joy", policy_name="reader", policy_document=document)
    return "joy"


def _choose(visitor: Visitor, service: str) -> str:
    """The editor's page after a service has been chosen."""
    fields = {"mode": "visual", "statement": "0", "s0-effect": "Allow", "s0-service": service, "act": "service-0"}
    return visitor.submit("/console/policies/create", fields).get_data(as_text=True)


def test_the_editor_offers_its_actions_by_what_they_let_one_do(bob: Visitor) -> None:
    page = _choose(bob, "books")
    assert "Book lending (books)" in page
    assert re.findall(r'name="s0-action" value="(\w+)"', page) == ["ListBooks", "LendBook", "GrantShelf"]


def test_the_editor_offers_the_regions_where_it_is_and_no_others(bob: Visitor) -> None:
    assert re.findall(r'name="s0-region" value="([\w-]+)"', _choose(bob, "books")) == ["eu-de"]
    others = re.findall(r'name="s0-region" value="([\w-]+)"', _choose(bob, "s3"))
    assert {"us-east-1", "eu-de"} <= set(others)


def test_the_editor_offers_its_condition_keys_before_all_others(bob: Visitor) -> None:
    assert '<datalist id="s0-keys"><option value="books:Days"></option><option value="books:Rare">' in _choose(
        bob, "books"
    )


def test_the_editor_tells_how_its_arns_look_without_policy_variables(bob: Visitor) -> None:
    assert "arn:aws:<wbr>books:<wbr>REGION:<wbr>123456789012:<wbr>book/<wbr>ISBN" in _choose(bob, "books").replace(
        "arn:<wbr>aws", "arn:aws"
    )


def test_a_region_of_its_own_is_shown_as_a_choice_and_not_as_a_condition(bob: Visitor, do: Do) -> None:
    document = allow("books:*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-de"}})
    arn = do("create_policy", policy_name="Lending", policy_document=document)["policy"]["arn"]
    page = bob.get(f"/console/policies/policy/edit?arn={arn}").get_data(as_text=True)
    assert 'value="eu-de" checked' in page


def _checked(visitor: Visitor, document: str) -> dict[str, Any]:
    fields = {"kind": "identity", "document": document}
    found: dict[str, Any] = visitor.submit("/console/policies/check", fields, page="/console/").get_json()
    return found


def test_the_editor_warns_of_what_it_does_not_have(bob: Visitor) -> None:
    found = _checked(bob, allow("books:LendBooks", Condition={"NumericLessThan": {"books:Day": "3"}}))
    assert [(each["message"], each["fix"]) for each in found["findings"]] == [
        ("The service books has no action LendBooks.", "Did you mean books:LendBook?"),
        ("The service books has no condition key books:Day.", "Did you mean books:Days?"),
    ]


def test_the_editor_says_what_a_document_gives_by_its_name(bob: Visitor) -> None:
    found = _checked(bob, allow(["books:List*", "books:Grant*"]))
    assert found["gives"] == [
        {"words": "Book lending: Full: List, Permissions management", "allows": True},
    ]


def test_a_policy_s_page_says_what_it_gives_by_its_name(bob: Visitor, do: Do) -> None:
    arn = do("create_policy", policy_name="Lending", policy_document=allow("books:*"))["policy"]["arn"]
    assert "Book lendingbooks Allow Full access" in text(bob.get(f"/console/policies/policy?arn={arn}"))


def test_the_simulator_tries_every_action_of_it(bob: Visitor, joy: str) -> None:
    page = text(bob.get(f"{SIMULATOR}&service=books"))
    assert "Results (3)" in page
    assert "books:GrantShelf Not allowed" in page


def test_the_simulator_knows_patterns_and_warns_of_what_there_is_not(bob: Visitor, joy: str) -> None:
    page = text(bob.get(f"{SIMULATOR}&actions=books:Lend*%0Abooks:Burn%0Abooks:Zap*"))
    assert "books:LendBook" in page
    assert "No action is known for books:Burn, books:Zap*." in page


def test_the_simulator_knows_types_of_its_condition_keys_and_how_its_arns_look(bob: Visitor, joy: str) -> None:
    page = bob.get(f"{SIMULATOR}&actions=books:LendBook").get_data(as_text=True)
    types = dict(re.findall(r'name="key" value="(books:\w+)".*?<option selected>(\w+)</option>', page, re.DOTALL))
    assert types == {"books:Days": "numeric", "books:Rare": "boolean"}
    assert "Such as arn:aws:books:REGION:123456789012:book/ISBN." in text(bob.get(f"{SIMULATOR}&service=books"))


def test_last_accessed_tells_its_name(bob: Visitor, joy: str) -> None:
    assert "Book lendingbooks Never" in text(bob.get("/console/users/joy/last-accessed"))


def test_what_changes_by_a_policy_is_told_by_its_name(bob: Visitor, do: Do) -> None:
    arn = do("create_policy", policy_name="Lending", policy_document=allow("books:*"))["policy"]["arn"]
    page = text(bob.submit("/console/users/joy/attach", {"policies": [arn], "act": "preview"}))
    assert "Book lending" in page


@pytest.fixture
def lent(bob: Visitor, iam: Iam, demo_directory: Directory) -> None:
    """Somebody has been refused a book."""
    attempt = iam.login.begin(demo_directory.account_id, "ray", DEMO_PASSWORD, RequestContext())
    assert attempt.session is not None
    ray = iam.login.resume(attempt.session)
    assert ray is not None
    act = Act(action="books:LendBook", resource="arn:aws:books:eu-de:123456789012:book/1")
    with pytest.raises(AccessDenied):
        iam.enforcement.hold(ray, act, RequestContext())


def test_the_event_history_tells_its_name(bob: Visitor, lent: None) -> None:
    page = bob.get("/console/events?event=books:")
    assert "books:LendBookBook lending" in text(page)
    assert '<option value="books:">Book lending</option>' in page.get_data(as_text=True)
    event = re.search(r'href="(/console/events/[\d-]+)"', page.get_data(as_text=True))
    assert event
    assert "Service Book lending" in text(bob.get(event[1]))


def test_our_own_events_are_not_called_by_their_service(bob: Visitor) -> None:
    assert "bindery:RegisterServiceBindery" not in text(bob.get("/console/events"))
