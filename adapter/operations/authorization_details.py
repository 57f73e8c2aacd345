"""GetAccountAuthorizationDetails: users, groups, roles and policies with everything that gives them permissions.

A page costs a fixed number of questions to the directory, whatever it holds: what belongs to the records of a page is
fetched for all of them together.

Source: IAM API reference, GetAccountAuthorizationDetails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.errors import ValidationError
from adapter.ldap import GROUP, INSTANCE_PROFILE, POLICY, ROLE, SYSTEM_POLICY, USER, Noun, Where, dn
from adapter.models import Group, InstanceProfile, Policy, Role, User
from adapter.operations.call import Call, Result
from adapter.operations.instance_profiles import profile_view
from adapter.operations.paging import DEFAULT_PAGE, Page, make_marker, read_marker
from adapter.operations.policy_usage import usage_of
from adapter.operations.trust import as_shown
from adapter.operations.views import View, encode_document, policy_summary, role_summary, tag_views, version_view

Holder = User | Group | Role


@dataclass(frozen=True, slots=True)
class _Section:
    """One kind of thing in the answer.

    Attributes:
        filter: what `Filter` calls it.
        member: the list of the answer that it is in.
        describe: how the records of a page look.
    """

    filter: str
    member: str
    noun: Noun[Any]
    describe: Callable[[Call, Sequence[Any]], list[View]]


def get_account_authorization_details(call: Call, *, filter: Sequence[str] = (), page: Page) -> Result:
    """Lists users, groups, roles, the account's policies and system-defined ones, in this order, each by name."""
    answer: Result = {section.member: [] for section in _SECTIONS}
    wanted = [(number, each) for number, each in enumerate(_SECTIONS) if not filter or each.filter in filter]
    first, after = _place(page.marker)
    left = page.max_items or DEFAULT_PAGE
    last: str | None = None
    for number, section in wanted:
        if number < first:
            continue
        found, is_more = call.store.page(
            section.noun, call.account, after=after if number == first else None, size=left
        )
        if not left and (found or is_more):
            return answer | {"is_truncated": True, "marker": last}
        answer[section.member] += section.describe(call, found)
        left -= len(found)
        if found:
            last = make_marker(f"{number} {section.noun.name_of(found[-1]).casefold()}")
        if is_more:
            return answer | {"is_truncated": True, "marker": last}
    return answer | {"is_truncated": False}


def _place(marker: str | None) -> tuple[int, str | None]:
    """In which section a page starts, and after which name."""
    if marker is None:
        return 0, None
    number, _, name = read_marker(marker).partition(" ")
    if not name or number not in {str(each) for each in range(len(_SECTIONS))}:
        raise ValidationError("Invalid Marker.")
    return int(number), name


def _users(call: Call, users: Sequence[User]) -> list[View]:
    policies = _Policies.of(call, users)
    groups = call.store.groups_of_each(call.account, [user.dn for user in users])
    return [
        _named(user, "user")
        | {
            "user_policy_list": _inline(user),
            "group_list": sorted(groups.get(user.dn, ()), key=str.casefold),
            **policies.of_holder(user),
        }
        | _tags(user)
        for user in users
    ]


def _groups(call: Call, groups: Sequence[Group]) -> list[View]:
    policies = _Policies.of(call, groups)
    return [
        _named(group, "group") | {"group_policy_list": _inline(group), **policies.of_holder(group)} for group in groups
    ]


def _roles(call: Call, roles: Sequence[Role]) -> list[View]:
    roles = as_shown(call, roles)
    policies = _Policies.of(call, roles)
    profiles = _profiles(call, roles)
    return [
        _named(role, "role")
        | {
            "assume_role_policy_document": encode_document(role.assume_role_policy_document),
            "instance_profile_list": profiles.get(role.dn, []),
            "role_policy_list": _inline(role),
            "role_last_used": _last_used(role),
            **policies.of_holder(role),
        }
        | _tags(role)
        for role in roles
    ]


def _policies(call: Call, policies: Sequence[Policy]) -> list[View]:
    usage = usage_of(call, policies)
    return [
        policy_summary(policy, usage.attachments[policy.dn], usage.boundaries[policy.dn])
        | {"description": policy.description, "policy_version_list": [version_view(each) for each in policy.versions]}
        for policy in policies
    ]


_SECTIONS: Final = (
    _Section("User", "user_detail_list", USER, _users),
    _Section("Group", "group_detail_list", GROUP, _groups),
    _Section("Role", "role_detail_list", ROLE, _roles),
    _Section("LocalManagedPolicy", "policies", POLICY, _policies),
    _Section("AWSManagedPolicy", "policies", SYSTEM_POLICY, _policies),
)


@dataclass(frozen=True, slots=True)
class _Policies:
    """The managed policies that the records of a page refer to, by DN."""

    by_dn: Mapping[str, Policy]

    @classmethod
    def of(cls, call: Call, holders: Sequence[Holder]) -> _Policies:
        return cls(call.policies_by_dn({at for holder in holders for at in _references(holder)}))

    def of_holder(self, holder: Holder) -> View:
        """What a user, a group or a role has attached, and its boundary."""
        attached = [self.by_dn[at] for at in holder.attached_policies if at in self.by_dn]
        view: View = {
            "attached_managed_policies": [
                {"policy_name": policy.policy_name, "policy_arn": policy.arn}
                for policy in sorted(attached, key=lambda policy: policy.policy_name.casefold())
            ]
        }
        boundary = None if isinstance(holder, Group) else self.by_dn.get(holder.boundary or "")
        if boundary is not None:
            view["permissions_boundary"] = {
                "permissions_boundary_arn": boundary.arn,
                "permissions_boundary_type": "Policy",
            }
        return view


def _references(holder: Holder) -> Iterator[str]:
    yield from holder.attached_policies
    if not isinstance(holder, Group) and holder.boundary:
        yield holder.boundary


def _named(holder: Holder, kind: str) -> View:
    names = (f"{kind}_name", f"{kind}_id")
    view: View = {name: getattr(holder, name) for name in names}
    return view | {"path": holder.path, "arn": holder.arn, "create_date": holder.create_date}


def _inline(holder: Holder) -> list[View]:
    """Inline policies with their documents, sorted by name."""
    ordered = sorted(holder.inline_policies, key=lambda policy: policy.policy_name.casefold())
    return [
        {"policy_name": each.policy_name, "policy_document": encode_document(each.policy_document)} for each in ordered
    ]


def _tags(holder: User | Role) -> View:
    return {"tags": tag_views(holder.tags)}


def _last_used(role: Role) -> View:
    if role.last_used_at is None:
        return {}
    return {"last_used_date": role.last_used_at, "region": role.last_used_region}


def _profiles(call: Call, roles: Sequence[Role]) -> dict[str, list[View]]:
    """The instance profiles of each role, by the role's DN."""
    by_dn = {dn.normalise(role.dn): role for role in roles}
    found = call.store.find(INSTANCE_PROFILE, call.account, Where.any_of("role", by_dn))
    views: dict[str, list[View]] = {}
    for profile in _sorted(found):
        role = by_dn[dn.normalise(profile.role or "")]
        views.setdefault(role.dn, []).append(_profile_view(profile, role))
    return views


def _sorted(profiles: Iterable[InstanceProfile]) -> list[InstanceProfile]:
    return sorted(profiles, key=lambda profile: profile.instance_profile_name.casefold())


def _profile_view(profile: InstanceProfile, role: Role) -> View:
    return profile_view(profile, None) | {"roles": [role_summary(role)], "tags": tag_views(profile.tags)}
