"""Who uses a policy, attaching it to more and detaching it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from adapter.errors import AccessDenied
from web.console import fields
from web.console.components import Params, Permission, Result, Tab, command, do, listed, may
from web.console.differences import Change, of_attaching, of_detaching
from web.console.holders import end_of_administration, wants_preview
from web.console.policies.common import asked_arn, name_of, policy_crumbs
from web.console.policies.page import policy_page
from web.console.refusals import Problem, attempt, attempt_each, explain, status_of
from web.throttle import Throttle

KINDS = {"user": lazy_gettext("Users"), "group": lazy_gettext("User groups"), "role": lazy_gettext("Roles")}
_MOST_OFFERED = 100
_MOST_PREVIEWED = 10


@dataclass(frozen=True, slots=True)
class Entity:
    """A user, group or role."""

    kind: str
    name: str

    @classmethod
    def read(cls, text: str) -> Entity | None:
        """Takes `user/bob` apart; None for anything else."""
        kind, _, name = text.partition("/")
        return cls(kind, name) if kind in KINDS and name else None

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def url(self) -> str:
        """Its page."""
        return url_for(f"console.{self.kind}", name=self.name)

    @property
    def params(self) -> dict[str, str]:
        """How operations name it."""
        return {f"{self.kind}_name": self.name}


class EntitiesForm(FlaskForm):
    """Entities to attach a policy to."""

    entities = fields.several(lazy_gettext("Entities"))


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/policies/policy/entities", "policy_entities", entities, methods=["GET"])
    console.add_url_rule("/policies/policy/attach", "attach_policy", attach, methods=both)
    console.add_url_rule("/policies/policy/detach", "detach_policy", detach, methods=both)


def entities() -> ResponseReturnValue:
    """Whom the policy is attached to, and whose boundary it is."""
    arn = asked_arn()
    policy = do("get_policy", policy_arn=arn)["policy"]
    found: dict[str, Any] = {"attached": [], "bounded": []}
    problem = None
    try:
        found = _uses(policy)
    except AccessDenied as error:
        problem = explain(error)
    aws = command("iam", "list-entities-for-policy", policy_arn=arn)
    return policy_page("entities", policy, aws, problem, found=found, **_rights(arn))


def attach() -> ResponseReturnValue:
    """Attaches the policy to users, groups or roles."""
    arn, kind = asked_arn(), request.args.get("kind", "user")
    kind = kind if kind in KINDS else "user"
    text = request.args.get("q", "").strip()[:128]
    form, problem, previews = EntitiesForm(), None, []
    chosen = _read(form.entities.data or ())
    if form.validate_on_submit():
        if not chosen:
            fields.note(form.entities, gettext("Choose at least one"))
        elif wants_preview():
            previews = _previews(chosen, lambda one: of_attaching(one.kind, one.name, [arn]))
        else:
            problem = _attach_each(chosen, arn)
            if problem is None:
                return redirect(url_for("console.policy_entities", arn=arn))
    choices, is_cut = _choices(kind, text)
    page = render_template(
        "console/policies/attach.html",
        form=form,
        problem=problem,
        arn=arn,
        name=name_of(arn),
        kind=kind,
        kinds=[Tab(key, label, url_for("console.attach_policy", arn=arn, kind=key)) for key, label in KINDS.items()],
        text=text,
        choices=choices,
        is_cut=is_cut,
        chosen=set(map(str, chosen)),
        previews=previews,
        crumbs=policy_crumbs(arn, gettext("Attach")),
        command=command("iam", f"attach-{kind}-policy", **{f"{kind}_name": "NAME"}, policy_arn=arn),
    )
    return page, status_of(form, problem)


def detach() -> ResponseReturnValue:
    """Takes the policy away from users, groups or roles, after asking."""
    arn = asked_arn()
    chosen = _read(request.args.getlist("entity"))
    if not chosen:
        return redirect(url_for("console.policy_entities", arn=arn))
    form, problem = fields.Confirmation(), None
    if form.validate_on_submit():
        problem = _detach_each(chosen, arn)
        if problem is None:
            return redirect(url_for("console.policy_entities", arn=arn))
    one = chosen[0]
    page = render_template(
        "console/policies/detach.html",
        form=form,
        problem=problem,
        title=_question(arn, chosen),
        verb=gettext("Detach policy"),
        name=name_of(arn),
        chosen=chosen,
        previews=_previews(chosen, lambda one: of_detaching(one.kind, one.name, arn=arn)),
        cancel_url=url_for("console.policy_entities", arn=arn),
        crumbs=policy_crumbs(arn, gettext("Detach")),
        command=command("iam", f"detach-{one.kind}-policy", **one.params, policy_arn=arn),
    )
    return page, status_of(form, problem)


def _question(arn: str, chosen: Sequence[Entity]) -> str:
    if len(chosen) < 3:
        return gettext("Detach %(policy)s from %(names)s?", policy=name_of(arn), names=_names(chosen))
    return gettext("Detach %(policy)s from %(num)s entities?", policy=name_of(arn), num=len(chosen))


def _uses(policy: Result) -> dict[str, Any]:
    """Whom the policy is attached to and whose boundary it is; what its counts say of nobody is not looked for."""
    uses: dict[str, Any] = {}
    for key, usage, count in (
        ("attached", "PermissionsPolicy", policy["attachment_count"]),
        ("bounded", "PermissionsBoundary", policy["permissions_boundary_usage_count"]),
    ):
        asked = {"policy_arn": policy["arn"], "policy_usage_filter": usage, "max_items": 1000}
        found = do("list_entities_for_policy", **asked) if count else {}
        uses[key] = [Entity(kind, each[f"{kind}_name"]) for kind in KINDS for each in found.get(f"policy_{kind}s", ())]
        uses[f"{key}_cut"] = found.get("is_truncated", False)
    return uses


def _rights(arn: str) -> dict[str, Permission]:
    """Whether the reader may attach and detach it at all."""
    return {f"may_{verb}": _may(verb, arn) for verb in ("attach", "detach")}


def _may(verb: str, arn: str) -> Permission:
    """Asks for one kind after the other, until one is found that it may be done with."""
    calls: dict[str, tuple[str, Params]] = {
        kind: (f"{verb}_{kind}_policy", {f"{kind}_name": "x", "policy_arn": arn}) for kind in KINDS
    }
    permissions = (may(**{kind: call})[kind] for kind, call in calls.items())
    first = next(permissions)
    return first or next(filter(None, permissions), first)


def _read(texts: Iterable[str]) -> list[Entity]:
    return [entity for entity in map(Entity.read, texts) if entity]


def _previews(chosen: Sequence[Entity], change: Callable[[Entity], Change | None]) -> list[tuple[str, Change | None]]:
    """What changes for each of the first few."""
    return [(one.name, change(one)) for one in chosen[:_MOST_PREVIEWED]]


def _attach_each(chosen: Sequence[Entity], arn: str) -> Problem | None:
    done, problem = attempt_each(
        chosen, lambda one: attempt(do, f"attach_{one.kind}_policy", **one.params, policy_arn=arn)
    )
    if done:
        words = gettext(
            "%(policy)s is now attached to %(names)s. It counts from the next request on.",
            policy=name_of(arn),
            names=_names(done),
        )
        flash(words, "success")
    return problem


def _detach_each(chosen: Sequence[Entity], arn: str) -> Problem | None:
    done, problem = attempt_each(
        chosen,
        lambda one: (
            end_of_administration(one.kind, one.name, arn)
            or attempt(do, f"detach_{one.kind}_policy", **one.params, policy_arn=arn)
        ),
    )
    if done:
        words = gettext("%(policy)s is no longer attached to %(name)s.", policy=name_of(arn), name=_names(done))
        flash(words, "success")
    return problem


def _choices(kind: str, text: str) -> tuple[list[dict[str, str]], bool]:
    """Entities to choose from: their value, name and what else is told of them."""
    found = do(f"search_{kind}s", text=text or None, max_items=_MOST_OFFERED)
    rows = [
        {
            "value": f"{kind}/{each[f'{kind}_name']}",
            "name": each[f"{kind}_name"],
            "second": each.get("display_name") or each.get("description") or "",
        }
        for each in found[f"{kind}s"]
    ]
    return rows, bool(found["is_truncated"])


def _names(some: Iterable[Entity]) -> str:
    return listed(one.name for one in some)
