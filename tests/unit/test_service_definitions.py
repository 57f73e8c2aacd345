"""What services say of themselves, in our format and in AWS's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import read_document
from adapter.services.checks import InvalidDefinition
from adapter.services.definition import AccessLevel
from adapter.services.lint import unknown_actions
from adapter.services.reading import as_json, read_definition
from adapter.services.registry import Services
from tests.documents import allow

ECS = (Path(__file__).parents[1] / "clients/ecs/ecs.toml").read_text()
AWS = json.dumps(
    {
        "Name": "queue",
        "Version": "v1.4",
        "Actions": [
            {
                "Name": "SendMessage",
                "ActionConditionKeys": ["queue:Size"],
                "Annotations": {"Properties": {"IsList": False, "IsPermissionManagement": False, "IsWrite": True}},
                "Resources": [{"Name": "queue"}],
                "SupportedBy": {"IAM Access Analyzer Policy Generation": False},
            },
            {"Name": "GetQueue", "Annotations": {"Properties": {"IsWrite": False}}, "Resources": [{"Name": "queue"}]},
            {"Name": "ListQueues", "Annotations": {"Properties": {"IsList": True}}},
            {"Name": "AddPermission", "Annotations": {"Properties": {"IsPermissionManagement": True, "IsWrite": True}}},
            {"Name": "TagQueue", "Annotations": {"Properties": {"IsTaggingOnly": True, "IsWrite": True}}},
        ],
        "ConditionKeys": [{"Name": "queue:Size", "Types": ["Numeric"]}],
        "Resources": [{"Name": "queue", "ARNFormats": ["arn:${Partition}:queue:${Region}:${Account}:${QueueName}"]}],
        "Operations": [],
    }
)


def test_our_format_is_read() -> None:
    service = read_definition(ECS, is_toml=True)
    assert (service.prefix, service.title, service.regions) == ("ecs", "Elastic Cloud Server", ("eu-de", "eu-nl"))
    assert service.by_level == {
        AccessLevel.LIST: ("ListServers",),
        AccessLevel.WRITE: ("CreateServers", "DeleteServers", "StopServers"),
    }
    assert service.known[0].properties == {"owner": "operations"}


def test_aws_s_format_is_read() -> None:
    service = read_definition(AWS)
    levels = {name: action.level for name, action in service.actions.items()}
    assert levels == {
        "SendMessage": AccessLevel.WRITE,
        "GetQueue": AccessLevel.READ,
        "ListQueues": AccessLevel.LIST,
        "AddPermission": AccessLevel.PERMISSIONS,
        "TagQueue": AccessLevel.TAGGING,
    }
    assert service.actions["SendMessage"].condition_keys == ("queue:Size",)
    assert service.condition_keys == {"queue:Size": "Numeric"}


@pytest.mark.parametrize(("text", "is_toml"), [(ECS, True), (AWS, False)])
def test_a_definition_says_the_same_in_its_one_spelling(text: str, is_toml: bool) -> None:
    service = read_definition(text, is_toml=is_toml)
    assert read_definition(as_json(service)) == service


def test_what_is_registered_comes_before_what_is_shipped() -> None:
    services = Services([read_definition(ECS, is_toml=True)])
    assert services.title("ecs") == "Elastic Cloud Server"
    assert services.actions("ecs") == ("CreateServers", "DeleteServers", "ListServers", "StopServers")
    assert services.level("ecs", "StopServers") is AccessLevel.WRITE
    assert dict(services.titles())["ecs"] == "Elastic Cloud Server"
    assert services.title("s3") == "S3"


def test_arns_are_made_as_the_service_has_them() -> None:
    services = Services([read_definition(ECS, is_toml=True), read_definition(AWS)])
    place = {"account_id": "123456789012", "region": "eu-de"}
    assert services.arn("ecs", "server", name="i-1", **place) == "arn:aws:ecs:eu-de:123456789012:server/i-1"
    assert services.arn("queue", "queue", name="a/b", **place) == "arn:aws:queue:eu-de:123456789012:a/b"
    assert services.arn("ecs", "volume", name="x", **place) is None


BASE: dict[str, Any] = {"prefix": "ecs", "title": "Servers"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"prefix": "iam"}, "prefix: iam is Bindery's own."),
        ({"prefix": "E C S"}, "prefix: 'E C S' can't be used."),
        ({"prefix": None}, "definition: prefix is missing."),
        ({"title": ""}, "definition: title is missing."),
        ({"title": "x" * 200}, "title is longer than 128 characters, or can't be printed."),
        ({"colour": "red"}, "definition: nobody knows what colour means."),
        ({"actions": {"Do it": {}}}, "actions: 'Do it' can't be used."),
        ({"actions": {"Do": {"level": "Much"}}}, "actions.Do.level has to be one of List, Read, Write, Permissions"),
        ({"actions": {"Do": {"resource_types": ["x"]}}}, "actions.Do: there is no resource type x."),
        ({"actions": []}, "actions is not a table."),
        ({"resource_types": {"x": {"arns": ["nonsense"]}}}, "resource_types.x: 'nonsense' is not an ARN."),
        ({"condition_keys": {"x": "String"}}, "condition_keys: 'x' can't be used."),
        ({"condition_keys": {"ecs:x": "Colour"}}, "condition_keys: ecs:x has to be of one of ARN,"),
        ({"resources": [{"type": "x", "id": "y"}]}, "resources: there is no resource type 'x'."),
        ({"resources": ["x"]}, "resources, number 1 is not a table, or its properties are none."),
        ({"regions": "eu"}, "definition: regions is not a list."),
    ],
)
def test_what_is_wrong_with_a_definition_is_named(change: dict[str, Any], told: str) -> None:
    table = {name: value for name, value in (BASE | change).items() if value is not None}
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(json.dumps(table))
    assert refused.value.message.startswith(told)


def _told(*actions: str) -> list[tuple[str, str, str]]:
    services = Services([read_definition(ECS, is_toml=True)])
    document = read_document(allow(list(actions)), kind="identity")
    return [(each.path, each.message, each.fix) for each in unknown_actions(document, services)]


def test_an_action_that_its_service_does_not_have_is_told() -> None:
    assert _told("ecs:CreatServers", "ecs:ListServers", "ecs:Stop*") == [
        ("Statement[0].Action", "The service ecs has no action CreatServers.", "Did you mean ecs:CreateServers?")
    ]


def test_a_pattern_that_means_nothing_is_told() -> None:
    assert [message for _, message, _ in _told("ecs:Reboot*", "iam:*Everything")] == [
        "The service ecs has no action Reboot*.",
        "The service iam has no action *Everything.",
    ]


def test_of_services_that_are_not_known_in_full_nothing_is_told() -> None:
    assert _told("s3:Anything", "unheard:Of", "*") == []


@given(
    st.text(max_size=200)
    | st.recursive(
        st.none() | st.text(max_size=9),
        lambda inner: (
            st.dictionaries(
                st.sampled_from(["prefix", "title", "actions", "Name", "Actions", "Resources", "resources", "level"]),
                inner,
            )
            | st.lists(inner, max_size=3)
        ),
    ).map(json.dumps)
)
def test_whatever_is_given_is_read_or_refused(text: str) -> None:
    try:
        service = read_definition(text)
    except InvalidDefinition:
        return
    assert read_definition(as_json(service)) == service
