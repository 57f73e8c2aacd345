"""The map between entries and models for the keys that accounts sign with."""

from __future__ import annotations

from adapter.ldap import codecs
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import as_it_is, container
from adapter.models import SigningKey

SIGNING_KEY = Noun(
    label="signing key",
    model=SigningKey,
    base=container("signing-keys"),
    naming="cn",
    name_field="key_id",
    classes=("iamSigningKey",),
    fields=(
        Field(name="algorithm", attribute="iamKeyAlgorithm", required=True),
        Field(name="public_jwk", attribute="iamPublicJwk", required=True),
        Field(name="sealed_key", attribute="iamSealedSecret", codec=codecs.OCTETS, required=True),
    ),
    complete=as_it_is,
)
