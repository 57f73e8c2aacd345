"""The forms for signing in, and what they refuse before anybody asks the directory."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

Text = str | LazyString

MAX_NAME = 128
MAX_ACCOUNT = 320
"""The longest e-mail address."""
MAX_PASSWORD = 256


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


def _at_most(label: Text, longest: int) -> Length:
    return Length(
        max=longest, message=lazy_gettext("%(label)s can have at most %(most)s characters", label=label, most=longest)
    )


def _text(label: Text, ask: Text, longest: int, hint: Text = "", **render: object) -> StringField:
    checks = [InputRequired(ask), _at_most(label, longest)]
    return StringField(label, checks, filters=[_strip], description=hint, render_kw={"maxlength": False, **render})


def _password(label: Text, ask: Text, kind: str, *more: EqualTo) -> PasswordField:
    checks = [InputRequired(ask), _at_most(label, MAX_PASSWORD), *more]
    return PasswordField(label, checks, render_kw={"maxlength": False, "autocomplete": kind})


class UserSignIn(FlaskForm):
    """Sign-in of a user of an account."""

    account = _text(
        lazy_gettext("Account ID or alias"),
        lazy_gettext("Enter the account ID or its alias"),
        MAX_ACCOUNT,
        lazy_gettext("12 digits, or a short name"),
    )
    name = _text(lazy_gettext("User name"), lazy_gettext("Enter your user name"), MAX_NAME, autocomplete="username")
    password = _password(lazy_gettext("Password"), lazy_gettext("Enter your password"), "current-password")


class PasskeySignIn(FlaskForm):
    """Sign-in by a passkey alone."""

    answer = HiddenField(validators=[InputRequired(), Length(max=65_536)])


class RootSignIn(FlaskForm):
    """Sign-in of an account's root user."""

    account = _text(
        lazy_gettext("Account e-mail or ID"),
        lazy_gettext("Enter the e-mail address or ID"),
        MAX_ACCOUNT,
        autocomplete="username",
    )
    password = _password(lazy_gettext("Password"), lazy_gettext("Enter the password"), "current-password")


class NewPassword(FlaskForm):
    """A password of one's own in place of the present one."""

    old = _password(lazy_gettext("Current password"), lazy_gettext("Enter your current password"), "current-password")
    new = _password(lazy_gettext("New password"), lazy_gettext("Enter a new password"), "new-password")
    confirm = _password(
        lazy_gettext("New password again"),
        lazy_gettext("Enter the new password again"),
        "new-password",
        EqualTo("new", lazy_gettext("The two new passwords are not the same")),
    )
