"""The credential report as rows: read from AWS's own CSV, which is what everybody gets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapter.errors import AccessDenied, ReportExpired, ReportInProgress, ReportNotPresent
from web.console.components import do
from web.console.refusals import Problem, explain

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

    def is_unused(self, since: datetime) -> bool:
        """Active, and neither used nor made since a time."""
        return self.is_active and max(self.rotated, self.used or self.rotated) < since

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

    def has_unused_password(self, since: datetime) -> bool:
        """There is a password that has been neither used nor set since a time; of the root user that is not known."""
        known = [time for time in (self.password_used, self.password_changed) if time]
        return self.has_password and not self.is_root and max(known, default=self.created) < since

    @property
    def last_activity(self) -> datetime | None:
        """When anything of the user's was last used."""
        times = [self.password_used, *(key.used for key in self.keys)]
        return max((time for time in times if time), default=None)


@dataclass(frozen=True, slots=True)
class Report:
    """The account's report, or why there is none.

    Attributes:
        made: when; None while there is none.
        is_being_made: it will be there soon.
    """

    content: bytes = b""
    made: datetime | None = None
    is_being_made: bool = False
    problem: Problem | None = None

    def rows(self) -> Iterator[Row]:
        """Everybody, the root user first."""
        lines = csv.reader(io.StringIO(self.content.decode()))
        next(lines, None)
        return (_row(line) for line in lines)


def current_report() -> Report:
    """The report; asks for a new one where there is none that is good."""
    try:
        found = do("get_credential_report")
    except (ReportNotPresent, ReportExpired):
        return _asked_for()
    except ReportInProgress:
        return Report(is_being_made=True)
    except AccessDenied as error:
        return Report(problem=explain(error))
    return Report(found["content"], found["generated_time"])


def _asked_for() -> Report:
    try:
        do("generate_credential_report")
    except AccessDenied as error:
        return Report(problem=explain(error))
    return Report(is_being_made=True)


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
