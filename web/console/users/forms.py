"""The forms about one user."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import Length

from web.console import fields

MAX_TAGS = 50


class DetailsForm(FlaskForm):
    """What can be changed of a user without anybody noticing elsewhere."""

    display_name = fields.text("Display name", 128, "The person's or application's name as people write it.")
    email = fields.mail()
    mobile_phone = fields.phone()
    remarks = fields.long_text("Remarks", 1000, "For administrators; the user does not see them.")
    path = fields.path()


class RenameForm(FlaskForm):
    """A new name."""

    new_name = fields.name("New user name", 64, "Enter the new user name")


class BoundaryForm(FlaskForm):
    """A permissions boundary."""

    boundary = fields.select("Permissions boundary", "The most that the user's policies can give.")


class GroupsForm(FlaskForm):
    """Groups to choose."""

    groups = fields.several("Groups")


class TagFields(Form):
    """One tag."""

    key = StringField("Key", [Length(max=128, message="A tag's key can have at most 128 characters")])
    value = StringField("Value", [Length(max=256, message="A tag's value can have at most 256 characters")])


class TagsForm(FlaskForm):
    """All tags."""

    tags = FieldList(FormField(TagFields), "Tags", max_entries=MAX_TAGS)

    def wanted(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]


class PasswordForm(FlaskForm):
    """A password that somebody gives a user."""

    how = fields.choice(
        "Password",
        [("generated", "Generate one"), ("own", "Choose one")],
        default="generated",
    )
    password = fields.password("Password of your choice", "It has to meet the account's password policy.")
    must_change = fields.check(
        "The user has to choose a new password at the next sign-in",
        "So that nobody but the user knows it in the end.",
        default=True,
    )
