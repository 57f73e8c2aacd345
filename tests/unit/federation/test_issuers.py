"""Asking providers for their keys: a real one on the loopback interface, with all that can go wrong."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapter.federation.addresses import Guard
from adapter.federation.fetching import LARGEST, Fetcher, Unreachable
from adapter.federation.issuers import MINUTE, IssuerKeys
from tests.certificates import Pair, make_pair
from tests.oidc_provider import LOOPBACK, OidcProvider, authority, oidc_provider, server_certificate

CONFIGURATION = "/realms/test/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def ca() -> Pair:
    return authority()


@pytest.fixture
def provider(tmp_path: Path, ca: Pair) -> Iterator[OidcProvider]:
    with oidc_provider(tmp_path, server_certificate(ca)) as found:
        yield found


@pytest.fixture
def fetcher(tmp_path: Path, ca: Pair) -> Iterator[Fetcher]:
    file = tmp_path / "ca.pem"
    file.write_bytes(ca.pem)
    found = Fetcher(Guard(LOOPBACK), file)
    yield found
    found.close()


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuers(fetcher: Fetcher, clock: Clock) -> IssuerKeys:
    return IssuerKeys(fetcher, clock)


def kids(issuers: IssuerKeys, provider: OidcProvider, key_id: str | None = "first") -> list[str | None]:
    return [key.kid for key in issuers.keys(provider.name, (), key_id)]


def test_keys_are_found_through_the_discovery_document(issuers: IssuerKeys, provider: OidcProvider) -> None:
    assert kids(issuers, provider) == ["first"]
    assert provider.asked == [CONFIGURATION, "/keys"]


def test_keys_are_kept(issuers: IssuerKeys, provider: OidcProvider, clock: Clock) -> None:
    kids(issuers, provider)
    clock.now += 3599
    kids(issuers, provider)
    assert len(provider.asked) == 2
    clock.now += 2
    kids(issuers, provider)
    assert len(provider.asked) == 4


@pytest.mark.parametrize(
    ("header", "seconds"), [("max-age=7200", 7200), ("public, max-age=1", 300), ("max-age=x", 3600)]
)
def test_the_provider_says_for_how_long_within_limits(
    issuers: IssuerKeys, provider: OidcProvider, clock: Clock, header: str, seconds: int
) -> None:
    keys = provider.answers["/keys"]
    provider.answers["/keys"] = lambda: (200, {"Cache-Control": header}, keys()[2])
    kids(issuers, provider)
    clock.now += seconds - 1
    kids(issuers, provider)
    assert len(provider.asked) == 2
    clock.now += 2
    kids(issuers, provider)
    assert len(provider.asked) == 4


def test_an_unknown_key_is_looked_for_at_most_once_a_minute(
    issuers: IssuerKeys, provider: OidcProvider, clock: Clock
) -> None:
    kids(issuers, provider)
    provider.rotate("second")
    assert kids(issuers, provider, "second") == ["first"]
    clock.now += MINUTE
    assert kids(issuers, provider, "second") == ["second"]
    asked = len(provider.asked)
    for _ in range(20):
        assert kids(issuers, provider, "made up") == ["second"]
    assert len(provider.asked) == asked


def test_keys_outlive_a_provider_that_is_down_for_a_day(
    issuers: IssuerKeys, provider: OidcProvider, clock: Clock
) -> None:
    kids(issuers, provider)
    provider.answers["/keys"] = lambda: (503, {}, b"")
    clock.now += 23 * 3600
    assert kids(issuers, provider) == ["first"]
    clock.now += 2 * 3600
    with pytest.raises(Unreachable, match="status 503"):
        kids(issuers, provider)


def test_a_provider_that_is_down_is_left_alone_for_a_while(
    issuers: IssuerKeys, provider: OidcProvider, clock: Clock
) -> None:
    configuration = provider.answers.pop(CONFIGURATION)
    for _ in range(5):
        with pytest.raises(Unreachable, match="status 404"):
            kids(issuers, provider)
    assert len(provider.asked) == 1
    provider.answers[CONFIGURATION] = configuration
    clock.now += 11
    assert kids(issuers, provider) == ["first"]


def test_a_redirect_is_not_followed(issuers: IssuerKeys, provider: OidcProvider) -> None:
    provider.answers["/keys"] = lambda: (302, {"Location": f"{provider.origin}/elsewhere"}, b"")
    with pytest.raises(Unreachable, match="status 302"):
        kids(issuers, provider)
    assert "/elsewhere" not in provider.asked


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"{}", "names another issuer"),
        (b" " * (LARGEST + 1), "longer than"),
    ],
)
def test_a_discovery_document_that_can_t_be_used_is_refused(
    issuers: IssuerKeys, provider: OidcProvider, body: bytes, told: str
) -> None:
    provider.answers[CONFIGURATION] = lambda: (200, {}, body)
    with pytest.raises(Unreachable, match=told):
        kids(issuers, provider)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://localhost/keys", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https://169.254.169.254/latest/meta-data", "not a public address"),
        ("https://nothing.invalid/keys", "has no address"),
        ("https://[::1", "IPv6"),
        (5, "does not say where"),
    ],
)
def test_keys_are_only_read_where_they_may_be(
    issuers: IssuerKeys, provider: OidcProvider, address: object, told: str
) -> None:
    document = {"issuer": provider.url, "jwks_uri": address}
    provider.answers[CONFIGURATION] = lambda: provider.json(document)
    with pytest.raises(Unreachable, match=told):
        kids(issuers, provider)


def test_a_provider_without_usable_keys_is_refused(issuers: IssuerKeys, provider: OidcProvider) -> None:
    provider.answers["/keys"] = lambda: provider.json({"keys": []})
    with pytest.raises(Unreachable, match="no key"):
        kids(issuers, provider)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, fetcher: Fetcher, clock: Clock) -> None:
    with oidc_provider(tmp_path, server_certificate(None)) as provider:
        with pytest.raises(Unreachable, match="certificate verify failed"):
            kids(IssuerKeys(fetcher, clock), provider)
        assert provider.asked == []


def test_a_thumbprint_stands_in_for_an_authority(tmp_path: Path, fetcher: Fetcher, clock: Clock) -> None:
    own = server_certificate(None)
    with oidc_provider(tmp_path, own) as provider:
        issuers = IssuerKeys(fetcher, clock)
        with pytest.raises(Unreachable, match="[Ff]ingerprint"):
            issuers.keys(provider.name, ("0" * 40,), "first")
        assert issuers.keys(provider.name, ("0" * 40, own.thumbprint), "first")


def test_a_certificate_for_another_host_is_refused(tmp_path: Path, ca: Pair, fetcher: Fetcher, clock: Clock) -> None:
    with oidc_provider(tmp_path, make_pair("other", ca, ("other.example.com",))) as provider:
        with pytest.raises(Unreachable, match="localhost"):
            kids(IssuerKeys(fetcher, clock), provider)
        assert provider.asked == []


def test_the_loopback_interface_is_not_asked_unless_it_is_allowed(provider: OidcProvider) -> None:
    closed = Fetcher(Guard())
    with pytest.raises(Unreachable, match="not a public address"):
        closed.document(f"{provider.url}/.well-known/openid-configuration")
    closed.close()
    assert provider.asked == []


def test_a_provider_s_thumbprint_is_that_of_its_own_certificate(
    tmp_path: Path, ca: Pair, fetcher: Fetcher, clock: Clock
) -> None:
    own = server_certificate(ca)
    with oidc_provider(tmp_path, own) as provider:
        assert IssuerKeys(fetcher, clock).thumbprint(provider.name) == own.thumbprint


@pytest.mark.parametrize(
    "noise", [b"not HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, b"", b"\x00" * 10]
)
def test_what_does_not_speak_http_is_told(tmp_path: Path, ca: Pair, fetcher: Fetcher, noise: bytes) -> None:
    with speaking(noise, server_certificate(ca).write(tmp_path)) as url, pytest.raises(Unreachable):
        fetcher.document(url)


def test_a_provider_that_takes_its_time_is_given_up(tmp_path: Path, ca: Pair, fetcher: Fetcher) -> None:
    drip = itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X: y\r\n"))
    with speaking(drip, server_certificate(ca).write(tmp_path)) as url, pytest.raises(Unreachable):
        fetcher.document(url)


@contextmanager
def speaking(noise: bytes | Iterator[bytes], certificate: Path) -> Iterator[str]:
    """A TLS server that says something to the first who connects, whatever is asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                for piece in [noise] if isinstance(noise, bytes) else noise:
                    connection.sendall(piece)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}/"
        thread.join(timeout=10)


def test_a_port_where_nobody_listens_is_told(fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        fetcher.document("https://localhost:1/")
