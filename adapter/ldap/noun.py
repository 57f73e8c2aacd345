"""How a kind of entry becomes a model and back: the rules that all the tables in `mapping` share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from adapter.ldap import dn as names
from adapter.ldap import filters
from adapter.ldap.codecs import TEXT, TIME, UUID
from adapter.ldap.fields import Field, encoded, gathered, places, values_of
from adapter.ldap.filters import Filter
from adapter.ldap.search import Entry, selection
from adapter.ldap.where import Add, Change, Kind, Remove, Set, Where
from adapter.ldap.wire import ADD, DELETE, REPLACE, Modification
from adapter.models import Account, Layout, Record

__all__ = ["Complete", "Field", "M", "Noun", "OBJECT_CLASS", "OPERATIONAL", "REVISION_ATTRIBUTE"]

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Record)

OBJECT_CLASS = "objectClass"
REVISION_ATTRIBUTE = "entryCSN"


OPERATIONAL = (
    Field(name="revision", attribute=REVISION_ATTRIBUTE, read_only=True),
    Field(name="create_date", attribute="createTimestamp", codec=TIME, read_only=True, required=True),
    Field(name="entry_uuid", attribute="entryUUID", codec=UUID, read_only=True),
)
"""What every entry has and the directory keeps; a noun's `complete` takes away what its model does not have."""

Complete = Callable[[dict[str, Any], str], bool]
"""Fills in what follows from other fields and from the account id; False when the entry is none of this noun."""


