"""Identity providers."""

from __future__ import annotations

from typing import Final

from adapter.operations import oidc_providers, saml_providers
from adapter.operations.catalogue.operation import iam
from adapter.operations.oidc_providers import a_new_oidc_provider, an_oidc_provider
from adapter.operations.resources import anything
from adapter.operations.saml_providers import a_new_saml_provider, a_saml_provider

_OIDC: Final = (
    iam(
        "CreateOpenIDConnectProvider",
        oidc_providers.create_open_id_connect_provider,
        a_new_oidc_provider,
        tag_action="iam:TagOpenIDConnectProvider",
    ),
    iam("GetOpenIDConnectProvider", oidc_providers.get_open_id_connect_provider, an_oidc_provider),
    iam("ListOpenIDConnectProviders", oidc_providers.list_open_id_connect_providers, anything),
    iam(
        "UpdateOpenIDConnectProviderThumbprint",
        oidc_providers.update_open_id_connect_provider_thumbprint,
        an_oidc_provider,
    ),
    iam(
        "AddClientIDToOpenIDConnectProvider",
        oidc_providers.add_client_id_to_open_id_connect_provider,
        an_oidc_provider,
    ),
    iam(
        "RemoveClientIDFromOpenIDConnectProvider",
        oidc_providers.remove_client_id_from_open_id_connect_provider,
        an_oidc_provider,
    ),
    iam("DeleteOpenIDConnectProvider", oidc_providers.delete_open_id_connect_provider, an_oidc_provider),
    iam("TagOpenIDConnectProvider", oidc_providers.tag_open_id_connect_provider, an_oidc_provider),
    iam("UntagOpenIDConnectProvider", oidc_providers.untag_open_id_connect_provider, an_oidc_provider),
    iam("ListOpenIDConnectProviderTags", oidc_providers.list_open_id_connect_provider_tags, an_oidc_provider),
)

_SAML: Final = (
    iam(
        "CreateSAMLProvider",
        saml_providers.create_saml_provider,
        a_new_saml_provider,
        tag_action="iam:TagSAMLProvider",
    ),
    iam("GetSAMLProvider", saml_providers.get_saml_provider, a_saml_provider),
    iam("ListSAMLProviders", saml_providers.list_saml_providers, anything),
    iam("UpdateSAMLProvider", saml_providers.update_saml_provider, a_saml_provider),
    iam("DeleteSAMLProvider", saml_providers.delete_saml_provider, a_saml_provider),
    iam("TagSAMLProvider", saml_providers.tag_saml_provider, a_saml_provider),
    iam("UntagSAMLProvider", saml_providers.untag_saml_provider, a_saml_provider),
    iam("ListSAMLProviderTags", saml_providers.list_saml_provider_tags, a_saml_provider),
)

ROWS: Final = (
    *_OIDC,
    *_SAML,
)
"""Rows of the catalogue."""
