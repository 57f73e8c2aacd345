"""Who asks, and whether a Principal or NotPrincipal element means them.

Source: IAM user guide, "AWS JSON policy elements: Principal" and "… NotPrincipal"; "Policy evaluation logic" for what
naming a user, a role, a session or an account is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from adapter.policy.document import Principals
from adapter.policy.trust import principal_id

_ACCOUNT_DIGITS = 12
_ANONYMOUS = ("", "*", "anonymous")


class Named(IntEnum):
    """How closely a statement names the one who asks; the closest entry counts."""

    NOT = 0
    ACCOUNT = 1
    """Their account: it may pass the permission on to them."""
    ROLE = 2
    """The role behind their session: passes the identity policies, not boundary or session policy."""
    DIRECT = 3
    """They themselves, or everybody."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The principal of a request, taken apart.

    Attributes:
        text: as the request has it.
        kind: user, role, session, federated-user, root, provider, service (also web identity), anonymous or other.
        account: None for whoever has none.
        name: of the user, or of the role behind a session.
        unique_id: `aws:userid`: of a user, or of a role with the session's name behind a colon.
    """

    text: str
    kind: str
    account: str | None = None
    name: str = ""
    unique_id: str = ""

    @property
    def has_identity(self) -> bool:
        """Whether identity policies can apply to it."""
        return self.kind not in ("service", "provider", "anonymous")


@lru_cache(maxsize=4096)
def parse_asker(text: str, unique_id: str = "") -> Asker:
    """Takes a request's principal apart: an ARN, an account, a service or identity provider, or nobody."""
    if text in _ANONYMOUS:
        return Asker(text, "anonymous")
    if _is_account(text):
        return Asker(text, "root", text)
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return Asker(text, "service")
    service, account, resource = parts[2], parts[4] or None, parts[5]
    kind, _, rest = resource.partition("/")
    if (service, resource) == ("iam", "root"):
        return Asker(text, "root", account)
    found = _KINDS.get((service, kind), "other")
    name = rest.split("/")[0] if found == "session" else rest.rsplit("/", 1)[-1]
    return Asker(text, found, account, name, unique_id)


def named_by(asker: Asker, principals: Principals) -> Named:
    """How closely the element means the one who asks; for NotPrincipal everybody is meant whom it does not spare."""
    if principals.negated:
        return Named.NOT if _is_spared(asker, principals) else Named.DIRECT
    return max((_entry(asker, kind, text) for kind, text in principals.entries), default=Named.NOT)


def _is_spared(asker: Asker, principals: Principals) -> bool:
    """Whether NotPrincipal excepts them.

    An account stands beside its user (and a role beside its session) because the guide asks for the whole chain; it
    excepts all of its principals only where none of them is named more closely.
    """
    if any(text == asker.text for _, text in principals.entries):
        return True
    named = max((_entry(asker, kind, text) for kind, text in principals.entries), default=Named.NOT)
    if named in (Named.NOT, Named.DIRECT):
        return named is Named.DIRECT
    others = [parse_asker(text) for kind, text in principals.entries if kind == "AWS"]
    siblings = [other for other in others if other.account == asker.account and other.kind != "root"]
    if named is Named.ROLE:
        return not any(other.kind == asker.kind and other.name == asker.name for other in siblings)
    return not siblings


def _entry(asker: Asker, kind: str, text: str) -> Named:
    if text == "*":
        return _everybody(asker, kind)
    if kind != "AWS":
        return Named.DIRECT if text == asker.text else Named.NOT
    return _aws_entry(asker, text) if asker.has_identity else Named.NOT


def _aws_entry(asker: Asker, text: str) -> Named:
    if text == asker.text:
        return Named.ROLE if asker.kind == "role" else Named.DIRECT
    by_id = principal_id(text)
    if by_id is not None:
        return _by_id(asker, text, by_id[0])
    other = parse_asker(text)
    if asker.account is None or other.account != asker.account:
        return Named.NOT
    if other.kind == "root":
        return Named.DIRECT if asker.kind == "root" else Named.ACCOUNT
    return Named.ROLE if (asker.kind, other.kind) == _BEHIND and other.name == asker.name else Named.NOT


def _by_id(asker: Asker, text: str, unique_id: str) -> Named:
    """How closely a unique id means them, as trust policies keep it; a namesake has another one."""
    if text == asker.unique_id:
        return Named.DIRECT
    is_behind = asker.kind == "session" and asker.unique_id.partition(":")[0] == unique_id == text
    return Named.ROLE if is_behind else Named.NOT


def _everybody(asker: Asker, kind: str) -> Named:
    """`*` alone or under AWS is everybody; under another type it is everybody of that type."""
    if kind in ("*", "AWS"):
        return Named.DIRECT
    return Named.DIRECT if asker.kind in ("service", "provider") else Named.NOT


def _is_account(text: str) -> bool:
    return len(text) == _ACCOUNT_DIGITS and text.isascii() and text.isdigit()


_KINDS = {
    ("iam", "user"): "user",
    ("iam", "role"): "role",
    ("iam", "saml-provider"): "provider",
    ("iam", "oidc-provider"): "provider",
    ("sts", "assumed-role"): "session",
    ("sts", "federated-user"): "federated-user",
}
_BEHIND = ("session", "role")
"""Whom a name stands for besides its bearer. Not a user for a federated one: whoever federates chooses that name."""
