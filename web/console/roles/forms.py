"""The forms about roles."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, TextAreaField
from wtforms.validators import Optional, Regexp

from web.console import fields
from web.console.users.forms import TagFields

KINDS = [
    ("account", "This account"),
    ("users", "Some users of this account"),
    ("other", "Another account"),
    ("service", "A service"),
    ("web", "Web identity"),
    ("saml", "SAML 2.0"),
    ("custom", "Write it yourself"),
]
DURATIONS = [
    ("3600", "1 hour"),
    ("7200", "2 hours"),
    ("14400", "4 hours"),
    ("28800", "8 hours"),
    ("43200", "12 hours"),
]
_ACCOUNT = Regexp(r"^[0-9]{12}$", message="An account ID has 12 digits")
_EXTERNAL = Regexp(r"^[\w+=,.@:/-]{2,1224}$", message="An external ID has letters, digits and + = , . @ : / _ -")
_SERVICE = Regexp(r"^[a-z0-9.-]+\.[a-z]+(\.cn)?$", message="Enter a name such as ec2.amazonaws.com")
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class TrustForm(FlaskForm):
    """Who may assume the role."""

    kind = fields.choice("Who may assume the role?", KINDS, default="account")
    mfa = fields.check("Only after a second factor", "Whoever assumes it has to have given a code of an MFA device.")
    users = TextAreaField(
        "User names", description="One a line.", render_kw={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}
    )
    account = fields.text("Account ID", 12, "12 digits.", "", _ACCOUNT, inputmode="numeric", **_PLAIN)
    external_id = fields.text(
        "External ID",
        1224,
        "A secret word between the two of you: it keeps a third party from borrowing the other account's trust.",
        "",
        _EXTERNAL,
        **_PLAIN,
    )
    other_mfa = fields.check("Only after a second factor", "")
    service = fields.text("Service", 128, "Choose one or enter its name.", "", _SERVICE, list="services", **_PLAIN)
    oidc_provider = fields.select("OpenID Connect provider")
    audience = fields.text("Audience", 255, "The client ID that tokens are issued for.", "", **_PLAIN)
    subject = fields.text("Subject", 255, "Only tokens of this subject; without it, of anybody.", "", **_PLAIN)
    saml_provider = fields.select("SAML provider")
    saml_audience = fields.text("Audience", 255, "", "", **_PLAIN)


class RoleForm(FlaskForm):
    """The role itself, on the wizard's second page."""

    document = fields.long_text("Trust policy", 131072, "Change it where it has to say more.", "", rows=12)
    policies = fields.several("Policies")
    role_name = fields.name("Role name", 64, "Enter a name for the role")
    description = fields.text("Description", 1000, "What the role is for.")
    duration = fields.select("Longest session", "How long temporary credentials of the role can last.")
    path = fields.path()
    boundary = fields.select("Permissions boundary", "The most that the role's policies can give.")
    tags = FieldList(FormField(TagFields), "Tags", max_entries=50)

    def wanted_tags(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]


class TrustDocumentForm(FlaskForm):
    """A role's trust policy."""

    document = TextAreaField("Trust policy", [Optional()], description="JSON, as AWS writes it.")


class RoleSettingsForm(FlaskForm):
    """What can be changed of a role beside its policies."""

    description = fields.text("Description", 1000, "What the role is for.")
    duration = fields.select("Longest session", "How long temporary credentials of the role can last.")


class RoleBoundaryForm(FlaskForm):
    """A permissions boundary."""

    boundary = fields.select("Permissions boundary", "The most that the role's policies can give.")
