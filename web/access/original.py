"""The request that a proxy asks about, as its headers tell it; what can be read in two ways is none."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from adapter.sites import METHODS
from adapter.wsgi import METHOD_OVERRIDES

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_USUAL_PORTS: Final = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Original:
    """The request that a proxy asks about.

    Attributes:
        sent_host: as its client wrote it, and signed it; `host` is what sites are known by.
        address: of its client.
        only_reads: it changes nothing and opens nothing that could.
    """

    method: str
    scheme: str
    sent_host: str
    path: str
    query: str
    address: str
    only_reads: bool

    @property
    def host(self) -> str:
        """In lower case, without the usual port."""
        return _without_usual_port(self.scheme, self.sent_host.lower())

    @property
    def url(self) -> str:
        """The address that its client asked for."""
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    def is_of_its_site(self, sender: str) -> bool:
        """Whether the address of a page (or an origin) is of the same scheme and host."""
        try:
            parts = urlsplit(sender)
        except ValueError:
            return False
        return (parts.scheme, _without_usual_port(self.scheme, parts.netloc.lower())) == (self.scheme, self.host)


def read_original(headers: Headers) -> Original | None:
    """The original request; None when something is missing, makes no sense or is told twice, each time differently."""
    method, scheme = headers.get("X-Forwarded-Method", ""), headers.get("X-Forwarded-Proto", "")
    host, target = headers.get("X-Forwarded-Host", ""), headers.get("X-Forwarded-Uri", "")
    address = _client(headers)
    if method not in METHODS or scheme not in _USUAL_PORTS or "#" in target or not address:
        return None
    path, _, query = target.partition("?")
    only_reads = method in _SAFE and "Sec-WebSocket-Key" not in headers
    original = Original(method, scheme, host, path, query, address, only_reads)
    return original if _tells_the_same(headers, original, target) else None


def _without_usual_port(scheme: str, host: str) -> str:
    name, _, port = host.partition(":")
    return name if port == _USUAL_PORTS[scheme] else host


def _client(headers: Headers) -> str:
    """The address of the client: the last one that X-Forwarded-For names, which is what the proxy itself saw."""
    text = headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        found = ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        # Policies would not know 10.0.0.1 again, were it written as ::ffff:10.0.0.1; a zone is one machine's own.
        return "" if found.scope_id else str(found.ipv4_mapped or found)
    return str(found)


_MORE: Final = (
    ("X-Original-Method", *METHOD_OVERRIDES),
    ("X-Original-Uri", "X-Original-Url", "X-Rewrite-Url", "X-Envoy-Original-Path"),
    ("X-Original-Host", "X-Host", "X-HTTP-Host-Override"),
)
"""Headers by which some services take a request for another one than it is: another method, address, host."""


def _tells_the_same(headers: Headers, original: Original, target: str) -> bool:
    sent_to = f"{original.scheme}://{original.sent_host}{target}"
    told = ({original.method}, {target, sent_to, original.path}, {original.sent_host, original.host})
    return all(
        headers[name] in same for names, same in zip(_MORE, told, strict=True) for name in names if name in headers
    )
