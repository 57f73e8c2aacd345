"""Versions of a policy: how two of them differ, which one is in force, deleting one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console import fields
from web.console.components import Result, command, do, may
from web.console.documents import readable
from web.console.policies.common import (
    asked_arn,
    change_calls,
    is_system,
    name_of,
    policy_crumbs,
    version_number,
)
from web.console.refusals import attempt, status_of
from web.throttle import Throttle

_KINDS = {"  ": "same", "- ": "gone", "+ ": "new"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: `same`, `gone` or `new`."""

    kind: str
    text: str


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/policies/policy/compare", "compare_versions", compare, methods=["GET"])
    console.add_url_rule("/policies/policy/default", "default_version", set_default, methods=both)
    console.add_url_rule("/policies/policy/delete-version", "delete_version", delete, methods=both)


def compare() -> ResponseReturnValue:
    """One version beside another; without another, the version alone."""
    arn = asked_arn()
    versions = sorted(do("list_policy_versions", policy_arn=arn)["versions"], key=version_number, reverse=True)
    ids = [version["version_id"] for version in versions]
    chosen = request.args.get("version", "")
    if chosen not in ids:
        abort(404)
    in_force = next(version["version_id"] for version in versions if version["is_default_version"])
    other = request.args.get("with", in_force)
    other = other if other in ids else in_force
    before, after = sorted((other, chosen), key=lambda each: int(each[1:]))
    lines = list(compared(_text(arn, before), _text(arn, after)))
    return render_template(
        "console/policies/compare.html",
        arn=arn,
        name=name_of(arn),
        is_system=is_system(arn),
        versions=versions,
        chosen=chosen,
        other=other,
        before=before,
        after=after,
        in_force=in_force,
        lines=lines,
        counts={kind: sum(line.kind == kind for line in lines) for kind in ("gone", "new")},
        allowed=may(**change_calls(arn)),
        crumbs=policy_crumbs(arn, gettext("Version %(version)s", version=chosen)),
        command=command("iam", "get-policy-version", policy_arn=arn, version_id=chosen),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """Something to do with a version.

    Attributes:
        template: of the page that asks.
        title, verb, here: that page's words: its heading, its button and its place.
        done: what to say afterwards.
    """

    template: str
    operation: str
    title: str
    verb: str
    here: str
    done: str


def set_default() -> ResponseReturnValue:
    """Puts another version in force, after asking."""
    arn, version = asked_arn(), request.args.get("version", "")
    name = name_of(arn)
    change = _Change(
        "default",
        "set_default_policy_version",
        title=gettext("Put %(version)s of %(name)s in force?", version=version, name=name),
        verb=gettext("Put in force"),
        here=gettext("Put %(version)s in force", version=version),
        done=gettext(
            "Version %(version)s of %(name)s is in force now, for everybody who has the policy.",
            version=version,
            name=name,
        ),
    )
    return _ask(change, arn, version, lambda: do("get_policy", policy_arn=arn))


def delete() -> ResponseReturnValue:
    """Deletes a version that is not in force, after asking."""
    arn, version = asked_arn(), request.args.get("version", "")
    name = name_of(arn)
    change = _Change(
        "delete_version",
        "delete_policy_version",
        title=gettext("Delete %(version)s of %(name)s?", version=version, name=name),
        verb=gettext("Delete version"),
        here=gettext("Delete %(version)s", version=version),
        done=gettext("Version %(version)s of %(name)s has been deleted.", version=version, name=name),
    )
    return _ask(change, arn, version)


def _ask(change: _Change, arn: str, version: str, more: Callable[[], Result] = dict) -> ResponseReturnValue:
    """Makes a change once it has been confirmed.

    Args:
        more: reads what else the page that asks tells.
    """
    form, problem = fields.Confirmation(), None
    if form.validate_on_submit():
        problem = attempt(do, change.operation, policy_arn=arn, version_id=version)
        if problem is None:
            flash(change.done, "success")
            return redirect(url_for("console.policy_versions", arn=arn))
    page = render_template(
        f"console/policies/{change.template}.html",
        form=form,
        problem=problem,
        title=change.title,
        verb=change.verb,
        arn=arn,
        version=version,
        cancel_url=url_for("console.policy_versions", arn=arn),
        crumbs=policy_crumbs(arn, change.here),
        command=command("iam", change.operation.replace("_", "-"), policy_arn=arn, version_id=version),
        **more(),
    )
    return page, status_of(form, problem)


def compared(before: str, after: str) -> Iterator[Line]:
    """The lines of two documents, with what is gone and what is new."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[:2] in _KINDS:
            yield Line(_KINDS[line[:2]], line[2:])


def _text(arn: str, version_id: str) -> str:
    return readable(do("get_policy_version", policy_arn=arn, version_id=version_id)["policy_version"]["document"])
