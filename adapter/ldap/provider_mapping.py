"""The map between entries and models for identity providers."""

from __future__ import annotations

from typing import Any

from adapter.ldap import codecs
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import TAGS, container
from adapter.models import OidcProvider, SamlProvider
from adapter.names import iam_arn

_providers = container("providers")


def _oidc(values: dict[str, Any], account_id: str) -> bool:
    values["arn"] = iam_arn(account_id, "oidc-provider", "/", values["url"])
    return True


def _saml(values: dict[str, Any], account_id: str) -> bool:
    values["arn"] = iam_arn(account_id, "saml-provider", "/", values["name"])
    return True


OIDC_PROVIDER = Noun(
    label="OpenID Connect provider",
    model=OidcProvider,
    base=_providers,
    naming="iamProviderUrl",
    name_field="url",
    classes=("iamOidcProvider",),
    fields=(
        Field(name="client_ids", attribute="iamClientId", many=True),
        Field(name="thumbprints", attribute="iamThumbprint", many=True),
        TAGS,
    ),
    complete=_oidc,
)

SAML_PROVIDER = Noun(
    label="SAML provider",
    model=SamlProvider,
    base=_providers,
    naming="cn",
    name_field="name",
    classes=("iamSamlProvider",),
    fields=(
        Field(name="valid_until", attribute="iamExpiresAt", codec=codecs.TIME),
        Field(name="metadata", attribute="iamSamlMetadata", heavy=True),
        Field(name="encryption_mode", attribute="iamAssertionEncryption"),
        Field(name="private_keys", attribute="iamSamlPrivateKey", codec=codecs.OCTETS, many=True, heavy=True),
        TAGS,
    ),
    complete=_saml,
)
