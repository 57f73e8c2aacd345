"""The forms about the policies of whatever has policies."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from web.console import fields


class AttachForm(FlaskForm):
    """Managed policies to attach."""

    policies = fields.several(lazy_gettext("Policies"))


class InlineForm(FlaskForm):
    """An inline policy."""

    policy_name = fields.name(lazy_gettext("Policy name"), 128, lazy_gettext("Enter a name for the policy"))
    document = fields.long_text(
        lazy_gettext("Policy document"),
        131072,
        lazy_gettext("JSON, as AWS writes it."),
        lazy_gettext("Enter a document"),
        rows=16,
    )
