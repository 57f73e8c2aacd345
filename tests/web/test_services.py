"""Services in the console: the list, the page of one, registering with a look at what changes, and removing."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapter.installation.accounts import create_account
from tests.conftest import Directory
from tests.documents import ECS_DEFINITION, allow
from tests.web.conftest import Do
from tests.web.factors import hidden, make_person
from tests.web.people import follow
from tests.web.visitor import Visitor, text

SERVICES = "/console/services"
ECS = f"{SERVICES}/ecs"
NEW = "/console/register-service"
AWS = json.dumps(
    {"Name": "queue", "Actions": [{"Name": "ListQueues", "Annotations": {"Properties": {"IsList": True}}}]}
)


@pytest.fixture
def ecs(do: Do) -> dict[str, Any]:
    made: dict[str, Any] = do("register_service", prefix="ecs", definition=ECS_DEFINITION)["service"]
    return made


def check(visitor: Visitor, definition: str, **more: Any) -> TestResponse:
    return visitor.submit(NEW, {"definition": definition, **more})


def shown_definition(preview: TestResponse) -> str:
    """What the page that shows the changes carries on."""
    found = re.search(r"<textarea name=\"definition\" hidden>\n?(.*?)</textarea>", preview.get_data(as_text=True), re.S)
    assert found, text(preview)
    return html.unescape(found[1])


def save(visitor: Visitor, preview: TestResponse) -> TestResponse:
    return visitor.post(NEW, hidden(preview) | {"definition": shown_definition(preview), "act": "save"})


def test_the_list_tells_what_is_shipped_and_what_is_registered(bob: Visitor, ecs: dict[str, Any]) -> None:
    page = text(bob.get(SERVICES))
    assert "Services (20)" in page
    assert "Elastic Cloud Serverecs Registered 4 1 just now" in page
    assert "Binderybindery Shipped 22 2 —" in page


def test_the_list_is_searched_and_narrowed(bob: Visitor, ecs: dict[str, Any]) -> None:
    assert "Services (1)" in text(bob.get(f"{SERVICES}?q=cloud+server"))
    assert "Services (1)" in text(bob.get(f"{SERVICES}/of/registered"))
    assert "Services (19)" in text(bob.get(f"{SERVICES}/of/shipped"))
    assert "No service has “zebra” in its name or prefix." in text(bob.get(f"{SERVICES}?q=zebra"))


def test_without_registered_services_one_is_told_what_they_are_for(bob: Visitor) -> None:
    page = text(bob.get(f"{SERVICES}/of/registered"))
    assert "No service is registered yet." in page
    assert "bindery service register FILE" in page


def test_a_service_s_page_has_its_actions_by_what_they_let_one_do(bob: Visitor, ecs: dict[str, Any]) -> None:
    page = text(bob.get(ECS))
    assert "List (1) List Action Resource types ListServers server" in page
    assert "CreateServers server DeleteServers server StopServers server" in page


def test_actions_are_searched(bob: Visitor) -> None:
    page = text(bob.get(f"{SERVICES}/iam?q=passrole"))
    assert "Permissions management (1) PassRole" in page
    assert "CreateUser" not in page
    assert "No action has “zebra” in its name." in text(bob.get(f"{SERVICES}/iam?q=zebra"))


def test_a_service_s_resources_conditions_and_regions_are_shown(bob: Visitor, do: Do) -> None:
    definition = ECS_DEFINITION + '\n[condition_keys]\n"ecs:ImageId" = "String"\n'
    do("register_service", prefix="ecs", definition=definition)
    page = text(bob.get(f"{ECS}/resources"))
    assert "server arn:${Partition}:ecs:${Region}:${Account}:server/${ServerId}" in page
    assert "It has told of 1 resource, which searches find." in page
    assert "ecs:ImageId String" in page
    assert "Regions (2) eu-de eu-nl" in page


def test_policies_that_name_a_service_are_shown(bob: Visitor, do: Do, ecs: dict[str, Any]) -> None:
    do("create_policy", policy_name="Servers", policy_document=allow(["ecs:Create*", "ecs:ListServers"]))
    page = text(bob.get(f"{ECS}/policies"))
    assert "Servers Customer-managed Create*, ListServers" in page
    assert "AdministratorAccess" not in page


def test_the_definition_is_downloaded_and_can_be_registered_again(bob: Visitor, do: Do, ecs: dict[str, Any]) -> None:
    file = bob.get(f"{ECS}/definition.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="ecs.json"'
    do("deregister_service", prefix="ecs")
    again = do("register_service", prefix="ecs", definition=file.get_data(as_text=True))["service"]
    assert again["revision_id"] == ecs["revision_id"]


def test_our_own_services_have_no_buttons(bob: Visitor) -> None:
    page = text(bob.get(f"{SERVICES}/iam"))
    assert "Shipped service IAM" in page
    assert "Register a definition" not in page
    assert "Register a definition" in text(bob.get(f"{SERVICES}/s3"))


@pytest.mark.parametrize("path", ["unheard", "unheard/resources", "unheard/ldif", "iam/remove", "x" * 200, "E%20C"])
def test_what_there_is_not_is_not_found(bob: Visitor, path: str) -> None:
    assert bob.get(f"{SERVICES}/{path}").status_code in {400, 404}


def test_what_changes_is_shown_before_anything_is_registered(bob: Visitor, do: Do, ecs: dict[str, Any]) -> None:
    do("create_policy", policy_name="Servers", policy_document=allow("ecs:StopServers"))
    page = text(check(bob, ECS_DEFINITION.replace("StopServers", "PauseServers")))
    assert "Registering it replaces what is registeredElastic Cloud Server" in page
    assert "Added (1) PauseServers Removed (1) StopServers" in page
    assert "1 policy would name actions that there are not: Policy Unknown actions Servers StopServers" in page
    assert do("get_service", prefix="ecs")["service"]["revision_id"] == ecs["revision_id"]


def test_a_pasted_definition_is_registered_after_a_look_at_it(bob: Visitor, do: Do) -> None:
    preview = check(bob, ECS_DEFINITION)
    assert "counts instead of what Bindery shipsECS" in text(preview)
    assert "The service ecs is registered." in follow(bob, save(bob, preview))
    assert do("get_service", prefix="ecs")["service"]["title"] == "Elastic Cloud Server"


def test_an_uploaded_definition_of_aws_s_is_registered_under_a_name(bob: Visitor, do: Do) -> None:
    file = (io.BytesIO(AWS.encode()), "queue.json")
    preview = check(bob, "", file=file, service_title="Message queues")
    assert "adds a service" in text(preview)
    assert save(bob, preview).status_code == 302
    assert do("get_service", prefix="queue")["service"]["title"] == "Message queues"


def test_the_same_definition_again_has_nothing_to_register(bob: Visitor, ecs: dict[str, Any]) -> None:
    page = text(check(bob, ECS_DEFINITION))
    assert "The same definition is registered already." in page
    assert "Replace definition" not in page


def test_what_somebody_else_has_registered_meanwhile_is_not_overwritten(bob: Visitor, do: Do) -> None:
    preview = check(bob, ECS_DEFINITION)
    do("register_service", prefix="ecs", definition=ECS_DEFINITION, title="Theirs")
    refused = save(bob, preview)
    assert refused.status_code == 409
    assert "Somebody else has changed the service ecs meanwhile." in text(refused)
    assert "replaces what is registeredTheirs" in text(refused)
    assert save(bob, refused).status_code == 302


def test_one_can_go_back_to_the_definition(bob: Visitor) -> None:
    preview = check(bob, ECS_DEFINITION)
    back = bob.post(NEW, hidden(preview) | {"definition": shown_definition(preview), "act": "edit"})
    assert "Check definition" in text(back)
    assert "Elastic Cloud Server" in back.get_data(as_text=True)


def test_the_form_for_changing_begins_with_what_is_there(bob: Visitor, ecs: dict[str, Any]) -> None:
    page = bob.get(f"{NEW}?prefix=ecs").get_data(as_text=True)
    assert "&#34;CreateServers&#34;: {" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"definition": ""}, "Choose a file, or paste the definition"),
        ({"definition": "prefix = 'iam'\ntitle = 'x'"}, "prefix: iam is Bindery's own."),
        ({"definition": "{,"}, "The definition is not JSON:"),
        ({"definition": "", "file": (io.BytesIO(b"\xff\xfe"), "x.toml")}, "The file is not text in UTF-8"),
        ({"definition": "a", "service_title": "x" * 200}, "Name can have at most 128 characters"),
        ({"definition": "a", "revision_id": "nonsense"}, "Invalid input."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(bob: Visitor, fields: dict[str, Any], told: str) -> None:
    refused = bob.submit(NEW, fields)
    assert refused.status_code in {400, 422}
    assert told in text(refused)


def test_a_definition_is_shown_as_text_and_never_as_markup(bob: Visitor) -> None:
    definition = json.dumps({"prefix": "evil", "title": "</textarea><script>alert(1)</script>"})
    page = check(bob, definition).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in page


def test_who_may_only_read_sees_what_would_change_and_is_refused(another_visitor: Visitor, do: Do) -> None:
    make_person(do, "rita", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    another_visitor.sign_in("rita")
    preview = check(another_visitor, ECS_DEFINITION)
    assert preview.status_code == 200
    refused = save(another_visitor, preview)
    assert refused.status_code == 403
    assert "Action bindery:RegisterService Resource arn:aws:bindery::123456789012:service/ecs" in text(refused)


def test_a_service_is_removed_once_its_prefix_is_typed(bob: Visitor, do: Do, ecs: dict[str, Any]) -> None:
    page = text(bob.get(f"{ECS}/remove"))
    assert "What Bindery ships of the service counts again" in page
    assert bob.submit(f"{ECS}/remove", {"typed": "esc"}).status_code == 422
    assert "The service ecs is registered no longer." in follow(bob, bob.submit(f"{ECS}/remove", {"typed": "ecs"}))
    assert not do("get_service", prefix="ecs")["service"]["is_registered"]


def test_what_has_changed_since_the_question_is_not_removed(bob: Visitor, do: Do, ecs: dict[str, Any]) -> None:
    asked = hidden(bob.get(f"{ECS}/remove"))
    do("register_service", prefix="ecs", definition=ECS_DEFINITION, title="Theirs")
    refused = bob.post(f"{ECS}/remove", asked | {"typed": "ecs"})
    assert refused.status_code == 409
    assert "Somebody else has changed the service ecs meanwhile." in text(refused)


def test_another_account_sees_services_and_has_no_buttons(
    another_visitor: Visitor, demo_directory: Directory, ecs: dict[str, Any]
) -> None:
    made = create_account(demo_directory.settings, email="root@other.example")
    another_visitor.sign_in_as_root("root@other.example", made.root_password)
    assert "Register service" not in text(another_visitor.get(SERVICES))
    page = text(another_visitor.get(ECS))
    assert "Registered service Elastic Cloud Server" in page
    assert "Change definition" not in page
    preview = text(check(another_visitor, ECS_DEFINITION.replace("StopServers", "PauseServers")))
    assert "Services are the same in every account; only the first account changes them." in preview
    assert "Replace definition" not in preview
