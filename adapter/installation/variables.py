"""The variables of the environment that Bindery reads: one that is misspelt would be passed over in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

_FIRST_START: Final = frozenset(
    {
        "BINDERY_ACCOUNT_ID",
        "BINDERY_ROOT_ACCESS_KEY_ID",
        "BINDERY_ROOT_EMAIL",
        "BINDERY_ROOT_PASSWORD",
        "BINDERY_ROOT_SECRET_ACCESS_KEY",
    }
)
KNOWN: Final = frozenset(
    {
        "BINDERY_ASKING_PROXIES",
        "BINDERY_AUDIT_MEGABYTES",
        "BINDERY_BEHIND_HTTPS",
        "BINDERY_CLIENT_CERTIFICATE_HEADER",
        "BINDERY_COOKIE_DOMAIN",
        "BINDERY_DATA",
        "BINDERY_FEDERATION_CA_FILE",
        "BINDERY_FEDERATION_NETWORKS",
        "BINDERY_HTTP",
        "BINDERY_LDAP",
        "BINDERY_LDAPS_PORT",
        "BINDERY_LDAP_BIND_DN",
        "BINDERY_LDAP_BIND_PASSWORD",
        "BINDERY_LDAP_BIND_PASSWORD_FILE",
        "BINDERY_LDAP_CA_FILE",
        "BINDERY_LDAP_CERT_FILE",
        "BINDERY_LDAP_KEY_FILE",
        "BINDERY_LDAP_OWN_CERTIFICATE",
        "BINDERY_LDAP_TRANSACTIONS",
        "BINDERY_LDAP_URIS",
        "BINDERY_MASTER_KEY",
        "BINDERY_MASTER_KEY_FILE",
        "BINDERY_PUBLIC_URL",
        "BINDERY_RATE_LIMIT_STORAGE",
        "BINDERY_READER_PASSWORD_FILE",
        "BINDERY_SAML_URLS",
        "BINDERY_SITES_FILE",
        "BINDERY_SUFFIX",
        "BINDERY_TRUSTED_PROXIES",
        *_FIRST_START,
        *(f"{name}_FILE" for name in _FIRST_START),
    }
)
"""All of them; README.md says what they are for."""


def misspelt(names: Iterable[str]) -> Iterator[str]:
    """A sentence on each of Bindery's variables that nobody reads.

    Args:
        names: those of the environment.
    """
    for name in sorted(names):
        if name.startswith("BINDERY_") and name not in KNOWN:
            meant = get_close_matches(name, sorted(KNOWN), n=1)
            yield f"Nobody reads {name}" + (f": is {meant[0]} meant?" if meant else ".")
