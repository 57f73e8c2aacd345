"""What is not as safe as it could be, and what to do about each."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from flask_babel import LazyString, gettext, lazy_gettext

from web.console.plurals import Plural
from web.console.reports.report import days_ago
from web.console.reports.roll import Roll

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


PARTS: dict[str, LazyString] = {
    "mfa": lazy_gettext("Without MFA"),
    "old": lazy_gettext("Old keys"),
    "password": lazy_gettext("Unused passwords"),
    "key": lazy_gettext("Unused keys"),
}
"""Parts of the credential report: those of whom something is to be said."""


def key_ages(roll: Roll, now: datetime) -> list[int]:
    """How many active keys are of each age."""
    times = roll.key_times
    older = [bisect_right(times, days_ago(now, most + 1).timestamp()) for most, _ in AGES if most]
    return [before - after for before, after in pairwise([len(times), *older, 0])]


def root_findings(found: Roll) -> list[Finding]:
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


_WORDS: dict[str, tuple[Plural, LazyString]] = {
    "mfa": (
        Plural(
            "%(users)s user signs in without a second factor",
            "%(users)s users sign in without a second factor",
        ),
        lazy_gettext("Ask them to add an MFA device, or require one of everybody in the account settings."),
    ),
    "old": (
        Plural(
            "%(users)s user has an active access key older than %(days)s days",
            "%(users)s users have an active access key older than %(days)s days",
        ),
        lazy_gettext("Make a new key, switch the program over, deactivate the old one, then delete it."),
    ),
    "password": (
        Plural(
            "%(users)s user has a password that was not used for %(days)s days",
            "%(users)s users have a password that was not used for %(days)s days",
        ),
        lazy_gettext("Take the password away, or delete the user if nobody needs it any more."),
    ),
    "key": (
        Plural(
            "%(users)s user has an active access key that was not used for %(days)s days",
            "%(users)s users have an active access key that was not used for %(days)s days",
        ),
        lazy_gettext("Deactivate the key; delete it once nobody has missed it."),
    ),
}
"""For each part of the credential report what is said of those in it, and what to do."""


def user_findings(found: Roll, now: datetime) -> list[Finding]:
    """About passwords, keys and devices of users."""
    findings = []
    for only, (title, mend) in _WORDS.items():
        places = found.part(only, days_ago(now, OLD))
        count = len(places)
        if count and (only != "password" or found.knows_sign_ins):
            names = tuple(row.user for row in found.rows(places[:_SHOWN]))
            words = title.said(count, users=f"{count:,}", days=OLD)
            findings.append(Finding("warn", words, str(mend), names, count, only))
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
        mend = gettext("Every one of them may do everything. Give those who need less a policy that fits their work.")
        return [Finding("warn", title, mend, names[:_SHOWN], len(names))]
    return []
