"""The forms about groups."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from web.console import fields

_WORD = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_NAME_HINT = lazy_gettext("For policies and commands, without spaces. Left empty, it is made from the name above.")


class CreateGroupForm(FlaskForm):
    """A new group."""

    display_name = fields.text(
        lazy_gettext("Name"), 128, lazy_gettext("As people write it, such as Development personnel.")
    )
    group_name = fields.optional_name(lazy_gettext("Group name"), 128, _NAME_HINT)
    remarks = fields.long_text(lazy_gettext("Remarks"), 1000, lazy_gettext("What the group is for."))
    path = fields.path()
    policies = fields.several(lazy_gettext("Policies"))


class EditGroupForm(FlaskForm):
    """What can be changed of a group."""

    display_name = fields.text(
        lazy_gettext("Name"), 128, lazy_gettext("As people write it, such as Development personnel.")
    )
    group_name = fields.name(
        lazy_gettext("Group name"),
        128,
        lazy_gettext("Enter the group name"),
        lazy_gettext("For policies and commands, without spaces."),
    )
    remarks = fields.long_text(lazy_gettext("Remarks"), 1000, lazy_gettext("What the group is for."))
    path = fields.path()


def name_from(words: str) -> str:
    """A group name made from words: "Development personnel" becomes DevelopmentPersonnel."""
    return "".join(word[:1].upper() + word[1:] for word in _WORD.findall(words))[:128]
