"""What an operation acts on, for the authorization: ARNs, and what policies can ask about the resource.

Each rule takes the call and its parameters and looks at the directory only as far as it must. A resource that does
not exist has an ARN all the same, so that a caller without the right to it is told AccessDenied and learns nothing.
Source: AWS service authorization reference, "Actions, resources, and condition keys for AWS IAM".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapter.caller import CallerKind
from adapter.ldap import GROUP, ROLE, USER, Noun
from adapter.models import Group, Role, Tag, User
from adapter.names import iam_arn
from adapter.operations.call import Call
from adapter.policy import CompiledPolicy

ContextKeys = dict[str, str | tuple[str, ...]]
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Demand:
    """A permission that is needed beside the operation's own, on another resource.

    Attributes:
        keys: context keys that go with it.
    """

    action: str
    arn: str
    keys: ContextKeys = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What is acted on.

    Attributes:
        arns: each of them has to be allowed.
        keys: context keys that describe the resource.
        actions: further actions that have to be allowed on it.
        policy: the resource's own policy, where it has one, such as a role's trust policy.
        account_id: the account that it belongs to, where that may be another one than the caller's.
        demands: permissions that are needed on other resources.
        is_veiled: a refusal does not tell whether the resource exists or what its own policy says.
    """

    arns: tuple[str, ...]
    keys: ContextKeys = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    policy: CompiledPolicy | None = None
    account_id: str | None = None
    demands: tuple[Demand, ...] = ()
    is_veiled: bool = False


ResourceRule = Callable[[Call, Params], Target]


def anything(_call: Call, _params: Params) -> Target:
    """For operations that know no resource: lists and the account's settings."""
    return Target(("*",))


def oneself(call: Call, _params: Params) -> Target:
    """The caller."""
    return Target((call.caller.arn,))


def a_user(call: Call, params: Params) -> Target:
    """The user that UserName names; without a name, the caller. A rename needs the right to both names."""
    name = params.get("user_name")
    if name is None and call.caller.kind is not CallerKind.USER:
        return oneself(call, params)
    return _renamed(_existing(call, USER, "user", name or call.caller.name), "user", params)


def a_group(call: Call, params: Params) -> Target:
    """The group that GroupName names. A rename needs the right to both names."""
    return _renamed(_existing(call, GROUP, "group", params["group_name"]), "group", params)


def a_role(call: Call, params: Params) -> Target:
    """The role that RoleName names."""
    return _existing(call, ROLE, "role", params["role_name"])


def a_new(kind: str) -> ResourceRule:
    """A thing that is about to be created: its ARN follows from path and name."""

    def rule(call: Call, params: Params) -> Target:
        arn = iam_arn(call.account.account_id, kind, params.get("path", "/"), params[f"{kind}_name"])
        return Target((arn,))

    return rule


def a_policy(call: Call, params: Params) -> Target:
    """The managed policy that PolicyArn names."""
    arn = params["policy_arn"]
    policy = call.find_policy(arn)
    return Target((arn,), resource_tags(policy.tags) if policy else {})


def _existing(call: Call, noun: Noun[Any], kind: str, name: str) -> Target:
    found = call.find(noun, name)
    if found is None:
        return Target((iam_arn(call.account.account_id, kind, "/", name),))
    return Target((found.arn,), _resource_keys(call, found))


def _renamed(target: Target, kind: str, params: Params) -> Target:
    """Adds the ARN that an Update operation leads to, where path or name change."""
    path, name = params.get("new_path"), params.get(f"new_{kind}_name")
    if path is None and name is None:
        return target
    account_id, _, tail = target.arns[0].partition(f":{kind}/")
    old_path, _, old_name = f"/{tail}".rpartition("/")
    arn = iam_arn(account_id.rpartition(":")[2], kind, path or f"{old_path}/", name or old_name)
    return Target((*target.arns, arn), target.keys)


def _resource_keys(call: Call, record: User | Group | Role) -> ContextKeys:
    if isinstance(record, Group):
        return {}
    keys = resource_tags(record.tags)
    for boundary in call.policies_at([record.boundary] if record.boundary else []):
        keys["iam:PermissionsBoundary"] = boundary.arn
    return keys


def resource_tags(tags: Iterable[Tag]) -> ContextKeys:
    """What policies can ask about the tags of a resource."""
    keys: ContextKeys = {}
    for tag in tags:
        keys[f"aws:ResourceTag/{tag.key}"] = tag.value
        keys[f"iam:ResourceTag/{tag.key}"] = tag.value
    return keys


def _as_key(value: Any) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else str(value)


def request_keys(params: Params, named: Mapping[str, str]) -> ContextKeys:
    """Context keys that come from the request itself.

    Args:
        params: the call's parameters.
        named: which parameter gives which key, such as `policy_arn` → `iam:PolicyARN`.
    """
    keys: ContextKeys = {key: _as_key(params[name]) for name, key in named.items() if params.get(name)}
    tags: Sequence[Mapping[str, str]] = params.get("tags") or ()
    keys |= {f"aws:RequestTag/{tag['key']}": tag["value"] for tag in tags}
    tag_keys = tuple(params.get("tag_keys") or (tag["key"] for tag in tags))
    return keys | ({"aws:TagKeys": tag_keys} if tag_keys else {})
