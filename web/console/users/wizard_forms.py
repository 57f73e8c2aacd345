"""The forms of the pages on which a user is created."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField

from web.console import fields
from web.console.users.forms import MAX_TAGS, TagFields

WAYS = [
    ("groups", lazy_gettext("Add to groups")),
    ("copy", lazy_gettext("Copy from a user")),
    ("attach", lazy_gettext("Attach policies")),
]


class DetailsStep(FlaskForm):
    """First page: who it is, and how they get in."""

    user_name = fields.name(lazy_gettext("User name"), 64, lazy_gettext("Enter a user name"))
    display_name = fields.text(
        lazy_gettext("Display name"), 128, lazy_gettext("As people write it, such as Anna Berg.")
    )
    email = fields.mail()
    mobile_phone = fields.phone()
    remarks = fields.long_text(
        lazy_gettext("Remarks"), 1000, lazy_gettext("For administrators; the user does not see them."), rows=2
    )
    path = fields.path()
    console = fields.check(
        lazy_gettext("Console access"),
        lazy_gettext("For people: a password, for the console and for LDAP applications."),
    )
    how = fields.choice(
        lazy_gettext("Password"),
        [("generated", lazy_gettext("Generate one")), ("own", lazy_gettext("Choose one"))],
        default="generated",
    )
    must_change = fields.check(
        lazy_gettext("The user has to choose a new password at the first sign-in"),
        lazy_gettext("So that nobody but the user knows it in the end."),
        default=True,
    )
    key = fields.check(lazy_gettext("Access key"), lazy_gettext("For programs, the aws command and SDKs."))


class PermissionsStep(FlaskForm):
    """Second page: what they may do."""

    way = fields.choice(lazy_gettext("How to give permissions"), WAYS, default="groups")
    groups = fields.several(lazy_gettext("Groups"))
    copy_from = fields.optional_name(
        lazy_gettext("User to copy from"), 64, lazy_gettext("Groups, attached and inline policies, and the boundary.")
    )
    policies = fields.several(lazy_gettext("Policies"))
    boundary = fields.select(
        lazy_gettext("Permissions boundary"), lazy_gettext("The most that the policies can give, whatever they say.")
    )


class ReviewStep(FlaskForm):
    """Third page: tags, a chosen password, and the will to do it."""

    password = fields.password(
        lazy_gettext("Password of your choice"), lazy_gettext("It has to meet the account's password policy.")
    )
    tags = FieldList(FormField(TagFields), lazy_gettext("Tags"), max_entries=MAX_TAGS)

    def wanted_tags(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]
