"""Creating a role on two pages: who may assume it, then what it may do and what it is called.

The first page makes a trust policy, which the second one shows and carries; nothing is kept on the server between.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.errors import AccessDenied
from web.console import fields, holders
from web.console.components import asker, command, crumbs, do
from web.console.policies.checking import Checked, check
from web.console.refusals import Problem, attempt
from web.console.roles.changes import boundaries, chosen_seconds, durations
from web.console.roles.forms import RoleForm, TrustForm
from web.console.roles.trust import SERVICES, trust_policy, trusted_by
from web.throttle import Throttle

_ASKED = {
    "users": (("users", lazy_gettext("Enter at least one user name")),),
    "other": (("account", lazy_gettext("Enter the account ID")),),
    "service": (("service", lazy_gettext("Enter the name of a service")),),
    "web": (
        ("oidc_provider", lazy_gettext("Choose an identity provider")),
        ("audience", lazy_gettext("Enter the audience")),
    ),
    "saml": (("saml_provider", lazy_gettext("Choose an identity provider")),),
}
"""For each kind of principal the fields that have to be filled in."""
_EMPTY_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "ARN"}, "Action": "sts:AssumeRole"}],
    },
    indent=2,
)
_SPARE_TAGS = 2
_CARRIED = ("kind", "mfa", "users", "account", "external_id", "other_mfa", "service", "oidc_provider", "audience",
            "subject", "saml_provider", "saml_audience")  # fmt: skip


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/create-role", "create_role", create, methods=["GET", "POST"])


def create() -> ResponseReturnValue:
    """Whichever page of the two it is."""
    step, go = request.form.get("step"), request.form.get("go", "next")
    if step == "role" and go != "back":
        return _second(None)
    form = _trust_form()
    if step == "trust" and form.validate_on_submit() and _is_complete(form):
        return _second(_document(form))
    status = 422 if step == "trust" and form.errors else 200
    return _first(form), status


def _trust_form() -> TrustForm:
    form = TrustForm(data={"saml_audience": "https://signin.aws.amazon.com/saml"})
    form.oidc_provider.choices = _providers("list_open_id_connect_providers", "open_id_connect_provider_list")
    form.saml_provider.choices = _providers("list_saml_providers", "saml_provider_list")
    return form


def _providers(operation: str, member: str) -> list[tuple[str, str]]:
    try:
        found = do(operation)[member]
    except AccessDenied:
        found = []
    return [(each["arn"], each["arn"].partition("-provider/")[2]) for each in found]


def _is_complete(form: TrustForm) -> bool:
    for name, ask in _ASKED.get(form.kind.data, ()):
        if not (form[name].data or "").strip():
            fields.note(form[name], str(ask))
    return not form.errors


def _document(form: TrustForm) -> str:
    kind = form.kind.data
    if kind == "custom":
        return _EMPTY_TRUST
    values: dict[str, Any] = {field.name: field.data for field in form}
    values["users"] = [line.strip() for line in (form.users.data or "").splitlines() if line.strip()]
    if kind == "other":
        values["mfa"] = form.other_mfa.data
    return trust_policy(kind, values, asker().account_id)


def _first(form: TrustForm) -> str:
    return render_template(
        "console/roles/create_trust.html",
        form=form,
        services=SERVICES,
        crumbs=crumbs((gettext("Roles"), "console.roles"), here=gettext("Create role")),
        command=command("iam", "create-role", role_name="NAME", assume_role_policy_document="file://trust.json"),
    )


def _second(document: str | None) -> ResponseReturnValue:
    """The second page; with a document when it is shown for the first time."""
    spare = [{"key": "", "value": ""} for _ in range(_SPARE_TAGS)]
    form = RoleForm(formdata=None, data={"document": document, "path": "/", "tags": spare}) if document else RoleForm()
    form.duration.choices, form.boundary.choices = durations(3600), boundaries()
    checked = check(form.document.data or "", "trust")
    problem, is_refused = None, False
    if document is None:
        is_refused = not form.validate_on_submit() or checked.has_errors
        if not is_refused:
            problem = _create(form)
            if problem is None:
                return redirect(holders.ROLE.page(form.role_name.data))
    page = _second_page(form, checked, problem, is_refused=is_refused and checked.has_errors)
    return page, problem.status if problem else 422 if is_refused else 200


def _second_page(form: RoleForm, checked: Checked, problem: Problem | None, *, is_refused: bool) -> str:
    try:
        choices = do("list_attachable_policies")["policies"]
    except AccessDenied:
        choices = []
    name = form.role_name.data or "NAME"
    return render_template(
        "console/roles/create_role.html",
        form=form,
        checked=checked,
        problem=problem,
        document_refused=is_refused,
        carried=[(key, value) for key in _CARRIED for value in request.form.getlist(key)],
        trusted=trusted_by(form.document.data or "", asker().account_id),
        choices=choices,
        chosen=set(form.policies.data or ()),
        crumbs=crumbs((gettext("Roles"), "console.roles"), here=gettext("Create role")),
        command=command("iam", "create-role", role_name=name, assume_role_policy_document="file://trust.json"),
    )


def _create(form: RoleForm) -> Problem | None:
    """Creates the role, then attaches the policies; a policy that is refused does not undo the role."""
    name = form.role_name.data
    problem = attempt(
        do,
        "create_role",
        role_name=name,
        assume_role_policy_document=form.document.data,
        description=form.description.data or None,
        path=form.path.data or "/",
        max_session_duration=chosen_seconds(form.duration),
        permissions_boundary=form.boundary.data or None,
        tags=form.wanted_tags(),
    )
    if problem:
        return problem
    words = gettext("The role %(name)s has been created. Those whom it trusts can assume it from now on.", name=name)
    flash(words, "success")
    holders.attach_to_new(holders.ROLE, name, form.policies.data or ())
    return None
