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
from adapter.services.lint import unknown_names
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
    service = read_definition(ECS)
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


@pytest.mark.parametrize("text", [ECS, AWS])
def test_a_definition_says_the_same_in_its_one_spelling(text: str) -> None:
    service = read_definition(text)
    assert read_definition(as_json(service)) == service


def test_what_is_registered_comes_before_what_is_shipped() -> None:
    services = Services([read_definition(ECS)])
    assert services.title("ecs") == "Elastic Cloud Server"
    assert services.actions("ecs") == ("CreateServers", "DeleteServers", "ListServers", "StopServers")
    assert services.level("ecs", "StopServers") is AccessLevel.WRITE
    assert dict(services.titles())["ecs"] == "Elastic Cloud Server"
    assert services.title("s3") == "S3"


def test_arns_are_made_as_the_service_has_them() -> None:
    services = Services([read_definition(ECS), read_definition(AWS)])
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
        (
            {"resource_types": {"x": {"arns": ["arn:aws:ecs:::\n"]}}},
            "resource_types.x: 'arn:aws:ecs:::\\n' can't be used.",
        ),
        ({"resource_types": {"x": {"condition_keys": ["x"]}}}, "resource_types.x: 'x' can't be used."),
        ({"actions": {"Do": {"condition_keys": ["ecs:\n"]}}}, "actions.Do: 'ecs:\\n' can't be used."),
        ({"condition_keys": {"x": "String"}}, "condition_keys: 'x' can't be used."),
        ({"condition_keys": {"ecs:x": "Colour"}}, "condition_keys: ecs:x has to be of one of ARN,"),
        ({"resources": [{"type": "x", "id": "y"}]}, "resources: there is no resource type 'x'."),
        ({"resources": ["x"]}, "resources, number 1 is not a table, or its properties are none."),
        ({"regions": "eu"}, "definition: regions is not a list."),
        ({"actions": {"Do": {"level": ["Write"]}}}, "actions.Do.level has to be one of List, Read, Write, Permissions"),
        ({"resource_types": {"x": {}}, "resources": [{"type": "x", "id": "\n"}]}, "resources: an id is longer than"),
    ],
)
def test_what_is_wrong_with_a_definition_is_named(change: dict[str, Any], told: str) -> None:
    table = {name: value for name, value in (BASE | change).items() if value is not None}
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(json.dumps(table))
    assert refused.value.message.startswith(told)


def _told(*actions: str) -> list[tuple[str, str, str]]:
    services = Services([read_definition(ECS)])
    document = read_document(allow(list(actions)), kind="identity")
    return [(each.path, each.message, each.fix) for each in unknown_names(document, services)]


def test_an_action_that_its_service_does_not_have_is_told() -> None:
    assert _told("ecs:CreatServers", "ecs:ListServers", "ecs:Stop*") == [
        ("Statement[0].Action", "The service ecs has no action CreatServers.", "Did you mean ecs:CreateServers?")
    ]


def test_a_pattern_that_means_nothing_is_told() -> None:
    assert [message for _, message, _ in _told("ecs:Reboot*", "iam:*Everything")] == [
        "The service ecs has no action Reboot*.",
        "The service iam has no action *Everything.",
    ]


def _told_of_key(key: str) -> list[tuple[str, str, str]]:
    services = Services([read_definition(json.dumps(BASE | KEYED))])
    document = read_document(allow("ecs:*", Condition={"StringEquals": {key: "x"}}), kind="identity")
    return [(each.path, each.message, each.fix) for each in unknown_names(document, services)]


KEYED = {
    "actions": {"Do": {"condition_keys": ["ecs:Size"]}},
    "condition_keys": {"ecs:ImageId": "String", "ecs:ResourceTag/${TagKey}": "String"},
}


def test_what_was_meant_is_only_guessed_at_while_it_takes_no_time() -> None:
    vast = {f"DescribeThing{number:04}": {} for number in range(2_000)}
    services = Services([read_definition(json.dumps(BASE | {"actions": vast}))])
    document = read_document(allow([f"ecs:DescribeThinx{number:04}" for number in range(50)]), kind="identity")
    fixes = [each.fix for each in unknown_names(document, services)]
    assert (len(fixes), sum("Did you mean" in fix for fix in fixes)) == (50, 2)


def test_a_condition_key_that_its_service_does_not_have_is_told() -> None:
    path = "Statement[0].Condition.StringEquals"
    assert _told_of_key("ecs:ImageID") == []
    assert _told_of_key("ecs:Image") == [
        (path, "The service ecs has no condition key ecs:Image.", "Did you mean ecs:ImageId?")
    ]
    assert _told_of_key("ecs:qqqqqqqq")[0][2] == "Check the name; no request has this key."


