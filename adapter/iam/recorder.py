"""Writes down what callers did, and what they were refused."""

from __future__ import annotations

import logging

from adapter.caller import CallerKind
from adapter.iam.attempts import Attempted, Params
from adapter.operations.parameters import secret_parameters
from adapter.trail.audit import AuditRecord, AuditTrail, as_line, without_secrets
from adapter.trail.refusals import Refusals

_log = logging.getLogger(__name__)


class Recorder:
    """Writes to the audit trail.

    Args:
        trail: where records go.
        refusals: where those go of what nobody has signed and nobody was let do.
    """

    def __init__(self, trail: AuditTrail, refusals: Refusals) -> None:
        self._trail = trail
        self._refusals = refusals

    def note(self, attempted: Attempted, params: Params, outcome: str) -> None:
        """Writes a call down.

        Args:
            attempted: the call.
            params: as they were given; secrets among them are hidden here.
            outcome: `ok`, or the error code.
        """
        row, caller = attempted.row, attempted.caller
        record = attempted.context.record(
            caller.account_id,
            caller.arn,
            row.action,
            outcome,
            resources=attempted.target.arns,
            factor=caller.factor,
            params=without_secrets(params, secret_parameters(row.service, row.wire_name)),
        )
        is_garbage = caller.kind is CallerKind.STRANGER and outcome != "ok"
        self._append(record, self._refusals if is_garbage else self._trail)

    def write(self, record: AuditRecord) -> None:
        """Writes a record that is made already."""
        self._append(record, self._trail)

    @staticmethod
    def _append(record: AuditRecord, trail: AuditTrail | Refusals) -> None:
        try:
            trail.write(record)
        except OSError:
            # The change is made and acknowledged by the directory: to call it a failure now would be the greater lie.
            # What the trail lacks stands in the server's log instead, whole.
            _log.critical(
                "the audit trail can't be written, so here: %s", as_line(record).decode().rstrip(), exc_info=True
            )
