"""What LDAP tools that know nothing of IAM leave behind: found, and mended where there is one right way to.

Each mending is one guarded change, and each is written down; whoever stops in the middle leaves nothing half done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

from adapter.errors import IamError
from adapter.installation.operator import write_down
from adapter.installation.sweeping import Directory
from adapter.ldap import (
    GROUP,
    OWNED,
    POLICY,
    ROLE,
    USER,
    Clear,
    DirectoryRefusal,
    Noun,
    Remove,
    Set,
    Store,
    Where,
)
from adapter.models import Group, User
from adapter.names import IdPrefix, new_unique_id
from adapter.operations.posix import give_number
from adapter.outside.own_writes import OwnWrites
from adapter.policy import MalformedDocument, parse_document
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail

FOUND: Final = "found"
MENDED: Final = "mended"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be.

    Attributes:
        kind: in one or two words.
        dn: the entry.
        message: what is wrong, and what mending does.
        mend: puts it right; None where somebody has to decide how.
    """

    kind: str
    dn: str
    message: str
    mend: Callable[[], object] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Swept:
    """A problem and what has become of it.

    Attributes:
        outcome: FOUND, MENDED, or why it could not be mended.
    """

    problem: Problem
    outcome: str

    @property
    def is_left(self) -> bool:
        """It is still there."""
        return self.outcome != MENDED

    @property
    def plain(self) -> dict[str, Any]:
        """As plain values."""
        problem = self.problem
        told = {"kind": problem.kind, "dn": problem.dn, "message": problem.message}
        return told | {"can_be_mended": problem.mend is not None, "outcome": self.outcome}


def sweep(settings: Settings, *, mend: bool, tell: Callable[[str], object] = str) -> Iterator[Swept]:
    """Looks for everything, one account after the other, and mends it if told to.

    Args:
        settings: of the installation.
        mend: put right what can be; otherwise nothing is changed.
        tell: is told what is being looked at.

    Raises:
        IamError: the directory does not answer.
    """
    trail = AuditTrail.of(settings)
    notes = OwnWrites(settings.data / "own-writes")
    with closing(Store.open(settings)) as store:
        for account in store.accounts():
            tell(f"account {account.account_id}")
            directory = Directory.read(store, account)
            for name, check in _CHECKS:
                tell(f"account {account.account_id}: {name}")
                for problem in check(directory):
                    outcome = _mended(problem, notes) if mend else FOUND
                    if outcome == MENDED:
                        told = {"kind": problem.kind, "message": problem.message}
                        write_down(trail, account.account_id, "bindery:Sweep", told, (problem.dn,))
                    yield Swept(problem, outcome)


def _mended(problem: Problem, notes: OwnWrites) -> str:
    if problem.mend is None:
        return FOUND
    try:
        problem.mend()
    except (DirectoryRefusal, IamError) as error:
        return str(error) or type(error).__name__
    notes.note(problem.dn)
    return MENDED


def _members(found: Directory) -> Iterator[Problem]:
    for group in found.groups:
        for member in group.members:
            if not found.is_there(member):
                change = partial(
                    found.store.change, GROUP, found.account, group, Remove("members", member), guard=False
                )
                yield Problem("dangling member", group.dn, f"{member} does not exist; it is removed", change)


def _credentials(found: Directory) -> Iterator[Problem]:
    for noun in OWNED:
        for record in found.store.walk(noun, found.account, Where.present("owner_id")):
            owner = found.owners.get(record.owner_id)
            if owner is None:
                remove = partial(found.store.delete, noun, found.account, record)
                words = f"the owner {record.owner} of this {noun.label} does not exist any more; it is removed"
                yield Problem("lost credential", record.dn, words, remove)
            elif not found.is_same(owner, record.owner):
                move = partial(found.store.change, noun, found.account, record, Set("owner", owner))
                words = f"the owner of this {noun.label} is {owner} and not {record.owner}; it follows"
                yield Problem("moved owner", record.dn, words, move)


