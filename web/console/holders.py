"""Policies of whatever has policies: attaching, detaching and inline policies of users and groups in the same way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from web.console import fields
from web.console.components import Crumb, Params, command, do, listed
from web.console.differences import of_attaching, of_detaching
from web.console.documents import readable
from web.console.holder_forms import AttachForm, InlineForm
from web.console.refusals import Problem, attempt, attempt_each, beside, status_of

ANY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"
"""Stands for any policy where it is only asked whether somebody may attach some."""

_EXAMPLE = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "ReadReports", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}],
}


@dataclass(frozen=True, slots=True)
class Holder:
    """One kind of thing that has policies.

    Attributes:
        kind: as AWS's operations spell it: `user`, `group` or `role`.
        title: of the list that it is in.
        attaching: what attaching policies to it means.
    """

    kind: str
    title: fields.Text
    attaching: fields.Text

    @property
    def plural(self) -> str:
        """As it stands in addresses and endpoints."""
        return f"{self.kind}s"

    def named(self, name: str) -> dict[str, str]:
        """The parameter that names it, for an operation."""
        return {f"{self.kind}_name": name}

    def page(self, name: str) -> str:
        """The address of its page."""
        return url_for(f"console.{self.kind}", name=name)

    def crumbs(self, name: str, here: str) -> tuple[Crumb, ...]:
        """The way to a page below its page."""
        return Crumb(self.title, url_for(f"console.{self.plural}")), Crumb(name, self.page(name)), Crumb(here)

    def command(self, verb: str, name: str, **options: object) -> str:
        """The equivalent `aws` command, such as `attach-user-policy`."""
        return command("iam", verb.format(kind=self.kind), **self.named(name), **options)


USER = Holder(
    "user",
    lazy_gettext("Users"),
    lazy_gettext("Choose managed policies. The user may then do what they allow, unless something denies it."),
)
GROUP = Holder(
    "group",
    lazy_gettext("User groups"),
    lazy_gettext("Choose managed policies. Every member may then do what they allow, unless something denies it."),
)
ROLE = Holder(
    "role",
    lazy_gettext("Roles"),
    lazy_gettext(
        "Choose managed policies. Every session of the role may then do what they allow, unless something denies it."
    ),
)


def add_pages_for(console: Blueprint, holder: Holder) -> None:
    """Adds the pages about the policies of one kind of holder."""
    both, base = ["GET", "POST"], f"/{holder.plural}/<name>"

    def add(path: str, endpoint: str, view: Callable[..., ResponseReturnValue], methods: list[str]) -> None:
        bound = update_wrapper(partial(view, holder), view)
        console.add_url_rule(f"{base}/{path}", f"{holder.kind}_{endpoint}", bound, methods=methods)

    add("attach", "attach", attach, both)
    add("detach", "detach", detach, both)
    add("inline", "new_inline", new_inline, both)
    add("inline/<policy_name>", "inline", inline, both)
    add("inline/<policy_name>/delete", "delete_inline", delete_inline, both)


def allowed_calls(holder: Holder, name: str) -> dict[str, tuple[str, Params]]:
    """What a page about policies asks `may` about."""
    named, arn = holder.named(name), {"policy_arn": ANY_ARN}
    document = {"policy_name": "x", "policy_document": "{}"}
    return {
        "attach": (f"attach_{holder.kind}_policy", named | arn),
        "detach": (f"detach_{holder.kind}_policy", named | arn),
        "put_inline": (f"put_{holder.kind}_policy", named | document),
        "delete_inline": (f"delete_{holder.kind}_policy", named | {"policy_name": "x"}),
    }


def attach(holder: Holder, name: str) -> ResponseReturnValue:
    """Attaches managed policies; shows first what is attached already."""
    form = AttachForm()
    has = do(f"list_policies_for_{holder.kind}", **holder.named(name))["policies"]
    own = {policy["policy_arn"] for policy in has if policy.get("via", "directly") == "directly"}
    problem, previews, chosen = None, [], form.policies.data or []
    if form.validate_on_submit():
        if not chosen:
            fields.note(form.policies, gettext("Choose at least one policy"))
        elif wants_preview():
            previews = [(name, of_attaching(holder.kind, name, chosen))]
        else:
            problem = _attach_each(holder, name, chosen)
            if problem is None:
                return redirect(holder.page(name))
    choices = [each for each in do("list_attachable_policies")["policies"] if each["policy_arn"] not in own]
    page = render_template(
        "console/components/attach.html",
        holder=holder,
        name=name,
        form=form,
        problem=problem,
        choices=sorted(choices, key=lambda each: each["policy_arn"] not in chosen),
        chosen=chosen,
        previews=previews,
        crumbs=holder.crumbs(name, gettext("Attach policies")),
        command=holder.command("attach-{kind}-policy", name, policy_arn="ARN"),
    )
    return page, status_of(form, problem)


def detach(holder: Holder, name: str) -> ResponseReturnValue:
    """Takes a managed policy away, after asking."""
    arn = request.args.get("policy", "")
    policy = arn.rpartition("/")[2]
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = end_of_administration(holder.kind, name, arn)
        problem = problem or attempt(do, f"detach_{holder.kind}_policy", **holder.named(name), policy_arn=arn)
        if problem is None:
            flash(gettext("%(policy)s is no longer attached to %(name)s.", policy=policy, name=name), "success")
            return redirect(holder.page(name))
    return _ask(
        form,
        problem,
        "console/components/detach.html",
        title=gettext("Detach %(policy)s?", policy=policy),
        verb=gettext("Detach policy"),
        holder=holder,
        name=name,
        policy=policy,
        change=of_detaching(holder.kind, name, arn=arn),
        command=holder.command("detach-{kind}-policy", name, policy_arn=arn),
    )


def new_inline(holder: Holder, name: str) -> ResponseReturnValue:
    """Writes a new inline policy."""
    form = InlineForm()
    if request.method == "GET":
        form.document.data = json.dumps(_EXAMPLE, indent=2)
    return _inline_page(holder, name, form, None)


def inline(holder: Holder, name: str, policy_name: str) -> ResponseReturnValue:
    """Shows an inline policy, and changes it."""
    form = InlineForm()
    if request.method == "GET":
        found = do(f"get_{holder.kind}_policy", **holder.named(name), policy_name=policy_name)
        form.document.data = readable(found["policy_document"])
    form.policy_name.data, form.policy_name.raw_data = policy_name, [policy_name]
    return _inline_page(holder, name, form, policy_name)


def delete_inline(holder: Holder, name: str, policy_name: str) -> ResponseReturnValue:
    """Deletes an inline policy, after asking."""
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, f"delete_{holder.kind}_policy", **holder.named(name), policy_name=policy_name)
        if problem is None:
            words = gettext("The inline policy %(policy)s of %(name)s has been deleted.", policy=policy_name, name=name)
            flash(words, "success")
            return redirect(holder.page(name))
    return _ask(
        form,
        problem,
        "console/components/detach.html",
        title=gettext("Delete the inline policy %(policy)s?", policy=policy_name),
        verb=gettext("Delete policy"),
        holder=holder,
        name=name,
        policy=policy_name,
        is_inline=True,
        change=of_detaching(holder.kind, name, inline=policy_name),
        command=holder.command("delete-{kind}-policy", name, policy_name=policy_name),
    )


def last_administrator(name: str) -> Problem:
    """What to say instead of taking away the account's last active administrator."""
    return Problem(
        gettext("%(name)s is the last active administrator", name=name),
        gettext(
            "After this nobody but the root user could manage the account. Make somebody else an administrator first: "
            "add a user with a password to the group admin."
        ),
        status=409,
    )


