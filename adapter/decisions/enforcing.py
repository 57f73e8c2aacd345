"""Decides about what somebody is about to do at another service, and writes down that they did.

Other than a question about somebody, this is the caller's own request: their sign-in and their session count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapter.authorize import Refused, decide, global_keys, refusal
from adapter.caller import Caller, RequestContext
from adapter.errors import AccessDenied
from adapter.graph import Graph
from adapter.trail.audit import AuditRecord
from adapter.usage.services import LastAccesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody is about to do at another service.

    Attributes:
        action: such as `ecs:CreateServers`.
        resource: its ARN, or `*`.
        keys: condition keys that the service adds.
        only_reads: changes nothing, so it is written down only when it is refused.
    """

    action: str
    resource: str
    keys: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    only_reads: bool = False


class Enforcement:
    """Holds callers to their policies.

    Args:
        graph: knows principals and their policies.
        accesses: takes down who tried to use which service.
        write: writes to the audit trail.
    """

    def __init__(self, graph: Graph, accesses: LastAccesses, write: Callable[[AuditRecord], None]) -> None:
        self._graph = graph
        self._accesses = accesses
        self._write = write

    def hold(self, caller: Caller, act: Act, context: RequestContext, *, leaves_trace: bool = True) -> None:
        """Lets an act pass or refuses it.

        Args:
            caller: who is about to do it.
            act: what they are about to do.
            context: from where, when, in which region.
            leaves_trace: False where the same act has been decided about and written down just now.

        Raises:
            AccessDenied: the caller does not exist any more, or has to set up a second factor first.
            Refused: their policies do not allow it.
        """
        account = self._graph.account(caller.account_id)
        principal = self._graph.principal(account, caller) if account else None
        if account is None or principal is None:
            raise AccessDenied(f"{caller.arn} does not exist any more or is disabled.")
        if caller.must_enrol:
            raise AccessDenied("The account requires a second factor. Set one up first.")
        keys = global_keys(principal, context) | dict(act.keys)
        decision = decide(principal, act.action, act.resource, keys)
        if leaves_trace:
            self._accesses.note(account, caller, act.action, _region(act, context), context.now)
            if not (decision.allowed and act.only_reads):
                self._write(_record(caller, act, context, "ok" if decision.allowed else AccessDenied.code))
        if not decision.allowed:
            raise Refused(refusal(caller, act.action, act.resource, decision), decision.request)


def _region(act: Act, context: RequestContext) -> str:
    """Where the act takes place: the service says it, and what is not signed for a region has none of its own."""
    told = act.keys.get("aws:RequestedRegion")
    return told if isinstance(told, str) else context.region


def _record(caller: Caller, act: Act, context: RequestContext, outcome: str) -> AuditRecord:
    return AuditRecord(
        time=context.now,
        request_id=context.request_id,
        account_id=caller.account_id,
        actor=caller.arn,
        event=act.action,
        outcome=outcome,
        resources=(act.resource,),
        source_ip=context.source_ip,
        user_agent=context.user_agent,
        factor=caller.factor,
    )
