"""Editing the tags of policies and roles in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.components import Crumb, command, do
from web.console.refusals import Problem, attempt, status_of
from web.console.users.forms import TagsForm

_SPARE = 3
Tags = Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """What has tags.

    Attributes:
        kind: as operations spell it: `policy` or `role`.
        named: the parameter that names it.
        title: what it is called.
        back: the address to go back to.
    """

    kind: str
    named: dict[str, str]
    title: str
    back: str
    crumbs: tuple[Crumb, ...]


def edit_tags(what: Tagged, present: Tags) -> ResponseReturnValue:
    """The page that adds, changes and removes tags."""
    form = TagsForm(data={"tags": [*present, *({"key": "", "value": ""} for _ in range(_SPARE))]})
    problem = None
    if form.validate_on_submit():
        problem = _save(what, present, form.wanted())
        if problem is None:
            flash(gettext("The tags of %(name)s have been saved.", name=what.title), "success")
            return redirect(what.back)
    pairs = [f"Key={tag['key']},Value={tag['value']}" for tag in present]
    page = render_template(
        "console/components/edit_tags.html",
        form=form,
        problem=problem,
        title=what.title,
        back=what.back,
        crumbs=what.crumbs,
        command=command("iam", f"tag-{what.kind}", **what.named, tags=pairs or "Key=KEY,Value=VALUE"),
    )
    return page, status_of(form, problem)


def _save(what: Tagged, present: Tags, wanted: Tags) -> Problem | None:
    kept = {tag["key"].casefold() for tag in wanted}
    gone = [tag["key"] for tag in present if tag["key"].casefold() not in kept]
    problem = None
    if wanted and list(wanted) != list(present):
        problem = attempt(do, f"tag_{what.kind}", **what.named, tags=wanted)
    if problem is None and gone:
        problem = attempt(do, f"untag_{what.kind}", **what.named, tag_keys=gone)
    return problem