def wants_preview() -> bool:
    """Whether a form was sent only to see what it would change."""
    return request.form.get("act") == "preview"


def attach_to_new(holder: Holder, name: str, arns: Iterable[str]) -> None:
    """Attaches policies to what has just been created, which stays when some of them are refused."""
    for arn in arns:
        refused = attempt(do, f"attach_{holder.kind}_policy", **holder.named(name), policy_arn=arn)
        if refused:
            policy = arn.rpartition("/")[2]
            words = gettext("%(policy)s could not be attached: %(why)s", policy=policy, why=refused.happened)
            flash(words, "warning")


def _attach_each(holder: Holder, name: str, arns: Iterable[str]) -> Problem | None:
    operation = partial(attempt, do, f"attach_{holder.kind}_policy", **holder.named(name))
    done, problem = attempt_each(arns, lambda arn: operation(policy_arn=arn))
    if done:
        words = gettext(
            "Attached to %(name)s: %(policies)s. It counts from the next request on.",
            name=name,
            policies=listed(arn.rpartition("/")[2] for arn in done),
        )
        flash(words, "success")
    return problem


def end_of_administration(kind: str, name: str, arn: str) -> Problem | None:
    """Why a policy can't be taken away: it is AdministratorAccess, and nobody else had it any more."""
    if kind == ROLE.kind or not arn.endswith(":aws:policy/AdministratorAccess"):
        return None
    is_last = do("describe_administration", **{f"without_{kind}": name})["is_last"]
    return last_administrator(name) if is_last else None


def _inline_page(holder: Holder, name: str, form: InlineForm, policy_name: str | None) -> ResponseReturnValue:
    problem = None
    if form.validate_on_submit():
        given = {"policy_name": form.policy_name.data, "policy_document": form.document.data}
        problem = attempt(do, f"put_{holder.kind}_policy", **holder.named(name), **given)
        problem = beside(form, problem, MalformedPolicyDocument="document")
        if problem is None:
            words = gettext(
                "The inline policy %(policy)s of %(name)s has been saved. It counts at once.",
                policy=form.policy_name.data,
                name=name,
            )
            flash(words, "success")
            return redirect(holder.page(name))
    page = render_template(
        "console/components/inline.html",
        holder=holder,
        name=name,
        form=form,
        problem=problem,
        policy_name=policy_name,
        crumbs=holder.crumbs(name, policy_name or gettext("New inline policy")),
        command=holder.command(
            "put-{kind}-policy", name, policy_name=policy_name or "NAME", policy_document="file://policy.json"
        ),
    )
    return page, status_of(form, problem)


def _ask(form: FlaskForm, problem: Problem | None, template: str, **values: Any) -> ResponseReturnValue:
    holder, name = values["holder"], values["name"]
    values |= {"cancel_url": holder.page(name), "crumbs": holder.crumbs(name, values["verb"])}
    return render_template(template, form=form, problem=problem, **values), status_of(form, problem)
