"""The forms about one user."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import Length

from web.console import fields

MAX_TAGS = 50


class DetailsForm(FlaskForm):
    """What can be changed of a user without anybody noticing elsewhere."""

    display_name = fields.text(
        lazy_gettext("Display name"), 128, lazy_gettext("The person's or application's name as people write it.")
    )
    email = fields.mail()
    mobile_phone = fields.phone()
    remarks = fields.long_text(
        lazy_gettext("Remarks"), 1000, lazy_gettext("For administrators; the user does not see them.")
    )
    path = fields.path()


class RenameForm(FlaskForm):
    """A new name."""

    new_name = fields.name(lazy_gettext("New user name"), 64, lazy_gettext("Enter the new user name"))


class BoundaryForm(FlaskForm):
    """A permissions boundary."""

    boundary = fields.select(
        lazy_gettext("Permissions boundary"), lazy_gettext("The most that the user's policies can give.")
    )


class GroupsForm(FlaskForm):
    """Groups to choose."""

    groups = fields.several(lazy_gettext("Groups"))


class TagFields(Form):
    """One tag."""

    key = StringField(
        lazy_gettext("Key"), [Length(max=128, message=lazy_gettext("A tag's key can have at most 128 characters"))]
    )
    value = StringField(
        lazy_gettext("Value"), [Length(max=256, message=lazy_gettext("A tag's value can have at most 256 characters"))]
    )


class TagsForm(FlaskForm):
    """All tags."""

    tags = FieldList(FormField(TagFields), lazy_gettext("Tags"), max_entries=MAX_TAGS)

    def wanted(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]


class PasswordForm(FlaskForm):
    """A password that somebody gives a user."""

    how = fields.choice(
        lazy_gettext("Password"),
        [("generated", lazy_gettext("Generate one")), ("own", lazy_gettext("Choose one"))],
        default="generated",
    )
    password = fields.password(
        lazy_gettext("Password of your choice"), lazy_gettext("It has to meet the account's password policy.")
    )
    must_change = fields.check(
        lazy_gettext("The user has to choose a new password at the next sign-in"),
        lazy_gettext("So that nobody but the user knows it in the end."),
        default=True,
    )
