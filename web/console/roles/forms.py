"""The forms about roles."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, TextAreaField
from wtforms.validators import Optional, Regexp

from web.console import fields
from web.console.users.forms import TagFields

KINDS = [
    ("account", lazy_gettext("This account")),
    ("users", lazy_gettext("Some users of this account")),
    ("other", lazy_gettext("Another account")),
    ("service", lazy_gettext("A service")),
    ("web", lazy_gettext("Web identity")),
    ("saml", "SAML 2.0"),
    ("custom", lazy_gettext("Write it yourself")),
]
DURATIONS = [
    ("3600", lazy_gettext("1 hour")),
    ("7200", lazy_gettext("2 hours")),
    ("14400", lazy_gettext("4 hours")),
    ("28800", lazy_gettext("8 hours")),
    ("43200", lazy_gettext("12 hours")),
]
_ACCOUNT = Regexp(r"^[0-9]{12}$", message=lazy_gettext("An account ID has 12 digits"))
_EXTERNAL = Regexp(
    r"^[\w+=,.@:/-]{2,1224}$", message=lazy_gettext("An external ID has letters, digits and + = , . @ : / _ -")
)
_SERVICE = Regexp(r"^[a-z0-9.-]+\.[a-z]+(\.cn)?$", message=lazy_gettext("Enter a name such as ec2.amazonaws.com"))
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class TrustForm(FlaskForm):
    """Who may assume the role."""

    kind = fields.choice(lazy_gettext("Who may assume the role?"), KINDS, default="account")
    mfa = fields.check(
        lazy_gettext("Only after a second factor"),
        lazy_gettext("Whoever assumes it has to have given a code of an MFA device."),
    )
    users = TextAreaField(
        lazy_gettext("User names"),
        description=lazy_gettext("One a line."),
        render_kw={"rows": 3, "spellcheck": "false", "autocapitalize": "none"},
    )
    account = fields.text(
        lazy_gettext("Account ID"), 12, lazy_gettext("12 digits."), "", _ACCOUNT, inputmode="numeric", **_PLAIN
    )
    external_id = fields.text(
        lazy_gettext("External ID"),
        1224,
        lazy_gettext(
            "A secret word between the two of you: it keeps a third party from borrowing the other account's trust."
        ),
        "",
        _EXTERNAL,
        **_PLAIN,
    )
    other_mfa = fields.check(lazy_gettext("Only after a second factor"), "")
    service = fields.text(
        lazy_gettext("Service"),
        128,
        lazy_gettext("Choose one or enter its name."),
        "",
        _SERVICE,
        list="services",
        **_PLAIN,
    )
    oidc_provider = fields.select(lazy_gettext("OpenID Connect provider"))
    audience = fields.text(
        lazy_gettext("Audience"), 255, lazy_gettext("The client ID that tokens are issued for."), "", **_PLAIN
    )
    subject = fields.text(
        lazy_gettext("Subject"), 255, lazy_gettext("Only tokens of this subject; without it, of anybody."), "", **_PLAIN
    )
    saml_provider = fields.select(lazy_gettext("SAML provider"))
    saml_audience = fields.text(lazy_gettext("Audience"), 255, "", "", **_PLAIN)


class RoleForm(FlaskForm):
    """The role itself, on the wizard's second page."""

    document = fields.long_text(
        lazy_gettext("Trust policy"), 131072, lazy_gettext("Change it where it has to say more."), "", rows=12
    )
    policies = fields.several(lazy_gettext("Policies"))
    role_name = fields.name(lazy_gettext("Role name"), 64, lazy_gettext("Enter a name for the role"))
    description = fields.text(lazy_gettext("Description"), 1000, lazy_gettext("What the role is for."))
    duration = fields.select(
        lazy_gettext("Longest session"), lazy_gettext("How long temporary credentials of the role can last.")
    )
    path = fields.path()
    boundary = fields.select(
        lazy_gettext("Permissions boundary"), lazy_gettext("The most that the role's policies can give.")
    )
    tags = FieldList(FormField(TagFields), lazy_gettext("Tags"), max_entries=50)

    def wanted_tags(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]


class TrustDocumentForm(FlaskForm):
    """A role's trust policy."""

    document = TextAreaField(
        lazy_gettext("Trust policy"), [Optional()], description=lazy_gettext("JSON, as AWS writes it.")
    )


class RoleSettingsForm(FlaskForm):
    """What can be changed of a role beside its policies."""

    description = fields.text(lazy_gettext("Description"), 1000, lazy_gettext("What the role is for."))
    duration = fields.select(
        lazy_gettext("Longest session"), lazy_gettext("How long temporary credentials of the role can last.")
    )


class RoleBoundaryForm(FlaskForm):
    """A permissions boundary."""

    boundary = fields.select(
        lazy_gettext("Permissions boundary"), lazy_gettext("The most that the role's policies can give.")
    )
