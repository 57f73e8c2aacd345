"""The dashboard: how the account is, what is to be mended, and where to begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter.errors import AccessDenied, NoSuchEntity
from web.console.components import command, crumbs, do
from web.console.events.picture import draw
from web.console.refusals import Problem, explain
from web.console.reports.bars import Bar, bars
from web.console.reports.findings import (
    AGES,
    Finding,
    administrator_findings,
    key_ages,
    root_findings,
    user_findings,
)
from web.console.reports.roll import Roll
from web.console.reports.rolls import current_report
from web.current import context
from web.throttle import Throttle

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_MOST = 1000
_ORDER = ("bad", "warn", "none")
T = TypeVar("T")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/dashboard", "dashboard", dashboard, methods=["GET"])


def dashboard() -> ResponseReturnValue:
    """Shows how the account is; what somebody may not see is left out with the reason."""
    report = current_report()
    found = report.roll
    administrators, problem = _allowed(_administrators)
    findings = _findings(found, administrators)
    sign_ins, _ = _allowed(lambda: do("describe_sign_ins"))
    return render_template(
        "console/reports/dashboard.html",
        report=report,
        tally=found,
        findings=sorted(findings, key=lambda each: _ORDER.index(each.kind)),
        administrators=administrators,
        tiles=_tiles(found),
        problems=[each for each in (report.problem, problem) if each],
        mfa_bar=_mfa_bar(found) if found else None,
        age_bar=_age_bar(found) if found else None,
        sign_ins=sign_ins,
        picture=draw(sign_ins["days"]) if sign_ins else None,
        crumbs=crumbs(here=gettext("Dashboard")),
        command=command("iam", "get-credential-report"),
    )


def _allowed(read: Callable[[], T]) -> tuple[T | None, Problem | None]:
    """What is read, or why that is refused."""
    try:
        return read(), None
    except AccessDenied as error:
        return None, explain(error)


def _tiles(found: Roll | None) -> list[tuple[str, int, str]]:
    """How much of everything there is, with where it is; what the reader may not list is left out."""
    groups, _ = _allowed(lambda: do("search_groups", max_items=1)["total"])
    roles, _ = _allowed(lambda: do("search_roles", max_items=1)["total"])
    counts = (
        (gettext("Users"), found.users if found else None, url_for("console.users")),
        (gettext("Groups"), groups, url_for("console.groups")),
        (gettext("Roles"), roles, url_for("console.roles")),
        (gettext("Active access keys"), len(found.key_times) if found else None, url_for("console.credential_report")),
    )
    return [(label, count, address) for label, count, address in counts if count is not None]


def _administrators() -> tuple[str, ...]:
    """Users whom AdministratorAccess reaches, directly or by a group."""
    try:
        found = do("list_entities_for_policy", policy_arn=_ADMINISTRATOR, policy_usage_filter="PermissionsPolicy")
    except NoSuchEntity:
        return ()
    names = {user["user_name"] for user in found["policy_users"]}
    for group in found["policy_groups"]:
        members: dict[str, Any] = do("list_members", group_name=group["group_name"], max_items=_MOST)
        names |= {user["user_name"] for user in members["users"]}
    return tuple(sorted(names, key=str.casefold))


def _findings(found: Roll | None, administrators: tuple[str, ...] | None) -> list[Finding]:
    of_report = [*root_findings(found), *user_findings(found, context().now)] if found else []
    of_rights = administrator_findings(administrators) if administrators is not None else []
    return [*of_report, *of_rights, *_password_findings()]


def _password_findings() -> list[Finding]:
    try:
        do("get_account_password_policy")
    except NoSuchEntity:
        title = gettext("The account has no password policy of its own")
        mend = gettext("The default asks for eight characters and nothing else. Set your own in the account settings.")
        return [Finding("none", title, mend)]
    except AccessDenied:
        return []
    return []


def _mfa_bar(found: Roll) -> tuple[Bar, ...]:
    without = found.with_password - found.with_mfa
    return bars(
        (
            (gettext("With a second factor"), found.with_mfa, "good"),
            (gettext("With a password alone"), without, "warn"),
        )
    )


def _age_bar(found: Roll) -> tuple[Bar, ...]:
    ages = key_ages(found, context().now)
    kinds = ("good", "fair", "warn", "bad")
    return bars(tuple((str(words), count, kind) for (_, words), count, kind in zip(AGES, ages, kinds, strict=True)))
