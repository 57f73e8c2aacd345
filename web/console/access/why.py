"""Why something was refused, for the person who was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.explanation import Explanation, LayerView, StatementView
from adapter.policy import Effect, LayerKind
from web.console.access.excerpts import Line, excerpt
from web.console.components import asker, crumbs
from web.console.policy_sayings import reason_words
from web.console.questions import read_question
from web.current import context, iam
from web.throttle import Throttle

_KINDS = {
    LayerKind.IDENTITY: (
        lazy_gettext("Your policies"),
        "policy",
        lazy_gettext("What is attached to you, and to groups that you are in."),
    ),
    LayerKind.BOUNDARY: (
        lazy_gettext("Your permissions boundary"),
        "fence",
        lazy_gettext("The most that your policies can give."),
    ),
    LayerKind.SESSION: (
        lazy_gettext("The policy of this session"),
        "clock",
        lazy_gettext("What this session is limited to."),
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement with the lines that it stands in."""

    statement: StatementView
    lines: tuple[Line, ...]

    @property
    def url(self) -> str | None:
        """The page of a managed policy that one may read."""
        if self.statement.is_readable and self.statement.policy_arn:
            return url_for("console.policy", arn=self.statement.policy_arn)
        return None


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of policy on the page."""

    title: str
    icon: str
    about: str
    view: LayerView
    statements: tuple[Shown, ...]


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_app_template_filter(reason_words)
    console.add_url_rule("/access/why", "why", why, methods=["GET"])


def why() -> ResponseReturnValue:
    """Explains a refusal, by the policies as they are now."""
    question = read_question(request.args.get("question", ""))
    if question is None:
        abort(404)
    explanation = iam().explain(asker(), question, context())
    return render_template(
        "console/access/why.html",
        explanation=explanation,
        verdict=_verdict(explanation),
        is_allowed=explanation.effect is Effect.ALLOWED,
        layers=[_layer(view) for view in explanation.layers],
        keys=sorted((key, _words(value)) for key, value in question.context.items()),
        crumbs=crumbs(here=gettext("Why it was refused")),
    )


def _verdict(explanation: Explanation) -> str:
    if explanation.effect is Effect.ALLOWED:
        return gettext("By now it is allowed: something has changed since it was refused. Try again.")
    if explanation.effect is Effect.EXPLICITLY_DENIED:
        return gettext("A statement denies it. That wins over everything that allows it.")
    if explanation.missing is LayerKind.BOUNDARY:
        return gettext("Your policies allow it, but your permissions boundary does not, and both have to.")
    if explanation.missing is LayerKind.SESSION:
        return gettext("Your policies allow it, but the policy of this session does not, and both have to.")
    return gettext("Nothing denies it, but nothing allows it either. What is not allowed is refused.")


def _layer(view: LayerView) -> Layer:
    title, icon, about = _KINDS.get(view.kind, (str(view.kind), "policy", ""))
    shown = tuple(Shown(one, _lines(one)) for one in view.statements)
    return Layer(title, icon, about, view, shown)


def _lines(statement: StatementView) -> tuple[Line, ...]:
    if statement.document is None or statement.index is None:
        return ()
    return excerpt(statement.document, statement.index, allows=statement.allows)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value)
