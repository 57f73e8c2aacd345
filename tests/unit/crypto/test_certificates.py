"""Certificates in PEM: one at a time, chains in order, keys that fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.certificates import (
    BrokenChain,
    UnreadableCertificate,
    UnreadableKey,
    check_chain,
    read_certificate,
)
from tests.x509 import Issued, issue

TOP = issue("top")
MIDDLE = issue("middle", by=TOP)
SITE = issue("www.example.org", by=MIDDLE)


def test_a_certificate_has_one_form_whatever_space_is_around_it() -> None:
    assert read_certificate(f"\n\n{SITE.pem}\n").pem == read_certificate(SITE.pem.strip()).pem == SITE.pem.strip()


def test_a_certificate_tells_its_dates() -> None:
    certificate = read_certificate(SITE.pem)
    assert certificate.not_before == SITE.certificate.not_valid_before_utc
    assert certificate.not_after == SITE.certificate.not_valid_after_utc


@pytest.mark.parametrize("text", ["", SITE.pem + TOP.pem, f"x\n{SITE.pem}", SITE.private_key])
def test_more_or_less_than_one_certificate_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCertificate):
        read_certificate(text)


@given(st.text(max_size=300))
def test_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    for hostile in (text, f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"):
        with pytest.raises(UnreadableCertificate):
            read_certificate(hostile)


@given(st.integers(100, 400), st.integers(0, 63))
def test_a_damaged_certificate_is_read_or_refused_and_nothing_else_happens(place: int, letter: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = SITE.pem[:place] + alphabet[letter] + SITE.pem[place + 1 :]
    try:
        read_certificate(text)
    except UnreadableCertificate:
        return


def test_a_key_belongs_to_its_own_certificate() -> None:
    certificate = read_certificate(SITE.pem)
    assert certificate.belongs_to(SITE.private_key)
    assert not certificate.belongs_to(TOP.private_key)


@given(st.text(max_size=100))
def test_other_text_is_no_key(text: str) -> None:
    with pytest.raises(UnreadableKey):
        read_certificate(SITE.pem).belongs_to(text)


@pytest.mark.parametrize("chain", [[MIDDLE], [MIDDLE, TOP]], ids=["without its end", "whole"])
def test_a_chain_in_order_is_accepted(chain: list[Issued]) -> None:
    check_chain(read_certificate(SITE.pem), "".join(each.pem for each in chain))


@pytest.mark.parametrize(
    ("chain", "index"),
    [([TOP, MIDDLE], 0), ([SITE], 0), ([MIDDLE, issue("top")], 1)],
    ids=["turned", "itself", "false"],
)
def test_a_chain_says_where_it_breaks(chain: list[Issued], index: int) -> None:
    with pytest.raises(BrokenChain) as caught:
        check_chain(read_certificate(SITE.pem), "".join(each.pem for each in chain))
    assert caught.value.index == index


def test_a_chain_is_made_of_certificates() -> None:
    for text in ("nonsense", MIDDLE.pem + "nonsense", ""):
        with pytest.raises(UnreadableCertificate):
            check_chain(read_certificate(SITE.pem), text)
