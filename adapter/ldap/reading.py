"""The store's reads: by name, by DN, by condition, and walks over everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from adapter.errors import InvalidInput
from adapter.ldap import controls, dn, errors, filters, places
from adapter.ldap.codecs import TEXT, TIME
from adapter.ldap.connection import Pool
from adapter.ldap.filters import Filter
from adapter.ldap.layouts import MEMBERS, knows_members_by_name, within
from adapter.ldap.mapping import ACCOUNT, USER
from adapter.ldap.noun import M, Noun
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Outcome, Scope, Search, selection
from adapter.ldap.where import Kind, Where, is_impossible, parted
from adapter.ldap.wire import Wire
from adapter.models import Account, Record

_PAGE = 1000
_NAMES_PAGE = 10_000
_CHUNK = 200
_HAS_PASSWORD = filters.present("userPassword")
_PASSWORD_TIMES = selection(["pwdChangedTime", "createTimestamp"])
_NOTHING_THERE = frozenset({errors.NO_SUCH_OBJECT, errors.INVALID_DN})
"""Results that mean that a base does not exist."""


class Reading:
    """Reads of one directory. Names are compared as the directory does it: case does not count."""

    def __init__(self, pool: Pool, suffix: str) -> None:
        self._pool = pool
        self._suffix = suffix

    @property
    def suffix(self) -> str:
        """The DN below which everything is."""
        return self._suffix

    def accounts(self) -> list[Account]:
        """Every account of the directory."""
        return self._models(ACCOUNT, "", self._entries(ACCOUNT, self._suffix, ACCOUNT.condition(())))

    def account(self, account_id: str) -> Account | None:
        """The account with that id."""
        wanted = ACCOUNT.condition((Where.equals("account_id", account_id),))
        return next(iter(self._models(ACCOUNT, account_id, self._entries(ACCOUNT, self._suffix, wanted))), None)

    def is_first(self, account: Account) -> bool:
        """Whether an account is the directory's first one, to which what all of them share belongs."""
        return dn.same(account.dn, places.account(self._suffix))

    def own_password_policy(self, account: Account) -> str | None:
        """The DN of the account's password policy; None where that is the directory's default.

        It is for the first account of a directory that Bindery made; an adopted tree keeps the default that it has.
        """
        has_default = self.is_first(account) and account.layout is None
        return None if has_default else places.password_policy(account.dn)

    def get(self, noun: Noun[M], account: Account, name: str, *, also: tuple[str, ...] = ()) -> M | None:
        """What has that name; None when nothing does.

        Args:
            also: heavy fields to fill in, such as `members`.
        """
        noun = within(noun, account)
        condition = filters.all_of(filters.equals(noun.naming, _octets(name)), noun.marker)
        base = noun.base(account, self._suffix)
        found = self._ask(Search(base, Scope.SUBTREE, condition, noun.selection(_with_names(noun, also))))
        for model in self._models(noun, account.account_id, found):
            if not noun.name_field or len(found) == 1 or dn.prepared(noun.name_of(model)) == dn.prepared(name):
                return self._with_named_members(noun, account, model)
        return None

    def load(self, noun: Noun[M], account: Account, at: str, *, also: tuple[str, ...] = ()) -> M | None:
        """What is at that DN; None when nothing is, or when it lies outside what is the account's own.

        Beyond what `get` and `find` tell, the time of its password is exact: None when there is no password any more.
        """
        noun = within(noun, account)
        if not dn.is_below(at, noun.base(account, self._suffix)):
            return None
        found = self._ask(Search(at, Scope.BASE, noun.marker, noun.selection(_with_names(noun, also))))
        model = next(iter(self._models(noun, account.account_id, found)), None)
        return self._exact(noun, self._with_named_members(noun, account, model)) if model else None

    def load_many(
        self, noun: Noun[M], account: Account, at: Iterable[str], *, also: tuple[str, ...] = ()
    ) -> dict[str, M]:
        """What is at those DNs, by the DN as it was given; what does not exist is left out."""
        noun = within(noun, account)
        base = noun.base(account, self._suffix)
        wanted = [text for text in at if dn.is_below(text, base)]
        found: dict[str, M] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            search = Search(base, Scope.SUBTREE, _at_any(noun, chunk), noun.selection(also))
            models = self._models(noun, account.account_id, self._ask(search))
            by_dn = {dn.normalise(model.dn): model for model in models}
            found |= {text: by_dn[key] for text in chunk if (key := dn.normalise(text)) in by_dn}
        return found

    def find(
        self,
        noun: Noun[M],
        account: Account,
        *where: Where,
        also: tuple[str, ...] = (),
        limit: int | None = None,
    ) -> list[M]:
        """Everything for which all of the conditions hold, at most `limit` of it, in no particular order."""
        if is_impossible(where):
            return []
        noun, told = self._told(noun, account, where)
        base = noun.base(account, self._suffix)
        if limit is None:
            parts = (self._entries(noun, base, noun.condition(part), also) for part in parted(told, _CHUNK))
            found = list({entry.dn: entry for part in parts for entry in part}.values())
        else:
            found = self._ask(Search(base, Scope.SUBTREE, noun.condition(told), noun.selection(also), limit))
        return self._models(noun, account.account_id, found)

    def exists(self, noun: Noun[M], account: Account, *where: Where) -> bool:
        """Whether there is anything for which all of the conditions hold."""
        if is_impossible(where):
            return False
        noun, told = self._told(noun, account, where)
        search = Search(noun.base(account, self._suffix), Scope.SUBTREE, noun.condition(told), NO_ATTRIBUTES, 1)
        return bool(self._ask(search))

    def count(self, noun: Noun[M], account: Account, *where: Where) -> int:
        """For how many all of the conditions hold."""
        return 0 if is_impossible(where) else len(self._found_at(noun, account, where))

    def names(self, noun: Noun[M], account: Account, *where: Where) -> list[str]:
        """The names of everything for which all of the conditions hold, sorted without regard to case."""
        if is_impossible(where):
            return []
        noun, told = self._told(noun, account, where)
        search = Search(noun.base(account, self._suffix), Scope.SUBTREE, noun.condition(told), selection([noun.naming]))
        key = noun.naming.lower()

        def ask(wire: Wire) -> list[str]:
            entries = (entry for page in pages(wire, search, _NAMES_PAGE) for entry in page)
            return [_name(entry, noun.naming, key) for entry in entries]

        return sorted(self._pool.read(ask), key=lambda name: (name.casefold(), name))

    def walk(self, noun: Noun[M], account: Account, *where: Where, also: tuple[str, ...] = ()) -> Iterator[M]:
        """Everything for which all of the conditions hold, fetched little by little.

        No connection is held between two steps, so the caller may take as long as it likes.
        """
        if is_impossible(where):
            return
        noun, told = self._told(noun, account, where)
        base = noun.base(account, self._suffix)
        places = self._found_at(noun, account, where)
        for start in range(0, len(places), _CHUNK):
            condition = filters.all_of(noun.condition(told), _at_any(noun, places[start : start + _CHUNK]))
            found = self._ask(Search(base, Scope.SUBTREE, condition, noun.selection(also)))
            yield from self._models(noun, account.account_id, found)

    def password_set_at(self, record: Record) -> datetime | None:
        """Since when there is a password; None when there is none.

        The directory keeps pwdChangedTime when a password is taken away, and nobody may read a password itself; so its
        presence is searched for. A password that was loaded from LDIF counts from the entry's creation.
        """
        found = self._ask(Search(record.dn, Scope.BASE, _HAS_PASSWORD, _PASSWORD_TIMES))
        for entry in found:
            times = entry.attributes.get("pwdchangedtime") or entry.attributes.get("createtimestamp")
            return TIME.decode(times[0]) if times else None
        return None

    def _told(self, noun: Noun[M], account: Account, where: Sequence[Where]) -> tuple[Noun[M], Sequence[Where]]:
        """The table as it is for an account; conditions on members with the names that groups may know them by."""
        noun = within(noun, account)
        if not knows_members_by_name(noun) or all(each.field != MEMBERS for each in where):
            return noun, where
        return noun, [
            replace(each, names=tuple(self._names_at(account, map(str, each.values)).values()))
            if each.field == MEMBERS and each.kind is Kind.ANY_OF
            else each
            for each in where
        ]

    def _names_at(self, account: Account, places: Iterable[str]) -> dict[str, str]:
        """The names of the users at those DNs, by the DN; asked for only where the DN itself does not have it."""
        users = within(USER, account)
        found = {at: dn.naming_value(at, users.naming) for at in places}
        unknown = self.load_many(USER, account, [at for at, name in found.items() if name is None])
        found |= {at: user.user_name for at, user in unknown.items()}
        return {at: name for at, name in found.items() if name is not None}

    def _with_named_members(self, noun: Noun[M], account: Account, model: M) -> M:
        """A group whose members include those of whom it only knows the names."""
        named: frozenset[str] = frozenset(getattr(model, "members_by_name", ()))
        if not named or not knows_members_by_name(noun):
            return model
        found: list[str] = []
        names = sorted(named)
        for start in range(0, len(names), _CHUNK):
            chunk = Where.any_of("user_name", names[start : start + _CHUNK])
            found += [user.dn for user in self.find(USER, account, chunk) if user.user_name in named]
        members = getattr(model, MEMBERS)
        known = {dn.normalise(each) for each in members}
        return cast(
            "M", replace(cast("Any", model), members=(*members, *(at for at in found if dn.normalise(at) not in known)))
        )

    def _exact(self, noun: Noun[M], model: M) -> M:
        """A model that says the truth about its password."""
        return with_password_time(noun, model, self.password_set_at(model)) if noun.has_password else model

    def _found_at(self, noun: Noun[M], account: Account, where: Sequence[Where]) -> list[str]:
        """The DNs of everything for which all of the conditions hold."""
        noun, told = self._told(noun, account, where)
        search = Search(noun.base(account, self._suffix), Scope.SUBTREE, noun.condition(told), NO_ATTRIBUTES)
        return [entry.dn for entry in self._pool.read(_all_pages(search))]

    def _entries(self, noun: Noun[Any], base: str, condition: Filter, also: tuple[str, ...] = ()) -> list[Entry]:
        return self._pool.read(_all_pages(Search(base, Scope.SUBTREE, condition, noun.selection(also))))

    def _ask(self, search: Search) -> list[Entry]:
        """The entries that a search finds, in one round trip."""
        return self._pool.read(lambda wire: checked(wire.search(search)))

    def _models(self, noun: Noun[M], account_id: str, entries: Iterable[Entry]) -> list[M]:
        decoded = (noun.decode(entry, account_id) for entry in entries)
        return [model for model in decoded if model is not None]


