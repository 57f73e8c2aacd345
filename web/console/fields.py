"""Fields of the console's forms, with the checks that save people a trip to the door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext
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

Text = str | LazyString

NAME_HINT = lazy_gettext(
    "Letters, digits and + = , . @ _ - without spaces; capital and small letters count as the same."
)
_NAME = r"^[A-Za-z0-9_+=,.@-]+$"
_PATH = r"^(/|/[\x21-\x7e]+/)$"
_MAIL = r"^[^\s@]+@[^\s@]+$"
_PHONE = r"^\+?[0-9][0-9 ()./-]*$"


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


def _longest(label: Text, most: int) -> Length:
    words = lazy_gettext("%(label)s can have at most %(most)s characters", label=label, most=f"{most:,}")
    return Length(max=most, message=words)


def text(label: Text, most: int, hint: Text = "", ask: Text = "", *more: Regexp, **render: Any) -> StringField:
    """A line of text.

    Args:
        ask: what to say when it is empty; without it, it may be.
        more: further checks.
    """
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, most), *more]
    return StringField(label, checks, filters=[_stripped], description=hint, render_kw={"maxlength": False, **render})


def name(label: Text, most: int, ask: Text, hint: Text = NAME_HINT) -> StringField:
    """The name of a user, a group or a policy."""
    words = lazy_gettext("%(label)s can have only letters, digits and + = , . @ _ -", label=label)
    wrong = Regexp(_NAME, message=words)
    return text(label, most, hint, ask, wrong, autocomplete="off", autocapitalize="none", spellcheck="false")


def optional_name(label: Text, most: int, hint: Text) -> StringField:
    """A name that may be left empty."""
    words = lazy_gettext("%(label)s can have only letters, digits and + = , . @ _ - without spaces", label=label)
    wrong = Regexp(_NAME, message=words)
    return text(label, most, hint, "", wrong, autocomplete="off", autocapitalize="none", spellcheck="false")


def mail() -> StringField:
    """An e-mail address."""
    wrong = Regexp(_MAIL, message=lazy_gettext("Enter an e-mail address such as anna@example.org"))
    return text(lazy_gettext("E-mail"), 254, "", "", wrong, autocomplete="off", inputmode="email")


def phone() -> StringField:
    """A telephone number."""
    wrong = Regexp(_PHONE, message=lazy_gettext("Enter a number such as +49 151 1234567"))
    return text(lazy_gettext("Mobile phone"), 32, "", "", wrong, autocomplete="off", inputmode="tel")


def path() -> StringField:
    """A path, which orders names and may stand in policies."""
    hint = lazy_gettext("Such as /engineering/: it becomes part of the ARN, and policies can refer to it.")
    wrong = Regexp(_PATH, message=lazy_gettext("A path begins and ends with / and has no spaces"))
    return text(
        lazy_gettext("Path"), 512, hint, "", wrong, autocomplete="off", autocapitalize="none", spellcheck="false"
    )


def long_text(label: Text, most: int, hint: Text = "", ask: Text = "", rows: int = 3) -> TextAreaField:
    """Several lines of text."""
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, most)]
    return TextAreaField(label, checks, description=hint, render_kw={"rows": rows, "maxlength": False})


def password(label: Text, hint: Text = "", ask: Text = "") -> PasswordField:
    """A password that is given to somebody else."""
    checks = [InputRequired(ask) if ask else Optional(), _longest(label, 128)]
    render = {"maxlength": False, "minlength": False, "autocomplete": "new-password"}
    return PasswordField(label, checks, description=hint, render_kw=render)


def check(label: Text, hint: Text = "", default: bool = False) -> BooleanField:
    """A box to tick."""
    return BooleanField(label, description=hint, default=default)


def choice(label: Text, choices: list[tuple[str, Text]], default: str, hint: Text = "") -> RadioField:
    """One of a few choices."""
    return RadioField(label, choices=options(choices), default=default, description=hint)


def options(pairs: Iterable[tuple[str, Text]]) -> list[SelectChoice]:
    """Choices of a field: values with their labels."""
    return [SelectChoice(value, label) for value, label in pairs]


def select(label: Text, hint: Text = "") -> SelectField:
    """One of many choices, which the view fills in."""
    return SelectField(label, choices=[], description=hint, validate_choice=False)


def several(label: Text, hint: Text = "") -> SelectMultipleField:
    """Any of many choices, which the view fills in; drawn as boxes to tick."""
    return SelectMultipleField(
        label, choices=[], description=hint, validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )


class Confirmation(FlaskForm):
    """Nothing but the will to do it."""


class TypedConfirmation(FlaskForm):
    """The name of what is about to be lost, typed."""

    typed = StringField(lazy_gettext("Name"))


def note(field: Field, message: str) -> None:
    """Adds an error to a field after its own checks have run."""
    field.errors = [*field.errors, message]


def is_typed(form: TypedConfirmation, wanted: str) -> bool:
    """Whether the name was typed as it is; notes an error when it was not. Spaces around it do not count."""
    if (form.typed.data or "").strip() == wanted:
        return True
    note(form.typed, gettext("Type %(name)s exactly as it is written, to confirm", name=wanted))
    return False


def uploaded_or_pasted(file: Field, pasted: Field, ask: Text) -> str:
    """The text of a file, or what was pasted; notes an error when there is neither, or when the file is no text.

    Args:
        ask: what to say when there is neither.
    """
    raw: bytes = file.data.read() if file.data else b""
    try:
        text = raw.decode() if raw else (pasted.data or "")
    except UnicodeDecodeError:
        note(file, gettext("The file is not text in UTF-8"))
        return ""
    if not text.strip():
        note(pasted, str(ask))
    return text
