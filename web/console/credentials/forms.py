"""The forms about one's own credentials."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.fields import IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from web.console import fields

_CODE = Regexp(r"^\s*\d{3}\s?\d{3}\s*$", message=lazy_gettext("A code has six digits"))


def _code(label: str, ask: str, hint: str) -> StringField:
    render = {"inputmode": "numeric", "autocomplete": "off", "maxlength": False}
    return StringField(label, [InputRequired(ask), _CODE], description=hint, render_kw=render)


def _label(default: str) -> StringField:
    checks = [
        InputRequired(lazy_gettext("Enter a name")),
        Length(max=64, message=lazy_gettext("The name can have at most 64 characters")),
    ]
    hint = lazy_gettext("So that you tell it from others, such as “Work phone”.")
    render = {"maxlength": False, "autocomplete": "off"}
    return StringField(lazy_gettext("Name of the device"), checks, description=hint, default=default, render_kw=render)


class AppForm(FlaskForm):
    """An authenticator app to be added."""

    label = _label(lazy_gettext("Phone"))


class CodesForm(FlaskForm):
    """Two codes in a row."""

    kept = HiddenField(lazy_gettext("Device"))
    code1 = _code(
        lazy_gettext("First code"),
        lazy_gettext("Enter the code that the app shows"),
        lazy_gettext("The six digits that the app shows now."),
    )
    code2 = _code(
        lazy_gettext("Second code"),
        lazy_gettext("Wait for the next code and enter it"),
        lazy_gettext("The one that the app shows next."),
    )


class PasskeyForm(FlaskForm):
    """A passkey to be added."""

    label = _label(lazy_gettext("Passkey"))
    answer = HiddenField(lazy_gettext("Passkey"), [Optional(), Length(max=65_536)])


class LabelForm(FlaskForm):
    """Another name for a device."""

    label = _label("")


class AppPasswordForm(FlaskForm):
    """A password for one application."""

    service = fields.text(
        lazy_gettext("Application"),
        128,
        lazy_gettext("Such as nextcloud or mail: letters, digits, dots, hyphens and underscores."),
        lazy_gettext("Enter the name of the application"),
        Regexp(
            r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            message=lazy_gettext("The name can have only letters, digits, dots, - and _"),
        ),
        autocapitalize="none",
        autocomplete="off",
        spellcheck="false",
    )
    days = IntegerField(
        lazy_gettext("Expires after so many days"),
        [Optional(), NumberRange(1, 36600, lazy_gettext("Enter a number of days from 1 to 36,600"))],
        description=lazy_gettext("Leave it empty for a password that does not expire."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class SettingsForm(FlaskForm):
    """What signing in takes."""

    mfa_required = fields.check(
        lazy_gettext("Everybody needs MFA to sign in"),
        lazy_gettext(
            "Who has no second factor yet sets one up at the next sign-in, and can do nothing else until then. "
            "It holds for the root user, too. Access keys and LDAP applications are not affected."
        ),
    )
