"""Long lists that were read before, kept as long as nothing has changed that they were read from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_MOST_KEPT: Final = 400_000
"""So many names in all, which are some 30 MB; a list that is longer by itself is not kept."""


class KeptLists:
    """Lists of names, each as it was at one revision of an entry; those that were not asked for longest go first."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._lists: OrderedDict[str, tuple[str, list[str]]] = OrderedDict()

    def get(self, at: str, revision: str, read: Callable[[], list[str]]) -> list[str]:
        """The list that an entry stands for; not to be changed.

        Args:
            at: the entry's DN.
            revision: what it was last changed by, read before the list.
            read: reads the list.
        """
        with self._lock:
            known = self._lists.get(at)
            if known and known[0] == revision:
                self._lists.move_to_end(at)
                return known[1]
        names = read()
        with self._lock:
            self._lists[at] = revision, names
            self._lists.move_to_end(at)
            while sum(len(each) for _, each in self._lists.values()) > self._most:
                self._lists.popitem(last=False)
        return names
