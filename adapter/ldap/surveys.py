"""Reads for reports: a few fields of very many entries, without a model or a round trip for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from adapter.ldap import dn
from adapter.ldap.mapping import GROUP
from adapter.ldap.noun import Field, Noun
from adapter.ldap.reading import Reading, checked, pages
from adapter.ldap.search import Entry, Scope, Search, selection
from adapter.ldap.where import Where
from adapter.ldap.wire import Wire
from adapter.models import Account

T = TypeVar("T")

_AT_ONCE = 100
"""So many questions in one round trip."""


class Surveys(Reading):
    """Reads of one directory that go over much of it."""

    def survey(
        self,
        noun: Noun[Any],
        account: Account,
        fields: Sequence[str],
        make: Callable[[dict[str, Any]], T],
        *where: Where,
    ) -> list[T]:
        """Makes something of each entry for which all of the conditions hold.

        Args:
            fields: the fields to read; one that an entry lacks is not among its values.
            make: takes an entry's DN (as `dn`) and its fields; called again from the start when a server fails.
        """
        chosen = [noun.by_name[name] for name in fields]
        search = Search(
            noun.base(account, self._suffix),
            Scope.SUBTREE,
            noun.condition(where),
            selection(field.attribute for field in chosen),
        )

        def ask(wire: Wire) -> list[T]:
            return [make(_values(entry, chosen)) for page in pages(wire, search) for entry in page]

        return self._pool.read(ask)

    def tally(self, noun: Noun[Any], account: Account, field: str, dns: Iterable[str]) -> Counter[str]:
        """How many entries of a kind refer to each of those DNs."""
        wanted = {dn.normalise(each): each for each in dns}
        if not wanted:
            return Counter()
        found = self.survey(
            noun, account, (field,), lambda values: values.get(field, ()), Where.any_of(field, wanted.values())
        )
        references = (each for values in found for each in ((values,) if isinstance(values, str) else values))
        keys = (dn.normalise(each) for each in references)
        return Counter(wanted[key] for key in keys if key in wanted)

    def groups_of_each(self, account: Account, users: Sequence[str]) -> dict[str, list[str]]:
        """The names of the groups that each of the users at those DNs is in, sorted."""
        base, naming = GROUP.base(account, self._suffix), selection([GROUP.naming])
        searches = [
            Search(base, Scope.SUBTREE, GROUP.condition((Where.refers("members", user),)), naming) for user in users
        ]

        def ask(wire: Wire) -> list[list[Entry]]:
            chunks = (searches[start : start + _AT_ONCE] for start in range(0, len(searches), _AT_ONCE))
            return [checked(answer) for chunk in chunks for answer in wire.search_each(chunk)]

        found = self._pool.read(ask)
        return {
            user: sorted((self._group_name(entry) for entry in entries), key=str.casefold)
            for user, entries in zip(users, found, strict=True)
        }

    @staticmethod
    def _group_name(entry: Entry) -> str:
        named = dn.naming_value(entry.dn, GROUP.naming)
        return named or entry.attributes[GROUP.naming][0].decode(errors="replace")


def _values(entry: Entry, fields: Iterable[Field]) -> dict[str, Any]:
    values: dict[str, Any] = {"dn": entry.dn}
    for field in fields:
        raw = entry.attributes.get(field.key)
        value = field.decode(entry.dn, raw) if raw else None
        if value is not None:
            values[field.name] = value
    return values
