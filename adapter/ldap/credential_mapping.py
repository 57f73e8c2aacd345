"""The map between entries and models for what belongs to users, for certificates and for instance profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from adapter.ldap import codecs, places
from adapter.ldap.application_mapping import APP_USER, BIND_DEVICE
from adapter.ldap.mapping import ACCESS_KEY
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import OWNER, OWNER_ID, PATH, STATUS, TAGS, as_it_is, container, named, unique_id
from adapter.models import (
    Account,
    InstanceProfile,
    MfaDevice,
    ServerCertificate,
    ServiceCredential,
    SigningCertificate,
    SshPublicKey,
)
from adapter.names import IdPrefix

_CREDENTIAL_ID = "iamCredentialId"
_credentials = container("credentials")


def service_password_policy(account: Account) -> str:
    """The DN of the rules for passwords that programs use: long ones, which never expire and never lock."""
    return places.password_policy(account.dn, "services")


MFA_DEVICE = Noun(
    label="MFA device",
    model=MfaDevice,
    base=container("devices"),
    naming="iamSerialNumber",
    name_field="serial_number",
    classes=("iamMfaDevice",),
    fields=(
        replace(OWNER, required=False),
        replace(OWNER_ID, required=False),
        Field(name="enable_date", attribute="iamEnabledAt", codec=codecs.TIME),
        Field(name="sealed_seed", attribute="iamSealedSecret", codec=codecs.OCTETS, required=True),
        Field(name="last_step", attribute="iamLastStep", codec=codecs.INT),
        Field(name="clock_drift", attribute="iamClockDrift", codec=codecs.INT),
        TAGS,
        Field(name="label", attribute="description"),
        Field(name="passkey_id", attribute="iamPasskeyId", codec=codecs.OCTETS),
        Field(name="sign_count", attribute="iamSignCount", codec=codecs.INT),
        Field(name="relying_party", attribute="iamRelyingParty"),
        Field(name="transports", attribute="iamTransport", many=True),
    ),
    complete=as_it_is,
)

SSH_PUBLIC_KEY = Noun(
    label="SSH public key",
    model=SshPublicKey,
    base=_credentials,
    naming=_CREDENTIAL_ID,
    name_field="ssh_public_key_id",
    classes=("iamSshPublicKey",),
    fields=(OWNER, OWNER_ID, Field(name="body", attribute="iamPublicKey", required=True)),
    complete=as_it_is,
)

SIGNING_CERTIFICATE = Noun(
    label="signing certificate",
    model=SigningCertificate,
    base=_credentials,
    naming=_CREDENTIAL_ID,
    name_field="certificate_id",
    classes=("iamSigningCertificate",),
    fields=(OWNER, OWNER_ID, STATUS, Field(name="body", attribute="iamCertificate", required=True)),
    complete=as_it_is,
)

SERVICE_CREDENTIAL = Noun(
    label="service-specific credential",
    model=ServiceCredential,
    base=_credentials,
    naming=_CREDENTIAL_ID,
    name_field="credential_id",
    classes=("iamServiceCredential",),
    fields=(
        OWNER,
        OWNER_ID,
        STATUS,
        Field(name="service_name", attribute="iamServiceName", required=True),
        Field(name="service_user_name", attribute="iamServiceUserName", required=True),
        Field(name="expiration_date", attribute="iamExpiresAt", codec=codecs.TIME),
        Field(name="password_policy", attribute="pwdPolicySubentry"),
    ),
    complete=as_it_is,
)

SERVER_CERTIFICATE = Noun(
    label="server certificate",
    model=ServerCertificate,
    base=container("server-certificates"),
    naming="cn",
    name_field="server_certificate_name",
    classes=("iamServerCertificate",),
    fields=(
        unique_id("server_certificate_id"),
        PATH,
        Field(name="expiration", attribute="iamExpiresAt", codec=codecs.TIME, required=True),
        Field(name="body", attribute="iamCertificate", required=True),
        Field(name="chain", attribute="iamCertificateChain"),
        Field(name="sealed_private_key", attribute="iamSealedSecret", codec=codecs.OCTETS, required=True),
        TAGS,
    ),
    complete=named(
        "server-certificate", "server_certificate_name", "server_certificate_id", IdPrefix.SERVER_CERTIFICATE
    ),
)

INSTANCE_PROFILE = Noun(
    label="instance profile",
    model=InstanceProfile,
    base=container("instance-profiles"),
    naming="cn",
    name_field="instance_profile_name",
    classes=("iamInstanceProfile",),
    fields=(
        unique_id("instance_profile_id"),
        PATH,
        Field(name="role", attribute="iamProfileRole"),
        TAGS,
    ),
    complete=named("instance-profile", "instance_profile_name", "instance_profile_id", IdPrefix.INSTANCE_PROFILE),
)

OWNED: Final[tuple[Noun[Any], ...]] = (
    APP_USER,
    ACCESS_KEY,
    MFA_DEVICE,
    SSH_PUBLIC_KEY,
    SIGNING_CERTIFICATE,
    SERVICE_CREDENTIAL,
    BIND_DEVICE,
)
"""What belongs to a user and goes with it."""
OWNED_CLASSES: Final = frozenset(noun.marking_class.encode().lower() for noun in OWNED)
