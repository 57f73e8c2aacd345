"""A company's tree, made up but like a real one: nested units, groups of three classes, names of the world."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.adoption.foreign import SUFFIX

PEOPLE = f"ou=staff,{SUFFIX}"
GROUPS = f"ou=teams,{SUFFIX}"
_CITIES = ("Berlin", "Zürich", "上海", "São Paulo", "Kraków")
_UNITS = ("Sales, Inside", "R+D", "Éditions", "研发部", "Support #1", "IT")
_NAMES = (
    "Anna Müller",
    "王伟",
    "Zoë O'Brien",
    "José da Silva, Jr.",
    "Łukasz Wójcik",
    "Smith + Sons",
    "Nguyễn Văn An",
    "Bo",
)
_ATTRIBUTES = "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"
GROUP_SIZE = 300


@dataclass(frozen=True)
class Tree:
    """The tree as LDIF, and what one has to know of it.

    Attributes:
        people: DNs by user name, of those that IAM can take.
        everyone: the name of the group that most are in.
    """

    text: str
    people: dict[str, str]
    groups: tuple[str, ...]
    members: dict[str, list[str]] = field(default_factory=dict)
    everyone: str = "everyone"


def company(people: int, groups: int, everyone: int) -> Tree:
    """A company of that size; always the same one.

    Args:
        everyone: how many are in the largest group.
    """
    dice = random.Random(people)
    units = [f"{_rdn('ou', unit)},{_rdn('l', city)},{PEOPLE}" for city in _CITIES for unit in _UNITS]
    records = list(_frame(units))
    found: dict[str, str] = {}
    for number in range(people):
        name, at, record = _person(number, units[number % len(units)])
        found[name] = at
        records.append(record)
    names = list(found)
    members: dict[str, list[str]] = {"everyone": names[:everyone]}
    for number in range(groups):
        members[f"team-{number}"] = sorted(dice.sample(names, min(GROUP_SIZE, len(names) // 2)))
    records += [_group(number, group, held, found) for number, (group, held) in enumerate(members.items())]
    return Tree("\n".join(records), found, tuple(members), members)


def _frame(units: list[str]) -> Iterator[str]:
    yield f"dn: {SUFFIX}\nobjectClass: organization\nobjectClass: dcObject\no: Corp\ndc: corp\n"
    for at in (PEOPLE, GROUPS):
        yield f"dn: {at}\nobjectClass: organizationalUnit\nou: {at.partition('=')[2].partition(',')[0]}\n"
    for city in _CITIES:
        at = f"{_rdn('l', city)},{PEOPLE}"
        yield f"{_line('dn', at)}\nobjectClass: locality\n{_line('l', city)}\n"
    for number, at in enumerate(units):
        yield f"{_line('dn', at)}\nobjectClass: organizationalUnit\n{_line('ou', _UNITS[number % len(_UNITS)])}\n"


def _person(number: int, unit: str) -> tuple[str, str, str]:
    """A third is named by uid, a third by cn, a third by both."""
    name, full = f"u{number:05}", f"{_NAMES[number % len(_NAMES)]} {number}"
    rdn = (_rdn("uid", name), _rdn("cn", full), f"{_rdn('cn', full)}+{_rdn('uid', name)}")[number % 3]
    at = f"{rdn},{unit}"
    lines = [
        _line("dn", at),
        f"{_ATTRIBUTES}uid: {name}",
        _line("cn", full),
        _line("sn", full.split()[-2]),
        f"mail: {name}@corp.example\nuidNumber: {10000 + number}\ngidNumber: 100\nhomeDirectory: /home/{name}",
        f"employeeNumber: {number}\nuserPassword: Password-{number}\n",
    ]
    return name, at, "\n".join(lines)


def _group(number: int, name: str, names: list[str], places: dict[str, str]) -> str:
    """Of the three classes in turn."""
    at = f"cn={name},{GROUPS}"
    if number % 3 == 2:
        members = "".join(f"memberUid: {each}\n" for each in names)
        return f"dn: {at}\nobjectClass: posixGroup\ncn: {name}\ngidNumber: {500 + number}\n{members}"
    kind, attribute = (("groupOfNames", "member"), ("groupOfUniqueNames", "uniqueMember"))[number % 3]
    members = "".join(_line(attribute, places[each]) + "\n" for each in names)
    return f"dn: {at}\nobjectClass: {kind}\ncn: {name}\n{members}"


def _rdn(kind: str, value: str) -> str:
    escaped = "".join(f"\\{each}" if each in ',+"\\<>;=' else each for each in value)
    return f"{kind}={escaped}"


def _line(name: str, value: str) -> str:
    if value.isascii():
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"
