"""The demo's people and groups, loaded into a directory that runs: by the same operations that everybody uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapter.caller import Caller
from adapter.errors import EntityAlreadyExists
from adapter.iam import Iam
from adapter.ldap import GROUP, USER, Noun
from adapter.ldap.dn import parse
from adapter.ldap.noun import OBJECT_CLASS
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
    if entry.values(USER.naming):
        yield from _user_steps(entry)
    else:
        yield from _group_steps(entry)


def _user_steps(entry: Entry) -> Iterator[_Step]:
    params = {field: _text(entry, USER, field) for field in ("user_name", "display_name", "email")}
    yield "create_user", params
    name = params["user_name"]
    yield "create_login_profile", {"user_name": name, "password": DEMO_PASSWORD, "password_reset_required": False}


def _group_steps(entry: Entry) -> Iterator[_Step]:
    name = _name(entry.dn)
    if entry.values(OBJECT_CLASS):
        yield "create_group", {"group_name": name, "display_name": _text(entry, GROUP, "display_name")}
    for policy in _texts(entry, GROUP, "attached_policies"):
        yield "attach_group_policy", {"group_name": name, "policy_arn": _system_policy(_name(policy))}
    for member in _texts(entry, GROUP, "members"):
        yield "add_user_to_group", {"group_name": name, "user_name": _name(member)}


def _system_policy(name: str) -> str:
    return iam_arn(SYSTEM_ACCOUNT, "policy", "/", name)


def _texts(entry: Entry, noun: Noun[Any], field: str) -> list[str]:
    return [value.decode() for value in entry.values(noun.attribute(field))]


def _text(entry: Entry, noun: Noun[Any], field: str) -> str:
    return next(iter(_texts(entry, noun, field)), "")


def _name(dn: str) -> str:
    return parse(dn)[0][0][1]
