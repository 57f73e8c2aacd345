"""The rules of a password policy in words: what is in force, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask_babel import gettext, lazy_gettext, ngettext

from web.console.plurals import Plural

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
    age, strict = policy["max_password_age"], policy["hard_expiry"]
    return (
        _length(policy["minimum_password_length"]),
        *(_character(label, meaning, policy[field]) for field, label, meaning in _CHARACTERS),
        _expiry(age),
        _after_expiry(strict) if age else Rule(gettext("After expiry"), NOTHING, "", False),
        _earlier(policy["password_reuse_prevention"]),
        _changing(policy["allow_users_to_change_password"]),
    )


def _length(least: int) -> Rule:
    value = ngettext("%(num)s character", "%(num)s characters", least)
    return Rule(
        gettext("Minimum length"), value, gettext("Length protects best; a phrase of several words is fine."), True
    )


def _character(label: str, meaning: str, is_on: bool) -> Rule:
    return Rule(label, gettext("Required"), meaning, True) if is_on else Rule(label, gettext("Not required"), "", False)


def _expiry(age: int) -> Rule:
    meaning = gettext("Whoever signs in with an older password has to choose a new one first.")
    rule = Rule(gettext("Expiry"), gettext("Never"), meaning, False)
    return _counted(rule, age, Plural("After %(num)s day", "After %(num)s days"))


def _counted(rule: Rule, count: int, words: Plural) -> Rule:
    """A rule with a number in it; as it is, and with nothing to mean, where the number is nought."""
    return replace(rule, value=words.said(count), is_on=True) if count else replace(rule, meaning="")


def _after_expiry(strict: bool) -> Rule:
    label = gettext("After expiry")
    if not strict:
        return Rule(label, gettext("People help themselves"), "", False)
    meaning = gettext("An expired password is not even good for choosing a new one.")
    return Rule(label, gettext("An administrator has to help"), meaning, True)


def _earlier(reuse: int) -> Rule:
    meaning = gettext("A new password differs from each of them.")
    rule = Rule(gettext("Earlier passwords"), gettext("May be used again"), meaning, False)
    return _counted(rule, reuse, Plural("The last %(num)s is refused", "The last %(num)s are refused"))


def _changing(everybody: bool) -> Rule:
    label = gettext("Changing the password")
    if everybody:
        return Rule(label, gettext("Everybody may"), gettext("Nobody needs a policy for it."), True)
    return Rule(label, gettext("By policy"), gettext("Those may whose policies allow iam:ChangePassword."), False)
