"""Who has changed which entry, and what of it: what the trail needs to know of changes that are none of our own.

A message of the feed has an entry as it is after a change, and of one that is gone nothing but its name. So what an
entry was before is kept elsewhere, as digests; here it is read. Members of groups are left out, of which there may be
very many: a group in which nothing else has changed has other members.

Source: RFC 4533.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import Final, NamedTuple

from adapter.ldap import dn, filters, places, search, sync
from adapter.ldap.errors import ConnectionLost
from adapter.ldap.groundwork import SAMPLES
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.reading import Reading, pages
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, selection

_CSN, _MODIFIER, _UUID, _CONTEXT_CSN = "entryCSN", "modifiersName", "entryUUID", "contextCSN"
_MEMBER: Final = "member"
_GROUP_CLASSES: Final = (b"groupofnames", b"groupofuniquenames")
"""Those that every server knows: a filter that denies a class which it does not know holds for nothing."""
_STATE_OF_PASSWORD: Final = ("pwdAccountLockedTime", "pwdReset", "pwdPolicySubentry", "pwdChangedTime", "pwdEndTime")
_TOLD_BY: Final = (_UUID, _CSN, _MODIFIER)
_OF_GROUPS: Final = (
    *(OBJECT_CLASS, "cn", "description", "displayName", "owner", "seeAlso", "businessCategory", "o", "ou", "gidNumber"),
    *("iamUniqueId", "iamPath", "iamTag", "iamInlinePolicy", "iamAttachedPolicy", "iamReferencedAt"),
)
_LIGHT: Final = selection([*_TOLD_BY, OBJECT_CLASS])
_WHOLE: Final = selection(["*", *_TOLD_BY, *_STATE_OF_PASSWORD])
_WHOLE_GROUP: Final = selection([*_OF_GROUPS, *_TOLD_BY])
_ONLY_UUID: Final = selection([_UUID])
_A_GROUP: Final = filters.any_of(*(filters.equals(OBJECT_CLASS, name) for name in _GROUP_CLASSES))
_UNSAID: Final = frozenset(
    {*(name.lower() for name in _TOLD_BY), "iamreferencedat", "oathtotplasttimestep", "oathtotptimestepdrift"}
)
"""What slapd itself writes, and the marks that guarded changes leave."""
_SAID_AS: Final[Mapping[str, str]] = MappingProxyType(
    {name.lower(): name for name in (*SAMPLES, *_OF_GROUPS, *_STATE_OF_PASSWORD, "telephoneNumber", "employeeNumber")}
    | {"pwdchangedtime": "userPassword"}
)


class Seen(NamedTuple):
    """A change, as the feed tells of it.

    Attributes:
        is_gone: the entry has been removed; all that is known is its name and id.
        modifier: the DN of who has made the change.
    """

    dn: str
    entry_uuid: str
    is_gone: bool
    csn: str = ""
    modifier: str = ""


class State(NamedTuple):
    """What an entry is, as far as one can tell changes by it.

    Attributes:
        digests: of the values of each attribute, by the attribute's name in lower case.
    """

    dn: str
    entry_uuid: str
    csn: str
    modifier: str
    is_group: bool
    digests: dict[str, str]

    @property
    def is_by_server(self) -> bool:
        """Whether slapd itself has written it: one of its overlays, or one of its tools while it was stopped."""
        return dn.same(self.modifier, places.CONFIG)


class Watching(Reading):
    """Follows one directory from a point in time on."""

    def context_csns(self) -> list[str]:
        """How far the directory's changes have come: one number for each server that takes writes."""
        wanted = Search(self._suffix, Scope.BASE, filters.present(OBJECT_CLASS), selection([_CONTEXT_CSN]))
        values = [value for entry in self._ask(wanted) for value in entry.attributes.get(_CONTEXT_CSN.lower(), [])]
        return sorted(value.decode("ascii") for value in values)

    def changes_since(self, csns: Iterable[str], heartbeat: float) -> Iterator[Seen | None]:
        """Every change after the given ones, as it happens; None once what has happened until now is told, and
        whenever nothing has happened for a while.

        Raises:
            ConnectionLost: the connection broke, or the server does not know that point in time.
            Unreachable: there is no server.
        """
        everything = Search(self._suffix, Scope.SUBTREE, filters.present(OBJECT_CLASS), _LIGHT)
        with closing(self._pool.dedicated()) as wire:
            for message in wire.stream(everything, (sync.request(csns),), heartbeat):
                if message is None:
                    yield None
                    continue
                tag = search.open_message(message)[1]
                if tag == search.DONE:
                    raise ConnectionLost("the server has ended the synchronisation")
                if tag == search.ENTRY and (change := sync.changed(message)):
                    yield _seen(change)
                elif tag == sync.INTERMEDIATE and sync.ends_refresh(message):
                    yield None

    def state_at(self, at: str, salt: bytes) -> State | None:
        """What the entry at a DN is now; None when there is none."""
        for condition, wanted in ((filters.negation(_A_GROUP), _WHOLE), (_A_GROUP, _WHOLE_GROUP)):
            for entry in self._ask(Search(at, Scope.BASE, condition, wanted)):
                return _state(entry, salt)
        return None

    def all_states(self, salt: bytes) -> Iterator[State]:
        """What every entry is now."""
        for condition, wanted in ((filters.negation(_A_GROUP), _WHOLE), (_A_GROUP, _WHOLE_GROUP)):
            for entry in self._one_by_one(Search(self._suffix, Scope.SUBTREE, condition, wanted)):
                yield _state(entry, salt)

    def all_uuids(self) -> Iterator[str]:
        """The entryUUID of every entry."""
        for entry in self._one_by_one(Search(self._suffix, Scope.SUBTREE, filters.present(OBJECT_CLASS), _ONLY_UUID)):
            yield _text(entry, _UUID)

    def all_names(self) -> Iterator[str]:
        """The DN of every entry."""
        for entry in self._one_by_one(
            Search(self._suffix, Scope.SUBTREE, filters.present(OBJECT_CLASS), NO_ATTRIBUTES)
        ):
            yield entry.dn

    def _one_by_one(self, wanted: Search) -> Iterator[Entry]:
        with closing(self._pool.dedicated()) as wire:
            for page in pages(wire, wanted):
                yield from page


