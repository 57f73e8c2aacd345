"""The decision: how identity policies, boundary, session policy and resource policy work together.

Source: IAM user guide, "Policy evaluation logic", "Cross-account policy evaluation logic", "Permissions boundaries for
IAM entities".
"""

from __future__ import annotations

from adapter.policy.decision import Deciding, Decision, Effect
from adapter.policy.policies import LayerKind, Policies
from adapter.policy.principals import Asker, Named, parse_asker
from adapter.policy.request import Request
from adapter.policy.resourcepolicy import judge_resource, resource_layer_kind

_ARN_PARTS = 6
_NAMED_ONLY = ("sts:", "kms:")
"""Role trust policies and key policies have to allow by themselves, also inside the account."""


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decides a request. An explicit deny in any layer wins; without an allow the answer is an implicit deny."""
    asker = parse_asker(request.principal, _user_id(request) if policies.resource is not None else "")
    silent: list[LayerKind] = []
    granting = None
    for kind, layer in policies.layers:
        found = layer.judge(request)
        if found is None:
            if not (kind is LayerKind.IDENTITY and asker.kind == "root"):
                silent.append(kind)
        elif not found.statement.allows:
            return Decision(Effect.EXPLICITLY_DENIED, None, request, policies, Deciding(kind, layer, found))
        elif kind is LayerKind.IDENTITY:
            granting = Deciding(kind, layer, found)
    named = None
    if policies.resource is not None:
        denied, named = judge_resource(request, policies, asker)
        if denied:
            return Decision(Effect.EXPLICITLY_DENIED, None, request, policies)
    missing = _missing(request, asker, silent, named)
    if missing is not None:
        return Decision(Effect.IMPLICITLY_DENIED, missing, request, policies)
    return Decision(Effect.ALLOWED, None, request, policies, granting)


def _user_id(request: Request) -> str:
    """The unique id of the one who asks, which resource policies may name instead of the ARN."""
    found = request.folded.get("aws:userid")
    return found if isinstance(found, str) else ""


def _missing(request: Request, asker: Asker, silent: list[LayerKind], named: Named | None) -> LayerKind | None:
    """The layer whose allow is missing; None when nothing is.

    Args:
        silent: the layers of the principal's own that do not allow.
        named: how closely the resource policy's allows name the one who asks; None when it is not judged.
    """
    if not asker.has_identity:
        return None if named is Named.DIRECT else resource_layer_kind(request)
    foreign = _is_foreign(request, asker, named is not None)
    if not foreign and named is Named.DIRECT:
        return None
    if not foreign and named is Named.ROLE:
        silent = [kind for kind in silent if kind is not LayerKind.IDENTITY]
    if silent:
        return silent[0]
    needs_naming = foreign or (named is not None and request.action.lower().startswith(_NAMED_ONLY))
    return resource_layer_kind(request) if needs_naming and not named else None


def _is_foreign(request: Request, asker: Asker, is_judged: bool) -> bool:
    """Whether the resource is another account's: as the request says, else as the ARN does if its policy is judged."""
    account = request.resource_account
    if account is None and is_judged:
        parts = request.resource.split(":", _ARN_PARTS - 1)
        account = parts[4] if len(parts) == _ARN_PARTS and parts[4].isdigit() else None
    return account is not None and account != asker.account
