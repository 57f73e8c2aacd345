"""The services that policies speak about."""

from __future__ import annotations

from typing import Final

from adapter.operations import service_mentions, services
from adapter.operations.catalogue.operation import Operation
from adapter.operations.catalogue.overviews import own
from adapter.operations.resources import anything

ROWS: Final = (
    Operation(action="bindery:ListServices", run=services.list_services, resource=anything),
    Operation(action="bindery:GetService", run=services.get_service, resource=services.a_service),
    own("DescribeServiceEntry", services.describe_service_entry, "bindery:GetService", services.a_service),
    own(
        "DescribeServiceRegistration",
        services.describe_service_registration,
        "bindery:GetService",
        anything,
    ),
    own(
        "ListPoliciesNamingService",
        service_mentions.list_policies_naming_service,
        "iam:GetAccountAuthorizationDetails",
        anything,
    ),
    Operation(action="bindery:RegisterService", run=services.register_service, resource=services.a_service),
    Operation(action="bindery:DeregisterService", run=services.deregister_service, resource=services.a_service),
)
"""Rows of the catalogue."""
