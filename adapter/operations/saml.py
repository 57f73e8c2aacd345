"""AssumeRoleWithSAML: an assertion of a SAML provider in the place of credentials.

Source: STS API reference, AssumeRoleWithSAML; IAM user guide, "SAML 2.0 federation".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapter.caller import Caller
from adapter.errors import InvalidIdentityToken
from adapter.federation.assertions import read_response
from adapter.federation.attributes import identity_of
from adapter.federation.metadata import SamlMetadata, UnusableMetadata, read_metadata
from adapter.models import SamlProvider
from adapter.operations import federated_roles
from adapter.operations.call import Call, Result
from adapter.operations.saml_keys import decryption_of
from adapter.operations.saml_providers import find_saml_provider, with_documents


def the_presenter(call: Call, params: Mapping[str, Any]) -> Caller:
    """Whoever brings a SAML assertion.

    Raises:
        AccessDenied: the assertion does not name the role.
        InvalidIdentityToken: it is not signed by the provider, or not meant for us.
        ExpiredIdentityToken: it is over.
        IDPRejectedClaim: the provider says that it authenticated nobody.
    """
    provider = find_saml_provider(call, params["principal_arn"])
    if provider is None:
        raise InvalidIdentityToken("Specified provider doesn't exist.")
    provider = with_documents(call, provider.name)
    assertion = read_response(
        params["saml_assertion"],
        _metadata(call, provider),
        call.federation.addressee,
        call.context.now,
        decryption_of(call.keyring, provider),
    )
    identity = identity_of(
        assertion,
        principal=provider.arn,
        account_id=call.account.account_id,
        name=provider.name,
        role_arn=params["role_arn"],
    )
    return federated_roles.vouched_for(call, identity)


def assume_role_with_saml(
    call: Call,
    *,
    role_arn: str,
    principal_arn: str,  # looked up before, by `the_presenter`
    saml_assertion: str,  # verified before
    policy: str | None = None,
    policy_arns: Sequence[Mapping[str, str]] | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,
) -> Result:
    """Assumes a role for whom a SAML provider vouches.

    Raises:
        ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge: as `begin_role_session`.
    """
    identity = federated_roles.identity_of(call)
    begun = federated_roles.begin_federated_session(
        call,
        role_arn,
        session_name=identity.session_name,
        seconds=duration_seconds,
        minimum_token_size=minimum_session_token_size,
        policy=policy,
        policy_arns=policy_arns,
    )
    return begun | {
        "subject": identity.subject,
        "subject_type": identity.keys["saml:sub_type"],
        "issuer": identity.issuer,
        "audience": identity.audience,
        "name_qualifier": identity.keys["saml:namequalifier"],
    }


def _metadata(call: Call, provider: SamlProvider) -> SamlMetadata:
    try:
        metadata = read_metadata(provider.metadata)
    except UnusableMetadata as error:  # another tool wrote it
        raise InvalidIdentityToken(f"The metadata of the provider can't be used: {error}") from error
    if metadata.valid_until is not None and metadata.valid_until <= call.context.now:
        raise InvalidIdentityToken("The metadata of the provider has expired.")
    return metadata
