"""Case files: a request and its policies on one line of JSON, and the answer to it.

    {"request": {"principal", "action", "resource", "resourceAccount"?, "context"?}, "identityPolicies": [document, …],
     "permissionBoundaries"?: [document], "sessionPolicy"?: document, "resourcePolicy"?: document,
     "expected"?: decision, "id"?: …, "tags"?: […]}

The context is complete: no key is added. A resource policy that is absent is not judged; only where `resourceAccount`
says that the resource is another account's, its owner has allowed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from adapter.policy import jsontext
from adapter.policy.compiled import CompiledPolicy, compile_policy
from adapter.policy.decision import Decision
from adapter.policy.document import Kind, build_document
from adapter.policy.evaluate import evaluate
from adapter.policy.policies import Policies
from adapter.policy.request import Request
from adapter.policy.templates import ContextValue

LONGEST_LINE = 4_194_304
"""Characters; far above what the policies of one principal can come to."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, taken apart.

    Attributes:
        expected: the decision that its author expects, if they say.
    """

    request: Request
    policies: Policies
    expected: str | None
    id: Any


def evaluate_cases(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """Answers case lines, one result each, in order.

    A result has `decision` and `reason`, or `error` for a line that is not a case; and the case's `id` if it has one.
    """
    for line in lines:
        try:
            case = parse_case(line)
            yield answer(case, evaluate(case.request, case.policies))
        except ValueError as error:
            yield {"error": str(error)}


def answer(case: Case, decision: Decision) -> dict[str, Any]:
    """The result line of a decided case."""
    result: dict[str, Any] = {} if case.id is None else {"id": case.id}
    return {**result, "decision": decision.effect.value, "reason": decision.sentence()}


def parse_case(line: str | bytes) -> Case:
    """Reads one line.

    Raises:
        ValueError: it is not a case, or one of its documents is malformed.
    """
    raw = jsontext.load(line, LONGEST_LINE)
    if not isinstance(raw, dict):
        raise ValueError("a case is a JSON object")
    boundary = _documents(raw.get("permissionBoundaries"), "permissionBoundaries", "identity")
    session = _documents(raw.get("sessionPolicy"), "sessionPolicy", "identity")
    resource = _documents(raw.get("resourcePolicy"), "resourcePolicy", "resource")
    if len(resource) > 1:
        raise ValueError("resourcePolicy: a resource has one policy")
    expected = raw.get("expected")
    return Case(
        request=_request(raw.get("request")),
        policies=Policies(
            identity=_documents(raw.get("identityPolicies"), "identityPolicies", "identity"),
            boundary=boundary or None,
            session=session or None,
            resource=resource[0] if resource else None,
        ),
        expected=expected if isinstance(expected, str) else None,
        id=_plain(raw.get("id")),
    )


def _request(raw: Any) -> Request:
    if not isinstance(raw, dict):
        raise ValueError("request: a JSON object is missing")
    for name in ("principal", "action", "resource"):
        if not jsontext.is_text(raw.get(name)):
            raise ValueError(f"request.{name}: a string is missing")
    account = raw.get("resourceAccount")
    if not (account is None or isinstance(account, str)):
        raise ValueError("request.resourceAccount: not a string")
    context = _context(raw.get("context"))
    return Request(raw["principal"], raw["action"], raw["resource"], context, str(account) if account else None)


def _context(raw: Any) -> dict[str, ContextValue]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise ValueError("request.context: not a JSON object")
    if len({key.lower() for key in raw}) != len(raw):
        raise ValueError("request.context: a key stands twice (the case of its letters does not matter)")
    return {
        key: tuple(_text(one, key) for one in value) if isinstance(value, list) else _text(value, key)
        for key, value in raw.items()
        if value is not None
    }


def _text(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    raise ValueError(f"request.context.{key[:80]}: not a string, a number, a boolean or a list of them")


def _documents(raw: Any, name: str, kind: Kind) -> tuple[CompiledPolicy, ...]:
    documents = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(
        compile_policy(build_document(_inner(document), kind=kind), name=f"{name}[{n}]")
        for n, document in enumerate(documents)
    )


def _inner(document: Any) -> Any:
    """A document may stand as JSON, or as a string of JSON as the API takes it."""
    return jsontext.load(document, LONGEST_LINE) if isinstance(document, str) else document


def _plain(value: Any) -> Any:
    """A number as JSON has it."""
    return json.loads(value) if isinstance(value, jsontext.Number) else value
