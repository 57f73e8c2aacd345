"""One question about many resources: what does not hang on the resource is found out once."""

from __future__ import annotations

from functools import cached_property

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
        self._last: Decision | None = None

    def on(self, resource: str) -> Decision:
        """The decision about a resource."""
        request = self._request.on(resource)
        if self._last is not None and self._is_same_on_all:
            return self._last.on(request)
        self._last = evaluate(request, self._policies)
        return self._last

    @cached_property
    def _is_same_on_all(self) -> bool:
        return self._policies.ignore_resources(self._request.action)