def with_password_time(noun: Noun[M], model: M, time: datetime | None) -> M:
    """A model with the time of its password put right, where it is of a kind that has one."""
    if not noun.has_password or getattr(model, "password_changed", None) == time:
        return model
    return cast("M", replace(cast("Any", model), password_changed=time))


def checked(answer: tuple[list[Entry], Outcome]) -> list[Entry]:
    """The entries of a search's answer; none where the base does not exist.

    A size limit that was reached is what was asked for.
    """
    entries, outcome = answer
    if outcome.code in {errors.SUCCESS, errors.SIZE_LIMIT}:
        return entries
    if outcome.code in _NOTHING_THERE:
        return []
    raise errors.refusal(outcome.code, outcome.diagnostic)


def pages(wire: Wire, search: Search, size: int = _PAGE) -> Iterator[list[Entry]]:
    """Reads page after page on one connection, on which alone the server's cookies mean anything."""
    cookie = b""
    while True:
        found, outcome = wire.search(search, (controls.paged(size, cookie),))
        if outcome.code == errors.SIZE_LIMIT:
            raise errors.refusal(outcome.code, "the directory limits paged searches for the adapter")
        yield checked((found, outcome))
        answer = outcome.controls.get(controls.PAGED_RESULTS)
        cookie = controls.next_cookie(answer) if answer else b""
        if not cookie:
            return


def _all_pages(search: Search) -> Callable[[Wire], list[Entry]]:
    return lambda wire: [entry for page in pages(wire, search) for entry in page]


def _with_names(noun: Noun[Any], also: tuple[str, ...]) -> tuple[str, ...]:
    """The heavy fields to read: members come with their names where a group may only know those."""
    return (*also, "members_by_name") if MEMBERS in also and knows_members_by_name(noun) else also


def _at_any(noun: Noun[M], places: Sequence[str]) -> Filter:
    return filters.all_of(filters.any_of(*(filters.equals("entryDN", _octets(at)) for at in places)), noun.marker)


def _name(entry: Entry, naming: str, key: str) -> str:
    values = entry.attributes.get(key, [])
    named = dn.naming_value(entry.dn, naming) if len(values) != 1 else None
    return named or values[0].decode(errors="replace")


def _octets(text: str) -> bytes:
    try:
        return TEXT.encode(text) or b""
    except ValueError as error:
        raise InvalidInput("A name contains something that is not a character.") from error
