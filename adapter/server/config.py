"""What the private server is configured with: the caller's choices, and slapd's configuration rendered from them."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from adapter.server import ldif
from adapter.server.files import ldif_root
from adapter.server.program import SlapdError, SlapdProgram
from adapter.server.suffix import Suffix

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_PORTS = range(65536)
_ADAPTER_PASSWORD_LENGTH = range(16, 129)
_OPTIONAL_MODULES = frozenset({"lastbind"})
"""Of OpenLDAP's contributed ones, which not every distribution has: its overlay is left out with it."""
_STANDARD_SCHEMA = ("core", "cosine", "inetorgperson", "dyngroup")
# RFC 4519 makes a group have a member; an empty group is an ordinary thing here, as it is in rfc2307bis.
_STRICT_GROUP = "MUST ( member $ cn ) MAY ("
_RELAXED_GROUP = "MUST cn MAY ( member $"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """PEM files for TLS. They are copied into the data folder, because slapd may run as a user who can't read them."""

    certificate: Path
    key: Path
    ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """How a private server is set up. Everything is checked here, once.

    Attributes:
        data: the data folder.
        account_id: twelve digits; needed for the first start only.
        ldap_host, ldap_port: where it listens beside its Unix socket; port 0 takes a free one.
        ldaps_port: where it also listens with TLS from the first byte.
        admin_uid: the local user who is the adapter when connecting through the Unix socket.
        tls: certificate and key; with them the LDAP port offers StartTLS.
        plaintext_beyond_loopback: allow listening beyond loopback without TLS (an isolated container network).
        adapter_password: lets the adapter sign in over the network as `cn=adapter,ou=iam,SUFFIX`.

    Raises:
        ValueError: a value makes no sense; the message names it.
    """

    data: Path
    suffix: str = "dc=example,dc=org"
    account_id: str | None = None
    ldap_host: str = "127.0.0.1"
    ldap_port: int = 0
    ldaps_port: int | None = None
    admin_uid: int = field(default_factory=os.getuid)
    tls: TlsFiles | None = None
    plaintext_beyond_loopback: bool = False
    adapter_password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        Suffix.parse(self.suffix)
        if self.account_id is not None and not _ACCOUNT_ID.fullmatch(self.account_id):
            raise ValueError(f"account id {self.account_id!r}: twelve digits are needed")
        if not _is_host(self.ldap_host):
            raise ValueError(f"{self.ldap_host!r} is neither a host name nor an address")
        if self.ldap_port not in _PORTS or (self.ldaps_port or 0) not in _PORTS:
            raise ValueError(f"ports go from 0 to {_PORTS[-1]}")
        if self.ldaps_port is not None and self.tls is None:
            raise ValueError("an ldaps port needs a certificate")
        if self.adapter_password is not None and len(self.adapter_password) not in _ADAPTER_PASSWORD_LENGTH:
            raise ValueError("the adapter's password needs 16 to 128 characters")
        if not (self.is_loopback or self.tls or self.plaintext_beyond_loopback):
            raise ValueError(
                f"{self.ldap_host} is reachable from outside: passwords would travel in clear text; give a certificate"
            )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        if self.ldap_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.ldap_host).is_loopback
        except ValueError:
            return False

    @property
    def url_host(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.ldap_host}]" if ":" in self.ldap_host else self.ldap_host


@dataclass(frozen=True, slots=True)
class SlapdConfiguration:
    """A configuration that has been rendered."""

    entries: tuple[ldif.Entry, ...]

    @property
    def text(self) -> str:
        """As LDIF, for `slapadd -n0`."""
        return ldif.serialise(self.entries)

    @property
    def fingerprint(self) -> str:
        """Changes with anything in it."""
        return _digest([self.text])

    @property
    def index_fingerprint(self) -> str:
        """Changes when indexes have to be built again."""
        indexes = (value.decode() for entry in self.entries for value in entry.values("olcDbIndex"))
        return _digest(sorted(indexes))