@pytest.mark.parametrize("key", ["ecs:size", "ecs:ResourceTag/team", "aws:RequestedRegion", "s3:prefix"])
def test_of_condition_keys_that_may_be_there_nothing_is_told(key: str) -> None:
    assert _told_of_key(key) == []


def test_regions_of_registered_services_come_after_those_that_everybody_knows() -> None:
    assert Services([read_definition(ECS)]).regions() == (*Services().regions(), "eu-de", "eu-nl")


def test_of_services_that_are_not_known_in_full_nothing_is_told() -> None:
    assert _told("s3:Anything", "unheard:Of", "*") == []


def _nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"prefix": "ecs", "title": "a", "title": "b"}', "The definition is not JSON: 'title' stands twice"),
        ("prefix = 'ecs'\nprefix = 'x'", "The definition is not TOML: Cannot overwrite a value"),
        (f'{{"a": {_nested(17)}}}', "The definition has more than 16 levels of nesting."),
        (f'{{"a": {_nested(100_000)}}}', "The definition has more than 16 levels of nesting."),
        (f"a = {_nested(100_000)}", "The definition has more than 16 levels of nesting."),
        ("a" + ".a" * 100_000 + " = 1", "The definition has more than 50 dots in line 1."),
        ("#" * 250_001, "The definition is longer than 250000 bytes; write it as JSON."),
        ("\n\na" + ".a" * 40 + " = 1", "The definition has more than 16 levels of nesting."),
        ("a = 1979-05-27", "The definition has a date or a time; write it as text."),
        ("a = nan", "The definition has a number that is none, or has no end."),
        ('{"a": Infinity}', "The definition has a number that is none, or has no end."),
        ("a = 0x" + "f" * 5000, "The definition has a number that is too great."),
        ('{"a": ' + "9" * 5000 + "}", "The definition is not JSON: Exceeds the limit"),
        (r'{"title": "\ud800"}', "The definition has half of a surrogate pair."),
        ("x" * 1_000_001, "The definition is longer than 1000000 bytes."),
        ("ü" * 500_001, "The definition is longer than 1000000 bytes."),
        ("", "definition: prefix is missing."),
        ("{", "The definition is not JSON: Expecting property name"),
        ("[]", "The definition is not TOML: "),
    ],
    ids=range(19),
)
def test_a_hostile_text_is_refused_in_a_moment(text: str, told: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(text)
    assert refused.value.message.startswith(told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Actions": [{"Name": "Do"}, {"Name": "Do"}]}, "Actions: Do stands twice."),
        ({"Actions": [{"Name": "Do", "Resources": [{"Name": "x"}]}]}, "actions.Do: there is no resource type x."),
        ({"Actions": {}}, "definition: Actions is not a list."),
        ({"Resources": [1]}, "Resources: Name is missing."),
    ],
)
def test_what_is_wrong_in_aws_s_format_is_named(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(json.dumps({"Name": "queue"} | change))
    assert refused.value.message.startswith(told)


def test_condition_keys_that_an_action_has_on_some_resources_are_its_own() -> None:
    action = {
        "Name": "Grant",
        "ActionConditionKeys": ["queue:Size"],
        "Resources": [{"Name": "queue", "ConditionKeys": ["queue:Size", "queue:Owner"]}],
    }
    kinds = [{"Name": "queue", "ARNFormats": ["arn:aws:queue:::x"]}]
    service = read_definition(json.dumps({"Name": "queue", "Actions": [action], "Resources": kinds}))
    assert service.actions["Grant"].condition_keys == ("queue:Size", "queue:Owner")


def test_an_action_without_annotations_that_can_be_read_is_for_reading() -> None:
    service = read_definition(json.dumps({"Name": "queue", "Actions": [{"Name": "Do", "Annotations": [1]}]}))
    assert service.actions["Do"].level is AccessLevel.READ


def test_a_title_can_be_given_beside_the_definition() -> None:
    assert read_definition(AWS, title="Message queues").title == "Message queues"
    with pytest.raises(InvalidDefinition):
        read_definition(AWS, title="x" * 200)


@given(
    st.text(max_size=200)
    | st.recursive(
        st.none() | st.text(max_size=9),
        lambda inner: (
            st.dictionaries(
                st.sampled_from(
                    ["prefix", "title", "actions", "Name", "Actions", "Annotations", "Resources", "resources", "level"]
                ),
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
