"""The policy simulator: what would be decided, without doing it.

The decisions are those of the engine that guards every operation. The context of a simulated request is what the call
gives and nothing else, as with AWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from adapter.errors import InvalidInput, NoSuchEntity, ValidationError
from adapter.ldap import GROUP, ROLE, USER
from adapter.models import Group, Role, User
from adapter.names import Arn, iam_arn
from adapter.operations.call import Call, Result
from adapter.operations.compiled import compiled_policies
from adapter.operations.paging import DEFAULT_PAGE, Page, make_marker, read_marker
from adapter.operations.reach import Reach, ReachingPolicy, reach_of
from adapter.operations.resources import ContextKeys, Params, ResourceRule, Target, a_group, a_role, a_user
from adapter.operations.simulation_answers import Source, Sources, Verdict, result_view
from adapter.operations.simulation_inputs import (
    Entity,
    Exclusions,
    Structure,
    compile_inputs,
    compile_resource_policy,
    read_actions,
    read_context,
    read_documents,
    read_entity,
    read_owner,
    read_resources,
)
from adapter.policy import CompiledPolicy, Decision, Document, Effect, Policies, Request, context_keys, evaluate

_MOST_WORK: Final = 500_000
"""Statements looked at for one answer: a few seconds. A page ends early rather than to hold everybody up."""
_WORK_OF_A_DECISION: Final = 10  # in statements, beside its own
_SIMULATED: Final = "policy-simulator"
"""The name of the user that calls, where nobody says who does and nothing depends on it."""
_NOUNS: Final[Mapping[str, Any]] = {"user": USER, "group": GROUP, "role": ROLE}
_RULES: Final[Mapping[str, ResourceRule]] = {"user": a_user, "group": a_group, "role": a_role}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What both simulations are asked, by the names of AWS's parameters.

    Attributes:
        resource_handling_option: which EC2 resources have to be there; it changes no decision.
    """

    action_names: Sequence[str]
    policy_input_list: Sequence[str] = ()
    permissions_boundary_policy_input_list: Sequence[str] = ()
    resource_arns: Sequence[str] | None = None
    resource_policy: str | None = None
    resource_owner: str | None = None
    caller_arn: str | None = None
    context_entries: Sequence[Structure] = ()
    resource_handling_option: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Everything that a simulated request is decided by.

    Attributes:
        owner: the account that owns resources whose ARN names none, where the call says so.
        organization: service control policies, level by level from the root; None without an organisation.
    """

    caller: Entity
    identity: tuple[Source, ...]
    boundary: tuple[Source, ...] | None
    resource: Source | None
    context: ContextKeys
    owner: str | None
    organization: tuple[Policies, ...] | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every policy that takes part, but for those of an organisation."""
        return (*self.identity, *(self.boundary or ()), *((self.resource,) if self.resource else ()))

    @property
    def policies(self) -> Policies:
        """The policies as the engine takes them."""
        return Policies(
            identity=tuple(source.policy for source in self.identity),
            boundary=None if self.boundary is None else tuple(source.policy for source in self.boundary),
            resource=self.resource.policy if self.resource else None,
        )

    @property
    def statement_count(self) -> int:
        """How many statements one decision looks at."""
        levels = [policy for level in self.organization or () for policy in level.identity]
        return sum(len(policy.statements) for policy in (*(source.policy for source in self.sources), *levels))

    @property
    def missing_keys(self) -> list[str]:
        """Context keys that the policies ask for and the call does not give."""
        given = {name.lower() for name in self.context}
        wanted = context_keys(source.policy.document for source in self.sources)
        return [key for key in wanted if key.lower() not in given]

    def judge(self, policies: Policies, action: str, arn: str) -> Verdict:
        """Decides about one action on one resource."""
        account = self._account_of(arn)
        request = Request(self.caller.arn, action, arn, context=self.context, resource_account=account)
        limits = [evaluate(self._within(request), level) for level in self.organization or ()]
        organizations = None if self.organization is None else all(limit.allowed for limit in limits)
        if organizations is False:
            return Verdict(arn, _strictest(limits), None, organizations)
        decision = evaluate(request, policies)
        is_foreign = account is not None and account != self.caller.account
        return Verdict(arn, decision.effect, decision, organizations, is_foreign)

    def _account_of(self, arn: str) -> str | None:
        """The resource's account; None where nothing depends on it: no resource policy, no owner."""
        if self.resource is None and self.owner is None:
            return None
        named = Arn.parse(arn).account if arn != "*" else ""
        return (named if named.isdigit() else "") or self.owner or self.caller.account

    def _within(self, request: Request) -> Request:
        """The request as an organisation's policies see it: they limit its own accounts' principals only."""
        return Request(request.principal, request.action, request.resource, context=request.context)


