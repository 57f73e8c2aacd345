"""Recovery codes: what lets somebody in who has lost every MFA device. Each is good once.

A code has 120 random bits, so its digest needs no salt and no slow hash; the owner's id goes in, so that a digest that
is moved to somebody else is good for nothing there.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

COUNT: Final = 10
_BYTES: Final = 15
_CHARACTERS: Final = 24
_GROUP: Final = 4
_LOOK_ALIKES: Final = str.maketrans("018", "OIB")
"""Digits that base32 does not have are what people make of letters that look like them."""


def new_recovery_codes() -> tuple[str, ...]:
    """A fresh set, in groups of four letters and digits, for people to keep."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(_BYTES)).decode()) for _ in range(COUNT))


def recovery_digest(code: str, owner_id: str) -> bytes | None:
    """What the directory keeps of a code; None when this can't be one.

    Args:
        code: as it was typed: spaces, hyphens and capital letters don't matter.
        owner_id: the unique id of whoever it belongs to.
    """
    text = "".join(each for each in code.upper() if each not in "- \t").translate(_LOOK_ALIKES)
    if len(text) != _CHARACTERS or not text.isascii() or not text.isalnum():
        return None
    return hashlib.sha256(f"recovery code\n{owner_id}\n{text}".encode()).digest()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
