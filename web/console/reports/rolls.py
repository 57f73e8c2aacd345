"""The account's credential report as this process has it: taken apart once, whoever looks at it how often."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app

from adapter.errors import AccessDenied, ReportExpired, ReportInProgress, ReportNotPresent
from web.console.components import asker, do
from web.console.refusals import Problem, explain
from web.console.reports.roll import Roll
from web.current import context, iam

_EXTENSION: Final = "credential reports"
_MOST_KEPT: Final = 4
"""Of so many accounts."""
_PATIENCE: Final = 0.1
"""Seconds that a page waits for a report to be taken apart; a large one is ready when the page asks again."""


@dataclass(frozen=True, slots=True)
class Report:
    """The account's report, or why there is none.

    Attributes:
        made: when; None while there is none.
        is_being_made: it will be there soon.
    """

    roll: Roll | None = None
    made: datetime | None = None
    is_being_made: bool = False
    problem: Problem | None = None


class Rolls:
    """The reports that were taken apart last, one of each account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[datetime, Future[Roll]]] = OrderedDict()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reports")

    def of(self, account_id: str, made: datetime, read: Callable[[], bytes]) -> Future[Roll]:
        """An account's report.

        Args:
            account_id: the account.
            made: when the report was made.
            read: gives its bytes; only called when this report is not there, on another thread.
        """
        with self._lock:
            known = self._kept.get(account_id)
            if known is None or known[0] != made or _has_failed(known[1]):
                known = made, self._worker.submit(lambda: Roll.read(read()))
                self._kept[account_id] = known
            self._kept.move_to_end(account_id)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return known[1]


def current_report() -> Report:
    """The report; asks for a new one where there is none that is good."""
    try:
        made: datetime = do("describe_credential_report")["generated_time"]
        roll = _roll(made)
    except (ReportNotPresent, ReportExpired):
        return _asked_for()
    except ReportInProgress:
        return Report(is_being_made=True)
    except AccessDenied as error:
        return Report(problem=explain(error))
    return Report(roll, made) if roll else Report(is_being_made=True)


def _roll(made: datetime) -> Roll | None:
    """The report that was made then; None while it is being taken apart."""
    rolls: Rolls = current_app.extensions.get(_EXTENSION) or current_app.extensions.setdefault(_EXTENSION, Rolls())
    door, caller, circumstances = iam(), asker(), context()

    def read() -> bytes:
        content: bytes = door.execute(caller, "get_credential_report", {}, circumstances)["content"]
        return content

    try:
        return rolls.of(caller.account_id, made, read).result(timeout=_PATIENCE)
    except TimeoutError:
        return None


def _asked_for() -> Report:
    try:
        do("generate_credential_report")
    except AccessDenied as error:
        return Report(problem=explain(error))
    return Report(is_being_made=True)


def _has_failed(roll: Future[Roll]) -> bool:
    return roll.done() and roll.exception() is not None
