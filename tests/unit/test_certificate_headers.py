"""Headers in which proxies hand client certificates on: each format is read, and nothing else is."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from adapter import Settings
from adapter.errors import InvalidClientTokenId
from tests.x509 import issue
from web.access.certificates import LONGEST, ClientCertificates, read_header
from web.access.proxies import AskingProxies

ISSUED = issue("reports")
DER = ISSUED.certificate.public_bytes(Encoding.DER)
BASE64 = base64.b64encode(DER).decode()
ESCAPED = quote(ISSUED.pem, safe="")
HASH = "Hash=" + "0a" * 32
FORMATS = {
    "RFC 9440": f":{BASE64}:",
    "Traefik, Caddy and HAProxy": BASE64,
    "nginx": ESCAPED,
    "Envoy": f'{HASH};Cert="{ESCAPED}"',
    "Envoy with its own name": f'By=spiffe://example.org/proxy;{HASH};Cert="{ESCAPED}"',
}
WRONG = {
    "two of RFC 9440": f":{BASE64}:, :{BASE64}:",
    "a parameter of RFC 9440": f":{BASE64}:;a=1",
    "two of Traefik's": f"{BASE64},{BASE64}",
    "two of nginx's": f"{ESCAPED},{ESCAPED}",
    "two in one of nginx's": ESCAPED + ESCAPED,
    "PEM that is not escaped": ISSUED.pem,
    "PEM whose escapes hide something": ESCAPED.replace("%0A", "%0A%00", 1),
    "a private key": quote(ISSUED.private_key, safe=""),
    "two elements of Envoy's": f'{HASH};Cert="{ESCAPED}",{HASH};Cert="{ESCAPED}"',
    "another certificate in Envoy's URI": f'{HASH};Cert="{ESCAPED}";URI=x;Cert="{ESCAPED}"',
    "a certificate in Envoy's URI alone": f'{HASH};URI=x;Cert="{ESCAPED}"',
    "a certificate in the name of Envoy's": f'By=x;Cert="{ESCAPED}";{HASH};Cert="{ESCAPED}"',
    "Envoy's without the certificate": HASH,
    "no certificate": "::",
    "wrong padding": ":AAAAA:",
    "a line feed at the end": f":{BASE64}:\n",
    "other digits": f":{BASE64}٣:",
    "too long a one": f":{'A' * LONGEST}:",
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_each_format_is_read(text: str) -> None:
    assert read_header(text) == DER


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_not_exactly_one_certificate_in_a_format_is_refused(text: str) -> None:
    with pytest.raises(InvalidClientTokenId):
        read_header(text)


@given(st.binary(min_size=1, max_size=4096))
def test_whatever_a_format_holds_comes_out_as_it_went_in(octets: bytes) -> None:
    text = base64.b64encode(octets).decode()
    pem = quote(f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n", safe="")
    for header in (f":{text}:", text, pem, f'{HASH};Cert="{pem}"'):
        assert read_header(header) == octets


PIECES = ["By=", "Hash=", HASH, "Cert=", "URI=", '"', ";", ",", ":", "%", "%0A", "=", BASE64, ESCAPED, "\\", "\n", " "]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_nothing_that_a_header_holds_does_more_than_be_refused(text: str) -> None:
    with suppress(InvalidClientTokenId):
        assert read_header(text)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.lists(st.sampled_from(PIECES), max_size=6))
def test_a_header_with_a_comma_is_never_read(before: str, after: list[str]) -> None:
    with pytest.raises(InvalidClientTokenId):
        read_header(",".join([before, *after, ""]))


PROXIES = AskingProxies(["10.0.0.1/32", "fd00::/64"])


def request(text: str = FORMATS["RFC 9440"], **more: Any) -> dict[str, Any]:
    return {"REMOTE_ADDR": "10.0.0.1", "HTTP_CLIENT_CERT": text, **more}


def test_a_proxy_is_believed() -> None:
    assert ClientCertificates("Client-Cert", PROXIES).shown(request()) == DER


@pytest.mark.parametrize("address", ["10.0.0.2", "::1", "", "unix:", "fd00:0:0:1::1"])
def test_nobody_else_is(address: str) -> None:
    with pytest.raises(InvalidClientTokenId):
        ClientCertificates("Client-Cert", PROXIES).shown(request(REMOTE_ADDR=address))


def test_who_is_connected_counts_and_not_for_whom_they_say_they_speak() -> None:
    original = {"REMOTE_ADDR": "192.0.2.1"}
    with pytest.raises(InvalidClientTokenId):
        ClientCertificates("Client-Cert", PROXIES).shown(request(**{"werkzeug.proxy_fix.orig": original}))


def test_without_proxies_nobody_is_believed() -> None:
    with pytest.raises(InvalidClientTokenId):
        ClientCertificates("Client-Cert", AskingProxies([])).shown(request())


@pytest.mark.parametrize("sent", [{}, {"HTTP_CLIENT_CERT": ""}])
def test_a_request_without_a_certificate_has_none(sent: dict[str, Any]) -> None:
    assert ClientCertificates("Client-Cert", PROXIES).shown({"REMOTE_ADDR": "192.0.2.1", **sent}) is None


def test_where_no_header_is_chosen_none_means_anything() -> None:
    for name in ("HTTP_CLIENT_CERT", "HTTP_"):
        assert ClientCertificates("", PROXIES).shown(request(**{name: FORMATS["nginx"]})) is None


def test_the_header_comes_from_the_environment_and_is_none_unless_it_is_said() -> None:
    assert Settings.from_env({"BINDERY_DATA": "/x"}).client_certificate_header == ""
    said = {"BINDERY_DATA": "/x", "BINDERY_CLIENT_CERTIFICATE_HEADER": " ClientCert "}
    assert Settings.from_env(said).client_certificate_header == "ClientCert"


@pytest.mark.parametrize("name", ["Client_Cert", "Client Cert", "Client-Cert:", "*", "Zertifikät", "a\nb"])
def test_what_can_t_be_the_name_of_one_header_alone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="^BINDERY_CLIENT_CERTIFICATE_HEADER is "):
        Settings.from_env({"BINDERY_DATA": "/x", "BINDERY_CLIENT_CERTIFICATE_HEADER": name})
