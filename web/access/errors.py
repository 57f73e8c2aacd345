"""Refusals that mean one thing to whoever asks for others: it is not known who calls."""

from __future__ import annotations

from typing import Final

NOT_AUTHENTICATED: Final = frozenset({
    "MissingAuthenticationToken", "IncompleteSignature", "InvalidClientTokenId", "ExpiredToken",
    "SignatureDoesNotMatch", "MalformedQueryString",
})  # fmt: skip
"""AWS answers these with 400 or 403."""
