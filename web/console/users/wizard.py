"""Creating a user on four pages: details, permissions, review, and the credentials that are shown once.

What has been entered travels from page to page in a signed field of the form. It holds no secret: a password of one's
choice is asked for on the last page before the user is created.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer

from adapter import IamError
from adapter.errors import PasswordPolicyViolation
from web.console import fields
from web.console.components import command, crumbs, do, may
from web.console.refusals import Problem, explain
from web.console.refused import error_words
from web.console.secrets_once import download_of, generated_password
from web.console.users.changes import MOST_GROUPS
from web.console.users.creation import Created, Grant, copied_grant, create
from web.console.users.credentials import password_fault
from web.console.users.wizard_forms import DetailsStep, PermissionsStep, ReviewStep
from web.throttle import Throttle

STEPS = (
    ("details", lazy_gettext("Details")),
    ("permissions", lazy_gettext("Permissions")),
    ("review", lazy_gettext("Review and create")),
    ("done", lazy_gettext("Credentials")),
)
_FORMS: Mapping[str, type[FlaskForm]] = {"details": DetailsStep, "permissions": PermissionsStep, "review": ReviewStep}
_ORDER = tuple(_FORMS)
_NOT_KEPT = frozenset({"csrf_token", "password"})
_SPARE_TAGS = 3

State = dict[str, Any]


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/create-user", "create_user", create_user, methods=["GET", "POST"])


def create_user() -> ResponseReturnValue:
    """Whichever page of the four it is."""
    state = _state()
    step = request.form.get("step", _ORDER[0])
    if request.method == "GET" or state is None or step not in _FORMS:
        if request.method == "POST":
            flash(gettext("The form was out of date, so it starts again. Nothing was created."), "info")
        return _show(_ORDER[0], {"path": "/"})
    form = _FORMS[step]()
    if request.form.get("go") == "back":
        return _show(_ORDER[max(0, _ORDER.index(step) - 1)], state | _entered(form))
    if not form.validate_on_submit() or not _is_sensible(form):
        return _show(step, state | _entered(form), form)
    state |= _entered(form)
    if step != _ORDER[-1]:
        return _show(_ORDER[_ORDER.index(step) + 1], state)
    return _finish(state, form)


def _is_sensible(form: FlaskForm) -> bool:
    """Checks that concern several fields; notes an error where one fails."""
    if isinstance(form, PermissionsStep):
        if form.way.data == "copy" and not form.copy_from.data:
            fields.note(form.copy_from, gettext("Enter the name of the user to copy from"))
        elif form.way.data == "copy":
            try:
                copied_grant(do, form.copy_from.data or "", "")
            except IamError as error:
                fields.note(form.copy_from, error_words(error.message))
    return not form.errors


def _finish(state: State, form: FlaskForm) -> ResponseReturnValue:
    """Creates the user; the answer shows its credentials this once."""
    how = state.get("how", "generated")
    fault = password_fault(how, form.password.data or "") if state.get("console") else None
    if fault:
        fields.note(form.password, fault)
        return _show("review", state, form)
    try:
        created = _create(state, form.password.data if how == "own" else None)
    except PasswordPolicyViolation as violation:
        fields.note(form.password, error_words(violation.message))
        return _show("review", state, form)
    except IamError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return _show("review", state, form, explain(error))
    return _done(created)


def _create(state: State, typed: str | None) -> Created:
    details = ("user_name", "display_name", "email", "mobile_phone", "remarks")
    user = {key: state[key] for key in details if state.get(key)} | {"path": state.get("path") or "/"}
    if state.get("tags"):
        user["tags"] = state["tags"]
    password = None
    if state.get("console"):
        must_change = bool(state.get("must_change"))
        password = {"password": typed or generated_password(), "password_reset_required": must_change}
    return create(do, user, _grant(state), password, bool(state.get("key")))


def _grant(state: State) -> Grant:
    """What the second page has asked for; the ways that were not chosen count for nothing."""
    way, boundary = state.get("way", "groups"), state.get("boundary") or ""
    if way == "copy":
        return copied_grant(do, state.get("copy_from", ""), boundary)
    if way == "attach":
        return Grant(policies=tuple(state.get("policies") or ()), boundary=boundary)
    return Grant(groups=tuple(state.get("groups") or ()), boundary=boundary)


def _show(
    step: str, state: State, form: FlaskForm | None = None, problem: Problem | None = None
) -> ResponseReturnValue:
    """A page of the wizard; with the form that was sent when something is wrong with it."""
    shown = form or _filled(step, state)
    page = render_template(
        f"console/users/create_{step}.html",
        step=step,
        steps=STEPS,
        form=shown,
        problem=problem,
        state=state,
        signed=_signer().dumps(state),
        crumbs=crumbs((gettext("Users"), "console.users"), here=gettext("Create user")),
        command=_command(state),
        **_CHOICES.get(step, lambda _state, _form: {})(state, shown),
    )
    if problem:
        return page, problem.status
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK


def _filled(step: str, state: State) -> FlaskForm:
    """A form that shows what has been entered before, and ignores what was sent with another page."""
    data = dict(state)
    if step == "review":
        data["tags"] = [*state.get("tags", []), *({"key": "", "value": ""} for _ in range(_SPARE_TAGS))]
    return _FORMS[step](formdata=None, data=data)


def _permission_choices(state: State, form: FlaskForm) -> dict[str, Any]:
    allowed = may(groups=("search_groups", {}), policies=("list_attachable_policies", {}))
    found = do("search_groups", max_items=MOST_GROUPS) if allowed["groups"] else {"groups": [], "is_truncated": False}
    policies = do("list_attachable_policies")["policies"] if allowed["policies"] else []
    form.boundary.choices = fields.options(
        [("", gettext("No boundary")), *((each["policy_arn"], each["policy_name"]) for each in policies)]
    )
    return {"groups": found["groups"], "is_cut": found["is_truncated"], "policies": policies}


def _review(state: State, _form: FlaskForm) -> dict[str, Any]:
    try:
        return {"grant": _grant(state), "refusal": None}
    except IamError as error:
        return {"grant": Grant(), "refusal": explain(error)}


_CHOICES = {"permissions": _permission_choices, "review": _review}


def _done(created: Created) -> ResponseReturnValue:
    shown = created.credentials
    return render_template(
        "console/users/create_done.html",
        step="done",
        steps=STEPS,
        created=created,
        shown=shown,
        download=download_of([shown]),
        crumbs=crumbs((gettext("Users"), "console.users"), here=gettext("Create user")),
    )


def _entered(form: FlaskForm) -> State:
    if isinstance(form, ReviewStep):
        return {"tags": form.wanted_tags()}
    return {key: value for key, value in form.data.items() if key not in _NOT_KEPT}


def _state() -> State | None:
    """What the pages before have entered; None when somebody has changed it or the key is another one."""
    try:
        state: State = _signer().loads(request.form.get("state", ""))
    except BadSignature:
        return None
    return state


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="user that is being created")


def _command(state: State) -> str:
    tags = [f"Key={tag['key']},Value={tag['value']}" for tag in state.get("tags", [])]
    name = state.get("user_name") or "NAME"
    return command("iam", "create-user", user_name=name, path=state.get("path"), tags=tags)
