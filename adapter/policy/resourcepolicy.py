"""Judging a resource's own policy, which names whom it means.

Source: IAM user guide, "Policy evaluation logic"; "Permissions boundaries for IAM entities" for NotPrincipal.
"""

from __future__ import annotations

from adapter.policy.compiled import CompiledStatement
from adapter.policy.policies import LayerKind, Policies
from adapter.policy.principals import Asker, Named, named_by
from adapter.policy.request import Request


def judge_resource(request: Request, policies: Policies, asker: Asker) -> tuple[bool, Named]:
    """Whether the resource policy denies, and how closely its allows name the one who asks."""
    resource = policies.resource
    granted = Named.NOT
    for compiled in resource.for_action(request.action.lower()) if resource else ():
        if not (compiled.covers_resource(request) and all(c.holds(request.folded) for c in compiled.conditions)):
            continue
        named = means(compiled, asker, has_boundary=policies.boundary is not None)
        if named and not compiled.statement.allows:
            return True, Named.NOT
        granted = max(granted, named)
    return False, granted


def means(compiled: CompiledStatement, asker: Asker, *, has_boundary: bool) -> Named:
    """How closely a statement of a resource policy means the one who asks.

    Deny with NotPrincipal always means whoever has a permissions boundary, whatever it lists.
    """
    principals = compiled.statement.principals
    if principals is None:
        return Named.NOT
    if principals.negated and has_boundary and not compiled.statement.allows:
        return Named.DIRECT
    return named_by(asker, principals)


def resource_layer_kind(request: Request) -> LayerKind:
    """What the resource's own policy is called in this request."""
    return LayerKind.TRUST if request.action.lower().startswith("sts:") else LayerKind.RESOURCE
