"""Metadata documents of SAML providers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from hypothesis import given
from hypothesis import strategies as st

from adapter.federation.metadata import UnusableMetadata, read_metadata
from tests.certificates import make_pair
from tests.saml_provider import ENTITY, metadata

PAIR = make_pair("idp")
GOOD = metadata(PAIR)
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def test_a_document_tells_who_signs_with_what() -> None:
    found = read_metadata(GOOD)
    assert (found.entity_id, found.certificates, found.valid_until) == (ENTITY, (PAIR.certificate,), None)


def test_several_certificates_are_all_good_and_those_for_encryption_none() -> None:
    other, encrypting = make_pair("next"), make_pair("encrypting")
    both = metadata(PAIR, other, use="")
    assert read_metadata(both).certificates == (PAIR.certificate, other.certificate)
    descriptor = f"<md:KeyDescriptor{metadata(encrypting).partition('<md:KeyDescriptor')[2].partition('<md:Single')[0]}"
    mixed = GOOD.replace("<md:SingleSign", descriptor.replace("signing", "encryption") + "<md:SingleSign")
    assert read_metadata(mixed).certificates == (PAIR.certificate,)
    with pytest.raises(UnusableMetadata, match="no certificate"):
        read_metadata(metadata(encrypting, use=' use="encryption"'))


def test_the_earliest_end_counts() -> None:
    text = metadata(PAIR, more=' validUntil="2030-01-01T00:00:00Z"')
    assert read_metadata(text).valid_until == datetime(2030, 1, 1, tzinfo=UTC)
    earlier = text.replace("<md:IDPSSODescriptor", '<md:IDPSSODescriptor validUntil="2029-06-01T02:00:00+02:00"')
    assert read_metadata(earlier).valid_until == datetime(2029, 6, 1, tzinfo=UTC)


def test_an_expired_certificate_is_accepted_as_with_aws() -> None:
    old = make_pair("old", days=-1)
    assert read_metadata(metadata(old)).certificates == (old.certificate,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "could not be parsed"),
        ("<md:EntityDescriptor", "could not be parsed"),
        (GOOD.replace("<md:Entity", BOMB + "<md:Entity", 1), "could not be parsed"),
        (GOOD.replace("<md:Entity", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><md:Entity', 1), "could not be parsed"),
        ("<a>" * 5000 + "</a>" * 5000, "could not be parsed"),
        (GOOD + " " * 900_000, "longer than"),
        (GOOD.replace("EntityDescriptor", "EntitiesDescriptor"), "EntityDescriptor"),
        (GOOD.replace(f'entityID="{ENTITY}"', ""), "entityID"),
        (GOOD.replace(ENTITY, "x" * 1025), "entityID"),
        (GOOD.replace("IDPSSODescriptor", "SPSSODescriptor"), "IDPSSODescriptor"),
        (GOOD.replace("SAML:2.0:protocol", "SAML:1.1:protocol"), "IDPSSODescriptor"),
        (GOOD.replace(PAIR.base64[:20], "!" * 20), "certificates could not be parsed"),
        (GOOD.replace(PAIR.base64, "AAAA"), "certificates could not be parsed"),
        (metadata(), "no certificate"),
        (metadata(*[make_pair(f"idp {number}") for number in range(11)]), "more than 10"),
        (metadata(PAIR, more=' validUntil="soon"'), "could not be parsed"),
        ("\ud800" + GOOD, "could not be parsed"),
    ],
)
def test_a_document_that_can_t_be_used_is_refused(text: str, told: str) -> None:
    with pytest.raises(UnusableMetadata, match=told):
        read_metadata(text)


def test_a_key_of_another_kind_is_refused() -> None:
    for key in (dsa.generate_private_key(2048), rsa.generate_private_key(65537, 1024)):
        text = metadata(make_pair("idp", key=key))  # type: ignore[arg-type]
        if isinstance(key, rsa.RSAPrivateKey):
            assert read_metadata(text).certificates
        else:
            with pytest.raises(UnusableMetadata, match="no RSA key"):
                read_metadata(text)


@given(st.text(max_size=300) | st.text(alphabet="<>/&;!?=\"' abmd:xmlns", max_size=300))
def test_any_text_is_refused_quietly(text: str) -> None:
    with pytest.raises(UnusableMetadata):
        read_metadata(text)


@given(st.integers(0, len(GOOD.rstrip())), st.text(max_size=8))
def test_a_damaged_document_is_read_or_refused(position: int, noise: str) -> None:
    try:
        found = read_metadata(GOOD[:position] + noise + GOOD[position + len(noise) :])
    except UnusableMetadata:
        return
    assert found.certificates
