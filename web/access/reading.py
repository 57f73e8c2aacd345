"""Questions as services write them: JSON, of which nothing is taken on trust.

Source: OpenID Authorization API 1.0, "Information model", "Access Evaluations API", "Search APIs".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NoReturn

from adapter.decisions import Action, InvalidQuestion, Page, Question, Resource, Search, Semantic, Subject, Wanted
from adapter.decisions.search import DEFAULT_LIMIT, MOST_RESULTS

Json = Mapping[str, Any]

MOST_QUESTIONS: Final = 1000
_LONGEST_TEXT: Final = 4096
_ENTITIES: Final[dict[str, tuple[type[Any], tuple[str, ...]]]] = {
    "subject": (Subject, ("type", "id")),
    "action": (Action, ("name",)),
    "resource": (Resource, ("type", "id")),
}
"""The parts of a question, and what each of them has to have."""
_LEFT_OUT: Final = {Wanted.SUBJECT: "id", Wanted.RESOURCE: "id", Wanted.ACTION: "name"}
_NOTHING: Final[Json] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """Several questions; each is read when it is asked, because what is wrong with one concerns no other."""

    questions: tuple[Callable[[], Question], ...]
    semantic: Semantic


def read_json(body: bytes) -> Json:
    """The JSON object that a body holds.

    Raises:
        InvalidQuestion: it holds something else, has a name twice, or is nested too deeply.
    """
    try:
        found = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
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
    parts = {name: _entity(body, name, _LEFT_OUT[without] if without == name else "") for name in _ENTITIES}
    return Question(**parts, context=_object_at(body, "context"))


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
    if named not in set(Semantic):
        raise InvalidQuestion(f"options.evaluations_semantic has to be one of {', '.join(Semantic)}.")
    common = _Common(body)
    return Batch(tuple(partial(common.question, item) for item in items), Semantic(named))


def read_search(wanted: Wanted, body: Json) -> tuple[Search, Page]:
    """A search and the page of its results that is asked for.

    Raises:
        InvalidQuestion: something is missing or of the wrong type.
    """
    page = _object_at(body, "page")
    token = page.get("token", page.get("next_token", ""))
    limit = page.get("limit", DEFAULT_LIMIT)
    if not isinstance(token, str) or len(token) > _LONGEST_TEXT:
        raise InvalidQuestion("page.token is not a text.")
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_RESULTS:
        raise InvalidQuestion(f"page.limit is not a number from 1 to {MOST_RESULTS}.")
    return Search(wanted, read_question(body, without=wanted)), Page(token, limit)


class _Common:
    """What several questions have in common; each part is read once, when the first of them needs it."""

    def __init__(self, body: Json) -> None:
        self._body = body
        self._read: dict[str, Any] = {}

    def question(self, item: Any) -> Question:
        """One of the questions: its parts stand in the place of the common ones, whose type and id fill gaps."""
        if not isinstance(item, dict):
            raise InvalidQuestion("An item of evaluations is not an object.")
        parts = {name: self._part(item, name) for name in _ENTITIES}
        context = _object_at(item, "context") if "context" in item else self._once("context", _object_at)
        return Question(**parts, context=context)

    def _part(self, item: Json, name: str) -> Any:
        own, common = item.get(name), self._body.get(name)
        if own is None and name not in item:
            return self._once(name, _entity)
        if isinstance(own, dict) and isinstance(common, dict):
            filled = {key: common[key] for key in _ENTITIES[name][1] if key in common}
            return _entity({name: {**filled, **own}}, name)
        return _entity(item, name)

    def _once(self, name: str, read: Callable[[Json, str], Any]) -> Any:
        if name not in self._read:
            self._read[name] = read(self._body, name)
        return self._read[name]


def _entity(body: Json, name: str, left_out: str = "") -> Any:
    kind, required = _ENTITIES[name]
    if name not in body and left_out == "name":
        return kind(name="")
    given = _object_at(body, name, required=True)
    texts = {key: "" if key == left_out else _text_at(given, name, key) for key in required}
    return kind(**texts, properties=_object_at(given, "properties", f"{name}.properties"))


def _text_at(given: Json, name: str, key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidQuestion(f"{name}.{key} is {'missing' if value is None else 'not a text'}.")
    if len(value) > _LONGEST_TEXT:
        raise InvalidQuestion(f"{name}.{key} is longer than {_LONGEST_TEXT} characters.")
    return value


def _object_at(body: Json, name: str, place: str = "", *, required: bool = False) -> Json:
    value = body.get(name)
    if value is None and not required:
        return _NOTHING
    if not isinstance(value, dict):
        raise InvalidQuestion(f"{place or name} is {'missing' if value is None else 'not an object'}.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
