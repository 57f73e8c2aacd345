"""How users bind with LDAP, in words; for the account's page, for a user's and for one's own."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

MODES: Final = {
    "password": lazy_gettext("Password"),
    "password-code": lazy_gettext("Password followed by a code"),
    "app-passwords": lazy_gettext("App passwords only"),
    "none": lazy_gettext("Not at all"),
}
"""What each mode is called."""
MEANINGS: Final = {
    "password": ["lock", lazy_gettext("The same password as in the console opens LDAP applications.")],
    "password-code": [
        "phone",
        lazy_gettext(
            "The six digits of a code right behind the password. Programs that keep a password can't do that."
        ),
    ],
    "app-passwords": [
        "key",
        lazy_gettext("Each application gets a password of its own, which opens nothing else."),
    ],
    "none": ["stop", lazy_gettext("No LDAP application lets the user in, not even with an app password.")],
}
"""What each mode means: an icon and a sentence."""
