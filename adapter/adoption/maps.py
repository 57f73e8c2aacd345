"""How a tree that was there before is read: a small table in TOML, of which some come with Bindery."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from adapter.ldap import USER
from adapter.ldap.layouts import MEMBER_OF_CLASS
from adapter.models import Layout
from adapter.server.files import ldif_root

DEFAULT: Final = "openldap"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NEW_GROUPS: Final = ("groupOfNames", "groupOfUniqueNames")
_KEYS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "": frozenset({"description", "users", "groups"}),
        "users": frozenset({"classes", "name"}),
        "groups": frozenset({"classes", "members", "member_names", "new"}),
    }
)


class InvalidMap(ValueError):
    """A map can't be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeMap:
    """How people and groups of a tree are found.

    Attributes:
        user_classes, group_classes: one of these makes an entry a person or a group.
        user_name: the attribute with a person's name.
        members: attributes with members' DNs.
        member_names: the attribute with members' names; empty for none.
        new_group_class: the class of groups that Bindery makes.
    """

    description: str
    user_classes: tuple[str, ...]
    user_name: str
    group_classes: tuple[str, ...]
    members: tuple[str, ...]
    member_names: str
    new_group_class: str

    def layout(self, before: Layout) -> Layout:
        """The account's layout under this map; where new entries go and what fills groups stays."""
        kept = MEMBER_OF_CLASS[self.new_group_class.lower()]
        return replace(
            before,
            user_naming=self.user_name,
            member_attributes=tuple(dict.fromkeys((*self.members, kept))),
            member_names=self.member_names,
            new_group_class=self.new_group_class,
        )


def presets() -> dict[str, Path]:
    """The maps that come with Bindery, by name."""
    return {path.stem: path for path in sorted((ldif_root() / "presets").glob("*.toml"))}


def read_map(path: Path) -> TreeMap:
    """Reads a map.

    Raises:
        InvalidMap: it says something that makes no sense.
        OSError: the file can't be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidMap(f"{path}: {error}") from error
    try:
        return _map(content)
    except InvalidMap as error:
        raise InvalidMap(f"{path}: {error}") from error


def _map(content: dict[str, Any]) -> TreeMap:
    users, groups = content.get("users", {}), content.get("groups", {})
    for where, table in (("", content), ("users", users), ("groups", groups)):
        unknown = sorted(set(table) - _KEYS[where]) if isinstance(table, dict) else [where]
        if unknown:
            raise InvalidMap(f"{' '.join(filter(None, (where, unknown[0])))} means nothing here")
    found = TreeMap(
        description=str(content.get("description", "")),
        user_classes=_names(users, "users", "classes"),
        user_name=_one(users, "users", "name", USER.naming),
        group_classes=_names(groups, "groups", "classes"),
        members=_names(groups, "groups", "members"),
        member_names=_one(groups, "groups", "member_names", ""),
        new_group_class=_one(groups, "groups", "new", _NEW_GROUPS[0]),
    )
    if found.new_group_class not in _NEW_GROUPS:
        raise InvalidMap(f"groups new: {' or '.join(_NEW_GROUPS)}")
    if found.member_names and found.user_name.lower() != USER.naming:
        raise InvalidMap("groups that know their members by name know them by uid: users name has to be uid")
    return found


def _names(table: Mapping[str, Any], where: str, key: str) -> tuple[str, ...]:
    values = table.get(key)
    if not isinstance(values, list) or not values or not all(_is_name(value) for value in values):
        raise InvalidMap(f"{where} {key}: a list of names of LDAP classes or attributes is needed")
    return tuple(values)


def _one(table: Mapping[str, Any], where: str, key: str, default: str) -> str:
    value = table.get(key, default)
    if value != "" and not _is_name(value):
        raise InvalidMap(f"{where} {key}: the name of one LDAP class or attribute is needed")
    return str(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))
