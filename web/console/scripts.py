"""What scripts say: handed to them as data, because they are the same files in every language."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

from web.throttle import Throttle


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Gives templates the words that scripts need."""
    console.add_app_template_global(strength_words)
    console.add_app_template_global(passkey_words)


def strength_words() -> dict[str, tuple[str, str]]:
    """How hard a password is to guess, with advice."""
    return {
        "weak": (
            gettext("Weak"),
            gettext("A machine guesses it quickly. Make it longer: four random words are easy to keep in mind."),
        ),
        "fair": (gettext("Fair"), gettext("Better with a few more characters.")),
        "strong": (gettext("Strong"), gettext("Hard to guess, as long as you use it nowhere else.")),
    }


def passkey_words() -> dict[str, str]:
    """What went wrong with a passkey, by the names that browsers give their errors; `Error` is for all others.

    Source: Web Authentication Level 3, sections 5.1.3 and 5.1.4.
    """
    return {
        "NotAllowedError": gettext(
            "The passkey was not used: it was cancelled, or took too long. Try again, or use another way."
        ),
        "InvalidStateError": gettext("This device or security key has a passkey for you already. Choose another one."),
        "NotSupportedError": gettext("This device or security key can’t make a passkey that Bindery could use."),
        "SecurityError": gettext(
            "Browsers take passkeys over https, or at the name localhost, but not at an IP address."
        ),
        "Error": gettext("The passkey did not work. Try again, or use another way."),
    }
