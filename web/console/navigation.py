"""The left navigation: one table, in the four groups that people know. A group without pages is not shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation."""

    label: str
    endpoint: str
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """Pages under one heading."""

    label: str
    entries: tuple[Entry, ...] = ()


SECTIONS = (
    Section("Access management"),
    Section("Reports"),
    Section("Account", (Entry("Home", "console.home", "home"),)),
    Section("Directory"),
)


def sections() -> tuple[Section, ...]:
    """The groups that have pages."""
    return tuple(section for section in SECTIONS if section.entries)
