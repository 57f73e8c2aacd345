"""What callers say to the store, in the words of the models: which entries they mean and what should change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto


class Kind(Enum):
    """How a field is compared."""

    ANY_OF = auto()
    PREFIX = auto()
    PRESENT = auto()
    ABSENT = auto()


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one field of a model; several of them hold together.

    Attributes:
        field: the model's field.
        values: model values, of which one has to be there.
        names: the names of what the values are DNs of, for groups that know their members by name.
    """

    field: str
    kind: Kind
    values: tuple[object, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def equals(cls, field: str, value: object) -> Where:
        """The field has the value, or the value is among the field's values."""
        return cls(field, Kind.ANY_OF, (value,))

    @classmethod
    def any_of(cls, field: str, values: Iterable[object]) -> Where:
        """The field has one of the values; with no values nothing is found."""
        return cls(field, Kind.ANY_OF, tuple(values))

    @classmethod
    def starts_with(cls, field: str, prefix: str) -> Where:
        """The field's text begins with the prefix."""
        return cls(field, Kind.PREFIX, (prefix,))

    @classmethod
    def present(cls, field: str) -> Where:
        """The field is filled."""
        return cls(field, Kind.PRESENT)

    @classmethod
    def absent(cls, field: str) -> Where:
        """The field is not filled."""
        return cls(field, Kind.ABSENT)

    @classmethod
    def refers(cls, field: str, dn: str) -> Where:
        """The field refers to the entry with that DN."""
        return cls(field, Kind.ANY_OF, (dn,))


def is_impossible(where: Iterable[Where]) -> bool:
    """Whether a condition can't hold because it leaves no value to choose."""
    return any(condition.kind is Kind.ANY_OF and not condition.values for condition in where)


def parted(where: Sequence[Where], most: int) -> list[Sequence[Where]]:
    """The same conditions in parts of which none has very many values: slapd tries each on every entry it finds."""
    long = next((each for each in where if each.kind is Kind.ANY_OF and len(each.values) > most), None)
    if long is None:
        return [where]
    others = [each for each in where if each is not long]
    starts = range(0, len(long.values), most)
    return [[*others, replace(long, values=long.values[start : start + most])] for start in starts]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one field of a model: one of Set, Add, Remove and Clear."""

    field: str


@dataclass(frozen=True, slots=True)
class Set(Change):
    """Puts a value, or a tuple of values, in place of what is there."""

    value: object


@dataclass(frozen=True, slots=True)
class Add(Change):
    """Adds one value to those that are there; AlreadyThere when it is."""

    value: object


@dataclass(frozen=True, slots=True)
class Remove(Change):
    """Takes one value away; Stale when exactly this value is not there."""

    value: object


@dataclass(frozen=True, slots=True)
class Clear(Change):
    """Takes away whatever is there."""
