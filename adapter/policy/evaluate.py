"""The decision: how identity policies, boundary, session policy and resource policy work together.

Source: IAM user guide, "Policy evaluation logic", "Cross-account policy evaluation logic", "Permissions boundaries for
IAM entities".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from adapter.policy.compiled import CompiledPolicy, CompiledStatement, Layer, Verdict
from adapter.policy.principals import Asker, Named, named_by, parse_asker
from adapter.policy.request import Request


class Effect(StrEnum):
    """How a request is decided."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class LayerKind(StrEnum):
    """The layers of policies, in AWS's words."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"


@dataclass(frozen=True, eq=False)
class Policies:
    """The policies that apply to a request. Build it once per principal: it keeps what it finds out.

    Attributes:
        identity: all of the principal's policies: inline, managed, through groups.
        boundary: None when there is none; an empty tuple allows nothing.
        session: None when there is none.
        resource: the resource's own policy, or the role's trust policy for sts:AssumeRole*; None when it is not judged.
    """

    identity: tuple[CompiledPolicy, ...] = ()
    boundary: tuple[CompiledPolicy, ...] | None = None
    session: tuple[CompiledPolicy, ...] | None = None
    resource: CompiledPolicy | None = None
    identity_layer: Layer = field(init=False, repr=False)
    boundary_layer: Layer | None = field(init=False, repr=False)
    session_layer: Layer | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity_layer", Layer(self.identity))
        object.__setattr__(self, "boundary_layer", None if self.boundary is None else Layer(self.boundary))
        object.__setattr__(self, "session_layer", None if self.session is None else Layer(self.session))

    def with_resource(self, resource: CompiledPolicy | None) -> Policies:
        """The same policies of the principal with another resource policy; what is already known is kept."""
        copy = object.__new__(Policies)
        copy.__dict__.update(self.__dict__, resource=resource)
        return copy


class Decision:
    """How a request is decided; the reasons are worked out when they are asked for."""

    __slots__ = ("effect", "missing_layer", "policies", "request")

    def __init__(self, effect: Effect, missing_layer: LayerKind | None, request: Request, policies: Policies) -> None:
        self.effect = effect
        self.missing_layer = missing_layer
        self.request = request
        self.policies = policies

    @property
    def allowed(self) -> bool:
        """Whether the request may go ahead."""
        return self.effect is Effect.ALLOWED

    def sentence(self) -> str:
        """The decision and its reason, for a person."""
        verb = {Effect.ALLOWED: "allowed", Effect.IMPLICITLY_DENIED: "not allowed"}.get(self.effect, "explicitly denied")
        return f"{self.request.action} on {self.request.resource} is {verb}."


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decides a request. An explicit deny in any layer wins; without an allow the answer is an implicit deny."""
    asker = parse_asker(request.principal)
    identity = policies.identity_layer.judge(request)
    boundary = Verdict.ALLOWS if policies.boundary_layer is None else policies.boundary_layer.judge(request)
    session = Verdict.ALLOWS if policies.session_layer is None else policies.session_layer.judge(request)
    denied, named = (False, None) if policies.resource is None else judge_resource(request, policies, asker)
    if denied or Verdict.DENIES in (identity, boundary, session):
        return Decision(Effect.EXPLICITLY_DENIED, None, request, policies)
    own = identity == Verdict.ALLOWS or asker.kind == "root"
    missing = _missing(request, asker, named, own, boundary == Verdict.ALLOWS, session == Verdict.ALLOWS)
    effect = Effect.ALLOWED if missing is None else Effect.IMPLICITLY_DENIED
    return Decision(effect, missing, request, policies)


def judge_resource(request: Request, policies: Policies, asker: Asker) -> tuple[bool, Named]:
    """Whether the resource policy denies, and how closely its allows name the one who asks."""
    resource = policies.resource
    granted = Named.NOT
    for compiled in resource.for_action(request.action.lower()) if resource else ():
        if not compiled.covers_resource(request):
            continue
        if not all(condition.holds(request.folded) for condition in compiled.conditions):
            continue
        named = statement_names(compiled, asker, policies.boundary is not None)
        if named is not Named.NOT and not compiled.statement.allows:
            return True, Named.NOT
        granted = max(granted, named)
    return False, granted


def statement_names(compiled: CompiledStatement, asker: Asker, has_boundary: bool) -> Named:
    """How closely a statement of a resource policy names the one who asks.

    Source: "Permissions boundaries": Deny with NotPrincipal always denies whoever has a permissions boundary.
    """
    principals = compiled.statement.principals
    if principals is None:
        return Named.NOT
    if principals.negated and has_boundary and not compiled.statement.allows:
        return Named.DIRECT
    return named_by(asker, principals)


def resource_layer_kind(request: Request) -> LayerKind:
    """What the resource policy of a request is called."""
    return LayerKind.TRUST if request.action.lower().startswith("sts:") else LayerKind.RESOURCE


def _missing(
    request: Request, asker: Asker, named: Named | None, own: bool, boundary: bool, session: bool
) -> LayerKind | None:
    """The layer whose allow is missing; None when nothing is.

    Args:
        named: how closely the resource policy's allows name the one who asks; None when it is not judged.
        own, boundary, session: whether the layer allows (or is absent).
    """
    if not asker.has_identity:
        return None if named is Named.DIRECT else resource_layer_kind(request)
    foreign = _is_foreign(request, asker, named)
    if not foreign and named is Named.DIRECT:
        return None
    passes = own or (named is Named.ROLE and not foreign)
    if not passes:
        return LayerKind.IDENTITY
    if not boundary:
        return LayerKind.BOUNDARY
    if not session:
        return LayerKind.SESSION
    if (foreign or (named is not None and _must_be_named(request))) and not named:
        return resource_layer_kind(request)
    return None


def _is_foreign(request: Request, asker: Asker, named: Named | None) -> bool:
    account = request.resource_account
    if account is None and named is not None:
        parts = request.resource.split(":", 5)
        account = parts[4] if len(parts) == 6 and parts[4].isdigit() else None
    return account is not None and account != asker.account


def _must_be_named(request: Request) -> bool:
    """Role trust policies and key policies have to allow by themselves, also inside the account."""
    return request.action.lower().startswith(("sts:", "kms:"))
