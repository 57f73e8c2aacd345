"""What a session is: temporary credentials for a user, a role or a federated user, with all that they are good for.

A session is not kept anywhere. It travels, sealed, in the session token that comes with every request that it signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapter.models import Tag


class SessionKind(StrEnum):
    """How a session came about."""

    USER = "user"
    """GetSessionToken: the user (or root user) itself, perhaps with a second factor."""
    ROLE = "role"
    """AssumeRole and its kin."""
    FEDERATED = "federated"
    """GetFederationToken: somebody whom a user vouches for, within the user's own permissions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session; nothing in it is secret.

    Attributes:
        account_id: the account of the role or the user.
        dn: the entry of the role, user or root user.
        subject_id: its unique id; the session ends with it, and a re-created namesake does not revive it.
        name: RoleSessionName, or the federated user's name; empty for a user's own session.
        mfa_at: when a second factor was given; None when none was.
        policy: the inline session policy's document.
        policy_arns: managed session policies.
        tags: session tags, inherited ones among them.
        transitive_tag_keys: keys of tags that later sessions of a role chain inherit.
        source_identity: who is behind a chain of roles, as the first one in it said.
        keys: further context keys that every request of the session has, such as `aws:FederatedProvider`.
    """

    kind: SessionKind
    account_id: str
    dn: str
    subject_id: str
    name: str = ""
    issued_at: datetime
    expires_at: datetime
    mfa_at: datetime | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def has_policies(self) -> bool:
        """Whether session policies limit it."""
        return self.policy is not None or bool(self.policy_arns)

    @property
    def transitive_tags(self) -> tuple[Tag, ...]:
        """The tags that a role assumed by this session inherits."""
        wanted = {key.casefold() for key in self.transitive_tag_keys}
        return tuple(tag for tag in self.tags if tag.key.casefold() in wanted)