def changed_attributes(before: Mapping[str, str] | None, state: State) -> list[str]:
    """Which attributes are not what they were, sorted: by their usual names, a password by that of the password.

    Args:
        before: the digests that the entry had; None for a new one.
        state: what it is now.
    """
    old = before or {}
    names = {name for name in old.keys() | state.digests.keys() if old.get(name) != state.digests.get(name)}
    if before is not None and not names and state.is_group and not state.is_by_server:
        return [_MEMBER]
    return sorted({_SAID_AS.get(name, name) for name in names})


def _seen(change: sync.Changed) -> Seen:
    entry = Entry(change.dn, change.attributes)
    return Seen(change.dn, change.entry_uuid, change.is_gone, _text(entry, _CSN), _text(entry, _MODIFIER))


def _state(entry: Entry, salt: bytes) -> State:
    classes = {value.lower() for value in entry.attributes.get(OBJECT_CLASS.lower(), [])}
    digests = {name: _digest(values, salt) for name, values in entry.attributes.items() if name not in _UNSAID}
    is_group = bool(classes & set(_GROUP_CLASSES))
    return State(entry.dn, _text(entry, _UUID), _text(entry, _CSN), _text(entry, _MODIFIER), is_group, digests)


def _digest(values: list[bytes], salt: bytes) -> str:
    whole = hashlib.blake2b(key=salt, digest_size=8)
    for value in sorted(values):
        whole.update(len(value).to_bytes(4, "big") + value)
    return whole.hexdigest()


def _text(entry: Entry, name: str) -> str:
    return entry.attributes.get(name.lower(), [b""])[0].decode(errors="replace")
