"""What is given to the policy simulator, read and held to what AWS accepts.

Source: IAM API reference, SimulateCustomPolicy and SimulatePrincipalPolicy; the wording of refusals is AWS's where it
is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.errors import InvalidInput
from adapter.names import Arn
from adapter.operations.reach import Reach, ReachingPolicy
from adapter.operations.resources import ContextKeys
from adapter.policy import CompiledPolicy, Document, Kind, MalformedDocument, compile_policy, parse_document, values

Structure = Mapping[str, Any]

_ENTITIES: Final = ("user", "group", "role")
_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_ACCOUNT: Final = re.compile(r"(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::root)?")
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "string": lambda text: text,
    "numeric": values.number,
    "boolean": values.boolean,
    "ip": values.network,
    "binary": values.binary,
    "date": values.moment,
}
_LIST: Final = "List"
_EC2: Final = ("instance", "image", "security-group", "network-interface")
_SCENARIOS: Final[Mapping[str, Sequence[str]]] = {
    "EC2-VPC-InstanceStore": _EC2,
    "EC2-VPC-InstanceStore-Subnet": (*_EC2, "subnet"),
    "EC2-VPC-EBS": (*_EC2, "volume"),
    "EC2-VPC-EBS-Subnet": (*_EC2, "subnet", "volume"),
}
"""The resources that ResourceHandlingOption asks for."""
_POLICY_TYPES: Final = {"inline": "inline", "aws-managed": "system", "user-managed": "customer"}
_BOUNDARY_TYPE: Final = "permission-boundary"


@dataclass(frozen=True, slots=True)
class Entity:
    """A user, group or role, as its ARN tells."""

    arn: str
    account: str
    kind: str
    name: str


def read_entity(arn: str) -> Entity:
    """Takes the ARN of a user, group or role apart.

    Raises:
        InvalidInput: it is something else's, such as that of a session.
    """
    try:
        parsed = Arn.parse(arn)
    except ValueError:
        parsed = Arn("", "", "")
    kind, _, path = parsed.resource.partition("/")
    name = path.rpartition("/")[2]
    if parsed.service != "iam" or kind not in _ENTITIES or not name:
        raise InvalidInput(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    return Entity(arn, parsed.account, kind, name)


def read_actions(names: Iterable[str]) -> tuple[str, ...]:
    """The actions to simulate.

    Raises:
        InvalidInput: one of them is not the full name of a single action.
    """
    actions = tuple(names)
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise InvalidInput(f"Invalid Input Action: {action} is not the name of an action with its service.")
    return actions


def read_resources(arns: Sequence[str] | None, scenario: str | None) -> tuple[str, ...]:
    """The resources to simulate; every resource (`*`) when none is named.

    Args:
        arns: as they are given.
        scenario: ResourceHandlingOption, which wants certain resources of EC2.

    Raises:
        InvalidInput: one of them is not an ARN, or one is missing.
    """
    for arn in arns or ():
        if arn != "*" and not (arn.startswith("arn:") and arn.count(":") >= 5):
            raise InvalidInput(f"ResourceNames are not in a valid ARN format: {arn}.")
    if scenario is not None:
        _hold_to_scenario(scenario, arns or ())
    return tuple(dict.fromkeys(arns or ("*",)))


def _hold_to_scenario(scenario: str, arns: Iterable[str]) -> None:
    if scenario not in _SCENARIOS:
        raise InvalidInput(f"Invalid Resource Handling Option: {scenario} is none of {', '.join(_SCENARIOS)}.")
    there = {parts[5].partition("/")[0] for parts in (arn.split(":", 5) for arn in arns) if parts[2:3] == ["ec2"]}
    missing = [kind for kind in _SCENARIOS[scenario] if kind not in there]
    if missing:
        raise InvalidInput(f"Resource Handling Option {scenario}: resources are missing: {', '.join(missing)}.")


def read_owner(owner: str | None) -> str | None:
    """The account that owns the resources: given by its ARN or, as the reference also has it, by its id.

    Raises:
        InvalidInput: it is neither.
    """
    if owner is None:
        return None
    found = _ACCOUNT.fullmatch(owner)
    if not found or owner.startswith("arn:") is not owner.endswith(":root"):
        raise InvalidInput(f"'{owner}' is not a valid as a Resource Owner.")
    return found.group(1)


def read_context(entries: Iterable[Structure]) -> ContextKeys:
    """The request's context keys.

    Raises:
        InvalidInput: an entry lacks something, or a value is not of the type that is named.
    """
    keys: ContextKeys = {}
    for entry in entries:
        name, kind, given = (entry.get(f"context_key_{part}") for part in ("name", "type", "values"))
        if not name or not kind or given is None or not (given or kind.endswith(_LIST)):
            raise InvalidInput("Invalid Context Entry: each needs ContextKeyName, ContextKeyType and ContextKeyValues.")
        read = _READERS[kind.removesuffix(_LIST)]
        for value in given:
            if read(value) is None:
                raise InvalidInput(f"Invalid Context Entry: {value} is not a valid {kind} for {name}.")
        keys[name] = tuple(given) if kind.endswith(_LIST) or len(given) > 1 else given[0]
    return keys


def read_documents(texts: Iterable[str], name: str) -> tuple[Document, ...]:
    """Identity policies that are given as text.

    Args:
        texts: the documents.
        name: of the parameter, for the message.

    Raises:
        InvalidInput: one of them is malformed.
    """
    return tuple(_document(text, f"{name}.{number}", "identity") for number, text in enumerate(texts, start=1))


def compile_inputs(texts: Iterable[str], name: str) -> tuple[CompiledPolicy, ...]:
    """As `read_documents`, compiled; each is called by the parameter and its number, as AWS does."""
    documents = read_documents(texts, name)
    return tuple(compile_policy(one, name=f"{name}.{number}") for number, one in enumerate(documents, start=1))


def compile_resource_policy(text: str) -> CompiledPolicy:
    """A resource's own policy, given as text.

    Raises:
        InvalidInput: it is malformed.
    """
    return compile_policy(_document(text, "ResourcePolicy", "resource"), name="ResourcePolicy")


def _document(text: str, name: str, kind: Kind) -> Document:
    try:
        return parse_document(text, kind=kind)
    except MalformedDocument as error:
        raise InvalidInput(f"Invalid Input Policy: {name} is malformed: {error}") from error


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Policies that are left out of a simulation, to see what would be without them."""

    identifiers: tuple[Structure, ...]

    @classmethod
    def read(cls, identifiers: Iterable[Structure]) -> Exclusions:
        """Takes the list as it is given.

        Raises:
            InvalidInput: an entry identifies nothing, or in more than one way, or has wildcards where none may be.
        """
        given = tuple(identifiers)
        for identifier in given:
            if len(identifier) != 1:
                raise InvalidInput("Invalid Policy Identifier: exactly one of its members must be given.")
            arn = identifier.get("policy_arn", "")
            head, _, name = arn.rpartition("/")
            if arn and (not head.startswith("arn:") or ":policy" not in head or "*" in head or "?" in head):
                raise InvalidInput(f"Invalid Policy Identifier: {arn} is not the ARN of a managed policy.")
            if name.count("*") > 1:
                raise InvalidInput("Invalid Policy Identifier: a name may have at most one *.")
        return cls(given)

    def has(self, policy: ReachingPolicy) -> bool:
        """Whether a policy is left out."""
        return any(_identifies(identifier, policy) for identifier in self.identifiers)

    def has_boundary(self, reach: Reach) -> bool:
        """Whether the permissions boundary is left out, or there is none."""
        return not reach.is_bounded or any(one.get("policy_type") == _BOUNDARY_TYPE for one in self.identifiers)


def _identifies(identifier: Structure, policy: ReachingPolicy) -> bool:
    if "policy_type" in identifier:
        return _POLICY_TYPES.get(identifier["policy_type"]) == policy.kind
    if "policy_arn" in identifier:
        return policy.policy_arn is not None and _is_like(identifier["policy_arn"], policy.policy_arn)
    inline: Structure = identifier["inline_policy_identifier"]
    return (
        policy.kind == "inline"
        and inline["policy_name"] == policy.policy_name
        and inline["attachment_type"] == policy.holder_kind
        and inline["attachment_name"] == policy.holder_name
    )


def _is_like(pattern: str, text: str) -> bool:
    """Matches an ARN with at most one `*` and any number of `?`."""
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, text) is not None
