"""The credential report as rows: read from AWS's own CSV, which is what everybody gets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

ROOT = "<root_account>"
_KEYS = (8, 13)
"""In which columns the facts of the two access keys begin."""


@dataclass(frozen=True, slots=True)
class Key:
    """An access key in the report.

    Attributes:
        number: 1 or 2, as the report counts.
    """

    number: int
    is_active: bool
    rotated: datetime
    used: datetime | None

    @property
    def idle_since(self) -> datetime:
        """When it was last used, or made."""
        return max(self.rotated, self.used or self.rotated)

    def is_unused(self, since: datetime) -> bool:
        """Active, and neither used nor made since a time."""
        return self.is_active and self.idle_since < since

    def is_old(self, before: datetime) -> bool:
        """Active, and made before a time."""
        return self.is_active and self.rotated < before


@dataclass(frozen=True, slots=True)
class Row:
    """One user in the report."""

    user: str
    arn: str
    created: datetime
    has_password: bool
    password_used: datetime | None
    password_changed: datetime | None
    has_mfa: bool
    keys: tuple[Key, ...]

    @property
    def is_root(self) -> bool:
        """The account's root user."""
        return self.user == ROOT

    @property
    def lacks_mfa(self) -> bool:
        """A password opens the console without a second factor."""
        return self.has_password and not self.has_mfa

    @property
    def active_keys(self) -> tuple[Key, ...]:
        """Those that programs can sign in with."""
        return tuple(key for key in self.keys if key.is_active)

    @property
    def password_idle_since(self) -> datetime | None:
        """When the password was last used or set; None where there is none, and of the root user it is not known."""
        if not self.has_password or self.is_root:
            return None
        known = [time for time in (self.password_used, self.password_changed) if time]
        return max(known, default=self.created)

    def has_unused_password(self, since: datetime) -> bool:
        """There is a password that has been neither used nor set since a time."""
        idle_since = self.password_idle_since
        return idle_since is not None and idle_since < since

    @property
    def last_activity(self) -> datetime | None:
        """When anything of the user's was last used."""
        times = [self.password_used, *(key.used for key in self.keys)]
        return max((time for time in times if time), default=None)


def rows_of(lines: Iterable[str]) -> Iterator[Row]:
    """Takes lines of the report apart, all but its first."""
    return map(_row, csv.reader(lines))


def _row(line: list[str]) -> Row:
    return Row(
        user=line[0],
        arn=line[1],
        created=datetime.fromisoformat(line[2]),
        has_password=line[3] == "true",
        password_used=_time(line[4]),
        password_changed=_time(line[5]),
        has_mfa=line[7] == "true",
        keys=tuple(
            Key(number, line[at] == "true", rotated, _time(line[at + 2]))
            for number, at in enumerate(_KEYS, start=1)
            if (rotated := _time(line[at + 1])) is not None
        ),
    )


def _time(text: str) -> datetime | None:
    """A time of the report; None for what it says instead of one."""
    return datetime.fromisoformat(text) if text[:1].isdigit() else None


def days_ago(now: datetime, days: int) -> datetime:
    """So many days before now."""
    return now - timedelta(days=days)
