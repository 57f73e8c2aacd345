"""The credential report: to look at, in parts, and as the file that AWS's own tools expect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.components import Tab, asker, command, crumbs, do
from web.console.reports.findings import OLD, PARTS
from web.console.reports.report import days_ago
from web.console.reports.roll import Roll
from web.console.reports.rolls import current_report
from web.current import context
from web.throttle import Throttle

DAYS = (30, 60, 90, 180, 365)
_PAGE = 50
_MAX_TEXT = 128


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/credential-report", "credential_report", show, methods=get)
    console.add_url_rule("/credential-report.csv", "credential_report_file", download, methods=get)


def show() -> ResponseReturnValue:
    """Shows who has which credentials, all of them or those to be looked at."""
    only, text = request.args.get("only", ""), request.args.get("q", "").strip()[:_MAX_TEXT]
    only = only if only in PARTS else ""
    days = request.args.get("days", OLD, type=int)
    days = days if days in DAYS else OLD
    page = max(1, request.args.get("page", 1, type=int))
    report = current_report()
    roll = report.roll or Roll()
    limit = days_ago(context().now, days)
    places = _chosen(roll, only, text, limit)
    is_unknown = only == "password" and bool(places) and not roll.knows_sign_ins
    places = [] if is_unknown else places
    parts = [Tab("", gettext("All"), url_for("console.credential_report", days=days if days != OLD else None))]
    parts += [Tab(key, label, _address(key, days)) for key, label in PARTS.items()]
    return render_template(
        "console/reports/credentials.html",
        report=report,
        rows=list(roll.rows(places[(page - 1) * _PAGE : page * _PAGE])),
        total=len(places),
        page=page,
        pages=max(1, -(-len(places) // _PAGE)),
        only=only,
        is_unknown=is_unknown,
        text=text,
        days=days,
        choices=DAYS,
        limit=limit,
        parts=parts,
        crumbs=crumbs(here=gettext("Credential report")),
        command=command("iam", "get-credential-report"),
    )


def download() -> ResponseReturnValue:
    """Hands out the report as AWS makes it, byte by byte."""
    report = current_report()
    if report.made is None:
        return redirect(url_for("console.credential_report"))
    name = f"credential-report-{asker().account_id}-{report.made:%Y-%m-%d}.csv"
    return Response(
        do("get_credential_report")["content"],
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _address(only: str, days: int) -> str:
    return url_for("console.credential_report", only=only, days=days if days != OLD else None)


def _chosen(roll: Roll, only: str, text: str, limit: datetime) -> Sequence[int]:
    """The places of the rows to be shown: those of a part, and those whose name has a text in it."""
    places = roll.part(only, limit) if only else range(roll.size)
    if not text:
        return places
    named = roll.named(text)
    return sorted({*places}.intersection(named)) if only else named
