"""The forms about one's own credentials."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.fields import IntegerField
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional, Regexp

from web.console import fields

_CODE = Regexp(r"^\s*\d{3}\s?\d{3}\s*$", message="A code has six digits")


def _password(label: str, ask: str, kind: str, *more: EqualTo) -> PasswordField:
    checks = [InputRequired(ask), Length(max=256, message=f"{label} can have at most 256 characters"), *more]
    return PasswordField(label, checks, render_kw={"maxlength": False, "autocomplete": kind})


def _code(label: str, ask: str, hint: str) -> StringField:
    render = {"inputmode": "numeric", "autocomplete": "off", "maxlength": False}
    return StringField(label, [InputRequired(ask), _CODE], description=hint, render_kw=render)


def _label(default: str) -> StringField:
    checks = [InputRequired("Enter a name"), Length(max=64, message="The name can have at most 64 characters")]
    hint = "So that you tell it from others, such as “Work phone”."
    render = {"maxlength": False, "autocomplete": "off"}
    return StringField("Name of the device", checks, description=hint, default=default, render_kw=render)


class PasswordForm(FlaskForm):
    """Another password."""

    old = _password("Current password", "Enter your current password", "current-password")
    new = _password("New password", "Enter a new password", "new-password")
    confirm = _password(
        "New password again",
        "Enter the new password again",
        "new-password",
        EqualTo("new", "The two new passwords are not the same"),
    )


class AppForm(FlaskForm):
    """An authenticator app to be added."""

    label = _label("Phone")


class CodesForm(FlaskForm):
    """Two codes in a row."""

    kept = HiddenField("Device")
    code1 = _code("First code", "Enter the code that the app shows", "The six digits that the app shows now.")
    code2 = _code("Second code", "Wait for the next code and enter it", "The one that the app shows next.")


class PasskeyForm(FlaskForm):
    """A passkey to be added."""

    label = _label("Passkey")
    answer = HiddenField("Passkey", [Optional(), Length(max=65_536)])


class LabelForm(FlaskForm):
    """Another name for a device."""

    label = _label("")


class AppPasswordForm(FlaskForm):
    """A password for one application."""

    service = fields.text(
        "Application",
        128,
        "Such as nextcloud or mail: letters, digits, dots, hyphens and underscores.",
        "Enter the name of the application",
        Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", message="The name can have only letters, digits, dots, - and _"),
        autocapitalize="none",
        autocomplete="off",
        spellcheck="false",
    )
    days = IntegerField(
        "Expires after so many days",
        [Optional(), NumberRange(1, 36600, "Enter a number of days from 1 to 36,600")],
        description="Leave it empty for a password that does not expire.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class SettingsForm(FlaskForm):
    """What signing in takes."""

    mfa_required = fields.check(
        "Everybody needs MFA to sign in",
        "Who has no second factor yet sets one up at the next sign-in, and can do nothing else until then. "
        "It holds for the root user, too. Access keys and LDAP applications are not affected.",
    )