def _strictest(limits: Iterable[Decision]) -> Effect:
    effects = {limit.effect for limit in limits}
    return Effect.EXPLICITLY_DENIED if Effect.EXPLICITLY_DENIED in effects else Effect.IMPLICITLY_DENIED


def the_policy_source(call: Call, params: Params) -> Target:
    """The user, group or role that PolicySourceArn names."""
    arn = params["policy_source_arn"]
    try:
        entity = read_entity(arn)
    except InvalidInput:
        return Target((arn,))
    if entity.account != call.account.account_id:
        return Target((arn,))
    return _RULES[entity.kind](call, {f"{entity.kind}_name": entity.name})


def simulate_custom_policy(
    call: Call, *, page: Page, ordered_organization_policy_input_list: Sequence[Structure] | None = None, **asked: Any
) -> Result:
    """Simulates policies that are given as text."""
    question = Asked(**asked)
    if question.resource_policy is not None and question.caller_arn is None:
        raise InvalidInput("CallerArn is required with a ResourcePolicy: its Principal has to mean somebody.")
    nobody = iam_arn(call.account.account_id, "user", "/", _SIMULATED)
    simulation = _simulation(question, read_entity(question.caller_arn or nobody), (), None)
    if ordered_organization_policy_input_list is not None:
        simulation = replace(simulation, organization=_organization(ordered_organization_policy_input_list))
    return _answer(simulation, question, page)


def simulate_principal_policy(
    call: Call,
    *,
    page: Page,
    policy_source_arn: str,
    policy_exclusion_list: Sequence[Structure] = (),
    **asked: Any,
) -> Result:
    """Simulates the policies that a user, group or role has, with more of them or without some."""
    question = Asked(**asked)
    source = read_entity(policy_source_arn)
    exclusions = Exclusions.read(policy_exclusion_list)
    reach = _reach(call, source)
    compiled = compiled_policies(reach)
    identity = tuple(
        Source(_source_id(policy), one)
        for policy, one in zip(reach.policies, compiled.identity, strict=True)
        if not exclusions.has(policy)
    )
    boundary = None
    if not exclusions.has_boundary(reach):
        boundary = tuple(Source(one.name, one) for one in compiled.boundary or ())
    caller = read_entity(question.caller_arn) if question.caller_arn else source
    return _answer(_simulation(question, caller, identity, boundary), question, page)


def get_context_keys_for_custom_policy(_call: Call, *, policy_input_list: Sequence[str]) -> Result:
    """Lists the context keys that policies ask for."""
    return _keys(read_documents(policy_input_list, "PolicyInputList"))


def get_context_keys_for_principal_policy(
    call: Call, *, policy_source_arn: str, policy_input_list: Sequence[str] = ()
) -> Result:
    """Lists the context keys that the policies of a user, group or role ask for."""
    given = read_documents(policy_input_list, "PolicyInputList")
    reached = compiled_policies(_reach(call, read_entity(policy_source_arn))).identity
    return _keys((*(policy.document for policy in reached), *given))


