"""Whether the trail that holds the events is whole."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console import jobs
from web.console.components import Result, asker, crumbs, do
from web.console.fields import Confirmation
from web.current import context, iam
from web.presentation import number
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/events/verify", "verify_events", verify_events, methods=["GET", "POST"])


def verify_events() -> ResponseReturnValue:
    """Follows the chain through the youngest file at once, and through all of them as long work."""
    form = Confirmation()
    found = do("verify_events", max_items=1)
    if form.validate_on_submit():
        work = jobs.Job(
            owner=asker().arn,
            title=gettext("Verify the trail"),
            header=(gettext("File"), gettext("Lines"), gettext("Result"), gettext("Hash of the last line")),
            total=len(found["files"]) + found["remaining"],
            back=url_for("console.verify_events"),
        )
        return redirect(url_for("console.job", job_id=jobs.start(work, _steps())))
    return render_template(
        "console/events/verify.html",
        found=found,
        form=form,
        result=result_of,
        crumbs=crumbs((gettext("Event history"), "console.events"), here=gettext("Verify the trail")),
    )


def result_of(file: Result) -> str:
    """What is said of one file."""
    if file["is_whole"]:
        return gettext("Whole")
    lines = ", ".join(number(line) for line in file["faults"])
    more = file["fault_count"] - len(file["faults"])
    if more:
        return gettext(
            "Broken: the line before line %(lines)s and %(more)s more was changed or taken out",
            lines=lines,
            more=number(more),
        )
    return gettext("Broken: the line before line %(lines)s was changed or taken out", lines=lines)


def _steps() -> Iterator[tuple[str, ...]]:
    """One file a step; made while there is a request, and gone through when there is none any more."""
    door, caller, circumstances = iam(), asker(), context()

    def steps() -> Iterator[tuple[str, ...]]:
        marker = None
        while True:
            found = door.execute(caller, "verify_events", {"marker": marker, "max_items": 1}, circumstances)
            for file in found["files"]:
                yield file["name"], number(file["lines"]), result_of(file), file["end"]
            marker = found.get("marker")
            if marker is None:
                return

    return steps()
