"""How a resource's ARN is made of what its service says that such ARNs look like.

Source: AWS service authorization reference, "Resource types".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from adapter.names import PARTITION

_PLACES: Final = re.compile(r"\$\{[A-Za-z]+\}|\b(REGION|ACCOUNT|NAME|ID|BUCKET)\b")
_GIVEN: Final = {
    "${Partition}": "partition",
    "${Region}": "region",
    "REGION": "region",
    "${Account}": "account",
    "ACCOUNT": "account",
}
_MOST_KEPT: Final = 1024


class _Pattern(NamedTuple):
    """A pattern, taken apart.

    Attributes:
        pieces: each place with the text before it.
        tail: the text after the last place.
        own: how many places stand for parts of the name.
    """

    pieces: tuple[tuple[str, str], ...]
    tail: str
    own: int


def filled(pattern: str, account_id: str, region: str, name: str) -> str:
    """A pattern with its places filled.

    Args:
        pattern: such as `arn:${Partition}:ecs:${Region}:${Account}:server/${ServerId}`.
        account_id, region: what takes their places.
        name: takes all other places, a part between slashes each; the last one takes what is left.
    """
    given = {"partition": PARTITION, "region": region, "account": account_id}
    pieces, tail, own = _taken_apart(pattern)
    parts = iter(name.split("/", max(0, own - 1)))
    texts = [text + (given[_GIVEN[place]] if place in _GIVEN else next(parts, place)) for text, place in pieces]
    return "".join(texts) + tail


@lru_cache(maxsize=_MOST_KEPT)
def _taken_apart(pattern: str) -> _Pattern:
    pieces: list[tuple[str, str]] = []
    end = 0
    for found in _PLACES.finditer(pattern):
        pieces.append((pattern[end : found.start()], found[0]))
        end = found.end()
    return _Pattern(tuple(pieces), pattern[end:], sum(place not in _GIVEN for _, place in pieces))
