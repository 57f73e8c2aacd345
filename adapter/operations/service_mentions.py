"""Which managed policies speak of a service, and of actions that it does not have.

Inline policies are not looked at: there may be one for each of very many users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from adapter.ldap import POLICY, SYSTEM_POLICY
from adapter.models import Policy
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.views import View
from adapter.policy import MalformedDocument, read_document
from adapter.services.lint import actions_of, means_any
from adapter.services.reading import read_definition


def list_policies_naming_service(call: Call, *, prefix: str, with_definition: str | None = None, page: Page) -> Result:
    """Lists the managed policies that name a service, with its actions that they name.

    Args:
        call: the call.
        prefix: of the service.
        with_definition: what is to be registered of it; tells which of those actions there would not be any more.
        page: which part of the list.

    Raises:
        InvalidDefinition: says what is wrong with the definition, and where.
    """
    known = read_definition(with_definition).action_names if with_definition else None
    present = call.services().actions(prefix)
    policies = [*call.store.find(POLICY, call.account), *call.store.find(SYSTEM_POLICY, call.account)]
    rows = sorted(_rows(policies, prefix, cache(lambda name: _goes(name, present, known))), key=_order)
    chosen, more = page.cut(rows, _order)
    unknown = sum(bool(row["unknown_actions"]) for row in rows)
    return {"policies": list(chosen), "total": len(rows), "with_unknown_actions": unknown} | more


def _order(row: View) -> str:
    return f"{row['policy_name']} {row['policy_arn']}".casefold()


def _goes(name: str, present: tuple[str, ...], known: tuple[str, ...] | None) -> bool:
    """Whether an action, or a pattern, means nothing with what is to be registered, and not just as it does now."""
    if known is None or means_any(name, known):
        return False
    return not present or means_any(name, present)


def _rows(policies: list[Policy], prefix: str, goes: Callable[[str], bool]) -> Iterator[View]:
    for policy in policies:
        actions = _actions(policy.document, prefix)
        if actions:
            yield {
                "policy_name": policy.policy_name,
                "policy_arn": policy.arn,
                "kind": "system" if policy.is_system else "customer",
                "actions": list(actions),
                "unknown_actions": [name for name in actions if goes(name)],
            }


def _actions(document: str, prefix: str) -> tuple[str, ...]:
    """The actions of a service that a document names; none of one that can't be read."""
    if f"{prefix}:" not in document.lower() and "\\" not in document:
        return ()
    try:
        return actions_of(read_document(document, kind="identity"), prefix)
    except MalformedDocument:
        return ()
