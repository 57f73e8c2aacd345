"""Who sees and gets what: every page and every form of the console, for five kinds of people.

The marks stand for the root user, an administrator, somebody who may read everything, somebody who may only look after
her own credentials, and somebody without any right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from tests.web.personas import Cast, Facts
from tests.web.visitor import Visitor

ALL = "ooooo"
READERS = "oooxx"
"""May be read by who may read everything."""
RIGHTS = "++-xx"
"""Read by who may read everything, and with buttons for who may change it."""
DONE = "++xxx"
"""Done for who may change things, refused by the door for everybody else."""

Send = Callable[[Visitor, Facts, Cast, str], TestResponse]


@dataclass(frozen=True)
class See:
    """A page.

    Attributes:
        endpoint: without the name of the console.
        path: below `/console/`; what stands in braces is made for it.
        gets: for each persona `o` a page, `+` a page on which the buttons can be pressed, `-` one on which none of them
            can and each says why, `.` one without them, `x` a refusal that names what is missing, `?` not found, `>`
            another page instead, `!` an error that says why it makes no sense.
        given: what is made for it.
        buttons: what stands on the buttons that take a right.
    """

    endpoint: str
    path: str
    gets: str
    given: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deed:
    """A form that is sent.

    Attributes:
        gets: for each persona `+` when it is done, `x` when the door refuses it and says what is missing, `?` when
            there is nothing of that kind, `>` when it leads to the sign-in, `!` when it can't be done for another
            reason.
        right: the action that somebody lacks who may read everything.
        fields: what is sent.
        send: how it is sent, when that takes several steps.
        ends_session: whoever has done it has to sign in again.
    """

    endpoint: str
    path: str
    gets: str
    right: str = ""
    given: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    send: Send | None = None
    ends_session: bool = False


POLICY = "policies/policy"
ME = "credentials"
