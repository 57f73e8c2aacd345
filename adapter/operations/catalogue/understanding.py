"""What the console shows of policies, roles, and what reaches whom. Each asks for what AWS's own way would ask for."""

from __future__ import annotations

from typing import Final

from adapter.operations import policy_overviews
from adapter.operations.catalogue.overviews import own
from adapter.operations.resources import a_role, anything

ROWS: Final = (
    own("SearchPolicies", policy_overviews.search_policies, "iam:ListPolicies", anything),
    own("SearchRoles", policy_overviews.search_roles, "iam:ListRoles", anything),
    own(
        "ListPoliciesForRole",
        policy_overviews.list_policies_for_role,
        "iam:ListAttachedRolePolicies",
        a_role,
        "iam:ListRolePolicies",
    ),
    own(
        "DescribeReach",
        policy_overviews.describe_reach,
        "iam:ListPoliciesGrantingServiceAccess",
        policy_overviews.everything_that_reaches,
    ),
)
"""Rows of the catalogue."""
