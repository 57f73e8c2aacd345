"""The left navigation: one table, in the four groups that people know. A group without pages is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext


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
        lazy_gettext("Access management"),
        (
            Entry(
                lazy_gettext("User groups"),
                "console.groups",
                "group",
                ("/console/create-group", "/console/delete-groups"),
            ),
            Entry(lazy_gettext("Users"), "console.users", "person", ("/console/create-user", "/console/delete-users")),
            Entry(lazy_gettext("Roles"), "console.roles", "role", ("/console/create-role",)),
            Entry(lazy_gettext("Policies"), "console.policies", "policy"),
            Entry(lazy_gettext("Identity providers"), "console.providers", "globe", ("/console/create-provider",)),
            Entry(lazy_gettext("Services"), "console.services", "apps", ("/console/register-service",)),
        ),
    ),
    Section(
        lazy_gettext("Reports"),
        (
            Entry(lazy_gettext("Dashboard"), "console.dashboard", "chart"),
            Entry(lazy_gettext("Credential report"), "console.credential_report", "report"),
            Entry(lazy_gettext("Policy simulator"), "console.simulator", "play"),
            Entry(lazy_gettext("Event history"), "console.events", "clock"),
        ),
    ),
    Section(
        lazy_gettext("Account"),
        (
            Entry(lazy_gettext("Home"), "console.home", "home"),
            Entry(lazy_gettext("Account settings"), "console.account", "settings"),
        ),
    ),
    Section(
        lazy_gettext("Directory"),
        (
            Entry(lazy_gettext("Server"), "console.directory", "server"),
            Entry(lazy_gettext("Tree"), "console.tree", "tree"),
        ),
    ),
)


def sections() -> tuple[Section, ...]:
    """The groups that have pages."""
    return tuple(section for section in SECTIONS if section.entries)