def _references(found: Directory) -> Iterator[Problem]:
    for noun, holder in found.holders:
        for at in holder.attached_policies:
            if not found.is_there(at):
                change = partial(
                    found.store.change, noun, found.account, holder, Remove("attached_policies", at), guard=False
                )
                yield Problem("lost policy", holder.dn, f"{at} does not exist; it is detached", change)
        boundary = getattr(holder, "boundary", None)
        if boundary and not found.is_there(boundary):
            words = f"the permissions boundary {boundary} does not exist, so that nothing is allowed: choose another"
            yield Problem("lost boundary", holder.dn, words)
    for user in found.users:
        if user.bind_device and not found.is_there(user.bind_device):
            change = partial(found.store.change, USER, found.account, user, Clear("bind_device"))
            words = "the device for codes behind the password does not exist, so that nobody can bind; it is forgotten"
            yield Problem("lost device", user.dn, words, change)


def _documents(found: Directory) -> Iterator[Problem]:
    for _, holder in found.holders:
        for policy in holder.inline_policies:
            yield from _document(holder.dn, f"inline policy {policy.policy_name}", policy.policy_document)
    for version_of in found.policies:
        for version in version_of.versions:
            yield from _document(version_of.dn, f"version {version.version_id}", version.document)
    for role in found.roles:
        yield from _document(role.dn, "trust policy", role.assume_role_policy_document, kind="trust")


def _document(at: str, what: str, text: str, kind: Literal["identity", "trust"] = "identity") -> Iterator[Problem]:
    try:
        parse_document(text, kind=kind)
    except MalformedDocument as error:
        yield Problem(
            "invalid document", at, f"the {what} can't be read and counts for nothing: {error}; write it anew"
        )


def _ids(found: Directory) -> Iterator[Problem]:
    kinds: tuple[tuple[Noun[Any], Iterable[Any], str, IdPrefix], ...] = (
        (USER, found.users, "user_id", IdPrefix.USER),
        (GROUP, found.groups, "group_id", IdPrefix.GROUP),
        (ROLE, found.roles, "role_id", IdPrefix.ROLE),
        (POLICY, found.policies, "policy_id", IdPrefix.POLICY),
    )
    for noun, records, name, prefix in kinds:
        for number, first, others in _shared(records, name):
            for other in others:
                new = Set(name, new_unique_id(prefix))
                words = f"{first.dn} has the id {number} as well; the younger one gets another"
                yield Problem(
                    "duplicate id",
                    other.dn,
                    words,
                    partial(found.store.change, noun, found.account, other, new, guard=False),
                )


def _numbers(found: Directory) -> Iterator[Problem]:
    for records, name in ((found.users, "uid_number"), (found.groups, "gid_number")):
        for number, first, others in _shared((each for each in records if getattr(each, name) is not None), name):
            for other in others:
                words = f"{first.dn} has the number {number} as well: give one of them another, and its files to it"
                yield Problem("duplicate number", other.dn, words)
    if found.account.posix_next_number is None:
        return
    lacking: list[User | Group] = [group for group in found.groups if group.gid_number is None]
    lacking += [user for user in found.users if user.uid_number is None]
    for record in lacking:
        give = partial(give_number, found.store, found.account, record)
        yield Problem("missing number", record.dn, "it has no POSIX number; it gets one", give)


def _applications(found: Directory) -> Iterator[Problem]:
    for user in found.users_of_applications:
        if not found.app_entries.is_in_step(user):
            words = "applications see a name, an address or groups that are not the user's any more; they are renewed"
            yield Problem("stale application", user.dn, words, partial(found.app_entries.follow, user))


def _shared(records: Iterable[Any], name: str) -> Iterator[tuple[object, Any, list[Any]]]:
    """Each value that several have, the oldest of those who have it, and the others."""
    by_value: dict[object, list[Any]] = defaultdict(list)
    for record in records:
        by_value[getattr(record, name)].append(record)
    for value, holders in by_value.items():
        first, *others = sorted(holders, key=lambda each: (each.create_date, each.dn))
        if others:
            yield value, first, others


_CHECKS: Final[tuple[tuple[str, Callable[[Directory], Iterator[Problem]]], ...]] = (
    ("ids", _ids),
    ("credentials", _credentials),
    ("members", _members),
    ("references", _references),
    ("documents", _documents),
    ("numbers", _numbers),
    ("applications", _applications),
)
"""Owners come before what is theirs to see: an application's entries follow once they know their user again."""
