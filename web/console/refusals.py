"""What to say when the door refuses something: what was wrong, what was not changed, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeVar

from flask import has_request_context, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from adapter import IamError
from adapter.errors import AccessDenied
from web.console.questions import why_url
from web.console.refused import error_words, layer_words

_DENIAL = re.compile(
    r"is not authorized to perform: (?P<action>\S+) on resource: (?P<resource>\S+)"
    r"(?: because no (?P<missing>.+?) allows the \S+ action| with an explicit deny in (?P<denying>.+?))?\.?$"
)
_MEND = {
    "ConcurrentModification": lazy_gettext("Look at what is there now, and try again."),
    "DeleteConflict": lazy_gettext("Remove what still depends on it first."),
    "EntityAlreadyExists": lazy_gettext(
        "Choose another name. Names that differ in capital letters only count as the same."
    ),
    "LimitExceeded": lazy_gettext(
        "Remove something that is no longer needed, or ask an administrator to raise the limit."
    ),
    "MalformedPolicyDocument": lazy_gettext("Mend the document and try again."),
    "NoSuchEntity": lazy_gettext("It may have been deleted or renamed in the meantime. Go back to the list and look."),
    "PasswordPolicyViolation": lazy_gettext("Choose a password that has what is asked for."),
    "ServiceUnavailable": lazy_gettext("Wait a few seconds and try again."),
    "ValidationError": lazy_gettext("Check what you entered and try again."),
}
_DENIED = lazy_gettext(
    "If you need this for your work, ask an administrator of your account and give them these lines."
)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Denial:
    """Which permission is missing.

    Attributes:
        missing: the kind of policy that would have to allow it; None when one denies it instead.
        denying: the kind of policy that denies it.
        why: the address of the explanation.
    """

    action: str
    resource: str
    missing: str | None
    denying: str | None
    why: str | None = None

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        if self.denying:
            return gettext(
                "There is an explicit deny in %(denying)s; it wins over whatever allows the action.",
                denying=layer_words(self.denying),
            )
        if self.missing:
            missing = layer_words(self.missing)
            return gettext("No %(policy)s that reaches you allows the action.", policy=missing)
        return gettext("No policy that reaches you allows the action.")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal in words for people.

    Attributes:
        happened: what was wrong.
        mend: what one can do.
        denial: the missing permission, when that is the reason.
        unchanged: nothing had been done before it was refused, although something was to be.
        code: of the error, for forms that say it beside a field.
    """

    happened: str
    mend: str
    denial: Denial | None = None
    status: int = 400
    unchanged: bool = True
    code: str = ""


def attempt(action: Callable[..., object], *arguments: object, **more: object) -> Problem | None:
    """Does something at the door; the refusal in words, or None when it was done.

    Raises:
        IamError: something failed on Bindery's side; the error page tells that.
    """
    try:
        action(*arguments, **more)
    except IamError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return explain(error)
    return None


def explain(error: IamError) -> Problem:
    """What to say about an error of the door."""
    denial = denial_of(error)
    if denial:
        happened = gettext("You are not allowed to do that")
        return Problem(happened, _DENIED, denial, error.status, _is_change(), error.code)
    happened = _sentence(error_words(str(error)))
    return Problem(happened, _MEND.get(error.code, ""), None, error.status, _is_change(), error.code)


def attempt_each(items: Iterable[Item], act: Callable[[Item], Problem | None]) -> tuple[list[Item], Problem | None]:
    """Does the same with one thing after the other, until something is refused.

    Returns:
        With which of them it was done, and the refusal if there was one.
    """
    done: list[Item] = []
    for item in items:
        problem = act(item)
        if problem:
            return done, replace(problem, unchanged=not done)
        done.append(item)
    return done, None


def status_of(form: FlaskForm | None, problem: Problem | None) -> int:
    """The status of a page with a form: as what was refused says, or whether the form was filled in wrongly."""
    if problem:
        return problem.status
    return HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK


def beside(form: FlaskForm, problem: Problem | None, **fields: str) -> Problem | None:
    """Says a problem beside the field that it is about, and in the summary only that there is one.

    Args:
        form: that was sent.
        problem: what came of it; None when all went well.
        fields: names of fields, by the codes of the errors that are about them.
    """
    name = fields.get(problem.code) if problem else None
    if problem is None or name is None:
        return problem
    form[name].errors = [*form[name].errors, problem.happened]
    return replace(problem, happened=gettext("There is a problem"))


def _is_change() -> bool:
    """Whether something was to be changed; outside requests there is nothing but work on changes."""
    return not has_request_context() or request.method == "POST"


def denial_of(error: IamError) -> Denial | None:
    """The missing permission that an error tells of; None when it tells of none."""
    found = _DENIAL.search(error.message) if isinstance(error, AccessDenied) else None
    return Denial(**found.groupdict(), why=why_url(error)) if found else None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else gettext("%(text)s.", text=text)
