"""Reads for reports: a few fields of very many entries, without a model or a round trip for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from adapter.ldap import dn
from adapter.ldap.noun import Field, Noun
from adapter.ldap.reading import Reading, pages
from adapter.ldap.search import Entry, Scope, Search, selection
from adapter.ldap.where import Where
from adapter.ldap.wire import Wire
from adapter.models import Account

T = TypeVar("T")


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
            make: takes an entry's DN (as `dn`), its fields and, with the name among them, what follows from those;
                called again from the start when a server fails.
        """
        noun, told = self._told(noun, account, where)
        chosen = [noun.by_name[name] for name in fields]
        search = Search(
            noun.base(account, self._suffix),
            Scope.SUBTREE,
            noun.condition(told),
            selection(field.attribute for field in chosen),
        )

        def ask(wire: Wire) -> list[T]:
            entries = (entry for page in pages(wire, search) for entry in page)
            return [make(_values(noun, account.account_id, entry, chosen)) for entry in entries]

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


def _values(noun: Noun[Any], account_id: str, entry: Entry, fields: Iterable[Field]) -> dict[str, Any]:
    values: dict[str, Any] = {"dn": entry.dn}
    for field in fields:
        raw = entry.attributes.get(field.key)
        value = field.decode(entry.dn, raw) if raw else None
        if value is not None:
            values[field.name] = value
    name = noun.name_field
    if name in values:
        values[name] = dn.naming_value(entry.dn, noun.naming) or values[name]
        noun.complete(values, account_id)
    return values
