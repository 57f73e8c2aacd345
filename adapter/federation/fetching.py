"""Reading JSON documents of identity providers over HTTPS, with limits on everything.

urllib3 is used because botocore brings it along, and because it can be told which network address to connect to and
which host name the certificate has to be for: between the check of an address and its use nothing is looked up again.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from adapter.federation.addresses import Guard, UnusableAddress, host_and_port

T = TypeVar("T")

SECONDS: Final = 5.0
"""How long one document may take, name look-up included."""
LARGEST: Final = 256 * 1024
_PATIENCE: Final = 3.0
_PIECE: Final = 16 * 1024
_AT_ONCE: Final = 8
_OK: Final = 200
_TLS_ERRORS: Final = (SSLError, ssl.SSLError)
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Bindery"}


class Unreachable(Exception):
    """An identity provider does not answer, or not as it has to; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a provider has answered.

    Attributes:
        max_age: for how many seconds it is good, where the provider says so.
    """

    content: dict[str, Any]
    max_age: int | None


class Fetcher:
    """Asks identity providers.

    Args:
        guard: knows which addresses may be asked.
        ca_file: certificate authorities beside the system's.
    """

    def __init__(self, guard: Guard, ca_file: Path | None = None) -> None:
        self._guard = guard
        self._ca_file = ca_file
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="federation")

    def document(self, url: str, thumbprints: Sequence[str] = ()) -> Document:
        """The JSON object at an address; redirects are not followed.

        Args:
            url: the address.
            thumbprints: SHA-1 of certificates that are good for this provider although no authority vouches for them.

        Raises:
            Unreachable: there is none to be had.
        """
        return self._in_time(lambda: self._document(url, thumbprints))

    def thumbprint(self, url: str) -> str:
        """SHA-1 of a provider's own certificate, for which a certificate authority vouches.

        Raises:
            Unreachable: there is none to be had.
        """
        return self._in_time(lambda: self._try_each(url, None, _thumbprint))

    def close(self) -> None:
        """Lets go of the threads."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _in_time(self, work: Callable[[], T]) -> T:
        """Does it in another thread: name look-ups and TLS handshakes know no limit for the whole of them."""
        try:
            return self._workers.submit(work).result(SECONDS)
        except TooLate as error:
            raise Unreachable(f"there was no answer within {SECONDS:.0f} seconds") from error
        except (ValueError, HTTPError, HTTPException, OSError) as error:
            raise Unreachable(str(error)) from error

    def _document(self, url: str, thumbprints: Sequence[str]) -> Document:
        target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"

        def ask(connection: HTTPSConnection) -> Document:
            connection.request("GET", target, headers=_HEADERS | {"Host": urlsplit(url).netloc}, preload_content=False)
            return _read(connection.getresponse())

        for thumbprint in (None, *thumbprints):
            try:
                return self._try_each(url, thumbprint, ask)
            except _TLS_ERRORS as error:
                refusal = error
        raise refusal

    def _try_each(self, url: str, thumbprint: str | None, work: Callable[[HTTPSConnection], T]) -> T:
        """Connects to the first of a host's addresses that takes connections."""
        host, port = host_and_port(url)
        addresses = self._guard.addresses(host, port)
        for address in addresses:
            with closing(self._connection(address, port, host, thumbprint)) as connection:
                try:
                    connection.connect()
                except _TLS_ERRORS:
                    raise
                except (HTTPError, OSError):
                    if address == addresses[-1]:
                        raise
                    continue
                return work(connection)
        raise UnusableAddress(f"{host} has no address")

    def _connection(self, address: str, port: int, host: str, thumbprint: str | None) -> HTTPSConnection:
        context = ssl.create_default_context()
        if self._ca_file:
            context.load_verify_locations(self._ca_file)
        if thumbprint is not None:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return HTTPSConnection(
            address,
            port,
            timeout=_PATIENCE,
            ssl_context=context,
            server_hostname=host,
            assert_hostname=host if thumbprint is None else False,
            assert_fingerprint=thumbprint,
        )


def _read(response: BaseHTTPResponse) -> Document:
    if response.status != _OK:
        raise Unreachable(f"the answer has status {response.status}")
    end = time.monotonic() + SECONDS
    body = bytearray()
    for piece in response.stream(_PIECE, decode_content=False):
        body += piece
        if len(body) > LARGEST:
            raise Unreachable(f"the answer is longer than {LARGEST} bytes")
        if time.monotonic() > end:
            raise Unreachable("the answer takes too long")
    try:
        content = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise Unreachable("the answer is not JSON") from error
    if not isinstance(content, dict):
        raise Unreachable("the answer is not a JSON object")
    return Document(content, _max_age(response.headers.get("Cache-Control", "")))


def _max_age(header: str) -> int | None:
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isascii() and value.isdigit():
            return int(value[:9])
    return None


def _thumbprint(connection: HTTPSConnection) -> str:
    certificate = connection.sock.getpeercert(binary_form=True) if isinstance(connection.sock, ssl.SSLSocket) else None
    if certificate is None:
        raise Unreachable("the provider shows no certificate")
    return hashlib.sha1(certificate, usedforsecurity=False).hexdigest()
