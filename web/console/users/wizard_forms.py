"""The forms of the pages on which a user is created."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FieldList, FormField

from web.console import fields
from web.console.users.forms import MAX_TAGS, TagFields

WAYS = [("groups", "Add to groups"), ("copy", "Copy from a user"), ("attach", "Attach policies")]


class DetailsStep(FlaskForm):
    """First page: who it is, and how they get in."""

    user_name = fields.name("User name", 64, "Enter a user name")
    display_name = fields.text("Display name", 128, "As people write it, such as Anna Berg.")
    email = fields.mail()
    mobile_phone = fields.phone()
    remarks = fields.long_text("Remarks", 1000, "For administrators; the user does not see them.", rows=2)
    path = fields.path()
    console = fields.check("Console access", "For people: a password, for the console and for LDAP applications.")
    how = fields.choice("Password", [("generated", "Generate one"), ("own", "Choose one")], default="generated")
    must_change = fields.check(
        "The user has to choose a new password at the first sign-in",
        "So that nobody but the user knows it in the end.",
        default=True,
    )
    key = fields.check("Access key", "For programs, the aws command and SDKs.")


class PermissionsStep(FlaskForm):
    """Second page: what they may do."""

    way = fields.choice("How to give permissions", WAYS, default="groups")
    groups = fields.several("Groups")
    copy_from = fields.optional_name("User to copy from", 64, "Groups, attached and inline policies, and the boundary.")
    policies = fields.several("Policies")
    boundary = fields.select("Permissions boundary", "The most that the policies can give, whatever they say.")


class ReviewStep(FlaskForm):
    """Third page: tags, a chosen password, and the will to do it."""

    password = fields.password("Password of your choice", "It has to meet the account's password policy.")
    tags = FieldList(FormField(TagFields), "Tags", max_entries=MAX_TAGS)

    def wanted_tags(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]