def render_configuration(config: ServerConfig, program: SlapdProgram, database: str) -> SlapdConfiguration:
    """Renders slapd's configuration.

    Args:
        database: the folder of the database, relative to the one that slapd runs in.

    Raises:
        SlapdError: the installation lacks a module.
    """
    folder = ldif_root() / "config"
    parameters = _parameters(config, program, database)
    rendered = {
        name: ldif.render((folder / f"{name}.ldif").read_text(encoding="utf-8"), parameters)
        for name in ("global", "modules", "schema", "database", "acl", "monitor")
    }
    server, schema_parent = rendered["global"]
    entries = [
        server,
        *_modules(rendered["modules"][0], program),
        schema_parent,
        *_standard_schema(program),
        *rendered["schema"],
        *(entry for entry in rendered["database"] if not _overlay(entry) & _missing(program)),
        *rendered["acl"],
        *(rendered["monitor"] if "monitor" in program.builtin else ()),
    ]
    return SlapdConfiguration(tuple(ldif.merge(entries)))


def _is_host(text: str) -> bool:
    if _HOST.fullmatch(text):
        return True
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _parameters(config: ServerConfig, program: SlapdProgram, database: str) -> dict[str, str | None]:
    suffix = Suffix.parse(config.suffix)
    tls = config.tls
    return {
        "suffix": str(suffix),
        "suffix_uri": suffix.uri,
        "suffix_regex": suffix.regex,
        "admin_uid": str(config.admin_uid),
        "database": database,
        "module_path": str(program.module_folder),
        "hash_module": program.password_hash.load,
        "hash_scheme": program.password_hash.scheme,
        # Beyond loopback a password is only taken over TLS; the Unix socket counts as 256 bits.
        "security": "simple_bind=112" if tls and not config.is_loopback else None,
        "tls_certificate": "tls/certificate.pem" if tls else None,
        "tls_key": "tls/key.pem" if tls else None,
        "tls_ca": "tls/ca.pem" if tls and tls.ca else None,
        "tls_verify_client": "never" if tls else None,
        "tls_minimum": "3.3" if tls else None,
    }


def _modules(template: ldif.Entry, program: SlapdProgram) -> list[ldif.Entry]:
    """The module list without what is compiled in; nothing when there is nothing left to load."""
    kept: list[tuple[str, bytes]] = []
    loads = 0
    for name, value in template.attributes:
        module = value.decode().split()[0]
        if name == "olcModuleLoad" and module.removeprefix("back_") in program.builtin:
            continue
        if name == "olcModuleLoad":
            if module in _missing(program):
                continue
            loads += 1
            if not program.has_module(module):
                raise SlapdError(
                    f"slapd's module {module} is missing in {program.module_folder or program.path}: install it"
                )
        kept.append((name, value))
    return [ldif.Entry(template.dn, tuple(kept))] if loads else []


def _missing(program: SlapdProgram) -> frozenset[str]:
    """The optional modules that this installation lacks."""
    return frozenset(name for name in _OPTIONAL_MODULES - program.builtin if not program.has_module(name))


def _overlay(entry: ldif.Entry) -> frozenset[str]:
    """The overlay that an entry sets up, by the name of its module."""
    return frozenset(value.decode().partition("}")[2] for value in entry.values("olcOverlay"))


def _standard_schema(program: SlapdProgram) -> list[ldif.Entry]:
    entries: list[ldif.Entry] = []
    for name in _STANDARD_SCHEMA:
        path = program.schema_folder / f"{name}.ldif"
        if not path.is_file():
            raise SlapdError(f"the standard schema {path} is missing: reinstall slapd")
        entries += ldif.parse(path.read_text(encoding="utf-8", errors="replace"))
    return [_with_empty_groups(entry) for entry in entries]


def _with_empty_groups(entry: ldif.Entry) -> ldif.Entry:
    return ldif.Entry(entry.dn, tuple((name, _relaxed(value)) for name, value in entry.attributes))


def _relaxed(value: bytes) -> bytes:
    text = value.decode()
    if "NAME 'groupOfNames'" not in text:
        return value
    words = " ".join(text.split())
    if _STRICT_GROUP not in words and "MUST cn" not in words:
        raise SlapdError("the installed core.ldif defines groupOfNames in a way that is not known here")
    return words.replace(_STRICT_GROUP, _RELAXED_GROUP).encode()


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
