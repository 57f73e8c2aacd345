"""Identity providers that an account trusts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapter.models.records import Record, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider(Record):
    """An OpenID Connect provider.

    Attributes:
        url: as in its ARN, without `https://`.
        client_ids: the applications that its tokens may be for.
        thumbprints: SHA-1 of its TLS certificates, for providers that no certificate authority vouches for.
    """

    url: str
    arn: str
    create_date: datetime
    client_ids: tuple[str, ...] = ()
    thumbprints: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()

    @property
    def issuer(self) -> str:
        """How its tokens name it."""
        return f"https://{self.url}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider(Record):
    """A SAML provider.

    Attributes:
        valid_until: when its metadata document is over.
        metadata: the document. Only filled where a call asks for it, because it may be long.
        encryption_mode: `Required` or `Allowed`; None where no encryption has been set up.
        private_keys: sealed, each with its id in front. Only filled where a call asks for them.
    """

    name: str
    arn: str
    create_date: datetime
    valid_until: datetime | None = None
    metadata: str = ""
    encryption_mode: str | None = None
    private_keys: tuple[bytes, ...] = field(default=(), repr=False)
    tags: tuple[Tag, ...] = ()

    @property
    def uuid(self) -> str:
        """Names the provider for good, also when its name is made again."""
        return self.entry_uuid.replace("-", "").upper()
