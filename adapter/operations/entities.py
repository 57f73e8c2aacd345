"""Who uses a managed policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from adapter.ldap import GROUP, ROLE, USER, Noun, Where
from adapter.models import Policy
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page

_FIELDS: Final = {"PermissionsPolicy": ("attached_policies",), "PermissionsBoundary": ("boundary",)}
_BOTH: Final = ("attached_policies", "boundary")
_KINDS: Final[tuple[tuple[str, str, Noun[Any]], ...]] = (
    ("Group", "group", GROUP),
    ("Role", "role", ROLE),
    ("User", "user", USER),
)


def list_entities_for_policy(
    call: Call,
    *,
    policy_arn: str,
    entity_filter: str | None = None,
    path_prefix: str = "/",
    policy_usage_filter: str | None = None,
    page: Page,
) -> Result:
    """Lists the users, groups and roles that a policy is attached to or is the boundary of."""
    policy = call.policy(policy_arn)
    fields = _FIELDS.get(policy_usage_filter or "", _BOTH)
    kinds = [(label, noun) for name, label, noun in _KINDS if entity_filter in (None, name)]
    found = sorted(_entities(call, policy, kinds, fields, path_prefix), key=lambda each: each[0].casefold())
    chosen, more = page.cut(found, lambda each: each[0])
    return {
        f"policy_{label}s": [view for key, view in chosen if key.startswith(f"{label} ")] for _, label, _ in _KINDS
    } | more


def _entities(
    call: Call, policy: Policy, kinds: Iterable[tuple[str, Noun[Any]]], fields: tuple[str, ...], path_prefix: str
) -> Iterable[tuple[str, dict[str, str]]]:
    """Each user of the policy once: a sort key (kind and name) and how it is listed."""
    for label, noun in kinds:
        known = (f"{label}_name", f"{label}_id")
        seen: dict[str, dict[str, Any]] = {}
        for field in fields:
            if field in noun.by_name:
                using = Where.refers(field, policy.dn)
                told = call.store.survey(noun, call.account, (*known, "path", "entry_uuid"), dict, using)
                seen |= {each["dn"]: each for each in told if known[0] in each}
        for each in seen.values():
            if each.get("path", "/").startswith(path_prefix):
                yield f"{label} {each[known[0]]}", {name: each[name] for name in known}
