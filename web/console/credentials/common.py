"""What the pages about one's own credentials have in common."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm

from adapter import Caller, CallerKind, SessionClaims
from adapter.errors import AccessDenied, NoSuchEntity
from web.console.components import Crumb, Result, asker, crumbs, do
from web.console.refusals import Problem, explain, status_of

TITLE = lazy_gettext("My security credentials")


def claims() -> SessionClaims:
    """What this session rests on."""
    found: SessionClaims = current_user.claims
    return found


def is_root(caller: Caller | None = None) -> bool:
    """Whether the root user is at work."""
    return (caller or asker()).kind is CallerKind.ROOT


def trail(here: str) -> tuple[Crumb, ...]:
    """The way to a page below the overview."""
    return crumbs((TITLE, "console.my_credentials"), here=here)


def read(operation: str, **params: Any) -> tuple[Result, Problem | None]:
    """What an operation tells, or why it is refused."""
    try:
        return do(operation, **params), None
    except (AccessDenied, NoSuchEntity) as error:
        return {}, explain(error)


def page(template: str, here: str, form: FlaskForm | None, problem: Problem | None, **more: Any) -> ResponseReturnValue:
    """A page about one's own credentials; those of enrolment look like sign-in while it is owed."""
    enrolling = asker().must_enrol
    text = render_template(
        f"console/credentials/{template}.html",
        **{"title": here, "cancel_url": url_for("console.enrol" if enrolling else "console.my_credentials")} | more,
        layout="gate.html" if enrolling else "frame.html",
        enrolling=enrolling,
        form=form,
        problem=problem,
        crumbs=trail(here),
    )
    return text, status_of(form, problem)
