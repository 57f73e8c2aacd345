"""How events are said: who did it, on what, and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_KINDS: Final = {
    "user": "User",
    "assumed-role": "Role session",
    "federated-user": "Federated user",
    "root": "Root user",
    "group": "Group",
    "role": "Role",
    "policy": "Policy",
    "mfa": "MFA device",
}
_STATUS: Final = {"Succeeded": ("good", "Succeeded"), "Denied": ("bad", "Denied"), "Failed": ("warn", "Failed")}
_FACTORS: Final = {
    "password": "Password",
    "mfa": "Password and second factor",
    "key": "Access key",
    "federation": "Identity provider",
}
_OUTCOMES: Final = {
    "wrong": "Wrong password",
    "wrong code": "Wrong code",
    "locked": "Locked after too many attempts",
    "expired": "The password had expired",
    "code owed": "The password was right; a code was still to come",
    "new_password owed": "The password was right; a new one was still to come",
}


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
    parts = arn.split(":", 5)
    if len(parts) != 6:
        return Named("Anything" if arn == "*" else arn)
    kind, _, name = parts[5].partition("/")
    if kind == "assumed-role":
        return Named(name, _KINDS[kind])
    return Named(name.rpartition("/")[2] or kind, _KINDS.get(kind, ""))


def status(event: dict[str, Any]) -> tuple[str, str]:
    """The kind of an outcome, for its colour and icon, and its word."""
    return _STATUS[event["kind"]]


def outcome(event: dict[str, Any]) -> str:
    """What an outcome means beyond its word: an error code, or why a sign-in was refused."""
    code = str(event["outcome"])
    return "" if code == "ok" or event["kind"] == "Denied" else _OUTCOMES.get(code, code)


def factor(event: dict[str, Any]) -> str:
    """How the actor proved who they are."""
    return _FACTORS.get(event["factor"], event["factor"] or "—")
