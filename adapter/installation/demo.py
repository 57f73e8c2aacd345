"""The demo's people and groups, loaded into a directory that runs: by the same operations that everybody uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapter.caller import Caller
from adapter.errors import EntityAlreadyExists
from adapter.iam import Iam
from adapter.ldap.dn import parse
from adapter.names import SYSTEM_ACCOUNT, iam_arn
from adapter.server.ldif import Entry
from adapter.server.suffix import Suffix
from adapter.server.tree import DEMO_PASSWORD, Tree

_Step = tuple[str, dict[str, Any]]


def load_demo(iam: Iam, caller: Caller, suffix: str) -> None:
    """Makes what is missing of the demo and leaves alone what is there.

    Args:
        iam: the directory's operations.
        caller: the operator.
        suffix: the directory's.

    Raises:
        IamError: an operation was refused.
    """
    for entry in Tree(Suffix.parse(suffix), hash_password=str).demo():
        for operation, params in _steps(entry):
            try:
                iam.execute(caller, operation, params)
            except EntityAlreadyExists:
                continue


def _steps(entry: Entry) -> Iterator[_Step]:
    """What makes one entry of the demo's LDIF."""
    if _text(entry, "uid"):
        yield from _user_steps(entry)
    else:
        yield from _group_steps(entry)


def _user_steps(entry: Entry) -> Iterator[_Step]:
    name = _text(entry, "uid")
    yield "create_user", {"user_name": name, "display_name": _text(entry, "displayName"), "email": _text(entry, "mail")}
    yield "create_login_profile", {"user_name": name, "password": DEMO_PASSWORD, "password_reset_required": False}


def _group_steps(entry: Entry) -> Iterator[_Step]:
    name = _name(entry.dn)
    if entry.values("objectClass"):
        yield "create_group", {"group_name": name, "display_name": _text(entry, "displayName")}
    for policy in entry.values("iamAttachedPolicy"):
        arn = iam_arn(SYSTEM_ACCOUNT, "policy", "/", _name(policy.decode()))
        yield "attach_group_policy", {"group_name": name, "policy_arn": arn}
    for member in entry.values("member"):
        yield "add_user_to_group", {"group_name": name, "user_name": _name(member.decode())}


def _text(entry: Entry, attribute: str) -> str:
    values = entry.values(attribute)
    return values[0].decode() if values else ""


def _name(dn: str) -> str:
    return parse(dn)[0][0][1]
