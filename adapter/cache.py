"""A bounded read-through cache whose values are thrown away when something that they rest on changes."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

V = TypeVar("V")

_REMEMBERED_EVICTIONS: Final = 1024


@dataclass(frozen=True, slots=True)
class Loaded(Generic[V]):
    """A value that was just read.

    Attributes:
        rests_on: tokens (such as the names of entries); evicting one of them evicts the value.
        worth_keeping: False for what should be asked for again next time.
    """

    value: V
    rests_on: frozenset[str]
    worth_keeping: bool = True


class ReadThrough:
    """Keeps the values that were used last; safe to use from many threads.

    A value that is being read while something that it rests on changes may be an old one. Such a value is given to
    the one who asked, whose question was earlier than the change, and is not kept.

    Args:
        size: at most so many values are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Loaded[Any]] = OrderedDict()
        self._keys_by_token: dict[str, set[Hashable]] = {}
        self._evictions = 0
        self._recent: deque[tuple[int, frozenset[str]]] = deque(maxlen=_REMEMBERED_EVICTIONS)
        self._cleared_at = 0

    def get(self, key: Hashable, load: Callable[[], Loaded[V]]) -> V:
        """The value of a key, read anew when it is not there."""
        with self._lock:
            kept = self._values.get(key)
            if kept is not None:
                self._values.move_to_end(key)
                value: V = kept.value
                return value
            started = self._evictions
        loaded = load()
        if loaded.worth_keeping:
            with self._lock:
                self._keep(key, loaded, started)
        return loaded.value

    def evict(self, tokens: Iterable[str]) -> None:
        """Throws away every value that rests on one of the tokens."""
        gone = frozenset(tokens)
        with self._lock:
            self._evictions += 1
            self._recent.append((self._evictions, gone))
            for token in gone:
                for key in tuple(self._keys_by_token.get(token, ())):
                    self._drop(key)

    def clear(self) -> None:
        """Throws away everything."""
        with self._lock:
            self._evictions += 1
            self._cleared_at = self._evictions
            self._values.clear()
            self._keys_by_token.clear()

    def __len__(self) -> int:
        return len(self._values)

    def _keep(self, key: Hashable, loaded: Loaded[Any], started: int) -> None:
        if self._may_be_old(loaded, started):
            return
        self._drop(key)
        self._values[key] = loaded
        for token in loaded.rests_on:
            self._keys_by_token.setdefault(token, set()).add(key)
        if len(self._values) > self._size:
            self._drop(next(iter(self._values)))

    def _may_be_old(self, loaded: Loaded[Any], started: int) -> bool:
        """Whether something that the value rests on changed since it began to be read."""
        if self._cleared_at > started:
            return True
        if self._recent and self._recent[0][0] > started + 1:
            return True  # more has happened since than is remembered
        return any(number > started and gone & loaded.rests_on for number, gone in reversed(self._recent))

    def _drop(self, key: Hashable) -> None:
        loaded = self._values.pop(key, None)
        for token in loaded.rests_on if loaded else ():
            keys = self._keys_by_token[token]
            keys.discard(key)
            if not keys:
                del self._keys_by_token[token]
