"""Client certificates as proxies hand them on that have ended TLS, and seen who has the private key.

The proxy is believed without a word, so it has to be one of `BINDERY_ASKING_PROXIES` and has to set the header itself:
whoever can send it is whoever they like.

Source: RFC 9440 (Client-Cert); nginx, `$ssl_client_escaped_cert`; Traefik, PassTLSClientCert; Envoy,
"x-forwarded-client-cert".
"""

from __future__ import annotations

import base64
import logging
import re
from typing import Final
from urllib.parse import unquote

from adapter.errors import InvalidClientTokenId
from adapter.wsgi import Environ
from web.access.proxies import AskingProxies, peer

_log = logging.getLogger(__name__)

LONGEST: Final = 16 * 1024
"""Characters of a header that is read; IAM keeps no longer certificates."""
_UNREADABLE: Final = "The client certificate that the proxy hands on can't be read."
_BASE64: Final = r"([A-Za-z0-9+/]+={0,2})"
_ESCAPED_PEM: Final = (
    "-----BEGIN%20CERTIFICATE-----((?:[A-Za-z0-9+/=]|%0A|%2B|%2F|%3D)+)-----END%20CERTIFICATE-----(?:%0A)?"
)
_FORMATS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        f":{_BASE64}:",  # RFC 9440
        _BASE64,  # Traefik, Caddy, HAProxy
        _ESCAPED_PEM,  # nginx
        # Envoy. It escapes nothing in the fields that repeat what the client has written into its certificate (URI,
        # DNS), which could pretend to be another field: with these it is not read.
        f'(?:By=[^;,"]*;)?Hash=[0-9a-f]{{64}};Cert="{_ESCAPED_PEM}"',
    )
)
"""No text is of two formats, and none holds two certificates: a header that came twice has a comma in it."""


class ClientCertificates:
    """Takes certificates from requests.

    Args:
        header: that proxies hand them on in; empty when mutual TLS is not wanted, and the header means nothing.
        proxies: those that are believed.
    """

    def __init__(self, header: str, proxies: AskingProxies) -> None:
        self._name = header
        self._key = f"HTTP_{header.upper().replace('-', '_')}"
        self._proxies = proxies

    def shown(self, environ: Environ) -> bytes | None:
        """The certificate (DER) that was shown for a request (WSGI); None when none was.

        Raises:
            InvalidClientTokenId: it can't be read, or does not come from a proxy that is believed.
        """
        text = environ.get(self._key, "") if self._name else ""
        if not text:
            return None
        if not self._proxies.sent(environ):
            _log.warning("%s sends %s and is none of BINDERY_ASKING_PROXIES", peer(environ), self._name)
            raise InvalidClientTokenId("A client certificate is only taken from a proxy that the operator has named.")
        return read_header(text)


def read_header(text: str) -> bytes:
    """The certificate (DER) in a header.

    Raises:
        InvalidClientTokenId: there is none in it, more than one, or too long a one.
    """
    matches = (pattern.fullmatch(text) for pattern in _FORMATS if len(text) <= LONGEST)
    found = next((match for match in matches if match), None)
    if found is None:
        raise InvalidClientTokenId(_UNREADABLE)
    try:
        return base64.b64decode(unquote(found[1]).replace("\n", ""), validate=True)
    except ValueError as error:
        raise InvalidClientTokenId(_UNREADABLE) from error
