"""What is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.policy.conditions import Conditions
from adapter.policy.templates import Context, ContextValue


class Request:
    """One request to be decided; it never changes.

    Args:
        principal: the ARN of the user, session or root user, the name of a service, or an identity provider.
        action: such as `iam:CreateUser`.
        resource: an ARN, or `*` where the action has no resource of its own.
        context: the request's context keys, in any case; a sequence of strings is a multivalued key.
        resource_account: the account that the resource belongs to, where the ARN does not tell.
    """

    __slots__ = ("_folded", "_met", "action", "context", "principal", "resource", "resource_account")

    def __init__(
        self,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, ContextValue] | None = None,
        resource_account: str | None = None,
    ) -> None:
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context: Mapping[str, ContextValue] = {} if context is None else context
        self.resource_account = resource_account
        self._folded: Context | None = None
        self._met: dict[Conditions, bool] | None = None

    def on(self, resource: str) -> Request:
        """The same question about another resource; what was found out about the context is shared."""
        if self._met is None:
            self._met = {}
        twin = Request(self.principal, self.action, resource, self.context, self.resource_account)
        twin._folded, twin._met = self.folded, self._met
        return twin

    def meets(self, conditions: Conditions) -> bool:
        """Whether the context meets the conditions of a statement; for twins they are asked once."""
        if self._met is None:
            return conditions.hold(self.folded)
        known = self._met.get(conditions)
        if known is None:
            known = self._met[conditions] = conditions.hold(self.folded)
        return known

    @property
    def folded(self) -> Context:
        """The context under lower-case names, because the case of a key's name does not matter."""
        if self._folded is None:
            self._folded = {name.lower(): value for name, value in self.context.items()}
        return self._folded

    def __repr__(self) -> str:
        return f"Request({self.principal!r}, {self.action!r}, {self.resource!r})"

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Request):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__ if not name.startswith("_"))

    __hash__ = object.__hash__
