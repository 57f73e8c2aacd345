"""Who calls, and under which circumstances: identity apart from permission."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from adapter.models import Account, Role, RootUser, User
from adapter.names import IdPrefix, root_arn, session_arn
from adapter.sessions import Session, SessionKind
from adapter.trail.audit import AuditRecord


class CallerKind(StrEnum):
    """What kind of principal has been authenticated."""

    ROOT = "root"
    USER = "user"
    ASSUMED_ROLE = "assumed-role"
    FEDERATED_USER = "federated-user"
    STRANGER = "stranger"
    """Somebody for whom an identity provider vouches, or nobody does yet: all they can do is assume a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An authenticated principal. Holding one proves identity and grants nothing.

    Attributes:
        name: the user name; for the root user its e-mail address; for an assumed role `ROLE/SESSION`.
        dn: the entry that authenticated, or that of the role.
        mfa_time: when a second factor was last given in this session; None when none was.
        access_key_id: the key that signed the request; None for those who signed in with a password.
        certificate_id: the certificate that was shown for the request, with which nothing else is needed.
        session: the session that the request belongs to, for temporary credentials.
        proved_at: when whoever is signed in at the console last proved who they are, in whichever way; None for
            those who sign their requests.
        must_enrol: the account requires a second factor that was not given; all that is left is to set one up.
    """

    kind: CallerKind
    account_id: str
    arn: str
    unique_id: str
    name: str
    dn: str
    mfa_time: datetime | None = None
    access_key_id: str | None = None
    certificate_id: str | None = None
    session: Session | None = None
    proved_at: datetime | None = None
    must_enrol: bool = False

    @property
    def subject_id(self) -> str:
        """The unique id of the entry that everything rests on: of the role, or of the user who vouches."""
        return self.session.subject_id if self.session else self.unique_id

    @property
    def is_long_term(self) -> bool:
        """It is a long-term key or a certificate that vouches, which never tell anything about a second factor."""
        return self.certificate_id is not None or (self.access_key_id or "").startswith(IdPrefix.ACCESS_KEY)

    @property
    def factor(self) -> str:
        """The strongest proof, for the audit trail: `mfa`, `key`, `certificate`, `password` or `federation`."""
        if self.kind is CallerKind.STRANGER:
            return "federation"
        if self.mfa_time is not None:
            return "mfa"
        if self.certificate_id is not None:
            return "certificate"
        return "password" if self.access_key_id is None else "key"


def caller_of(account: Account, record: User | RootUser, access_key_id: str | None = None) -> Caller:
    """A user or the root user as a caller; the root user's id is that of its account."""
    if isinstance(record, RootUser):
        return Caller(
            kind=CallerKind.ROOT,
            account_id=account.account_id,
            arn=root_arn(account.account_id),
            unique_id=account.account_id,
            name=record.email,
            dn=record.dn,
            access_key_id=access_key_id,
        )
    return Caller(
        kind=CallerKind.USER,
        account_id=account.account_id,
        arn=record.arn,
        unique_id=record.user_id,
        name=record.user_name,
        dn=record.dn,
        access_key_id=access_key_id,
    )


def session_caller(
    account: Account, record: User | RootUser | Role, session: Session, access_key_id: str | None = None
) -> Caller:
    """Whoever holds the credentials of a session, as a caller.

    Args:
        account: the account of the role or the user.
        record: the role, or the user that the session is of.
        session: what the credentials are good for.
        access_key_id: of the temporary key.
    """
    if isinstance(record, Role):
        name = f"{record.role_name}/{session.name}"
        kind, unique_id = CallerKind.ASSUMED_ROLE, f"{record.role_id}:{session.name}"
    elif session.kind is SessionKind.FEDERATED:
        name = session.name
        kind, unique_id = CallerKind.FEDERATED_USER, f"{account.account_id}:{session.name}"
    else:
        return replace(caller_of(account, record, access_key_id), mfa_time=session.mfa_at, session=session)
    return Caller(
        kind=kind,
        account_id=account.account_id,
        arn=session_arn(account.account_id, kind.value, name),
        unique_id=unique_id,
        name=name,
        dn=record.dn,
        mfa_time=session.mfa_at,
        access_key_id=access_key_id,
        session=session,
    )


def stranger(account_id: str = "", principal: str = "anonymous", subject: str = "") -> Caller:
    """Somebody who has signed nothing, as a caller.

    Args:
        account_id: the account whose role is to be assumed.
        principal: the identity provider that vouches, as trust policies name it.
        subject: for whom it vouches.
    """
    return Caller(
        kind=CallerKind.STRANGER,
        account_id=account_id,
        arn=principal,
        unique_id=f"{principal}:{subject}",
        name=subject,
        dn="",
    )


def new_request_id() -> str:
    """An id that finds a request again in responses, logs and the audit trail (128 random bits)."""
    return secrets.token_hex(16)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """The circumstances of one request; policies can ask for most of them.

    Attributes:
        source_ip: the caller's address as text; empty for calls made on the server itself.
        secure: the request came over TLS.
        region: the region the request was signed for.
        now: one point in time for the whole request.
    """

    source_ip: str = ""
    user_agent: str = ""
    secure: bool = False
    region: str = "us-east-1"
    request_id: str = field(default_factory=new_request_id)
    now: datetime = field(default_factory=_now)

    def record(  # noqa: PLR0913  (what a line of the trail says)
        self,
        account_id: str,
        actor: str,
        event: str,
        outcome: str = "ok",
        *,
        resources: tuple[str, ...] = (),
        factor: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> AuditRecord:
        """What the audit trail is to say of something that happened under these circumstances; see `AuditRecord`."""
        return AuditRecord(
            time=self.now,
            request_id=self.request_id,
            account_id=account_id,
            actor=actor,
            event=event,
            outcome=outcome,
            resources=resources,
            source_ip=self.source_ip,
            user_agent=self.user_agent,
            factor=factor,
            params=params or {},
        )
