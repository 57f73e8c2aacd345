"""Where a search goes on: tokens that tell whoever holds them nothing, and are good for the same search alone.

A token is sealed, because it names the last candidate that was looked at, which need not be among the results. Nothing
is kept of it here, so it is good on every host and over restarts.

Source: OpenID Authorization API 1.0, "Pagination".
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

from adapter.crypto.canonical import sha256_hex
from adapter.crypto.sealing import Keyring, SealingError
from adapter.decisions.entities import InvalidQuestion

DEFAULT_LIMIT: Final = 100
_SEALED_AS: Final = "page of the search "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins.

    Attributes:
        after: the candidate before it; None at the beginning.
        limit: how many results a page has at most.
    """

    after: str | None
    limit: int


class PageTokens:
    """The tokens of one search of one service.

    Args:
        keyring: seals them.
        asker_id: the unique id of the service.
        search: what tells this search from any other.
    """

    def __init__(self, keyring: Keyring, asker_id: str, search: str) -> None:
        self._keyring = keyring
        self._asker_id = asker_id
        self._purpose = _SEALED_AS + sha256_hex(search.encode())

    def make(self, place: Place) -> str:
        """The token of a page."""
        content = json.dumps([place.after, place.limit]).encode()
        return base64.urlsafe_b64encode(self._keyring.seal(content, self._asker_id, self._purpose)).decode()

    def read(self, token: str, limit: int | None) -> Place:
        """The page that a token is of.

        Args:
            token: empty for the first page.
            limit: how many results are asked for; None where nothing is said.

        Raises:
            InvalidQuestion: the token is none of ours, or was made for another service, search or limit.
        """
        if not token:
            return Place(None, DEFAULT_LIMIT if limit is None else limit)
        try:
            sealed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
            after, known = json.loads(self._keyring.open_sealed(sealed, self._asker_id, self._purpose))
        except (SealingError, ValueError) as error:
            raise InvalidQuestion("page.token is none of ours, or of another search.") from error
        if limit not in {None, known}:
            raise InvalidQuestion("page.limit is another one than that of the page before.")
        return Place(after, known)
