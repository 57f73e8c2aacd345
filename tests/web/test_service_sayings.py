"""What is wrong with a service's definition, said again in Chinese."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adapter.services.checks import InvalidDefinition
from adapter.services.reading import read_definition
from web.console.refused import error_words

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BASE: dict[str, Any] = {"prefix": "ecs", "title": "Servers"}
CHANGES: tuple[dict[str, Any], ...] = (
    {"prefix": "iam"},
    {"prefix": "E C S"},
    {"title": ""},
    {"title": "x" * 200},
    {"colour": "red"},
    {"actions": {"Do it": {}}},
    {"actions": {"Do": {"level": "Much"}}},
    {"actions": {"Do": {"resource_types": ["x"]}}},
    {"actions": {"Do": []}},
    {"actions": []},
    {"resource_types": {"x": {"arns": ["nonsense"]}}},
    {"resource_types": {"x": {"arns": [1]}}},
    {"resource_types": {"x": {}}, "resources": [{"type": "x", "id": "\n"}]},
    {"condition_keys": {"x": "String"}},
    {"condition_keys": {"ecs:x": "Colour"}},
    {"resources": [{"type": "x", "id": "y"}]},
    {"resources": ["x"]},
    {"regions": "eu"},
    {"title": "\ud800"},
)
TEXTS = (
    *(json.dumps(BASE | change) for change in CHANGES),
    '{"a": 1, "a": 2}',
    "{,",
    "nonsense",
    "x" * 1_000_001,
    "#" * 250_001,
    "a = " + "[" * 20 + "]" * 20,
    "a" + ".a" * 200 + " = 1",
    "a = 1979-05-27",
    "a = inf",
    "a = 0x" + "f" * 99,
    json.dumps({"Name": "x", "Actions": [{"Name": "Do"}, {"Name": "Do"}]}),
)


def _refusal(text: str) -> str:
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(text)
    return refused.value.message


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_whatever_is_wrong_with_a_definition_is_said_in_chinese(chinese: None, text: str) -> None:
    assert CHINESE.search(error_words(_refusal(text)))


@pytest.mark.parametrize(
    "message",
    [
        "There is no service ecs.",
        "No service is registered as ecs.",
        "Somebody else has changed the service ecs meanwhile.",
        "The definition is of the service a, not of b.",
        "Services are the same in every account; only the first account changes them.",
    ],
)
def test_whatever_else_is_said_of_services_is_said_in_chinese(chinese: None, message: str) -> None:
    assert CHINESE.search(error_words(message))
