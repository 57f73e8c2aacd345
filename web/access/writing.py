"""Answers as services read them.

Source: OpenID Authorization API 1.0, "The Access Evaluation API response", "Error responses".
"""

from __future__ import annotations

from typing import Any, Final

from adapter import IamError
from adapter.decisions import Action, Answer, NoSuchSubject, Resource, SearchResults, Subject
from adapter.policy import StatementRef

_PATHS: Final = {
    "access_evaluation_endpoint": "evaluation",
    "access_evaluations_endpoint": "evaluations",
    "search_subject_endpoint": "search/subject",
    "search_resource_endpoint": "search/resource",
    "search_action_endpoint": "search/action",
}


def answer_document(answer: Answer) -> dict[str, Any]:
    """A decision with its reason, as far as the one who asks may know it."""
    document: dict[str, Any] = {"decision": answer.allowed}
    if answer.error is not None:
        document["context"] = {"error": {"status": answer.error.status, "message": answer.error.message}}
    elif answer.reason is not None:
        reason = answer.reason
        document["context"] = {"effect": reason.effect.value, "reason": reason.sentence}
        if reason.statement is not None:
            document["context"]["statement"] = _statement(reason.statement)
    return document


def _statement(ref: StatementRef) -> dict[str, Any]:
    """The deciding statement; inline policies have no ARN, and few statements an id."""
    document: dict[str, Any] = {"policy": ref.policy, "index": ref.index}
    if ref.arn:
        document["arn"] = ref.arn
    if ref.sid:
        document["sid"] = ref.sid
    return document


def results_document(results: SearchResults) -> dict[str, Any]:
    """What was found, and where to go on."""
    page = {"next_token": results.next_token, "count": len(results.found)}
    return {"page": page, "results": [_entity(one) for one in results.found]}


def nobody_document(error: NoSuchSubject) -> dict[str, Any]:
    """The results of a search about somebody who does not exist."""
    return {"page": {"next_token": "", "count": 0}, "context": {"reason": error.message}, "results": []}


def metadata_document(origin: str) -> dict[str, Any]:
    """What this decision point can do, and where.

    Args:
        origin: scheme and host under which it is asked.
    """
    return {"policy_decision_point": origin} | {name: f"{origin}/access/v1/{path}" for name, path in _PATHS.items()}


def refusal_text(error: IamError) -> str:
    """What is told of a refusal; nothing of what went wrong inside."""
    return error.message if error.status != 500 else "The request failed. The server's log has the details."


def _entity(one: Subject | Resource | Action) -> dict[str, Any]:
    return {"name": one.name} if isinstance(one, Action) else {"type": one.type, "id": one.id}
