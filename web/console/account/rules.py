"""The rules of a password policy in words: what is in force, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
    ("require_uppercase_characters", "Upper-case letter", "A password has at least one of A to Z."),
    ("require_lowercase_characters", "Lower-case letter", "A password has at least one of a to z."),
    ("require_numbers", "Digit", "A password has at least one of 0 to 9."),
    ("require_symbols", "Symbol", f"A password has at least one of {SYMBOLS}"),
)


def rules_of(policy: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Every rule of a policy."""
    length, age = policy["minimum_password_length"], policy["max_password_age"]
    reuse, strict = policy["password_reuse_prevention"], policy["hard_expiry"]
    own = policy["allow_users_to_change_password"]
    return (
        Rule(
            "Minimum length", f"{length} characters", "Length protects best; a phrase of several words is fine.", True
        ),
        *(
            Rule(
                label, "Required" if policy[field] else "Not required", meaning if policy[field] else "", policy[field]
            )
            for field, label, meaning in _CHARACTERS
        ),
        Rule(
            "Expiry",
            f"After {age} {_days(age)}" if age else "Never",
            "Whoever signs in with an older password has to choose a new one first." if age else "",
            bool(age),
        ),
        Rule(
            "After expiry",
            "An administrator has to help" if age and strict else "People help themselves" if age else NOTHING,
            "An expired password is not even good for choosing a new one." if age and strict else "",
            bool(age and strict),
        ),
        Rule(
            "Earlier passwords",
            f"The last {reuse} are refused" if reuse else "May be used again",
            "A new password differs from each of them." if reuse else "",
            bool(reuse),
        ),
        Rule(
            "Changing the password",
            "Everybody may" if own else "By policy",
            "Nobody needs a policy for it." if own else "Those may whose policies allow iam:ChangePassword.",
            own,
        ),
    )


def _days(count: int) -> str:
    return "day" if count == 1 else "days"
