"""Questions as services write them: JSON, of which nothing is taken on trust.

Source: OpenID Authorization API 1.0, "Information model", "Access Evaluations API", "Search APIs".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, NamedTuple, NoReturn

from adapter.decisions import Action, InvalidQuestion, Page, Question, Resource, Search, Semantic, Subject, Wanted

Json = Mapping[str, Any]

MOST_QUESTIONS: Final = 1000
_LONGEST_TEXT: Final = 4096
_LEFT_OUT: Final = {Wanted.SUBJECT: "id", Wanted.RESOURCE: "id", Wanted.ACTION: "name"}
_NOTHING: Final[Json] = {}
_HALF_CHARACTER: Final = re.compile(r"\\u[Dd][89A-Fa-f]")
"""Half of a character outside of Unicode's basic plane, which may lack the other half: then it can't be written."""


class _Part(NamedTuple):
    """A part of a question: what it becomes, the texts that it has to have, and what its properties are called."""

    kind: type[Any]
    texts: tuple[str, ...]
    properties: str


_PARTS: Final = {
    "subject": _Part(Subject, ("type", "id"), "subject.properties"),
    "action": _Part(Action, ("name",), "action.properties"),
    "resource": _Part(Resource, ("type", "id"), "resource.properties"),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Several questions; each is read when it is asked, because what is wrong with one concerns no other."""

    questions: Iterator[Callable[[], Question]]
    semantic: Semantic


def read_json(body: bytes) -> Json:
    """The JSON object that a body holds.

    Raises:
        InvalidQuestion: it holds something else, has a name twice, is nested too deeply, or holds what other programs
            would read differently.

    Source: RFC 7493 (I-JSON), section 2.
    """
    try:
        text = body.decode()
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
        if _HALF_CHARACTER.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidQuestion("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise InvalidQuestion("The body is not a JSON object.")
    return found


def read_question(body: Json, without: Wanted | None = None) -> Question:
    """One question.

    Args:
        body: with `subject`, `action`, `resource` and perhaps `context`.
        without: the part that a search looks for, of which only the type counts.

    Raises:
        InvalidQuestion: something is missing or of the wrong type; the message names the place.
    """
    parts = [_entity(body.get(name), name, _LEFT_OUT[without] if without == name else "") for name in _PARTS]
    return Question(*parts, _object_at(body, "context"))


def read_batch(body: Json) -> Batch | None:
    """Several questions; None where the body asks just one.

    Raises:
        InvalidQuestion: the list or its options are not written as they have to be.
    """
    items = body.get("evaluations")
    if items is None or items == []:
        return None
    if not isinstance(items, list):
        raise InvalidQuestion("evaluations is not an array.")
    if len(items) > MOST_QUESTIONS:
        raise InvalidQuestion(f"evaluations has more than {MOST_QUESTIONS} items.")
    named = _object_at(body, "options").get("evaluations_semantic", Semantic.EXECUTE_ALL)
    if named not in list(Semantic):
        raise InvalidQuestion(f"options.evaluations_semantic has to be one of {', '.join(Semantic)}.")
    common = _Common(body)
    return Batch((partial(common.question, item) for item in items), Semantic(named))


def read_search(wanted: Wanted, body: Json) -> tuple[Search, Page]:
    """A search and the page of its results that is asked for.

    Raises:
        InvalidQuestion: something is missing or of the wrong type.
    """
    page = _object_at(body, "page")
    token = page.get("token", page.get("next_token", ""))
    limit = page.get("limit")
    if not isinstance(token, str) or len(token) > _LONGEST_TEXT:
        raise InvalidQuestion("page.token is not a text.")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 0):
        raise InvalidQuestion("page.limit is not a number from 0.")
    return Search(wanted, read_question(body, without=wanted)), Page(token, limit)


class _Common:
    """What several questions have in common; each part is read once, when the first of them needs it."""

    def __init__(self, body: Json) -> None:
        self._body = body
        self._read: dict[str, Any] = {}
        self._filling = {name: _type_of(body.get(name)) for name in _PARTS}

    def question(self, item: Any) -> Question:
        """One of the questions: its parts stand in the place of the common ones, whose type fills a gap."""
        if not isinstance(item, dict):
            raise InvalidQuestion("An item of evaluations is not an object.")
        subject, action, resource = [
            self._own(item[name], name) if name in item else self._read.get(name) or self._once(name) for name in _PARTS
        ]
        context = _object_at(item, "context") if "context" in item else self._context
        return Question(subject, action, resource, context)

    @cached_property
    def _context(self) -> Json:
        return _object_at(self._body, "context")

    def _own(self, given: Any, name: str) -> Any:
        lacks_type = isinstance(given, dict) and "type" not in given
        return _entity(given | self._filling[name] if lacks_type else given, name)

    def _once(self, name: str) -> Any:
        found = self._read[name] = _entity(self._body.get(name), name)
        return found


def _type_of(given: Any) -> Json:
    return {"type": given["type"]} if isinstance(given, dict) and "type" in given else _NOTHING


def _entity(given: Any, name: str, left_out: str = "") -> Any:
    """A subject, an action or a resource.

    Args:
        given: as it stands in the question.
        name: which of them.
        left_out: what need not be there.
    """
    part = _PARTS[name]
    if given is None and left_out == "name":
        return part.kind("")
    if not isinstance(given, dict):
        raise InvalidQuestion(f"{name} is {'missing' if given is None else 'not an object'}.")
    texts = ["" if key == left_out else _text(given.get(key), name, key) for key in part.texts]
    properties = _object_at(given, "properties", part.properties) if "properties" in given else _NOTHING
    return part.kind(*texts, properties)


def _text(value: Any, name: str, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidQuestion(f"{name}.{key} is {'missing' if value is None else 'not a text'}.")
    if len(value) > _LONGEST_TEXT:
        raise InvalidQuestion(f"{name}.{key} is longer than {_LONGEST_TEXT} characters.")
    return value


def _object_at(body: Json, name: str, place: str = "") -> Json:
    value = body.get(name)
    if value is None:
        return _NOTHING
    if not isinstance(value, dict):
        raise InvalidQuestion(f"{place or name} is not an object.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _number(text: str) -> float:
    found = float(text)
    if math.isinf(found):
        raise ValueError("a number is too large")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
