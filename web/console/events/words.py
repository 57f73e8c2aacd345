"""How events are said: who did it, on what, and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from adapter.services.checks import OURS
from web.current import services

_KINDS: Final = {
    "user": lazy_gettext("User"),
    "assumed-role": lazy_gettext("Role session"),
    "federated-user": lazy_gettext("Federated user"),
    "root": lazy_gettext("Root user"),
    "group": lazy_gettext("Group"),
    "role": lazy_gettext("Role"),
    "policy": lazy_gettext("Policy"),
    "mfa": lazy_gettext("MFA device"),
    "service": lazy_gettext("Service"),
}
_STATUS: Final = {
    "Succeeded": ("good", lazy_gettext("Succeeded")),
    "Denied": ("bad", lazy_gettext("Denied")),
    "Failed": ("warn", lazy_gettext("Failed")),
}
_FACTORS: Final = {
    "password": lazy_gettext("Password"),
    "mfa": lazy_gettext("Password and second factor"),
    "key": lazy_gettext("Access key"),
    "certificate": lazy_gettext("Client certificate"),
    "federation": lazy_gettext("Identity provider"),
}
_OUTCOMES: Final = {
    "wrong": lazy_gettext("Wrong password"),
    "wrong code": lazy_gettext("Wrong code"),
    "locked": lazy_gettext("Locked after too many attempts"),
    "expired": lazy_gettext("The password had expired"),
    "code owed": lazy_gettext("The password was right; a code was still to come"),
    "new_password owed": lazy_gettext("The password was right; a new one was still to come"),
}


_OUTSIDE: Final = "bindery:OutsideChange"
_UNKNOWN: Final = "unknown"
"""Who removed an entry with another tool: the directory does not tell."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an ARN, said shortly.

    Attributes:
        name: the end of its ARN.
        kind: what it is; empty where that is not known.
    """

    name: str
    kind: str = ""


def named(arn: str) -> Named:
    """The name in an ARN and what kind of thing it is; a text that is no ARN is its own name."""
    if arn == _UNKNOWN:
        return Named(gettext("Unknown"))
    parts = arn.split(":", 5)
    if len(parts) != 6:
        return Named(gettext("Anything") if arn == "*" else arn)
    kind, _, name = parts[5].partition("/")
    if kind == "assumed-role":
        return Named(name, _KINDS[kind])
    return Named(name.rpartition("/")[2] or kind, _KINDS.get(kind, ""))


def service(event_name: str) -> str:
    """The service whose action an event was; empty for Bindery's own events and for services that are not known."""
    prefix = event_name.partition(":")[0]
    title = services().title(prefix)
    return "" if prefix in OURS or title == prefix else title


def status(event: dict[str, Any]) -> tuple[str, str]:
    """The kind of an outcome, for its colour and icon, and its word."""
    return _STATUS[event["kind"]]


def outcome(event: dict[str, Any]) -> str:
    """What an outcome means beyond its word: an error code, or why a sign-in was refused."""
    if event["event_name"] == _OUTSIDE:
        return gettext("Changed outside Bindery")
    code = str(event["outcome"])
    return "" if code == "ok" or event["kind"] == "Denied" else _OUTCOMES.get(code, code)


def factor(event: dict[str, Any]) -> str:
    """How the actor proved who they are."""
    return _FACTORS.get(event["factor"], event["factor"] or "—")
