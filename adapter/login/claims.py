"""What the web layer keeps of a sign-in, finished or half done: nothing secret, and under a signature."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class SignInRefused(Exception):
    """The sign-in failed. There is one message for every reason, so that nobody learns which names exist."""

    message = "Your authentication information is incorrect. Please try again."

    def __init__(self) -> None:
        super().__init__(self.message)


class ProofRefused(Exception):
    """The second factor, or the password that was asked for again, is not right.

    Attributes:
        free_at: when the next code will be looked at, if there were too many wrong ones; else None.
    """

    def __init__(self, free_at: datetime | None = None) -> None:
        super().__init__("The proof is not right.")
        self.free_at = free_at


class Owed(StrEnum):
    """What has to be done before a sign-in is complete."""

    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105  # the name of a step
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClaims:
    """What a console session rests on.

    Attributes:
        dn, unique_id: the entry that signed in; a re-created namesake has another id.
        password_mark: when the password was last changed, as it was at sign-in.
        signed_in_at: seconds since the epoch.
        mfa_at: when a second factor was last given; None when none was.
        proved_at: when the person last proved who they are after signing in; None when they have not.
    """

    account_id: str
    kind: str
    dn: str
    unique_id: str
    password_mark: str
    signed_in_at: float
    mfa_at: float | None = None
    proved_at: float | None = None

    def to_text(self) -> str:
        """The claims as text for a cookie."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> SessionClaims:
        """Reads claims back.

        Raises:
            ValueError: these are no claims (an older release's, for example).
        """
        return _made(cls, json.loads(text))

    @property
    def mfa_time(self) -> datetime | None:
        """When a second factor was last given."""
        return None if self.mfa_at is None else datetime.fromtimestamp(self.mfa_at, UTC)

    @property
    def proof_time(self) -> datetime:
        """When the person last proved who they are, in whichever way."""
        return datetime.fromtimestamp(max(self.signed_in_at, self.mfa_at or 0, self.proved_at or 0), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDone:
    """A sign-in whose password was right and that still owes something. It opens nothing.

    Attributes:
        claims: what the session will rest on.
        must_change: the password has to be replaced as well.
    """

    claims: SessionClaims
    must_change: bool = False

    def to_text(self) -> str:
        """The sign-in as text for a cookie."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> HalfDone:
        """Reads it back.

        Raises:
            ValueError: this is none (an older release's, for example).
        """
        content: Any = json.loads(text)
        if not isinstance(content, dict) or not isinstance(content.get("claims"), dict):
            raise ValueError("this is no half-done sign-in")
        return _made(cls, content | {"claims": _made(SessionClaims, content["claims"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in whose password was right.

    Attributes:
        session: the claims of the session; None as long as something else than a second factor's enrolment is owed.
            While that is owed, the session is good for it alone.
        owed: what has to be done first; a code comes before a new password.
        half_done: where to go on from, while there is no session.
    """

    session: SessionClaims | None
    owed: frozenset[Owed] = frozenset()
    half_done: HalfDone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A sign-in by a passkey alone, and who that was.

    Attributes:
        account: the account's id.
        name: of the user; None for the root user.
    """

    attempt: Attempt
    account: str
    name: str | None


def _made(kind: type[T], content: Any) -> T:
    try:
        return kind(**content)
    except TypeError as error:
        raise ValueError(f"these are no {kind.__name__}") from error
