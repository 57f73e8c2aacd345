"""What is not as safe as it could be, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from web.console.reports.report import Row, days_ago

OLD = 90
"""Days after which a key is to be replaced, and a credential that nobody uses to be taken away."""
MANY = 5
"""More administrators than this are worth a look."""
_SHOWN = 5
AGES = (
    (30, lazy_gettext("Up to 30 days")),
    (90, lazy_gettext("31 to 90 days")),
    (180, lazy_gettext("91 to 180 days")),
    (None, lazy_gettext("Over 180 days")),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend.

    Attributes:
        kind: `bad`, `warn`, `none` or `good`.
        names: of some of the users concerned.
        count: of all of them.
        only: the part of the credential report that lists them.
    """

    kind: str
    title: str
    mend: str
    names: tuple[str, ...] = ()
    count: int = 0
    only: str = ""


@dataclass(slots=True)
class Tally:
    """What one walk through the report counts.

    Attributes:
        knows_sign_ins: the directory takes down when passwords are used; else nothing can be said of unused ones.
    """

    users: int = 0
    with_password: int = 0
    with_mfa: int = 0
    knows_sign_ins: bool = False
    root_lacks_mfa: bool = False
    root_has_keys: bool = False
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    concerned: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, only: str, name: str) -> None:
        """Counts a user under a heading and keeps the first few names."""
        self.counts[only] = self.counts.get(only, 0) + 1
        names = self.concerned.setdefault(only, [])
        if len(names) < _SHOWN:
            names.append(name)


Test = Callable[[Row, datetime], bool]
PARTS: dict[str, tuple[LazyString, Test]] = {
    "mfa": (lazy_gettext("Without MFA"), lambda row, _: row.lacks_mfa),
    "old": (lazy_gettext("Old keys"), lambda row, before: any(key.is_old(before) for key in row.keys)),
    "password": (lazy_gettext("Unused passwords"), lambda row, since: row.has_unused_password(since)),
    "key": (lazy_gettext("Unused keys"), lambda row, since: any(key.is_unused(since) for key in row.keys)),
}
"""Parts of the credential report: those of whom something is to be said."""


def tally(rows: Iterable[Row], now: datetime) -> Tally:
    """Counts what findings and pictures need."""
    found, limit = Tally(), days_ago(now, OLD)
    for row in rows:
        if row.is_root:
            found.root_lacks_mfa = row.lacks_mfa
            found.root_has_keys = any(key.is_active for key in row.keys)
            continue
        found.users += 1
        found.knows_sign_ins = found.knows_sign_ins or row.password_used is not None
        found.with_password += row.has_password
        found.with_mfa += row.has_password and row.has_mfa
        for key in row.keys:
            if key.is_active:
                found.ages[_age(now, key.rotated)] += 1
        for only, (_, test) in PARTS.items():
            if test(row, limit):
                found.note(only, row.user)
    return found


def _age(now: datetime, since: datetime) -> int:
    days = (now - since).days
    return next(place for place, (most, _) in enumerate(AGES) if most is None or days <= most)


def root_findings(found: Tally) -> list[Finding]:
    """About the root user, who may do everything."""
    findings = []
    if found.root_lacks_mfa:
        title = gettext("The root user signs in without a second factor")
        mend = gettext(
            "Sign in as the root user and add an MFA device under “Security credentials”: no policy limits it."
        )
        findings.append(Finding("bad", title, mend))
    if found.root_has_keys:
        title = gettext("The root user has active access keys")
        mend = gettext("Delete them. Give programs users or roles of their own, with only the rights that they need.")
        findings.append(Finding("bad", title, mend))
    return findings


Title = Callable[[int], str]
_WORDS: dict[str, tuple[Title, LazyString]] = {
    "mfa": (
        lambda count: ngettext(
            "%(users)s user signs in without a second factor",
            "%(users)s users sign in without a second factor",
            count,
            users=f"{count:,}",
        ),
        lazy_gettext("Ask them to add an MFA device, or require one of everybody in the account settings."),
    ),
    "old": (
        lambda count: ngettext(
            "%(users)s user has an active access key older than %(days)s days",
            "%(users)s users have an active access key older than %(days)s days",
            count,
            users=f"{count:,}",
            days=OLD,
        ),
        lazy_gettext("Make a new key, switch the program over, deactivate the old one, then delete it."),
    ),
    "password": (
        lambda count: ngettext(
            "%(users)s user has a password that was not used for %(days)s days",
            "%(users)s users have a password that was not used for %(days)s days",
            count,
            users=f"{count:,}",
            days=OLD,
        ),
        lazy_gettext("Take the password away, or delete the user if nobody needs it any more."),
    ),
    "key": (
        lambda count: ngettext(
            "%(users)s user has an active access key that was not used for %(days)s days",
            "%(users)s users have an active access key that was not used for %(days)s days",
            count,
            users=f"{count:,}",
            days=OLD,
        ),
        lazy_gettext("Deactivate the key; delete it once nobody has missed it."),
    ),
}
"""For each part of the credential report what is said of those in it, and what to do."""


def user_findings(found: Tally) -> list[Finding]:
    """About passwords, keys and devices of users."""
    findings = []
    for only, (title, mend) in _WORDS.items():
        count = found.counts.get(only, 0)
        if count and (only != "password" or found.knows_sign_ins):
            findings.append(Finding("warn", title(count), str(mend), tuple(found.concerned[only]), count, only))
    return findings


def administrator_findings(names: tuple[str, ...]) -> list[Finding]:
    """About those whom AdministratorAccess reaches."""
    if not names:
        mend = gettext("Add a user to the group admin, and keep the root user for emergencies.")
        return [Finding("bad", gettext("Nobody but the root user administers the account"), mend)]
    if len(names) == 1:
        mend = gettext("Add a second person to the group admin, for when the first one is away.")
        return [Finding("none", gettext("There is only one administrator"), mend, names, 1)]
    if len(names) > MANY:
        title = gettext("%(num)s users are administrators", num=f"{len(names):,}")
        mend = gettext("Everyone of them may do everything. Give those who need less a policy that fits their work.")
        return [Finding("warn", title, mend, names[:_SHOWN], len(names))]
    return []
