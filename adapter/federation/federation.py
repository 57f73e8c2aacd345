"""Everything that verifying identities needs, made once for a process."""

from __future__ import annotations

from dataclasses import dataclass

from adapter.federation.addresses import Guard
from adapter.federation.assertions import Addressee
from adapter.federation.fetching import Fetcher
from adapter.federation.issuers import IssuerKeys
from adapter.settings import Settings


@dataclass(frozen=True, slots=True)
class Federation:
    """What is known of identity providers beside what the directory holds.

    Attributes:
        issuers: the keys of OpenID Connect providers.
        addressee: whom SAML assertions have to be made out to.
        public_url: under which scheme and host the outside reaches this server; empty when nobody has said.
    """

    issuers: IssuerKeys
    addressee: Addressee
    public_url: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Federation:
        """As the settings have it; nobody is asked anything yet."""
        fetcher = Fetcher(Guard(settings.federation_networks), settings.federation_ca_file)
        return cls(IssuerKeys(fetcher), Addressee(frozenset(settings.saml_urls)), settings.public_url)

    def close(self) -> None:
        """Lets go of the threads."""
        self.issuers.close()
