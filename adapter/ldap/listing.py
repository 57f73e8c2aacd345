"""Lists in pages, by name."""

from __future__ import annotations

import logging
import threading
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, Final

from adapter.errors import IamError
from adapter.ldap.connection import Pool
from adapter.ldap.errors import DirectoryRefusal
from adapter.ldap.feed import Feed, Listener
from adapter.ldap.layouts import within
from adapter.ldap.mapping import GROUP, USER
from adapter.ldap.noun import M, Noun
from adapter.ldap.reading import Reading
from adapter.ldap.rosters import Roster, Rosters
from adapter.ldap.where import Where
from adapter.models import Account

log = logging.getLogger(__name__)

_READ_AHEAD: Final[tuple[Noun[Any], ...]] = (USER, GROUP)
"""Of what there may be very many."""
_Next = Callable[[str | None, int], list[str]]
"""Gives the next names in order: after which one, how many."""


class Listing(Reading):
    """Pages of what one directory holds."""

    def __init__(self, pool: Pool, suffix: str) -> None:
        super().__init__(pool, suffix)
        self._rosters = Rosters()
        self._feed: Feed | None = None
        self._reads_ahead = False

    def read_ahead(self) -> None:
        """From now on, reads names as soon as the feed keeps them current, before anybody asks for a list.

        For a server, which should not keep the first one who looks waiting; to be called before `follow`.
        """
        self._reads_ahead = True

    def page(
        self, noun: Noun[M], account: Account, *where: Where, after: str | None, size: int
    ) -> tuple[list[M], bool]:
        """What comes next by name, without regard to case.

        Args:
            after: the case-folded name that the page before ended with; None for the first page.
            size: at most so many.

        Returns:
            The page, and whether there is more.
        """
        following, roster = self._source(noun, account, where)
        found: dict[str, M] = {}
        while len(found) <= size:
            names = following(after, size + 1 - len(found))
            if not names:
                break
            models = self.find(noun, account, Where.any_of(noun.name_field or "", names), *where)
            by_name = {noun.name_of(model).casefold(): model for model in models}
            if roster:
                roster.discard_all(set(names) - by_name.keys())
            found |= {name: by_name[name] for name in names if name in by_name}
            after = names[-1]
        return list(found.values())[:size], len(found) > size

    def _source(self, noun: Noun[M], account: Account, where: tuple[Where, ...]) -> tuple[_Next, Roster | None]:
        """Where names come from: what is kept, or else the directory itself."""
        if where or self._feed is None or not self._feed.is_up:
            names = [name.casefold() for name in self.names(noun, account, *where)]
            return lambda after, count: _slice(names, after, count), None
        base = noun.base(account, self._suffix)
        naming = within(noun, account).naming
        hidden = account.layout is not None and noun.label == USER.label
        roster = self._rosters.of(noun.label, base, naming, lambda: self.names(noun, account), may_hide_names=hidden)
        for model in self.load_many(noun, account, roster.take_unnamed()).values():
            roster.add(noun.name_of(model))
        return roster.after, roster

    def _feed_has_begun(self) -> None:
        """Reads ahead on a thread of its own: the feed has to hear of changes meanwhile."""
        if self._reads_ahead:
            threading.Thread(target=self._read_names, name="names", daemon=True).start()

    def _read_names(self) -> None:
        try:
            for account in self.accounts():
                for noun in _READ_AHEAD:
                    self._source(noun, account, ())
        except (IamError, DirectoryRefusal) as error:
            log.info("names are not read ahead: %s", error)

    def _heard_by(self, listener: Listener) -> Listener:
        """A listener that keeps the rosters current before it passes on what it hears."""
        return _Chain(self._rosters, listener)


class _Chain:
    """Tells the rosters first, and then somebody else."""

    def __init__(self, rosters: Rosters, listener: Listener) -> None:
        self._rosters = rosters
        self._listener = listener

    def entry_changed(self, at: str, entry_uuid: str = "") -> None:
        """An entry was written to."""
        self._rosters.entry_changed(at)
        self._listener.entry_changed(at, entry_uuid)

    def forget_everything(self) -> None:
        """Anything may have changed."""
        self._rosters.forget_everything()
        self._listener.forget_everything()


def _slice(names: list[str], after: str | None, count: int) -> list[str]:
    start = bisect_right(names, after) if after is not None else 0
    return names[start : start + count]
