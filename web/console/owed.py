"""A sign-in whose password was right but which still owes something: nobody is signed in yet."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import session

_PATIENCE = 15 * 60
"""Seconds in which the new password has to be chosen."""


@dataclass(frozen=True, slots=True)
class Owing:
    """Who has to choose a new password, and where they wanted to go.

    Attributes:
        name: None for the root user.
    """

    account: str
    name: str | None
    target: str


def owe_new_password(account: str, name: str | None, target: str) -> None:
    """Remembers the attempt under a new session; it holds no secret and opens no page but one."""
    session.clear()
    session["owed"] = {"account": account, "name": name, "target": target, "since": int(time.time())}


def owing() -> Owing | None:
    """The attempt that this browser has open, unless it has taken too long."""
    kept = session.get("owed")
    if not kept or time.time() - kept["since"] > _PATIENCE:
        session.pop("owed", None)
        return None
    return Owing(kept["account"], kept["name"], kept["target"])
