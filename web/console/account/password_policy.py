"""The account's password policy: setting it, and going back to the default."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from adapter.models import PasswordPolicy
from web.console import fields
from web.console.account import reading
from web.console.account.rules import NOTHING, SYMBOLS, rules_of
from web.console.components import Params, command, crumbs, do
from web.console.fields import Text
from web.console.refusals import attempt, status_of
from web.throttle import Throttle

_ABOVE = (lazy_gettext("Account settings"), "console.account")


def _number(label: Text, least: int, most: int, hint: Text, ask: Text = "") -> IntegerField:
    wrong = NumberRange(
        least, most, lazy_gettext("Enter a number from %(least)s to %(most)s", least=least, most=f"{most:,}")
    )
    return IntegerField(
        label,
        [InputRequired(ask) if ask else Optional(), wrong],
        description=hint,
        render_kw={"inputmode": "numeric", "autocomplete": "off", "min": None, "max": None},
    )


class PasswordPolicyForm(FlaskForm):
    """Every rule of the policy."""

    minimum_password_length = _number(
        lazy_gettext("Minimum length"),
        6,
        128,
        lazy_gettext("6 to 128 characters. Length protects better than any other rule."),
        lazy_gettext("Enter a length"),
    )
    require_uppercase_characters = fields.check(lazy_gettext("An upper-case letter"), lazy_gettext("A to Z"))
    require_lowercase_characters = fields.check(lazy_gettext("A lower-case letter"), lazy_gettext("a to z"))
    require_numbers = fields.check(lazy_gettext("A digit"), lazy_gettext("0 to 9"))
    require_symbols = fields.check(lazy_gettext("A symbol"), SYMBOLS)
    expire_passwords = fields.check(
        lazy_gettext("Passwords expire"),
        lazy_gettext("Whoever signs in with an older one has to choose a new one first."),
    )
    max_password_age = _number(lazy_gettext("Days until a password expires"), 1, 1095, lazy_gettext("1 to 1,095 days."))
    hard_expiry = fields.check(
        lazy_gettext("An administrator has to help after expiry"),
        lazy_gettext(
            "An expired password is not even good for choosing a new one. Administrators are locked out as well."
        ),
    )
    prevent_reuse = fields.check(
        lazy_gettext("Refuse earlier passwords"), lazy_gettext("A new password differs from the last ones.")
    )
    password_reuse_prevention = _number(
        lazy_gettext("How many earlier passwords"), 1, 24, lazy_gettext("1 to 24 passwords.")
    )
    allow_users_to_change_password = fields.check(
        lazy_gettext("Everybody may change their own password"),
        lazy_gettext("Without it, those may whose policies allow iam:ChangePassword."),
    )

    def rules(self) -> Params:
        """What has been chosen, as the operation takes it; a number counts only where its box is ticked."""
        chosen: dict[str, Any] = {
            name: field.data for name, field in self._fields.items() if name in PasswordPolicy.__dataclass_fields__
        }
        chosen["max_password_age"] = self.max_password_age.data if self.expire_passwords.data else None
        chosen["hard_expiry"] = bool(self.hard_expiry.data and self.expire_passwords.data)
        chosen["password_reuse_prevention"] = self.password_reuse_prevention.data if self.prevent_reuse.data else None
        return chosen

    def is_complete(self) -> bool:
        """Whether each ticked box has its number; notes an error where one is missing."""
        pairs = ((self.expire_passwords, self.max_password_age), (self.prevent_reuse, self.password_reuse_prevention))
        missing = [number for box, number in pairs if box.data and number.data is None and not number.errors]
        for number in missing:
            fields.note(number, gettext("Enter a number"))
        return not missing


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/account/password-policy", "password_policy", change, methods=both)
    console.add_url_rule("/account/default-password-policy", "default_password_policy", default, methods=both)


def change() -> ResponseReturnValue:
    """Sets every rule."""
    present, _ = reading.password_policy()
    start = present | {
        "expire_passwords": present["max_password_age"] > 0,
        "prevent_reuse": present["password_reuse_prevention"] > 0,
        "max_password_age": present["max_password_age"] or None,
        "password_reuse_prevention": present["password_reuse_prevention"] or None,
    }
    form = PasswordPolicyForm(data=start)
    problem = None
    is_valid = form.validate_on_submit()
    is_complete = form.is_submitted() and form.is_complete()
    if is_valid and is_complete:
        problem = attempt(do, "update_account_password_policy", **form.rules())
        if problem is None:
            flash(
                gettext("The password policy is in force. Passwords that exist stay until they are changed."), "success"
            )
            return redirect(url_for("console.account"))
    page = render_template(
        "console/account/password_policy.html",
        form=form,
        problem=problem,
        crumbs=crumbs(_ABOVE, here=gettext("Password policy")),
        command=command("iam", "update-account-password-policy", **_as_flags(start)),
    )
    return page, status_of(form, problem)


def default() -> ResponseReturnValue:
    """Puts the default back in force, after asking."""
    present, is_customised = reading.password_policy()
    if not is_customised:
        return redirect(url_for("console.account"))
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "delete_account_password_policy")
        if problem is None:
            flash(gettext("The default password policy is in force again."), "success")
            return redirect(url_for("console.account"))
    page = render_template(
        "console/account/default_password_policy.html",
        title=gettext("Go back to the default password policy?"),
        form=form,
        problem=problem,
        changes=_differences(present),
        verb=gettext("Use the default"),
        cancel_url=url_for("console.account"),
        crumbs=crumbs(_ABOVE, here=gettext("Default password policy")),
        command=command("iam", "delete-account-password-policy"),
    )
    return page, status_of(form, problem)


def _differences(present: reading.Policy) -> list[tuple[str, str, str]]:
    """Rules that change: what they are called, what is in force, what will be."""
    defaults = {name: getattr(PasswordPolicy(), name) for name in present}
    pairs = zip(rules_of(present), rules_of(defaults), strict=True)
    return [(now.label, now.value, later.value) for now, later in pairs if later.value not in {now.value, NOTHING}]


def _as_flags(policy: Params) -> dict[str, object]:
    """The policy as options of the command: what is on as a flag, numbers as they are."""
    kept = {name: value for name, value in policy.items() if name in PasswordPolicy.__dataclass_fields__}
    return {name: value for name, value in kept.items() if value}
