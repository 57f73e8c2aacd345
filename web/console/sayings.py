"""What the library says, in the reader's language.

The library speaks English only: programs and logs read its messages, and many are AWS's own. For people they are
recognised by their words here, and said again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import LazyString, get_locale

from web.languages import ENGLISH

_HOLE = re.compile(r"%\((\w+)\)s")
_LONGEST = 4000
"""A longer message is shown as it is: most of it is what somebody wrote, and to look for words in it takes time."""


class Sayings:
    """Messages that one part of the library has.

    Args:
        texts: not yet translated; `%(name)s` stands for what a message tells of the case at hand. The first one that
            fits a message counts.

    Attributes:
        texts: in English.
    """

    def __init__(self, texts: Iterable[LazyString]) -> None:
        by_words = {str(text): text for text in texts}  # without a request these are the English ones
        self.texts = tuple(by_words)
        self._fixed = {words: text for words, text in by_words.items() if not _HOLE.search(words)}
        self._open = tuple((_pattern(words), text) for words, text in by_words.items() if _HOLE.search(words))

    def said(self, message: str) -> str:
        """A message in the language of this page; as it is where it is not known."""
        if str(get_locale()) in (ENGLISH.locale, "None"):
            return message
        if message in self._fixed:
            return str(self._fixed[message])
        for pattern, text in self._open if len(message) <= _LONGEST else ():
            found = pattern.fullmatch(message)
            if found:
                return str(text) % found.groupdict()
        return message


def _pattern(words: str) -> re.Pattern[str]:
    """Recognises a message, whatever stands in its holes."""
    pieces = _HOLE.split(words)
    holes = (
        f"(?P<{piece}>.+?)" if odd % 2 else re.escape(piece.replace("%%", "%")) for odd, piece in enumerate(pieces)
    )
    return re.compile("".join(holes), re.DOTALL)