def _keys(documents: Iterable[Document]) -> Result:
    return {"context_key_names": list(context_keys(documents))}


def _reach(call: Call, entity: Entity) -> Reach:
    """What reaches the entity that an ARN names.

    Raises:
        InvalidInput: it belongs to another account.
        NoSuchEntity: there is none.
    """
    own = call.account.account_id
    if entity.account != own:
        raise InvalidInput(
            f"Invalid Policy Source Arn: caller's account {own} does not have access to policies in account "
            f"{entity.account}"
        )
    found: User | Group | Role | None = call.find(_NOUNS[entity.kind], entity.name)
    if found is None or found.arn.casefold() != entity.arn.casefold():
        raise NoSuchEntity(f"The {entity.kind} with name {entity.name} cannot be found.")
    return reach_of(call.store, call.account, found)


def _source_id(policy: ReachingPolicy) -> str:
    """What AWS calls a policy in answers: a managed one by its name, an inline one by what has it as well."""
    if policy.policy_arn is not None:
        return policy.policy_name
    return f"{policy.holder_kind}_{policy.holder_name}_{policy.policy_name}"


def _simulation(
    asked: Asked, caller: Entity, identity: tuple[Source, ...], boundary: tuple[Source, ...] | None
) -> Simulation:
    """Adds what the call gives to what the principal has.

    Raises:
        InvalidInput: something given makes no sense.
    """
    given = asked.permissions_boundary_policy_input_list
    if len(given) > 1:
        raise InvalidInput("Only one permissions boundary can be simulated.")
    if asked.resource_policy is not None and caller.kind == "group":
        raise InvalidInput("Invalid caller - Caller must be an IAM user or role in this context.")
    if given:
        boundary = _named(compile_inputs(given, "PermissionsBoundaryPolicyInputList"))
    resource = None if asked.resource_policy is None else compile_resource_policy(asked.resource_policy)
    return Simulation(
        caller=caller,
        identity=(*identity, *_named(compile_inputs(asked.policy_input_list, "PolicyInputList"))),
        boundary=boundary,
        resource=Source(resource.name, resource) if resource else None,
        context=read_context(asked.context_entries),
        owner=read_owner(asked.resource_owner),
    )


def _named(policies: Iterable[CompiledPolicy]) -> tuple[Source, ...]:
    return tuple(Source(policy.name, policy) for policy in policies)


def _organization(levels: Sequence[Structure]) -> tuple[Policies, ...]:
    name = "ServiceControlPolicyInputList"
    return tuple(
        Policies(identity=compile_inputs(level.get("service_control_policy_input_list", ()), name)) for level in levels
    )


def _answer(simulation: Simulation, asked: Asked, page: Page) -> Result:
    """One result for each action, a page of them."""
    actions = read_actions(asked.action_names)
    resources = read_resources(asked.resource_arns, asked.resource_handling_option)
    work = len(resources) * (simulation.statement_count + _WORK_OF_A_DECISION)
    if work > _MOST_WORK:
        raise InvalidInput("That is too much to simulate at once: name fewer resources, or fewer statements.")
    start = _place(page, len(actions))
    end = start + min(page.max_items or DEFAULT_PAGE, _MOST_WORK // work)
    policies, sources, missing = simulation.policies, Sources(simulation.sources), simulation.missing_keys
    results = [
        result_view(action, [simulation.judge(policies, action, arn) for arn in resources], sources, missing)
        for action in actions[start:end]
    ]
    more: Result = {"marker": make_marker(str(end))} if end < len(actions) else {}
    return {"evaluation_results": results, "is_truncated": bool(more), **more}


def _place(page: Page, count: int) -> int:
    """At which action the page starts.

    Raises:
        ValidationError: the marker is none of ours.
    """
    place = read_marker(page.marker) if page.marker else "0"
    if not (place.isascii() and place.isdigit() and len(place) < 10 and int(place) <= count):
        raise ValidationError("Invalid Marker.")
    return int(place)
