"""What a proxy's headers may say, whoever has had a hand in them."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from adapter.sites import METHODS
from web.access.original import Original, read_original

GOOD = {"Method": "GET", "Proto": "https", "Host": "portal.example.org", "Uri": "/a?b=c", "For": "198.51.100.7"}
OTHERS = ["X-Original-Method", "X-HTTP-Method-Override", "X-Original-Url", "X-Rewrite-Url", "X-Original-Host", "X-Host"]
_OCTETS = st.text(st.characters(max_codepoint=255), max_size=40)


def _read(more: dict[str, str] | None = None, **told: str) -> Original | None:
    headers = {f"X-Forwarded-{name}": value for name, value in {**GOOD, **told}.items()} | (more or {})
    return read_original(
        Headers({name: value for name, value in headers.items() if "\n" not in value and "\r" not in value})
    )


def test_a_request_is_what_the_proxy_says() -> None:
    assert _read() == Original("GET", "https", "portal.example.org", "/a", "b=c", "198.51.100.7", only_reads=True)


@given(st.ip_addresses(), st.lists(_OCTETS, max_size=2))
def test_the_address_is_the_last_one_in_its_usual_spelling(address: object, before: list[str]) -> None:
    found = _read(For=",".join([*before, f" {str(address).upper()} "]))
    if found is not None:
        meant = ip_address(str(address))
        mapped = meant.ipv4_mapped if isinstance(meant, IPv6Address) else None
        assert found.address == str(mapped or meant)


@given(_OCTETS)
@example("1.2.3.4:80")
@example("[::1]")
@example("::1%lo")
@example("1.2.3.4,")
@example("01.2.3.4")
@example("\u00b9.1.1.1")
def test_what_is_no_address_is_not_told_in_full(text: str) -> None:
    found = _read(For=text)
    assert found is None or str(ip_address(found.address)) == found.address
    assert found is None or found.address == text.rpartition(",")[2].strip().lower() or "::ffff:" in text.lower()


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, _OCTETS)))
def test_what_makes_no_sense_is_no_request(told: dict[str, str]) -> None:
    found = _read(**told)
    if found is not None:
        assert found.method in METHODS
        assert found.scheme in {"http", "https"}
        assert "#" not in found.path + found.query
        assert found.path + (f"?{found.query}" if found.query else "") == {**GOOD, **told}["Uri"].removesuffix("?")


@given(st.sampled_from(OTHERS), _OCTETS)
def test_what_contradicts_the_proxy_is_refused(name: str, value: str) -> None:
    same = {"GET", "/a?b=c", "/a", "https://portal.example.org/a?b=c", "portal.example.org"}
    assert (_read({name: value}) is None) or value in same or "\n" in value or "\r" in value


@given(st.sampled_from(["80", "443", "8443", "", "0443", "443 ", "443:443"]), st.sampled_from(["http", "https"]))
def test_one_usual_port_is_left_out_and_nothing_else(port: str, scheme: str) -> None:
    found = _read(Host=f"Portal.example.org:{port}", Proto=scheme)
    usual = (scheme, port) in {("http", "80"), ("https", "443")}
    assert found
    assert found.host == ("portal.example.org" if usual else f"portal.example.org:{port}".lower())


@given(_OCTETS)
@example("https://portal.example.org@evil.example.org/")
@example("https://portal.example.org.evil.example.org/")
@example("https://portal.example.org:8443/")
@example("http://portal.example.org/")
@example("//portal.example.org/")
@example("https://[")
def test_no_other_page_is_of_the_site(sender: str) -> None:
    found = _read()
    assert found
    assert found.is_of_its_site("https://portal.example.org")
    assert found.is_of_its_site("https://PORTAL.example.org:443/x?y#z")
    assert not found.is_of_its_site(sender)
