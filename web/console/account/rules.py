"""The rules of a password policy in words: what is in force, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext

NOTHING: Final = "—"
SYMBOLS: Final = "! @ # $ % ^ & * ( ) _ + - = [ ] { } | '"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        value: what is in force.
        meaning: what that means for people.
        is_on: whether it asks for anything.
    """

    label: str
    value: str
    meaning: str
    is_on: bool


_CHARACTERS: Final = (
    (
        "require_uppercase_characters",
        lazy_gettext("Upper-case letter"),
        lazy_gettext("A password has at least one of A to Z."),
    ),
    (
        "require_lowercase_characters",
        lazy_gettext("Lower-case letter"),
        lazy_gettext("A password has at least one of a to z."),
    ),
    ("require_numbers", lazy_gettext("Digit"), lazy_gettext("A password has at least one of 0 to 9.")),
    (
        "require_symbols",
        lazy_gettext("Symbol"),
        lazy_gettext("A password has at least one of %(symbols)s", symbols=SYMBOLS),
    ),
)


def rules_of(policy: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Every rule of a policy."""
    length, age = policy["minimum_password_length"], policy["max_password_age"]
    reuse, strict = policy["password_reuse_prevention"], policy["hard_expiry"]
    own = policy["allow_users_to_change_password"]
    return (
        Rule(
            gettext("Minimum length"),
            ngettext("%(num)s character", "%(num)s characters", length),
            gettext("Length protects best; a phrase of several words is fine."),
            True,
        ),
        *(
            Rule(
                label,
                gettext("Required") if policy[field] else gettext("Not required"),
                meaning if policy[field] else "",
                policy[field],
            )
            for field, label, meaning in _CHARACTERS
        ),
        Rule(
            gettext("Expiry"),
            ngettext("After %(num)s day", "After %(num)s days", age) if age else gettext("Never"),
            gettext("Whoever signs in with an older password has to choose a new one first.") if age else "",
            bool(age),
        ),
        Rule(
            gettext("After expiry"),
            gettext("An administrator has to help")
            if age and strict
            else gettext("People help themselves")
            if age
            else NOTHING,
            gettext("An expired password is not even good for choosing a new one.") if age and strict else "",
            bool(age and strict),
        ),
        Rule(
            gettext("Earlier passwords"),
            ngettext("The last %(num)s is refused", "The last %(num)s are refused", reuse)
            if reuse
            else gettext("May be used again"),
            gettext("A new password differs from each of them.") if reuse else "",
            bool(reuse),
        ),
        Rule(
            gettext("Changing the password"),
            gettext("Everybody may") if own else gettext("By policy"),
            gettext("Nobody needs a policy for it.")
            if own
            else gettext("Those may whose policies allow iam:ChangePassword."),
            own,
        ),
    )
