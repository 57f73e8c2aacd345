"""The left navigation: one table, in the four groups that people know. A group without pages is not shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation.

    Attributes:
        endpoint: of the page; those below its address belong to it.
        also: beginnings of further addresses that belong to it, such as that of its form for a new one.
    """

    label: str
    endpoint: str
    icon: str
    also: tuple[str, ...] = ()

    def is_at(self, path: str, address: str) -> bool:
        """Whether the page at a path is this one or belongs to it.

        Args:
            path: where the reader is.
            address: of this entry's page.
        """
        below = not address.endswith("/") and path.startswith(f"{address}/")
        return path == address or below or any(path.startswith(beginning) for beginning in self.also)


@dataclass(frozen=True, slots=True)
class Section:
    """Pages under one heading."""

    label: str
    entries: tuple[Entry, ...] = ()


SECTIONS = (
    Section(
        "Access management",
        (
            Entry("User groups", "console.groups", "group", ("/console/create-group", "/console/delete-groups")),
            Entry("Users", "console.users", "person", ("/console/create-user", "/console/delete-users")),
            Entry("Roles", "console.roles", "role", ("/console/create-role",)),
            Entry("Policies", "console.policies", "policy"),
        ),
    ),
    Section(
        "Reports",
        (
            Entry("Dashboard", "console.dashboard", "chart"),
            Entry("Credential report", "console.credential_report", "report"),
            Entry("Policy simulator", "console.simulator", "play"),
            Entry("Event history", "console.events", "clock"),
        ),
    ),
    Section(
        "Account",
        (
            Entry("Home", "console.home", "home"),
            Entry("Account settings", "console.account", "settings"),
        ),
    ),
    Section(
        "Directory",
        (
            Entry("Server", "console.directory", "server"),
            Entry("Tree", "console.tree", "tree"),
        ),
    ),
)


def sections() -> tuple[Section, ...]:
    """The groups that have pages."""
    return tuple(section for section in SECTIONS if section.entries)
