"""The map between entries and models for what belongs to users, for certificates and for instance profiles."""

from __future__ import annotations

from typing import Any, Final

from adapter.ldap import codecs, places
from adapter.ldap.mapping import ACCESS_KEY
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import PATH, TAGS, as_it_is, named, unique_id
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

_OWNER = Field(name="owner", attribute="iamOwner", required=True)
_OWNER_ID = Field(name="owner_id", attribute="iamOwnerId", required=True)
_STATUS = Field(name="status", attribute="iamStatus", codec=codecs.STATUS, required=True)
_CREDENTIAL_ID = "iamCredentialId"


def _credentials(account: Account, _suffix: str) -> str:
    return f"ou=credentials,{account.dn}"


def service_password_policy(account: Account) -> str:
    """The DN of the rules for passwords that programs use: long ones, which never expire and never lock."""
    return places.password_policy(account.dn, "services")


MFA_DEVICE = Noun(
    label="MFA device",
    model=MfaDevice,
    base=lambda account, _suffix: f"ou=devices,{account.dn}",
    naming="iamSerialNumber",
    name_field="serial_number",
    classes=("iamMfaDevice",),
    fields=(
        Field(name="owner", attribute="iamOwner"),
        Field(name="owner_id", attribute="iamOwnerId"),
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
    fields=(_OWNER, _OWNER_ID, Field(name="body", attribute="iamPublicKey", required=True)),
    complete=as_it_is,
)

SIGNING_CERTIFICATE = Noun(
    label="signing certificate",
    model=SigningCertificate,
    base=_credentials,
    naming=_CREDENTIAL_ID,
    name_field="certificate_id",
    classes=("iamSigningCertificate",),
    fields=(_OWNER, _OWNER_ID, _STATUS, Field(name="body", attribute="iamCertificate", required=True)),
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
        _OWNER,
        _OWNER_ID,
        _STATUS,
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
    base=lambda account, _suffix: f"ou=server-certificates,{account.dn}",
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
    base=lambda account, _suffix: f"ou=instance-profiles,{account.dn}",
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

_OWNED: Final[tuple[Noun[Any], ...]] = (
    ACCESS_KEY,
    MFA_DEVICE,
    SSH_PUBLIC_KEY,
    SIGNING_CERTIFICATE,
    SERVICE_CREDENTIAL,
)
OWNED_CLASSES: Final = frozenset(noun.classes[0].encode().lower() for noun in _OWNED) | {
    b"iamappuser",
    b"iambinddevice",
}
"""Classes of entries that belong to a user and go with it."""
