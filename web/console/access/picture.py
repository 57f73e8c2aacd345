"""The access of one user: what it may do service by service, and a picture of the groups and policies that let it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from adapter.policy import Document, MalformedDocument, read_document
from adapter.services.access import ServiceAccess, service_accesses
from adapter.services.summary import Grant, summary
from web.console.access_graph import Reached, Way, draw
from web.console.components import Result, command, do, may
from web.console.policies.words import service_title
from web.console.users.page import user_page
from web.current import services
from web.throttle import Throttle

_MOST_SERVICES = 6
"""A policy that speaks of more services gets one box for all of them; the table names each."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/users/<name>/access", "user_access", access, methods=["GET"])


def access(name: str) -> ResponseReturnValue:
    """Service by service what the user may do, and from the user over groups and policies to services."""
    aws = command("iam", "list-policies-granting-service-access", arn="ARN", service_namespaces="SERVICE")
    return user_page(name, "access", {}, _read, aws)


def _read(user: dict[str, Any]) -> Result:
    """What the tab shows.

    Raises:
        AccessDenied: somebody may not read all policies that reach the user.
    """
    source = {"policy_source_arn": user["arn"]}
    found = do("describe_reach", **source)
    documents = {_identity(policy): _document(policy["document"]) for policy in found["policies"]}
    rows = [(policy, _accesses(documents[_identity(policy)])) for policy in found["policies"]]
    groups = {group["group_name"]: group["display_name"] for group in found["groups"]}
    ways = [Way(_identity(policy), policy["policy_name"], policy["via"]) for policy, _ in rows]
    reached = [one for policy, accesses in rows for one in _reached(_identity(policy), accesses)]
    return {
        "rows": rows,
        "groups": groups,
        "boundary": found["boundary"],
        "grants": _grants(found, documents),
        "known": {prefix for prefix, _ in services().titles()},
        "can_simulate": may(it=("simulate_principal_policy", source | {"action_names": ["iam:GetUser"]}))["it"],
        "picture": draw(user["user_name"], groups, ways, reached),
    }


def _grants(found: Result, documents: dict[str, Document | None]) -> tuple[Grant, ...] | None:
    """What all policies come to; None where something can't be read or is missing, so that everything is denied."""
    boundary = _document(found["boundary"]["document"]) if found["boundary"] else None
    is_broken = found["boundary_missing"] or (found["boundary"] and boundary is None) or None in documents.values()
    if is_broken:
        return None
    named = {_identity(policy): policy["policy_name"] for policy in found["policies"]}
    policies = [(named[identity], document) for identity, document in documents.items() if document]
    return summary(policies, [boundary] if boundary else None, services())


def _identity(policy: dict[str, Any]) -> str:
    """Tells policies apart: an inline one has no ARN and belongs to its holder."""
    return str(policy["policy_arn"] or f"{policy['via']} {policy['policy_name']}")


def _document(text: str) -> Document | None:
    try:
        return read_document(text, kind="identity")
    except MalformedDocument:
        return None


def _accesses(document: Document | None) -> tuple[ServiceAccess, ...]:
    return service_accesses(document, services()) if document else ()


def _reached(policy: str, accesses: tuple[ServiceAccess, ...]) -> list[Reached]:
    if len(accesses) > _MOST_SERVICES:
        return [Reached(policy, ngettext("%(num)s service", "%(num)s services", len(accesses)), allows=True)]
    return [Reached(policy, service_title(each), allows=each.allows) for each in accesses]