@dataclass(frozen=True, kw_only=True)
class Noun(Generic[M]):
    """One kind of thing that the directory holds.

    Attributes:
        label: the AWS word for it.
        model: what a call gets.
        base: below which entry all of an account's are, given the account and the suffix.
        naming: the attribute that names entries of this kind.
        name_field: the model's field that holds the name; None where there is just one, whose name is fixed.
        classes: object classes of a new entry; the first one is what marks the kind.
        extension: auxiliary class that a foreign entry may lack.
        fields: all other fields.
        complete: what can't be read from one attribute alone.
        name_mirrors: attributes that are given the name as well, because their class demands them.
        referrers: attributes elsewhere that hold the DN of such an entry.
        name_referrers: attributes elsewhere that hold its name.
        mark: the class that tells entries of this kind from others, where it is not the first of `classes`.
        home: below which entry new ones are made, where that is not the base.
    """

    label: str
    model: type[M]
    base: Callable[[Account, str], str]
    naming: str
    name_field: str | None
    classes: tuple[str, ...]
    extension: str | None = None
    fields: tuple[Field, ...]
    complete: Complete
    name_mirrors: tuple[str, ...] = ()
    referrers: tuple[str, ...] = ()
    name_referrers: tuple[str, ...] = ()
    mark: str = ""
    home: str = ""

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        """Every field, the name and the operational ones among them."""
        naming = (Field(name=self.name_field, attribute=self.naming, required=True),) if self.name_field else ()
        return (*naming, *self.fields, *OPERATIONAL)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Every field by its name."""
        return {field.name: field for field in self.all_fields}

    def attribute(self, field: str) -> str:
        """The attribute that keeps a field, as the schema spells it."""
        return self.by_name[field].attribute

    @property
    def marking_class(self) -> str:
        """The object class that tells entries of this kind from others."""
        return self.mark or self.classes[0]

    @cached_property
    def marker(self) -> Filter:
        """What tells entries of this kind from others; a person without a user name, say, is none of ours."""
        kind = filters.equals(OBJECT_CLASS, self.marking_class.encode())
        return filters.all_of(kind, filters.present(self.naming)) if self.name_field else kind

    @cached_property
    def has_password(self) -> bool:
        """Whether entries of this kind sign in with a password."""
        return "password_changed" in self.by_name

    @cached_property
    def in_layouts(self) -> dict[Layout, Noun[M]]:
        """The table as it is in adopted trees, made when it is first needed."""
        return {}

    @cached_property
    def _selections(self) -> dict[tuple[str, ...], bytes]:
        return {}

    def selection(self, also: tuple[str, ...] = ()) -> bytes:
        """The attributes to ask for, encoded.

        Args:
            also: heavy fields that are wanted this time.
        """
        if also not in self._selections:
            wanted = [f for f in self.all_fields if not f.searched_only and (not f.heavy or f.name in also)]
            self._selections[also] = selection(name for f in wanted for name in (f.attribute, *f.also_in))
        return self._selections[also]

    @cached_property
    def _scattered(self) -> tuple[Field, ...]:
        return tuple(field for field in self.all_fields if field.also_in or field.filler)

    @cached_property
    def _readers(self) -> tuple[tuple[str, Field], ...]:
        return tuple((field.key, field) for field in self.all_fields if not field.searched_only)

    def decode(self, entry: Entry, account_id: str) -> M | None:
        """The model that an entry stands for; None when something that it can't do without is unreadable."""
        values: dict[str, Any] = {"dn": entry.dn}
        attributes = gathered(entry.attributes, self._scattered) if self._scattered else entry.attributes
        for key, field in self._readers:
            raw = attributes.get(key)
            value = field.decode(entry.dn, raw) if raw else None
            if value is not None:
                values[field.name] = value
            elif field.required:
                log.warning("%s has no readable %s and is left out", entry.dn, field.attribute)
                return None
        if self.name_field and len(attributes[self.naming.lower()]) > 1:
            values[self.name_field] = names.naming_value(entry.dn, self.naming) or values[self.name_field]
        return self.model(**values) if self.complete(values, account_id) else None

    def auxiliary_classes(self, changed: Iterable[str]) -> set[str]:
        """The auxiliary classes that an entry may lack for a change.

        Args:
            changed: names of the attributes that are changed.
        """
        names = set(changed)
        special = {field.object_class for field in self.fields if field.object_class and field.attribute in names}
        return special | ({self.extension} if self.extension else set())

    def name_of(self, model: M) -> str:
        """The name of a model that is about to be written."""
        return str(getattr(model, self.name_field or ""))

    def encode(self, model: M) -> dict[str, list[bytes]]:
        """The attributes of a new entry.

        Raises:
            InvalidInput: a value can't be written.
        """
        name = TEXT.encode(self.name_of(model)) or b""
        classes = (*self.classes, *([self.extension] if self.extension else []))
        attributes = {OBJECT_CLASS: [word.encode() for word in classes], self.naming: [name]}
        attributes |= {attribute: [name] for attribute in self.name_mirrors}
        for field in self.fields:
            if field.read_only or field.searched_only:
                continue
            octets = field.encode(getattr(model, field.name)) or [field.filler]
            if octets != [b""]:
                attributes[field.attribute] = octets
        return attributes

    def condition(self, wheres: Iterable[Where]) -> Filter:
        """The filter that finds entries of this kind for which all of the conditions hold."""
        return filters.all_of(self.marker, *(self._condition(where) for where in wheres))

    def _condition(self, where: Where) -> Filter:
        field = self.by_name[where.field]
        if where.kind in {Kind.PRESENT, Kind.ABSENT}:
            present = filters.any_of(*(filters.present(name) for name in places(field)))
            return present if where.kind is Kind.PRESENT else filters.negation(present)
        if where.kind is Kind.PREFIX:
            return self._prefix(field, str(where.values[0]))
        elsewhere = [
            filters.equals(attribute, field.encode_one(value)) for attribute in field.also_in for value in where.values
        ]
        elsewhere += [filters.equals(field.names_in, name.encode()) for name in where.names if field.names_in]
        return filters.any_of(*(self._equality(field, value) for value in where.values), *elsewhere)

    def _equality(self, field: Field, value: object) -> Filter:
        if field.default is not None and value == field.default:
            return filters.any_of(
                filters.negation(filters.present(field.attribute)),
                filters.equals(field.attribute, str(value).encode()),
            )
        return filters.equals(field.attribute, field.encode_one(value))

    def _prefix(self, field: Field, prefix: str) -> Filter:
        if field.default is not None and str(field.default).startswith(prefix):
            return self.marker
        return filters.starts_with(field.attribute, encoded(field.name, TEXT, [prefix])[0])

    def modifications(self, changes: Iterable[Change]) -> list[Modification]:
        """The changes of an entry's attributes that changes of a model's fields mean.

        Raises:
            InvalidInput: a value can't be written.
        """
        return [modification for change in changes for modification in self._modifications(change)]

    def _modifications(self, change: Change) -> list[Modification]:
        field = self.by_name[change.field]
        if isinstance(change, Add | Remove):
            operation = ADD if isinstance(change, Add) else DELETE
            return [(field.attribute, operation, [field.encode_one(change.value)])]
        value = change.value if isinstance(change, Set) else None
        mirrored = [
            (attribute, REPLACE, encoded(field.name, codec, values_of(value, many=False)))
            for attribute, codec in field.mirrors
        ]
        octets = field.encode(value)
        going = [field.object_class] if field.object_class and field.insisted_on and not octets else []
        classes = [(OBJECT_CLASS, DELETE, [name.encode()]) for name in going]
        return [(field.attribute, REPLACE, octets), *mirrored, *classes]
