"""Pictures of texts, for cameras."""

from __future__ import annotations

import io
from typing import Final

import segno

_SCALE: Final = 5


def qr_code(text: str) -> bytes:
    """A text as a QR code: a PNG with the white around it that cameras need."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=_SCALE)
    return picture.getvalue()
