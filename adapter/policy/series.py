"""One question about many resources: what does not hang on the resource is found out once."""

from __future__ import annotations

from adapter.policy.decision import Decision
from adapter.policy.evaluate import evaluate
from adapter.policy.policies import Policies
from adapter.policy.request import Request


class Series:
    """Decides the same request on one resource after the other.

    Args:
        request: with any resource.
        policies: of the one who asks.
    """

    def __init__(self, request: Request, policies: Policies) -> None:
        self._request = request
        self._policies = policies
        self._is_same_on_all = policies.ignore_resources(request.action)
        self._decision: Decision | None = None

    def on(self, resource: str) -> Decision:
        """The decision about a resource."""
        request = self._request.on(resource)
        if not self._is_same_on_all:
            return evaluate(request, self._policies)
        if self._decision is None:
            self._decision = evaluate(request, self._policies)
        return self._decision.on(request)
