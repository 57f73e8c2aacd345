"""What an enforcer rests on: something that knows who calls and decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from adapter.decisions import Act
from adapter.errors import IamError
from adapter.wsgi import Environ

CALLER_KEY: Final = "bindery.caller"
"""Where a WSGI environment holds whom an enforcer has let pass, as a `Known`."""


class NotAuthenticated(IamError):
    """It is not known who sent a request, or the proof is not good."""

    code, status = "NotAuthenticated", 401


@dataclass(frozen=True, slots=True)
class Known:
    """Whoever sent a request.

    Attributes:
        arn: of the user, or of the session.
        account_id: of their account.
        body: of the request, as far as what proves the sender covers it; None where nothing does.
        proof: what the backend needs to decide.
    """

    arn: str
    account_id: str
    body: bytes | None = field(default=None, repr=False)
    proof: object = field(default=None, repr=False)


class Backend(Protocol):
    """Knows who calls and decides."""

    def identify(self, environ: Environ) -> Known:
        """Whoever sent a request (WSGI).

        Raises:
            NotAuthenticated: nobody knows.
        """

    def hold(self, known: Known, act: Act, environ: Environ) -> None:
        """Lets an act pass or refuses it.

        Raises:
            AccessDenied: the policies of whoever sent the request do not allow it; the message says why.
        """
