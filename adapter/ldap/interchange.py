"""What of another directory's LDIF is a person, and what is a group with its members, in our operations' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from adapter.ldap import dn as names
from adapter.ldap.layouts import MEMBER_OF_CLASS, MEMBERS_BY_NAME
from adapter.ldap.mapping import GROUP, USER
from adapter.ldap.noun import OBJECT_CLASS, Noun

Values = Mapping[str, Sequence[bytes]]
"""An entry's values by attribute in lower case."""
Params = dict[str, str]

_PEOPLE: Final = frozenset({"inetorgperson", "organizationalperson", "person", "account", "posixaccount"})
_MEMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {name: attribute.lower() for name, attribute in MEMBER_OF_CLASS.items()}
)
"""Where groups of a class have their members."""
_COMMON_NAME: Final = "cn"
_PASSWORD: Final = "userpassword"  # noqa: S105  # an attribute
_DETAILS: Final = ("display_name", "email", "mobile_phone", "remarks", "path")


@dataclass(frozen=True, slots=True)
class Member:
    """A member as a group names it.

    Attributes:
        text: what stands there: a DN or a name.
        name: the user's name, where it stands there.
    """

    text: str
    name: str | None


def is_person(values: Values) -> bool:
    """Whether an entry is somebody's."""
    return bool(_PEOPLE & _classes(values)) and USER.naming.lower() in values


def is_group(values: Values) -> bool:
    """Whether an entry is a group."""
    return bool(_MEMBERS.keys() & _classes(values))


def has_password(values: Values) -> bool:
    """Whether an entry has a password, which can't be taken over: it may be a hash of any kind."""
    return _PASSWORD in values


def person(values: Values) -> Params:
    """The parameters that a person is created with."""
    params = _params(USER, values)
    common = _first(values, _COMMON_NAME)
    if common and common != params[USER.name_field or ""]:
        params.setdefault("display_name", common)
    return params


def group(values: Values) -> Params:
    """The parameters that a group is created with."""
    return _params(GROUP, values)


def members(values: Values) -> list[Member]:
    """Who is in a group."""
    attributes = sorted({_MEMBERS[name] for name in _classes(values) & _MEMBERS.keys()})
    return [_member(attribute, _text(value)) for attribute in attributes for value in values.get(attribute, ())]


def _member(attribute: str, text: str) -> Member:
    if attribute == MEMBERS_BY_NAME.lower():
        return Member(text, text)
    try:
        return Member(text, names.naming_value(text, USER.naming))
    except ValueError:
        return Member(text, None)


def _params(noun: Noun[Any], values: Values) -> Params:
    fields = {field.name: field.key for field in noun.all_fields if field.name in _DETAILS}
    found = {name: _first(values, key) for name, key in fields.items()}
    naming = {noun.name_field or "": _first(values, noun.naming.lower()) or ""}
    return naming | {name: text for name, text in found.items() if text}


def _classes(values: Values) -> set[str]:
    return {_text(value).lower() for value in values.get(OBJECT_CLASS.lower(), ())}


def _first(values: Values, attribute: str) -> str | None:
    return next((_text(value) for value in values.get(attribute, ())), None)


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")
