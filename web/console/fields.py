"""Fields of the console's forms, with the checks that save people a trip to the door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

NAME_HINT = "Letters, digits and + = , . @ _ - without spaces; capital and small letters count as the same."
_NAME = r"^[A-Za-z0-9_+=,.@-]+$"
_PATH = r"^(/|/[\x21-\x7e]+/)$"
_MAIL = r"^[^\s@]+@[^\s@]+$"
_PHONE = r"^\+?[0-9][0-9 ()./-]*$"


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


def _longest(label: str, most: int) -> Length:
    return Length(max=most, message=f"{label} can have at most {most:,} characters")


def text(label: str, most: int, hint: str = "", ask: str = "", *more: Regexp, **render: Any) -> StringField:
    """A line of text.

    Args:
        ask: what to say when it is empty; without it, it may be.
        more: further checks.
    """
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, most), *more]
    return StringField(label, checks, filters=[_stripped], description=hint, render_kw={"maxlength": False, **render})


def name(label: str, most: int, ask: str, hint: str = NAME_HINT) -> StringField:
    """The name of a user, a group or a policy."""
    wrong = Regexp(_NAME, message=f"{label} can have only letters, digits and + = , . @ _ -")
    return text(label, most, hint, ask, wrong, autocomplete="off", autocapitalize="none", spellcheck="false")


def optional_name(label: str, most: int, hint: str) -> StringField:
    """A name that may be left empty."""
    wrong = Regexp(_NAME, message=f"{label} can have only letters, digits and + = , . @ _ - without spaces")
    return text(label, most, hint, "", wrong, autocomplete="off", autocapitalize="none", spellcheck="false")


def mail(label: str = "E-mail") -> StringField:
    """An e-mail address."""
    wrong = Regexp(_MAIL, message="Enter an e-mail address such as anna@example.org")
    return text(label, 254, "", "", wrong, autocomplete="off", inputmode="email")


def phone(label: str = "Mobile phone") -> StringField:
    """A telephone number."""
    wrong = Regexp(_PHONE, message="Enter a number such as +49 151 1234567")
    return text(label, 32, "", "", wrong, autocomplete="off", inputmode="tel")


def path() -> StringField:
    """A path, which orders names and may stand in policies."""
    hint = "Such as /engineering/: it becomes part of the ARN, and policies can refer to it."
    wrong = Regexp(_PATH, message="A path begins and ends with / and has no spaces")
    return text("Path", 512, hint, "", wrong, autocomplete="off", autocapitalize="none", spellcheck="false")


def long_text(label: str, most: int, hint: str = "", ask: str = "", rows: int = 3) -> TextAreaField:
    """Several lines of text."""
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, most)]
    return TextAreaField(label, checks, description=hint, render_kw={"rows": rows, "maxlength": False})


def password(label: str, hint: str = "", ask: str = "") -> PasswordField:
    """A password that is given to somebody else."""
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, 128)]
    render = {"maxlength": False, "minlength": False, "autocomplete": "new-password"}
    return PasswordField(label, checks, description=hint, render_kw=render)


def check(label: str, hint: str = "", default: bool = False) -> BooleanField:
    """A box to tick."""
    return BooleanField(label, description=hint, default=default)


def choice(label: str, choices: list[tuple[str, str]], default: str, hint: str = "") -> RadioField:
    """One of a few choices."""
    return RadioField(label, choices=options(choices), default=default, description=hint)


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices of a field: values with their labels."""
    return [SelectChoice(value, label) for value, label in pairs]


def select(label: str, hint: str = "") -> SelectField:
    """One of many choices, which the view fills in."""
    return SelectField(label, choices=[], description=hint, validate_choice=False)


def several(label: str, hint: str = "") -> SelectMultipleField:
    """Any of many choices, which the view fills in; drawn as boxes to tick."""
    return SelectMultipleField(
        label, choices=[], description=hint, validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )


class Confirmation(FlaskForm):
    """Nothing but the will to do it."""


class TypedConfirmation(FlaskForm):
    """The name of what is about to be lost, typed."""

    typed = StringField("Name")


def note(field: Field, message: str) -> None:
    """Adds an error to a field after its own checks have run."""
    field.errors = [*field.errors, message]


def is_typed(form: TypedConfirmation, wanted: str) -> bool:
    """Whether the name was typed as it is; notes an error when it was not. Spaces around it do not count."""
    if (form.typed.data or "").strip() == wanted:
        return True
    note(form.typed, f"Type {wanted} exactly as it is written, to confirm")
    return False
