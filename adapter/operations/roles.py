"""Roles: identities without credentials, to be assumed by those whom the trust policy names."""

from __future__ import annotations

from collections.abc import Iterable

from adapter.errors import DeleteConflict, InvalidInput
from adapter.ldap import INSTANCE_PROFILE, ROLE, Clear, Set, Where
from adapter.models import Role
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.boundaries import boundary_policy
from adapter.operations.call import SERVICE_PATH, Call, Result
from adapter.operations.paging import Page
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.taken import unless_taken
from adapter.operations.trust import as_shown, trust_to_keep
from adapter.operations.users import below
from adapter.operations.views import role_summary, role_view

DEFAULT_SESSION_SECONDS = 3600


def create_role(
    call: Call,
    *,
    role_name: str,
    assume_role_policy_document: str,
    path: str = "/",
    description: str | None = None,
    max_session_duration: int = DEFAULT_SESSION_SECONDS,
    permissions_boundary: str | None = None,
    tags: TagParams = (),
) -> Result:
    """Creates a role without permissions.

    Raises:
        EntityAlreadyExists: the name is taken.
        MalformedPolicyDocument: the trust policy is not valid, or names somebody who does not exist.
        InvalidInput: the path is kept for roles that are linked to services.
    """
    if path.startswith(SERVICE_PATH):
        raise InvalidInput(f"The path {SERVICE_PATH} is reserved for service-linked roles.")
    trust = trust_to_keep(call, assume_role_policy_document)
    boundary = boundary_policy(call, permissions_boundary) if permissions_boundary else None
    role = Role(
        role_name=role_name,
        role_id=new_unique_id(IdPrefix.ROLE),
        arn=iam_arn(call.account.account_id, "role", path, role_name),
        path=path,
        create_date=call.context.now,
        description=description or None,
        assume_role_policy_document=trust,
        max_session_duration=max_session_duration,
        tags=checked_tags(call, "TagsPerRole", (), tags),
        boundary=boundary.dn if boundary else None,
    )
    with unless_taken(f"Role with name {role_name} already exists."):
        created = call.store.add(ROLE, call.account, role, referring_to=boundary)
    view = role_view(call, created)
    del view["max_session_duration"], view["role_last_used"]  # AWS's CreateRole does not answer them
    return {"role": view}


def get_role(call: Call, *, role_name: str) -> Result:
    """Describes a role with its trust policy."""
    return {"role": role_view(call, call.role(role_name))}


def list_roles(
    call: Call,
    *,
    path_prefix: str = "/",
    page: Page,
) -> Result:
    """Lists roles by name, a page at a time."""
    roles, more = page.read(call.store, ROLE, call.account, *below(path_prefix))
    return {"roles": [role_summary(role) for role in as_shown(call, roles)]} | more


def update_role(
    call: Call, *, role_name: str, description: str | None = None, max_session_duration: int | None = None
) -> Result:
    """Changes description or session duration; what is not given stays as it is."""
    changes: list[Set | Clear] = []
    if description is not None:
        changes.append(Set("description", description) if description else Clear("description"))
    if max_session_duration is not None:
        changes.append(Set("max_session_duration", max_session_duration))
    # Of a role that is linked to a service only the description is free to change, as with AWS.
    role = call.role(role_name) if max_session_duration is None else call.role_to_change(role_name)
    if changes:
        call.store.change(ROLE, call.account, role, *changes)
    return {}


def update_role_description(call: Call, *, role_name: str, description: str) -> Result:
    """Changes the description; what UpdateRole was made for later."""
    role = call.role(role_name)
    change = Set("description", description) if description else Clear("description")
    return {"role": role_view(call, call.store.change(ROLE, call.account, role, change))}


def update_assume_role_policy(call: Call, *, role_name: str, policy_document: str) -> Result:
    """Replaces a role's trust policy.

    Raises:
        MalformedPolicyDocument: the document is not valid, or names somebody who does not exist.
    """
    role = call.role_to_change(role_name)
    trust = trust_to_keep(call, policy_document)
    call.store.change(ROLE, call.account, role, Set("assume_role_policy_document", trust))
    return {}


def delete_role(call: Call, *, role_name: str) -> Result:
    """Deletes a role that nothing depends on any more.

    Raises:
        NoSuchEntity: there is no such role.
        DeleteConflict: it still has policies, or is in an instance profile.
        UnmodifiableEntity: it is linked to a service.
    """
    role = call.role_to_change(role_name)
    for what_first in _dependents(call, role):
        raise DeleteConflict(f"Cannot delete entity, must {what_first} first.")
    call.store.delete(ROLE, call.account, role)
    return {}


def _dependents(call: Call, role: Role) -> Iterable[str]:
    """What has to be done before the role can go, in the words of the API."""
    if call.store.exists(INSTANCE_PROFILE, call.account, Where.refers("role", role.dn)):
        yield "remove roles from instance profile"
    if role.attached_policies:
        yield "detach all policies"
    if role.inline_policies:
        yield "delete policies"
