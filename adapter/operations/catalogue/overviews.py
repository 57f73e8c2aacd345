"""What the console shows beyond AWS's operations. Each asks for what AWS's own way to the same facts would ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from adapter.operations import administration, dependents, entries, oidc_providers, overviews, saml_providers
from adapter.operations.call import Call, Result
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import (
    Params,
    ResourceRule,
    Target,
    a_group,
    a_policy,
    a_role,
    a_user,
    anything,
    oneself,
)


def own(name: str, run: Callable[..., Result], action: str, resource: ResourceRule, *more: str) -> Operation:
    """A row of our own.

    Args:
        action: what policies have to allow.
        more: further actions that they have to allow on the same resource.
    """

    def target(call: Call, params: Params) -> Target:
        found = resource(call, params)
        return replace(found, actions=(*found.actions, *more))

    return Operation(action=action, known_as=f"bindery:{name}", run=run, resource=target if more else resource)


ROWS: Final = (
    own("SearchUsers", overviews.search_users, "iam:ListUsers", anything),
    own("SearchGroups", overviews.search_groups, "iam:ListGroups", anything),
    own("ListMembers", overviews.list_members, "iam:GetGroup", a_group),
    own("ListAttachablePolicies", overviews.list_attachable_policies, "iam:ListPolicies", anything),
    own("DescribeUser", overviews.describe_user, "iam:GetUser", a_user),
    own(
        "ListPoliciesForUser",
        overviews.list_policies_for_user,
        "iam:ListAttachedUserPolicies",
        a_user,
        "iam:ListUserPolicies",
        "iam:ListGroupsForUser",
    ),
    own(
        "ListPoliciesForGroup",
        overviews.list_policies_for_group,
        "iam:ListAttachedGroupPolicies",
        a_group,
        "iam:ListGroupPolicies",
    ),
    own(
        "DescribeCredentials",
        overviews.describe_credentials,
        "iam:ListAccessKeys",
        a_user,
        "iam:GetAccessKeyLastUsed",
        "iam:ListMFADevices",
    ),
    own("DescribeUserDependents", dependents.describe_user_dependents, "iam:GetUser", a_user),
    Operation(
        action="bindery:DescribeAdministration",
        run=administration.describe_administration,
        resource=oneself,
        open_to_caller=True,
    ),
    own("DescribeUserEntry", entries.describe_user_entry, "iam:GetUser", a_user),
    own("DescribeGroupEntry", entries.describe_group_entry, "iam:GetGroup", a_group),
    own("DescribeRoleEntry", entries.describe_role_entry, "iam:GetRole", a_role),
    own("DescribePolicyEntry", entries.describe_policy_entry, "iam:GetPolicy", a_policy, "iam:GetPolicyVersion"),
    own(
        "DescribeOpenIDConnectProviderEntry",
        oidc_providers.describe_open_id_connect_provider_entry,
        "iam:GetOpenIDConnectProvider",
        oidc_providers.an_oidc_provider,
    ),
    own(
        "DescribeSAMLProviderEntry",
        saml_providers.describe_saml_provider_entry,
        "iam:GetSAMLProvider",
        saml_providers.a_saml_provider,
    ),
)
"""Rows of the catalogue."""
