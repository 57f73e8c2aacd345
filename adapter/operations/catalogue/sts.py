"""The Security Token Service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from adapter.operations import assume_role, federated_roles, federation, identity_tokens, saml, sts, web_identity
from adapter.operations.call import Result
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import ResourceRule, anything, oneself


def _sts(name: str, run: Callable[..., Result], resource: ResourceRule, **more: Any) -> Operation:
    """A row for an operation of the STS API."""
    return Operation(action=f"sts:{name}", run=run, resource=resource, **more)


ROWS: Final = (
    _sts("GetCallerIdentity", sts.get_caller_identity, oneself, open_to_caller=True),
    _sts("GetAccessKeyInfo", sts.get_access_key_info, anything),
    _sts("DecodeAuthorizationMessage", sts.decode_authorization_message, anything),
    _sts("GetSessionToken", sts.get_session_token, oneself, open_to_caller=True, gives_out=True),
    _sts(
        "GetFederationToken",
        federation.get_federation_token,
        federation.the_federated_user,
        tag_action="sts:TagSession",
        gives_out=True,
    ),
    _sts(
        "GetWebIdentityToken",
        identity_tokens.get_web_identity_token,
        identity_tokens.the_token,
        request_keys={
            "audience": "sts:IdentityTokenAudience",
            "signing_algorithm": "sts:SigningAlgorithm",
        },
        tag_action="sts:TagGetWebIdentityToken",
        gives_out=True,
    ),
    _sts("AssumeRole", assume_role.assume_role, assume_role.the_trusting_role, tag_action="sts:TagSession"),
    _sts(
        "AssumeRoleWithWebIdentity",
        web_identity.assume_role_with_web_identity,
        federated_roles.the_federated_role,
        identify=web_identity.the_bearer,
    ),
    _sts(
        "AssumeRoleWithSAML",
        saml.assume_role_with_saml,
        federated_roles.the_federated_role,
        identify=saml.the_presenter,
    ),
)
"""Rows of the catalogue."""
