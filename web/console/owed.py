"""A sign-in whose password was right but which still owes something: nobody is signed in yet.

What is kept proves the password step and nothing else: it opens the pages that ask for the rest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import session

from adapter import Attempt, HalfDone, Owed

_PATIENCE = 15 * 60
"""Seconds in which the rest has to be done."""
PAGES = {Owed.CODE: "console.mfa_code", Owed.NEW_PASSWORD: "console.new_password"}
"""What asks for it, in the order in which it is asked for."""


@dataclass(frozen=True, slots=True)
class Owing:
    """Who still owes something, and where they wanted to go.

    Attributes:
        name: None for the root user.
        half_done: what the library needs to go on.
        owed: what is left.
    """

    account: str
    name: str | None
    target: str
    half_done: HalfDone
    owed: tuple[Owed, ...]


def owe(attempt: Attempt, account: str, name: str | None, target: str) -> str:
    """Remembers the attempt under a new session; it holds no secret and opens no page but those that it owes.

    Returns:
        The endpoint of the next page.
    """
    owed = [each for each in PAGES if each in attempt.owed]
    half_done = attempt.half_done.to_text() if attempt.half_done else ""
    session.clear()
    session["owed"] = {
        "account": account,
        "name": name,
        "target": target,
        "since": int(time.time()),
        "half_done": half_done,
        "left": [each.value for each in owed],
    }
    return PAGES[owed[0]]


def owing(step: Owed) -> Owing | None:
    """The attempt that this browser has open and that owes a step next, unless it has taken too long."""
    kept = session.get("owed")
    if not kept or time.time() - kept["since"] > _PATIENCE:
        session.pop("owed", None)
        return None
    try:
        left = tuple(Owed(each) for each in kept["left"])
        half_done = HalfDone.from_text(kept["half_done"])
    except (KeyError, ValueError):  # an older release's
        session.pop("owed", None)
        return None
    if not left or left[0] is not step:
        return None
    return Owing(kept["account"], kept["name"], kept["target"], half_done, left)
