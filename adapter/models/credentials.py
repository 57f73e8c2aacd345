"""Access keys, MFA devices and every other credential beside the password.

What belongs to a user names its owner twice: `owner` is the DN, and `owner_id` the unique id. With another id at that
DN the owner has been made again, and the credential is dead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from adapter.models.records import Record, Tag


class KeyStatus(StrEnum):
    """Whether an access key may sign."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey(Record):
    """An access key: its public half and its sealed secret.

    Attributes:
        owner: DN of the user (or root user) that it belongs to.
        owner_id: the owner's unique id; a key whose owner has another one is dead.
        last_used_at: to a quarter of an hour; None while it has not been used.
    """

    access_key_id: str
    owner: str
    owner_id: str
    status: KeyStatus = KeyStatus.ACTIVE
    create_date: datetime
    sealed_secret: bytes = field(repr=False)
    last_used_at: datetime | None = None
    last_used_service: str | None = None
    last_used_region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaDevice(Record):
    """An MFA device: an authenticator app that shares a seed with us, or a passkey.

    Attributes:
        serial_number: its ARN.
        label: what its owner calls it; None where the serial number has to do.
        owner, owner_id: None while it is not assigned to anybody, which a passkey always is.
        enable_date: since when it has been assigned.
        sealed_seed: sealed for `bound_to`; of a passkey, its public key.
        last_step: the time step of the device whose code was accepted last; it and those before it are over. Of a
            passkey, the microsecond in which the challenge was made that was answered last.
        clock_drift: by how many time steps the device's clock is ahead of ours.
        passkey_id: the credential id of a passkey; None for an authenticator app.
        sign_count: how often the passkey had been used, by its authenticator.
        relying_party: the host name that the passkey is for.
        transports: ways in which its authenticator can be reached, such as `usb`.
    """

    serial_number: str
    create_date: datetime
    owner: str | None = None
    owner_id: str | None = None
    enable_date: datetime | None = None
    sealed_seed: bytes = field(repr=False)
    last_step: int | None = None
    clock_drift: int = 0
    tags: tuple[Tag, ...] = ()
    label: str | None = None
    passkey_id: bytes | None = None
    sign_count: int = 0
    relying_party: str | None = None
    transports: tuple[str, ...] = ()

    @property
    def is_passkey(self) -> bool:
        """It answers challenges and makes no codes."""
        return self.passkey_id is not None

    @property
    def bound_to(self) -> str:
        """What the seed is sealed for: its owner, or the device itself while it has none."""
        return self.owner_id or self.serial_number


@dataclass(frozen=True, slots=True, kw_only=True)
class SshPublicKey(Record):
    """A user's SSH public key. It is active exactly while the user's own entry has it, where SSSD reads it.

    Attributes:
        body: as a line of authorized_keys has it.
    """

    ssh_public_key_id: str
    create_date: datetime
    owner: str
    owner_id: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCertificate(Record):
    """A user's X.509 certificate for signing requests.

    Attributes:
        body: PEM.
    """

    certificate_id: str
    create_date: datetime
    owner: str
    owner_id: str
    status: KeyStatus = KeyStatus.ACTIVE
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCredential(Record):
    """A user name and a password for one application; the directory keeps the password's hash.

    Attributes:
        expiration_date: None when it never expires.
        password_policy: the DN of the rules for its password.
    """

    credential_id: str
    create_date: datetime
    owner: str
    owner_id: str
    status: KeyStatus = KeyStatus.ACTIVE
    service_name: str
    service_user_name: str
    expiration_date: datetime | None = None
    password_policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate(Record):
    """A certificate for TLS with its private key.

    Attributes:
        expiration: the end of its validity.
        body, chain: PEM.
        sealed_private_key: sealed for the certificate's id; never answered.
    """

    server_certificate_name: str
    server_certificate_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    expiration: datetime
    body: str
    chain: str | None = None
    sealed_private_key: bytes = field(repr=False)
    tags: tuple[Tag, ...] = ()
