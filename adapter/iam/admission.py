"""Who is let through: holds a caller to the policies that reach them, before an operation runs."""

from __future__ import annotations

from adapter.authorize import global_keys, hold
from adapter.caller import Caller
from adapter.errors import AccessDenied
from adapter.explanation import hinges_on_details
from adapter.graph import Graph, Principal
from adapter.iam.attempts import Attempted, Params
from adapter.models import Account
from adapter.operations.call import Call
from adapter.operations.mfa_policy import hold_to_enrolment
from adapter.operations.resources import Target, request_keys
from adapter.operations.session_limits import hold_to_session
from adapter.policy import Decision, Request, evaluate


class Admission:
    """Decides about calls.

    Args:
        graph: knows principals and their policies.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def account(self, caller: Caller) -> Account:
        """The account that a caller is in.

        Raises:
            AccessDenied: it does not exist any more.
        """
        account = self._graph.account(caller.account_id)
        if account is None:
            raise AccessDenied(f"The account {caller.account_id} does not exist.")
        return account

    def authorize(self, call: Call, attempted: Attempted, params: Params) -> None:
        """Lets a call pass, and takes down what it is about.

        Raises:
            AccessDenied: it is not allowed.
            IamError: what it is about does not exist.
        """
        row = attempted.row
        hold_to_session(call.caller, row.service, row.wire_name)
        hold_to_enrolment(call.caller, row.name)
        attempted.target = row.resource(call, params)
        principal = self._principal(call.account, call.caller)
        if not row.open_to_caller:
            _hold_to_policies(principal, call, attempted, params)

    def decision(self, caller: Caller, request: Request) -> Decision:
        """How a request of the caller's own is decided now, whoever made it before.

        Raises:
            AccessDenied: the caller does not exist any more.
        """
        principal = self._principal(self.account(caller), caller)
        own = Request(caller.arn, request.action, request.resource, request.context, request.resource_account)
        return evaluate(own, principal.policies)

    def might(self, caller: Caller, refused: Request) -> bool:
        """Whether the caller may do what was refused to some other thing, such as creating a user of another name."""
        principal = self._graph.principal(self.account(caller), caller)
        return principal is not None and hinges_on_details(evaluate(refused, principal.policies))

    def _principal(self, account: Account, caller: Caller) -> Principal:
        principal = self._graph.principal(account, caller)
        if principal is None:
            raise AccessDenied(f"{caller.arn} does not exist any more or is disabled.")
        return principal


def _hold_to_policies(principal: Principal, call: Call, attempted: Attempted, params: Params) -> None:
    """Asks for the operation's own action, for those that come with it, and for what it demands elsewhere."""
    row, target = attempted.row, attempted.target
    everywhere = global_keys(principal, call.context)
    tagging = (row.tag_action,) if row.tag_action and params.get("tags") else ()
    keys = everywhere | target.keys | request_keys(params, row.request_keys)
    hold(principal, (row.action, *tagging, *target.actions), target, keys)
    for demand in target.demands:
        hold(principal, (demand.action,), Target((demand.arn,)), everywhere | demand.keys)
