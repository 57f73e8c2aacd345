"""How the directory's server is."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, crumbs, do, may
from web.console.directory.replication import draw, lag
from web.console.directory.sayings import said
from web.throttle import Throttle

_VERDICTS: Final = {
    "fine": ("good", lazy_gettext("Fine")),
    "warning": ("warn", lazy_gettext("Look at this")),
    "failed": ("bad", lazy_gettext("Mend this")),
}
_WORST: Final = ("failed", "warning", "fine")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/directory", "directory", directory, methods=["GET"])


def directory() -> ResponseReturnValue:
    """Shows whether the server answers, how far changes have arrived, and what a check-up finds."""
    found = do("describe_directory")
    findings = sorted(map(said, found["findings"] or ()), key=lambda finding: _WORST.index(finding["verdict"]))
    allowed = may(tree=("describe_entry", {}))["tree"]
    return render_template(
        "console/directory/server.html",
        found=found,
        findings=findings,
        verdicts=_VERDICTS,
        picture=draw(found["providers"], found["servers"]),
        lag=lag,
        to_mend=sum(finding["verdict"] != "fine" for finding in findings),
        actions=[
            Action(gettext("Open the tree"), url_for("console.tree"), allowed, "bindery:DescribeEntry", icon="tree")
        ],
        crumbs=crumbs(here=gettext("Directory server")),
    )
