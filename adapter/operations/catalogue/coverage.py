"""What of AWS's operations is not here, or not all of it, and why.

Every operation of botocore's `iam` and `sts` models is either in the catalogue or among these; calling one of these is
refused with its reason. `web/api/OPERATIONS.md` is made from this table and the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from botocore import xform_name

from adapter.errors import IamError, InvalidAction


class OrganizationNotFound(IamError):
    """The account is not a member of an organization."""

    code, status = "OrganizationNotFoundException", 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An operation that we don't have.

    Attributes:
        action: such as `sts:AssumeRoot`.
        error: how it is refused: where AWS has an error for accounts without the feature, with that one.
    """

    action: str
    error: type[IamError]
    reason: str

    @property
    def name(self) -> str:
        """Its name as that of an operation of the catalogue would be."""
        snake: str = xform_name(self.action.partition(":")[2])
        return snake

    def refusal(self) -> IamError:
        """What a call is answered with."""
        return self.error(f"{self.action} is not available: {self.reason}")


_Group = tuple[type[IamError], str, tuple[str, ...]]

_ORGANIZATIONS: Final[_Group] = (
    OrganizationNotFound,
    "the account is not a member of an organization; accounts of one directory stand side by side.",
    (
        "iam:DisableOrganizationsRootCredentialsManagement",
        "iam:DisableOrganizationsRootSessions",
        "iam:EnableOrganizationsRootCredentialsManagement",
        "iam:EnableOrganizationsRootSessions",
        "iam:GenerateOrganizationsAccessReport",
        "iam:GetOrganizationsAccessReport",
        "iam:ListOrganizationsFeatures",
    ),
)
_ROOT_SESSIONS: Final[_Group] = (
    InvalidAction,
    "it acts on member accounts of an organization, and there are none.",
    ("sts:AssumeRoot",),
)
_DELEGATION: Final[_Group] = (
    InvalidAction,
    "delegation requests come from partners of AWS, of which a directory of your own has none.",
    (
        "iam:AcceptDelegationRequest",
        "iam:AssociateDelegationRequest",
        "iam:CreateDelegationRequest",
        "iam:GetDelegationRequest",
        "iam:GetHumanReadableSummary",
        "iam:ListDelegationRequests",
        "iam:RejectDelegationRequest",
        "iam:SendDelegationToken",
        "iam:UpdateDelegationRequest",
        "sts:GetDelegatedAccessToken",
    ),
)
_TEMPLATES: Final[_Group] = (
    InvalidAction,
    "role templates and Role Manager belong to AWS's own services.",
    ("iam:AcquireRole", "iam:GetAccountProperties", "iam:GetRoleTemplateVersion", "iam:PutAccountProperties"),
)
_TOKEN_VERSIONS: Final[_Group] = (
    InvalidAction,
    "session tokens have one version, which is good everywhere.",
    ("iam:SetSecurityTokenServicePreferences",),
)

ABSENT: Final[Mapping[str, Absence]] = MappingProxyType(
    {
        action: Absence(action=action, error=error, reason=reason)
        for error, reason, actions in (
            _ORGANIZATIONS,
            _ROOT_SESSIONS,
            _DELEGATION,
            _TEMPLATES,
            _TOKEN_VERSIONS,
        )
        for action in actions
    }
)
"""Every operation that we don't have, by its action."""

ABSENT_BY_NAME: Final[Mapping[str, Absence]] = MappingProxyType({each.name: each for each in ABSENT.values()})

PARTIAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "iam:CreateServiceLinkedRole": "no permissions policy is attached: those are AWS's services' own",
        "iam:EnableMFADevice": "virtual devices only, no hardware tokens",
        "iam:GetServiceLastAccessedDetails": "knows of iam and sts, and of services that tell of their decisions",
        "iam:GetServiceLastAccessedDetailsWithEntities": "as GetServiceLastAccessedDetails",
        "sts:AssumeRoleWithSAML": "what is encrypted with AES-CBC needs a response that is signed as a whole",
        "sts:AssumeRoleWithWebIdentity": "OpenID Connect ID tokens only, no OAuth 2.0 access tokens (ProviderId)",
    }
)
"""What is missing of an operation that we have, by its action."""
