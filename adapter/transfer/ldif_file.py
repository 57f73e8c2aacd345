"""People, groups and memberships of another directory's LDIF (`ldapsearch -LLL`, `slapcat`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapter.ldap import dn, interchange
from adapter.server import ldif
from adapter.transfer.records import Content, Fault, Kind, Record

_CHANGES = frozenset({"delete", "modify", "modrdn", "moddn"})


@dataclass(slots=True)
class _Found:
    """What has been read so far.

    Attributes:
        by_dn: the names of people, for groups that name them by DNs in which their names do not stand.
        memberships: group name, line and member of each.
        passed_over: entries that are neither.
    """

    people: list[Record] = field(default_factory=list)
    groups: list[Record] = field(default_factory=list)
    memberships: list[tuple[str, int, interchange.Member]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    by_dn: dict[str, str] = field(default_factory=dict)
    passwords: int = 0
    passed_over: int = 0


def read_ldif(text: str) -> Content:
    """What an LDIF file holds; an entry that can't be read is a fault and no more."""
    found = _Found()
    for line, lines in _parts(text):
        try:
            for entry in ldif.parse_lines(lines):
                _take(found, line, entry)
        except ValueError as error:
            found.faults.append(Fault(line, "", f"the entry can't be read: {error}"))
    return Content(
        records=(*found.people, *found.groups, *_memberships(found)),
        faults=tuple(found.faults),
        remarks=_remarks(found),
    )


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    """The entries' lines, each with the number of its first."""
    start, lines = 1, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.removesuffix("\r")
        if bare.startswith("version:"):
            continue
        if bare:
            start = start if lines else number
            lines.append(bare)
        elif lines:
            yield start, lines
            lines = []


def _take(found: _Found, line: int, entry: ldif.Entry) -> None:
    values: dict[str, list[bytes]] = {}
    for attribute, value in entry.attributes:
        values.setdefault(attribute.partition(";")[0].lower(), []).append(value)
    changes = {value.decode(errors="replace").lower() for value in values.get("changetype", ())}
    if changes & _CHANGES:
        found.faults.append(Fault(line, entry.dn[:200], "a change and not an entry"))
    elif interchange.is_group(values):
        params = interchange.group(values)
        found.groups.append(Record(line, Kind.GROUP, params))
        found.memberships += ((params["group_name"], line, member) for member in interchange.members(values))
    elif interchange.is_person(values):
        params = interchange.person(values)
        found.people.append(Record(line, Kind.PERSON, params))
        found.by_dn[dn.comparable(entry.dn)] = params["user_name"]
        found.passwords += interchange.has_password(values)
    else:
        found.passed_over += 1


def _memberships(found: _Found) -> Iterator[Record]:
    for group, line, member in found.memberships:
        name = found.by_dn.get(dn.comparable(member.text)) or member.name
        if name is None:
            found.faults.append(Fault(line, f"{group}/{member.text}"[:200], "the member is nobody of this file"))
        else:
            yield Record(line, Kind.MEMBERSHIP, {"group_name": group, "user_name": name})


def _remarks(found: _Found) -> tuple[str, ...]:
    told = (
        (found.passwords, "passwords are not taken over: give people new ones (bindery backup takes them along)"),
        (found.passed_over, "entries are neither people nor groups and are passed over"),
    )
    return tuple(f"{count:,} {words}" for count, words in told if count)
