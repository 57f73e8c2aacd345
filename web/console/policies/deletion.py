"""Deleting a policy: it is detached from everybody, its versions go, then it goes itself."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter.errors import AccessDenied
from web.console import fields
from web.console.components import Result, command, do
from web.console.policies.common import asked_arn, name_of, policy_crumbs
from web.console.policies.entities import KINDS, Entity
from web.console.refusals import Problem, attempt, status_of
from web.console.tagging import Tagged, edit_tags
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/policies/policy/delete", "delete_policy", delete, methods=both)
    console.add_url_rule("/policies/policy/tags/edit", "edit_policy_tags", tags, methods=both)


def delete() -> ResponseReturnValue:
    """Deletes a policy once its name has been typed."""
    arn = asked_arn()
    policy = do("get_policy", policy_arn=arn)["policy"]
    form, problem = fields.TypedConfirmation(), None
    users = _users(arn)
    if form.validate_on_submit() and fields.is_typed(form, name_of(arn)):
        problem = _in_the_way(policy, users) or _delete(arn, users)
        if problem is None:
            flash(gettext("The policy %(name)s has been deleted.", name=name_of(arn)), "success")
            return redirect(url_for("console.policies"))
        users = _users(arn)
    page = render_template(
        "console/policies/delete.html",
        form=form,
        problem=problem,
        title=gettext("Delete the policy %(name)s?", name=name_of(arn)),
        verb=gettext("Delete policy"),
        name=name_of(arn),
        policy=policy,
        users=users,
        cancel_url=url_for("console.policy", arn=arn),
        crumbs=policy_crumbs(arn, gettext("Delete")),
        command=command("iam", "delete-policy", policy_arn=arn),
    )
    return page, status_of(form, problem)


def tags() -> ResponseReturnValue:
    """Adds, changes and removes tags."""
    arn = asked_arn()
    present = do("get_policy", policy_arn=arn)["policy"].get("tags", [])
    what = Tagged(
        kind="policy",
        named={"policy_arn": arn},
        title=name_of(arn),
        back=url_for("console.policy_tags", arn=arn),
        crumbs=policy_crumbs(arn, gettext("Edit tags")),
    )
    return edit_tags(what, present)


def _users(arn: str) -> list[Entity]:
    """Whom the policy is attached to; nobody, for a reader who may not know."""
    try:
        found = do("list_entities_for_policy", policy_arn=arn, policy_usage_filter="PermissionsPolicy", max_items=1000)
    except AccessDenied:
        return []
    return [Entity(kind, each[f"{kind}_name"]) for kind in KINDS for each in found[f"policy_{kind}s"]]


def _in_the_way(policy: Result, users: list[Entity]) -> Problem | None:
    """Why the policy has to stay for now; nothing is detached then."""
    if policy["permissions_boundary_usage_count"]:
        mend = gettext(
            "Give those whose boundary it is another one first. The tab “Entities using it” tells who they are."
        )
        return Problem(gettext("It is still a permissions boundary"), mend, status=HTTPStatus.CONFLICT)
    if policy["attachment_count"] != len(users):
        mend = gettext("Detach it from them first; not all of them can be listed here.")
        return Problem(gettext("It is attached to more than you can see here"), mend, status=HTTPStatus.CONFLICT)
    return None


def _delete(arn: str, users: list[Entity]) -> Problem | None:
    versions = [
        each["version_id"]
        for each in do("list_policy_versions", policy_arn=arn)["versions"]
        if not each["is_default_version"]
    ]
    steps = [
        *((f"detach_{one.kind}_policy", {**one.params, "policy_arn": arn}) for one in users),
        *(("delete_policy_version", {"policy_arn": arn, "version_id": version}) for version in versions),
        ("delete_policy", {"policy_arn": arn}),
    ]
    for number, (operation, params) in enumerate(steps):
        problem = attempt(do, operation, **params)
        if problem:
            return replace(problem, unchanged=number == 0)
    return None
