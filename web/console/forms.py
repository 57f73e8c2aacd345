"""The forms for signing in, and what they refuse before anybody asks the directory."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

MAX_NAME = 128
MAX_ACCOUNT = 320
"""The longest e-mail address."""
MAX_PASSWORD = 256


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


def _at_most(label: str, longest: int) -> Length:
    return Length(max=longest, message=f"{label} can have at most {longest} characters")


def _text(label: str, ask: str, longest: int, hint: str = "", **render: object) -> StringField:
    checks = [InputRequired(ask), _at_most(label, longest)]
    return StringField(label, checks, filters=[_strip], description=hint, render_kw={"maxlength": False, **render})


def _password(label: str, ask: str, kind: str, *more: EqualTo) -> PasswordField:
    checks = [InputRequired(ask), _at_most(label, MAX_PASSWORD), *more]
    return PasswordField(label, checks, render_kw={"maxlength": False, "autocomplete": kind})


class UserSignIn(FlaskForm):
    """Sign-in of a user of an account."""

    account = _text(
        "Account ID or alias", "Enter the account ID or its alias", MAX_ACCOUNT, "12 digits, or a short name"
    )
    name = _text("User name", "Enter your user name", MAX_NAME, autocomplete="username")
    password = _password("Password", "Enter your password", "current-password")


class RootSignIn(FlaskForm):
    """Sign-in of an account's root user."""

    account = _text("Account e-mail or ID", "Enter the e-mail address or ID", MAX_ACCOUNT, autocomplete="username")
    password = _password("Password", "Enter the password", "current-password")


class NewPassword(FlaskForm):
    """A password of one's own in place of the present one."""

    old = _password("Current password", "Enter your current password", "current-password")
    new = _password("New password", "Enter a new password", "new-password")
    confirm = _password(
        "New password again",
        "Enter the new password again",
        "new-password",
        EqualTo("new", "The two new passwords are not the same"),
    )
