"""The entries that Bindery needs in a directory that it does not own: everything below `ou=iam`."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from adapter.adoption.plan import Bases
from adapter.ldap import ACCOUNT, ROOT, USER, places
from adapter.ldap.codecs import encode_layout
from adapter.ldap.foreign import ForeignServerError, Survey
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.password_mapping import POLICY_CLASS
from adapter.models import Layout
from adapter.server import ldif
from adapter.server.bootstrap import FirstStart
from adapter.server.suffix import Suffix
from adapter.server.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an installation on a foreign server starts with.

    Attributes:
        adapter_password: of the entry that Bindery binds as.
        first: the root user's; None when there is one already.
    """

    account_id: str
    adapter_password: str = field(repr=False)
    first: FirstStart | None


def wanted_entries(survey: Survey, bases: Bases, given: Secrets) -> list[ldif.Entry]:
    """Every entry of Bindery's own part of the tree, parents first.

    An entry of a class that the server does not know is left out, as is an attribute that only an overlay knows.

    Raises:
        ForeignServerError: the suffix is of a kind that can't be used.
    """
    try:
        suffix = Suffix.parse(survey.suffix)
    except ValueError as error:
        raise ForeignServerError(str(error)) from error
    tree = Tree(suffix, hash_password=_salted)
    own = places.account(str(suffix))
    entries = [
        *(_with_bases(entry, own, bases, _layout(survey, own, bases)) for entry in tree.base(given.account_id)),
        *tree.adapter(given.adapter_password),
        *tree.system_policies(),
        # The root user comes last: where it is, everything else is.
        *(_under_policy(entry, own) for entry in (tree.first(given.first)[::-1] if given.first else ())),
    ]
    kept = [entry for entry in entries if _is_ours(entry, own) or (not survey.top and entry.dn == str(suffix))]
    known = survey.names | {name.lower() for name in _BROUGHT_ALONG}
    return [entry for entry in _once(kept) if _is_known(entry, known)]


def _salted(password: str) -> str:
    """A password as every slapd can verify it, until the server hashes the next one in its own way.

    Source: RFC 2307 section 5.3; SSHA as slapd writes it.
    """
    salt = secrets.token_bytes(8)
    digest = hashlib.sha1(password.encode() + salt).digest()  # noqa: S324  # salted, and of a random password
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


_PASSWORD_POLICY: Final = USER.attribute("password_policy")
_BROUGHT_ALONG: Final = (POLICY_CLASS, _PASSWORD_POLICY)
"""Names that the overlay ppolicy, which is needed, brings along."""


def _layout(survey: Survey, own: str, bases: Bases) -> Layout:
    return Layout(
        placeholder=places.placeholder(own) if survey.groups_need_members else "",
        new_user_base=bases.new_users,
        new_group_base=bases.new_groups,
    )


def _with_bases(entry: ldif.Entry, own: str, bases: Bases, layout: Layout) -> ldif.Entry:
    """The account's entry with where its people and groups are; any other entry as it is."""
    if entry.dn != own:
        return entry
    replaced = {ACCOUNT.attribute("user_base"): bases.users, ACCOUNT.attribute("group_base"): bases.groups}
    values = tuple((name, replaced[name].encode() if name in replaced else value) for name, value in entry.attributes)
    return ldif.Entry(entry.dn, (*values, (ACCOUNT.attribute("layout"), encode_layout(layout))))


def _under_policy(entry: ldif.Entry, own: str) -> ldif.Entry:
    """An entry without what only offline tools may write; its password is held to Bindery's rules, not the server's."""
    values = tuple((name, value) for name, value in entry.attributes if name != ROOT.attribute("password_changed"))
    policy = (_PASSWORD_POLICY, places.password_policy(own).encode())
    has_password = bool(entry.values(ROOT.attribute("password")))
    return ldif.Entry(entry.dn, (*values, policy) if has_password else values)


def _is_ours(entry: ldif.Entry, own: str) -> bool:
    return entry.dn == own or entry.dn.endswith(f",{own}")


def _once(entries: Iterable[ldif.Entry]) -> list[ldif.Entry]:
    return list({entry.dn.lower(): entry for entry in entries}.values())


def _is_known(entry: ldif.Entry, known: Iterable[str]) -> bool:
    classes = {value.decode().lower() for value in entry.values(OBJECT_CLASS)}
    return all(name in known or name.startswith("iam") for name in classes)
