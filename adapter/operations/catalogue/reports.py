"""Reports about the whole account, and about who has used what."""

from __future__ import annotations

from typing import Final

from adapter.operations import authorization_details, credential_report, granting, last_accessed
from adapter.operations.catalogue.operation import iam
from adapter.operations.catalogue.overviews import own
from adapter.operations.report_subjects import the_subject
from adapter.operations.resources import anything

_LAST_ACCESSED: Final = (
    iam("GenerateServiceLastAccessedDetails", last_accessed.generate_service_last_accessed_details, the_subject),
    iam("GetServiceLastAccessedDetails", last_accessed.get_service_last_accessed_details, anything),
    iam(
        "GetServiceLastAccessedDetailsWithEntities",
        last_accessed.get_service_last_accessed_details_with_entities,
        anything,
    ),
    iam("ListPoliciesGrantingServiceAccess", granting.list_policies_granting_service_access, the_subject),
)

ROWS: Final = (
    iam("GetAccountAuthorizationDetails", authorization_details.get_account_authorization_details, anything),
    iam("GenerateCredentialReport", credential_report.generate_credential_report, anything),
    iam("GetCredentialReport", credential_report.get_credential_report, anything),
    own(
        "DescribeCredentialReport",
        credential_report.describe_credential_report,
        "iam:GetCredentialReport",
        anything,
    ),
    *_LAST_ACCESSED,
)
"""Rows of the catalogue."""
