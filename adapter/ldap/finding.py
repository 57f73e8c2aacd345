"""What people look for: by a part of a name, how many there are, and what belongs to many users at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from adapter.ldap import filters
from adapter.ldap.codecs import TEXT
from adapter.ldap.filters import Filter
from adapter.ldap.layouts import within
from adapter.ldap.ldif import Secrecy, record_text
from adapter.ldap.listing import Listing
from adapter.ldap.mapping import USER
from adapter.ldap.noun import OBJECT_CLASS, M, Noun
from adapter.ldap.search import Scope, Search, selection
from adapter.ldap.where import Where
from adapter.models import Account, Record

_CHUNK = 500
EVERYTHING = selection(["*", "+"])
"""All attributes, those among them that the directory keeps."""


class Finding(Listing):
    """Searches for people, bounded in what they cost however large the directory is."""

    def matching(
        self, noun: Noun[M], account: Account, fields: Sequence[str], text: str, limit: int
    ) -> tuple[list[M], bool]:
        """What has every word of a text in one of its fields, in no particular order.

        The directory's index knows parts of four letters and more. For shorter ones it looks at every entry until it
        has found enough: of 100,000 some 0.1 s for a word that hardly any of them has, much less for others.

        Args:
            fields: indexed ones that hold plain text.
            limit: at most so many.

        Returns:
            What was found, and whether there is more.
        """
        noun = within(noun, account)
        words = text.split()
        attributes = [noun.by_name[field].attribute for field in fields]
        conditions = [_in_any(attributes, word) for word in words]
        condition = filters.all_of(*conditions, noun.marker)
        search = Search(noun.base(account, self._suffix), Scope.SUBTREE, condition, noun.selection(), limit + 1)
        found = self._models(noun, account.account_id, self._ask(search))
        return found[:limit], len(found) > limit

    def total(self, noun: Noun[Any], account: Account) -> int:
        """How many there are of a kind."""
        _, roster = self._source(noun, account, ())
        if roster is None:
            return self.count(noun, account)
        unsure = roster.take_doubtful()
        for start in range(0, len(unsure), _CHUNK):
            chunk = unsure[start : start + _CHUNK]
            there = self.names(noun, account, Where.any_of(noun.name_field or "", chunk))
            roster.discard_all(set(chunk) - {name.casefold() for name in there})
        return len(roster)

    def names_with_password(self, account: Account, names: Iterable[str]) -> frozenset[str]:
        """Which of the users of these names have a password; case-folded."""
        found = self.names(USER, account, Where.any_of("user_name", list(names)), Where.present("password"))
        return frozenset(name.casefold() for name in found)

    def kinds_owned(self, account: Account, owner_id: str, nouns: Sequence[Noun[Any]]) -> list[Noun[Any]]:
        """Of which of some kinds a user has any; one question for all of them.

        Args:
            owner_id: the user's unique id.
            nouns: kinds that have an `owner_id`.
        """
        owned = (Where.equals("owner_id", owner_id),)
        condition = filters.any_of(*(noun.condition(owned) for noun in nouns))
        found = self._ask(Search(account.dn, Scope.SUBTREE, condition, selection([OBJECT_CLASS])))
        classes = {value.lower() for entry in found for value in entry.attributes.get(OBJECT_CLASS.lower(), ())}
        return [noun for noun in nouns if noun.marking_class.lower().encode() in classes]

    def ldif(self, record: Record) -> str:
        """An entry as LDIF, with everything that is no secret."""
        found = self._ask(Search(record.dn, Scope.BASE, filters.present(OBJECT_CLASS), EVERYTHING))
        return "".join(record_text(entry, self._secrecy) for entry in found)

    @cached_property
    def _secrecy(self) -> Secrecy:
        return Secrecy.of_all_nouns()


def _in_any(attributes: Sequence[str], word: str) -> Filter:
    part = TEXT.encode(word) or b""
    return filters.any_of(*(filters.contains(attribute, part) for attribute in attributes))
