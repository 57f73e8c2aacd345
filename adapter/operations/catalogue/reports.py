"""Reports about the whole account, and about who has used what."""

from __future__ import annotations

from typing import Final

from adapter.operations import authorization_details, credential_report
from adapter.operations.catalogue.operation import iam
from adapter.operations.resources import anything

ROWS: Final = (
    iam("GetAccountAuthorizationDetails", authorization_details.get_account_authorization_details, anything),
    iam("GenerateCredentialReport", credential_report.generate_credential_report, anything),
    iam("GetCredentialReport", credential_report.get_credential_report, anything),
)
"""Rows of the catalogue."""
