"""The credential report: GenerateCredentialReport makes it, GetCredentialReport hands it out.

The report is kept in the directory, in pieces: every host and every worker then answers with the same bytes, and knows
that somebody else is making it. It is good for four hours, whatever changes meanwhile, as with AWS.

Source: IAM user guide, "Generate credential reports for your AWS account"; IAM API reference.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapter.errors import ReportExpired, ReportInProgress, ReportNotPresent
from adapter.ldap import REPORT, AlreadyThere, Clear, NotThere, Set, Stale, Store, Where
from adapter.models import Account, Report
from adapter.operations.call import Call, Result
from adapter.operations.credential_rows import credential_report_text

_NAME: Final = "credential-report"
_GOOD_FOR: Final = timedelta(hours=4)
_LONGEST_MAKING: Final = timedelta(minutes=10)
"""Who began to make a report and has not finished by then has been stopped."""
_PIECE: Final = 512 * 1024
_FIRST_TIME: Final = "No report exists. Starting a new report generation task"


def generate_credential_report(call: Call) -> Result:
    """Begins to make a report, unless there is one that is good or somebody is making one."""
    now = call.context.now
    report = call.store.get(REPORT, call.account, _NAME)
    if report is not None and _is_good(report, now):
        return {"state": "COMPLETE"}
    if report is not None and _is_being_made(report, now):
        return {"state": "INPROGRESS"}
    claim = _claim(call, report)
    if claim is None:
        return {"state": "INPROGRESS"}
    call.background.do(_Making(call.store, call.account, claim).run)
    return {"state": "STARTED"} | ({} if report else {"description": _FIRST_TIME})


def get_credential_report(call: Call) -> Result:
    """Hands out the report.

    Raises:
        ReportNotPresent: nobody has generated one.
        ReportInProgress: it is being made.
        ReportExpired: it is older than four hours.
    """
    report = _good_report(call)
    content = zlib.decompress(_put_together(call, report))
    return {"content": content, "report_format": "text/csv", "generated_time": report.completed_at}


def describe_credential_report(call: Call) -> Result:
    """Tells when the report was made that `get_credential_report` would hand out, for who has kept what it says.

    Raises:
        ReportNotPresent, ReportInProgress, ReportExpired: there is none.
    """
    return {"generated_time": _good_report(call).completed_at}


def _good_report(call: Call) -> Report:
    now = call.context.now
    report = call.store.get(REPORT, call.account, _NAME)
    if report is not None and _is_being_made(report, now):
        raise ReportInProgress("The credential report is still being generated.")
    if report is None or report.completed_at is None:
        raise ReportNotPresent("There is no credential report. Use GenerateCredentialReport to generate one.")
    if not _is_good(report, now):
        raise ReportExpired("The credential report has expired. Use GenerateCredentialReport to generate a new one.")
    return report


def _is_good(report: Report, now: datetime) -> bool:
    return report.completed_at is not None and now - report.completed_at <= _GOOD_FOR


def _is_being_made(report: Report, now: datetime) -> bool:
    if report.started_at is None or (report.completed_at and report.completed_at >= report.started_at):
        return False
    return now - report.started_at < _LONGEST_MAKING


def _claim(call: Call, report: Report | None) -> Report | None:
    """Notes that the report is being made from now on; None when somebody else was first."""
    now = call.context.now
    if report is not None:
        return call.store.change(REPORT, call.account, report, Set("started_at", now))
    try:
        return call.store.add(REPORT, call.account, Report(report_name=_NAME, create_date=now, started_at=now))
    except AlreadyThere:
        return None


def _put_together(call: Call, report: Report) -> bytes:
    """The report's pieces in their order.

    Raises:
        ReportNotPresent: somebody has removed some.
    """
    names = list(_piece_names(report))
    found = call.store.find(REPORT, call.account, Where.any_of("report_name", names), also=("content",))
    by_name = {piece.report_name: piece.content for piece in found}
    if len(by_name) < len(names):
        raise ReportNotPresent("The credential report is damaged. Use GenerateCredentialReport to generate a new one.")
    return b"".join(by_name[name] for name in names)


def _prefix(report: Report) -> str:
    """What the names of a report's pieces begin with."""
    return f"{_NAME}.{report.started_at:%Y%m%d%H%M%S%f}." if report.started_at else f"{_NAME}."


def _piece_names(report: Report) -> Iterator[str]:
    return (f"{_prefix(report)}{number:04}" for number in range(report.pieces))


@dataclass(frozen=True, slots=True)
class _Making:
    """The making of one report.

    Attributes:
        claim: the entry that says so.
    """

    store: Store
    account: Account
    claim: Report

    def run(self) -> None:
        """Makes the report and puts it in the place of the one before."""
        try:
            self._make()
        except Exception:
            self._give_up()
            raise
        self._sweep()

    def _make(self) -> None:
        started_at = self.claim.started_at or self.claim.create_date
        began = time.monotonic()
        content = zlib.compress(credential_report_text(self.store, self.account).encode())
        pieces = [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
        for number, piece in enumerate(pieces):
            name = f"{_prefix(self.claim)}{number:04}"
            entry = Report(report_name=name, create_date=started_at, content=piece)
            self.store.add(REPORT, self.account, entry)
        completed_at = started_at + timedelta(seconds=time.monotonic() - began)
        changes = (Set("completed_at", completed_at), Set("pieces", len(pieces)))
        self.store.change(REPORT, self.account, self.claim, *changes)

    def _give_up(self) -> None:
        """Lets the next call begin anew at once."""
        try:
            self.store.change(REPORT, self.account, self.claim, Clear("started_at"))
        except (Stale, NotThere):
            return

    def _sweep(self) -> None:
        """Removes the pieces of earlier reports."""
        current = _prefix(self.claim)
        for piece in self.store.find(REPORT, self.account, Where.starts_with("report_name", f"{_NAME}.")):
            if not piece.report_name.startswith(current):
                try:
                    self.store.delete(REPORT, self.account, piece)
                except (Stale, NotThere):
                    continue
