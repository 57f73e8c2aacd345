"""The policies that apply to a request, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from adapter.policy.compiled import CompiledPolicy
from adapter.policy.index import Layer


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
    layers: tuple[tuple[LayerKind, Layer], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = (
            (LayerKind.IDENTITY, self.identity), (LayerKind.BOUNDARY, self.boundary), (LayerKind.SESSION, self.session)
        )  # fmt: skip
        object.__setattr__(self, "layers", tuple((kind, Layer(own)) for kind, own in found if own is not None))

    def ignore_resources(self, action: str) -> bool:
        """Whether an action is decided about alike on every resource, the rest of the request being the same."""
        return self.resource is None and all(layer.ignores_resources(action) for _, layer in self.layers)

    def with_session(self, session: tuple[CompiledPolicy, ...]) -> Policies:
        """The same policies within session policies; what is already known is kept."""
        copy = object.__new__(Policies)
        layers = (*self.layers, (LayerKind.SESSION, Layer(session)))
        copy.__dict__.update(self.__dict__, session=session, layers=layers)
        return copy

    def with_resource(self, resource: CompiledPolicy | None) -> Policies:
        """The same policies of the principal beside another resource policy; what is already known is kept."""
        copy = object.__new__(Policies)
        copy.__dict__.update(self.__dict__, resource=resource)
        return copy
