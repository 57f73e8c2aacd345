"""A decision, with its reasons in the words of AWS and in a sentence for people."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from adapter.policy.compiled import CompiledStatement
from adapter.policy.index import Layer
from adapter.policy.policies import LayerKind, Policies
from adapter.policy.principals import parse_asker
from adapter.policy.reasons import LayerReport, StatementRef, explain, reference
from adapter.policy.request import Request


class Effect(StrEnum):
    """How a request is decided."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class Deciding(NamedTuple):
    """A statement that decides, in its layer."""

    kind: LayerKind
    layer: Layer
    statement: CompiledStatement

    def reference(self) -> StatementRef:
        """The statement by its policy and its place."""
        return reference(self.kind, self.layer.owner(self.statement), self.statement)


class Decision:
    """How a request is decided; the reasons are worked out when they are asked for.

    Attributes:
        missing_layer: for an implicit denial, the layer whose allow is missing.
        deciding: one statement that decides, known without asking all others; None where nothing allows, or the
            resource's own policy decides.
    """

    def __init__(
        self,
        effect: Effect,
        missing_layer: LayerKind | None,
        request: Request,
        policies: Policies,
        deciding: Deciding | None = None,
    ) -> None:
        self.effect = effect
        self.missing_layer = missing_layer
        self.request = request
        self.policies = policies
        self.deciding = deciding

    def on(self, request: Request) -> Decision:
        """The same decision about another request."""
        return Decision(self.effect, self.missing_layer, request, self.policies, self.deciding)

    @property
    def allowed(self) -> bool:
        """Whether the request may go ahead."""
        return self.effect is Effect.ALLOWED

    @cached_property
    def layers(self) -> tuple[LayerReport, ...]:
        """What every layer that applies has to say."""
        return explain(self.request, self.policies)

    @property
    def matched(self) -> tuple[StatementRef, ...]:
        """The deciding statements: those that deny, or else those that allow."""
        denies = tuple(ref for layer in self.layers for ref in layer.denies)
        if self.effect is Effect.EXPLICITLY_DENIED:
            return denies
        return tuple(ref for layer in self.layers for ref in layer.allows)

    @property
    def denying_layer(self) -> LayerKind | None:
        """The first layer that denies explicitly."""
        return next((layer.kind for layer in self.layers if layer.denies), None)

    def sentence(self) -> str:
        """The decision and its reason, in one sentence for a person."""
        what = f"{self.request.action} on {self.request.resource}"
        if self.effect is Effect.EXPLICITLY_DENIED:
            return f"{what} is denied by {self.matched[0]}."
        if self.allowed:
            return f"{what} is allowed {self._allowance()}."
        missing = next((layer for layer in self.layers if layer.kind is self.missing_layer), None)
        closest = missing.closest if missing else None
        hint = f"; closest comes {closest}" if closest else ""
        return f"{what} is not allowed, because no {self.missing_layer} allows it{hint}."

    def refusal(self) -> str:
        """The tail of AWS's AccessDenied message; empty for an allowed request.

        Source: IAM user guide, "Troubleshoot access denied error messages".
        """
        if self.allowed:
            return ""
        if self.effect is Effect.EXPLICITLY_DENIED:
            return f"with an explicit deny in {_ARTICLES[self.denying_layer or LayerKind.IDENTITY]}"
        return f"because no {self.missing_layer} allows the {self.request.action} action"

    def _allowance(self) -> str:
        grants = [ref for ref in self.matched if ref.layer not in _LIMITS]
        if grants:
            return f"by {grants[0]}"
        if parse_asker(self.request.principal).kind == "root":
            return "because the account's root user has full access"
        return "by its policies"

    def __repr__(self) -> str:
        return f"Decision({self.effect.value}, {self.request!r})"


_LIMITS = (LayerKind.BOUNDARY, LayerKind.SESSION)
_ARTICLES = {
    LayerKind.IDENTITY: "an identity-based policy",
    LayerKind.BOUNDARY: "a permissions boundary",
    LayerKind.SESSION: "a session policy",
    LayerKind.RESOURCE: "a resource-based policy",
    LayerKind.TRUST: "the role trust policy",
}
