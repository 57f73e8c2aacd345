"""What a new password needs.

A user's console password is the password of the directory entry, so there is one password for the console and for
every LDAP application. The server holds length, history and lockout for all of them alike; which kinds of characters
are needed is asked here, because slapd has no rule for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapter.errors import PasswordPolicyViolation
from adapter.models import PasswordPolicy

_SYMBOLS: Final = frozenset("!@#$%^&*()_+-=[]{}|'")

_CHARACTER_RULES: Final[tuple[tuple[str, str, Callable[[str], bool]], ...]] = (
    ("require_lowercase_characters", "a lower-case letter (a-z)", lambda char: "a" <= char <= "z"),
    ("require_uppercase_characters", "an upper-case letter (A-Z)", lambda char: "A" <= char <= "Z"),
    ("require_numbers", "a digit (0-9)", lambda char: "0" <= char <= "9"),
    ("require_symbols", "a symbol (! @ # $ % ^ & * ( ) _ + - = [ ] { } | ')", lambda char: char in _SYMBOLS),
)
"""Field of the policy, what it asks for, and which characters meet it (AWS IAM user guide, "password policy")."""


def password_demands(policy: PasswordPolicy) -> list[str]:
    """What a new password needs, in words that follow "It needs"."""
    demands = [f"at least {policy.minimum_password_length} characters"]
    demands += [what for field, what, _ in _CHARACTER_RULES if getattr(policy, field)]
    if kept := policy.password_reuse_prevention:
        demands.append(
            "to differ from your last password" if kept == 1 else f"to differ from your last {kept} passwords"
        )
    return demands


def hold_to_password_policy(policy: PasswordPolicy, password: str) -> None:
    """Refuses a password that the account's policy does not allow.

    Raises:
        PasswordPolicyViolation: names what is missing.
    """
    missing = [
        what
        for field, what, meets in _CHARACTER_RULES
        if getattr(policy, field) and not any(meets(char) for char in password)
    ]
    if len(password) < policy.minimum_password_length:
        missing.insert(0, f"at least {policy.minimum_password_length} characters")
    if missing:
        raise PasswordPolicyViolation(
            f"Password does not conform to the account password policy. It needs {', '.join(missing)}."
        )
