"""How one Bindery process is set up: an immutable record, read from the environment.

Secrets are left out of the repr, so that no log line and no traceback shows them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

# 104 bytes on macOS, 108 on Linux, and the final NUL counts.
_SOCKET_PATH_MAXIMUM = 100

# Without an underscore: what runs Python can't tell it from a hyphen.
_HEADER = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?", re.ASCII)
"""Browsers take no cookies for a single label, nor for addresses."""

DEFAULT_SUFFIX = "dc=example,dc=org"
DEFAULT_AUDIT_MEGABYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a process needs to reach its directory and open its secrets.

    Attributes:
        data: the folder that holds master key, audit log and, with the private server, the directory itself.
        suffix: the DN below which Bindery lives.
        ldap_uris: servers in order of preference; reads go anywhere, writes to the first that is alive.
            Empty means the private server's socket in `data`.
        ldap_bind_dn, ldap_bind_password: who the adapter binds as; absent means SASL EXTERNAL.
        ldap_ca_file: certificate authorities that a server's certificate is verified against.
        ldap_transactions: changes of several entries are made in one transaction (RFC 5805). slapd 2.5 may crash from
            them when it runs with more than three threads.
        master_key_file: holds what seals the secrets that must be recoverable, such as access keys'; mode 0600.
        master_key: the same by value, for where no file is wanted; goes before the file.
        rate_limit_storage: where attempts are counted; several web hosts share one by a `redis://` URI,
            which may hold a password.
        behind_https: visitors come over https, so cookies are held to it.
        trusted_proxies: how many reverse proxies stand in front and may say who the visitor is.
        federation_ca_file: certificate authorities that may vouch for identity providers, beside the system's.
        federation_networks: networks that are not public in which identity providers may be, such as `10.0.0.0/8`.
        saml_urls: addresses that SAML assertions may be made out to, beside AWS's own.
        public_url: scheme and host under which people reach the console; absent, those of each request.
        cookie_domain: the name below which sites share the console's sign-in; absent, sites under its own name alone.
        sites_file: sites behind proxies that ask about every request (`adapter/sites.py`).
        asking_proxies: networks from which proxies may ask; empty means none.
        client_certificate_header: in which those proxies hand client certificates on; empty means that they don't.
        audit_megabytes: how much of the audit trail is kept; 0 keeps all of it.
    """

    data: Path
    suffix: str = DEFAULT_SUFFIX
    ldap_uris: tuple[str, ...] = ()
    ldap_bind_dn: str | None = None
    ldap_bind_password: str | None = field(default=None, repr=False)
    ldap_ca_file: Path | None = None
    ldap_transactions: bool = True
    master_key_file: Path | None = None
    master_key: str | None = field(default=None, repr=False)
    rate_limit_storage: str = field(default="memory://", repr=False)
    behind_https: bool = False
    trusted_proxies: int = 0
    federation_ca_file: Path | None = None
    federation_networks: tuple[str, ...] = ()
    saml_urls: tuple[str, ...] = ()
    public_url: str = ""
    cookie_domain: str = ""
    sites_file: Path | None = None
    asking_proxies: tuple[str, ...] = ()
    client_certificate_header: str = ""
    audit_megabytes: int = DEFAULT_AUDIT_MEGABYTES

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads `BINDERY_*` variables.

        Raises:
            KeyError: BINDERY_DATA is missing.
            ValueError: a variable has a value that makes no sense; the message names it.
        """
        return cls(
            data=Path(environ["BINDERY_DATA"]),
            suffix=environ.get("BINDERY_SUFFIX", DEFAULT_SUFFIX),
            ldap_uris=_uris(environ, "BINDERY_LDAP_URIS", {"ldap", "ldaps", "ldapi"}),
            ldap_bind_dn=environ.get("BINDERY_LDAP_BIND_DN"),
            ldap_bind_password=_secret(environ, "BINDERY_LDAP_BIND_PASSWORD"),
            ldap_ca_file=_path(environ, "BINDERY_LDAP_CA_FILE"),
            ldap_transactions=_flag(environ, "BINDERY_LDAP_TRANSACTIONS", default=True),
            master_key_file=_path(environ, "BINDERY_MASTER_KEY_FILE"),
            master_key=environ.get("BINDERY_MASTER_KEY") or None,
            rate_limit_storage=environ.get("BINDERY_RATE_LIMIT_STORAGE") or "memory://",
            behind_https=_flag(environ, "BINDERY_BEHIND_HTTPS"),
            trusted_proxies=_count(environ, "BINDERY_TRUSTED_PROXIES"),
            federation_ca_file=_path(environ, "BINDERY_FEDERATION_CA_FILE"),
            federation_networks=_networks(environ, "BINDERY_FEDERATION_NETWORKS"),
            saml_urls=_uris(environ, "BINDERY_SAML_URLS", {"http", "https"}),
            public_url=_origin(environ, "BINDERY_PUBLIC_URL"),
            cookie_domain=_domain(environ, "BINDERY_COOKIE_DOMAIN"),
            sites_file=_path(environ, "BINDERY_SITES_FILE"),
            asking_proxies=_networks(environ, "BINDERY_ASKING_PROXIES"),
            client_certificate_header=_header(environ, "BINDERY_CLIENT_CERTIFICATE_HEADER"),
            audit_megabytes=_count(environ, "BINDERY_AUDIT_MEGABYTES", DEFAULT_AUDIT_MEGABYTES),
        )

    @property
    def master_key_path(self) -> Path:
        """Where the master key is kept, unless it is given by value."""
        return self.master_key_file or self.data / "master.key"

    def read_master_key(self) -> str:
        """The master key's text.

        Raises:
            OSError: its file can't be read.
            UnicodeDecodeError: its file holds something else.
        """
        return self.master_key or self.master_key_path.read_text(encoding="utf-8")

    @property
    def socket_path(self) -> Path:
        """The private server's Unix socket.

        It lies in the data folder; where that path is too long for a socket address, in a folder of its own below
        /tmp whose name follows from the data folder's. The server refuses to use that one when others can write to it.
        """
        path = self.data.absolute() / "ldapi"
        if len(os.fsencode(path)) <= _SOCKET_PATH_MAXIMUM:
            return path
        digest = hashlib.sha256(os.fsencode(self.data.resolve())).hexdigest()[:24]
        return Path(f"/tmp/bindery-{digest}/ldapi")  # noqa: S108


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name)
    return Path(value) if value else None


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    """A secret by value or, better, by the name of a file that holds it (`NAME_FILE`, as containers give them)."""
    file = environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").rstrip("\n") if file else environ.get(name)


def _origin(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query):
        raise ValueError(f"{name} is {text!r}: say scheme and host, such as https://iam.example.org")
    return text


def _domain(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").lower().removeprefix(".")
    if text and not _DOMAIN.fullmatch(text):
        raise ValueError(f"{name} is {text!r}: say a domain, such as example.org")
    return text


def _uris(environ: Mapping[str, str], name: str, schemes: Set[str]) -> tuple[str, ...]:
    found = tuple(environ.get(name, "").split())
    for text in found:
        scheme, _, rest = text.partition("://")
        if scheme.lower() not in schemes or not rest:
            wanted = ", ".join(f"{each}://" for each in sorted(schemes))
            raise ValueError(f"{name}: {text!r} begins with none of {wanted}")
    return found


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(environ.get(name, "").split())
    for text in found:
        try:
            ip_network(text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return found


def _header(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").strip()
    if text and not _HEADER.fullmatch(text):
        raise ValueError(f"{name} is {text!r}: say the name of a header (letters, digits, hyphens), such as ClientCert")
    return text


def _flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"0", "no", "false"}:
        return False
    if value in {"1", "yes", "true"}:
        return True
    raise ValueError(f"{name} is {value!r}: say yes or no")


def _count(environ: Mapping[str, str], name: str, default: int = 0) -> int:
    value = environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit():
        raise ValueError(f"{name} is {value!r}: say a number")
    return int(value)
