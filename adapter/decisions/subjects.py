"""Finds who is asked about: users, roles, root users and sessions, by any of their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from adapter.caller import Caller, CallerKind, caller_of, session_caller
from adapter.crypto.sealing import Keyring
from adapter.crypto.tokens import InvalidToken, open_token
from adapter.decisions.entities import InvalidQuestion, Subject
from adapter.errors import IamError
from adapter.graph import Graph, Principal
from adapter.ldap import ROLE, USER, Noun, dn
from adapter.models import Account, Role, User
from adapter.names import Arn, IdPrefix, root_arn, session_arn

_SESSION_NAME: Final = "decision"
"""What stands where the session's name stands, for a role that is asked about without a session."""
_TOKEN: Final = "session_token"  # noqa: S105  # a property's name
_NOUNS: Final[dict[str, Noun[Any]]] = {"user": USER, "role": ROLE}
_UNIQUE_ID: Final = re.compile(f"({IdPrefix.USER}|{IdPrefix.ROLE})[A-Z2-7]{{17}}", re.ASCII)


class NoSuchSubject(IamError):
    """There is nobody of that name in the account, or they are disabled."""

    code, status = "NoSuchSubject", 404


class Subjects:
    """Finds subjects with their policies; those that were asked about lately without asking the directory.

    Args:
        graph: knows principals.
        keyring: opens session tokens.
    """

    def __init__(self, graph: Graph, keyring: Keyring) -> None:
        self._graph = graph
        self._keyring = keyring
        self._finders: dict[str, Callable[[Account, Subject, datetime], Caller | None]] = {
            "user": self._entry,
            "role": self._entry,
            "session": self._session,
        }

    def principal(self, account: Account, subject: Subject, now: datetime) -> Principal:
        """The subject with its policies.

        Raises:
            InvalidQuestion: there is no such type of subject, or its id can't be read.
            NoSuchSubject: it does not exist in this account, is disabled, or its session is over.
        """
        finder = self._finders.get(subject.type)
        if finder is None:
            raise InvalidQuestion(f"subject.type has to be one of {', '.join(self._finders)}.")
        caller = finder(account, subject, now)
        principal = self._graph.principal(account, caller) if caller else None
        if principal is None:
            raise NoSuchSubject(f"The {subject.type} {subject.id[:80]!r} cannot be found.")
        return principal

    def _entry(self, account: Account, subject: Subject, _now: datetime) -> Caller | None:
        if subject.id == root_arn(account.account_id):
            root = self._graph.root(account)
            return caller_of(account, root) if root else None
        field, value = _meant(subject, account)
        record: User | Role | None = self._graph.named(_NOUNS[subject.type], account, field, value)
        if record is None or (subject.id.startswith("arn:") and record.arn != subject.id):
            return None
        return caller_of(account, record) if isinstance(record, User) else caller_of_role(account, record)

    def _session(self, account: Account, subject: Subject, now: datetime) -> Caller | None:
        """Temporary credentials, shown by their token: it alone tells how the session is limited."""
        token = subject.properties.get(_TOKEN)
        if not isinstance(token, str) or not token:
            raise InvalidQuestion(f"subject.properties.{_TOKEN} is missing: it tells how the session is limited.")
        try:
            session = open_token(self._keyring, subject.id, token).session
        except InvalidToken:
            return None
        if now >= session.expires_at or session.account_id != account.account_id:
            return None
        record = self._graph.record_of(account, session)
        return session_caller(account, record, session, subject.id) if record else None


def caller_of_role(account: Account, role: Role) -> Caller:
    """A role as a caller, without what a session would add to it."""
    name = f"{role.role_name}/{_SESSION_NAME}"
    return Caller(
        kind=CallerKind.ASSUMED_ROLE,
        account_id=account.account_id,
        arn=session_arn(account.account_id, CallerKind.ASSUMED_ROLE.value, name),
        unique_id=role.role_id,
        name=name,
        dn=role.dn,
    )


def _meant(subject: Subject, account: Account) -> tuple[str, str]:
    """The field of the model by which a subject is meant, and its value.

    What looks like an id is one: whoever may choose a user's name must not be able to pass for another user.
    """
    text, kind = subject.id, subject.type
    if text.startswith("arn:"):
        return f"{kind}_name", _name_in_arn(text, account, kind)
    if _UNIQUE_ID.fullmatch(text):
        return f"{kind}_id", text
    if _is_below(text, account):
        return "dn", text
    try:
        return "entry_uuid", str(UUID(text))
    except ValueError:
        return f"{kind}_name", text


def _is_below(text: str, account: Account) -> bool:
    """Whether a text is the DN of something in the account; user names may have an equals sign and a comma as well."""
    return "=" in text and (dn.is_below(text, account.user_base) or dn.is_below(text, account.dn))


def _name_in_arn(text: str, account: Account, kind: str) -> str:
    """The name at the end of an ARN of this account; what is there has to be of that ARN, path and all.

    Raises:
        InvalidQuestion: it is not the ARN of such a subject.
        NoSuchSubject: it is of another account.
    """
    try:
        arn = Arn.parse(text)
    except ValueError as error:
        raise InvalidQuestion(f"subject.id: {error}.") from error
    if arn.service != "iam" or not arn.resource.startswith(f"{kind}/"):
        raise InvalidQuestion(f"subject.id is not the ARN of a {kind}.")
    if arn.account != account.account_id:
        raise NoSuchSubject(f"The {kind} {text[:80]!r} cannot be found.")
    return arn.resource.rpartition("/")[2]
