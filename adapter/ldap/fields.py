"""One field of a model, and the attribute that keeps it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from adapter.errors import InvalidInput
from adapter.ldap.codecs import TEXT, Codec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a model and the attribute that keeps it.

    Attributes:
        many: a tuple of values.
        required: an entry without a readable value is none of ours.
        read_only: kept by the directory itself; never written when an entry is made.
        heavy: only read where a call asks for it.
        searched_only: never read; only asked for in filters.
        default: what absence of the attribute means, so that filters find it too.
        mirrors: further attributes that follow this one.
        object_class: auxiliary class that this attribute alone needs; an entry gets it with the first value.
        insisted_on: `object_class` insists on this attribute and therefore goes with its last value.
        also_in: further attributes that may hold values of this kind, in an adopted tree.
        names_in: an attribute that may hold the names of what the values are DNs of, in an adopted tree.
        filler: a value that only stands there because there has to be one; never shown.
    """

    name: str
    attribute: str
    codec: Codec[Any] = TEXT
    many: bool = False
    required: bool = False
    read_only: bool = False
    heavy: bool = False
    searched_only: bool = False
    default: object = None
    mirrors: tuple[tuple[str, Codec[Any]], ...] = ()
    object_class: str | None = None
    insisted_on: bool = False
    also_in: tuple[str, ...] = ()
    names_in: str = ""
    filler: bytes = b""

    @property
    def key(self) -> str:
        """The attribute as the keys of an Entry spell it."""
        return self.attribute.lower()

    def encode(self, value: object) -> list[bytes]:
        """A field's value, as the attribute's values; none where absence means it.

        Raises:
            InvalidInput: it can't be written.
        """
        return encoded(self.name, self.codec, values_of(value, self.many))

    def encode_one(self, value: object) -> bytes:
        """A single value to look for, to add or to remove.

        Raises:
            InvalidInput: it can't be written.
        """
        return next(iter(encoded(self.name, self.codec, [value])), b"")

    def decode(self, dn: str, raw: list[bytes]) -> object:
        """The field's value; None when nothing of it can be read. What can't be read was written by hand."""
        found = []
        for octets in raw:
            try:
                found.append(self.codec.decode(octets))
            except ValueError as error:
                log.warning("%s of %s has a value that can't be read: %s", self.attribute, dn, error)
        if self.many:
            return tuple(found)
        return found[0] if found else None


def values_of(value: object, many: bool) -> Iterable[object]:
    """A field's value as the values that it consists of."""
    if value is None:
        return ()
    return cast("tuple[object, ...]", value) if many else (value,)


def encoded(name: str, codec: Codec[Any], values: Iterable[object]) -> list[bytes]:
    """Values as an attribute's; none for those that absence means.

    Raises:
        InvalidInput: one can't be written.
    """
    try:
        octets = [codec.encode(value) for value in values]
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"The value of {name} can't be written: {error}") from error
    return [value for value in octets if value is not None]


def places(field: Field) -> tuple[str, ...]:
    """Every attribute that may show that a field is filled."""
    return (field.attribute, *field.also_in, *((field.names_in,) if field.names_in else ()))


def gathered(attributes: dict[str, list[bytes]], fields: Iterable[Field]) -> dict[str, list[bytes]]:
    """The attributes with values that lie in several places brought together, and without those that merely fill."""
    result = dict(attributes)
    for field in fields:
        values = [value for name in (field.attribute, *field.also_in) for value in attributes.get(name.lower(), ())]
        result[field.key] = [value for value in values if value.lower() != field.filler.lower()]
    return result
