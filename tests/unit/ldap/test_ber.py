"""BER elements are written, read, and refused when they are damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.ldap import ber, search
from adapter.ldap.search import Entry, Outcome


@given(st.integers(0, 255), st.one_of(st.binary(max_size=600), st.just(b"x" * 70_000)))
def test_an_element_comes_back(tag: int, content: bytes) -> None:
    encoded = ber.tlv(tag, content)
    found, start, end = ber.header(encoded, 0)
    assert (found, encoded[start:end], end) == (tag, content, len(encoded))


@given(st.integers(-(2**40), 2**40))
def test_a_number_comes_back(value: int) -> None:
    encoded = ber.integer(value)
    assert ber.number(encoded, *ber.header(encoded, 0)[1:]) == value


@pytest.mark.parametrize("damaged", [b"", b"\x30", b"\x30\x80", b"\x30\x82\x01", b"\x30\xff" + b"\x01" * 200])
def test_a_damaged_header_is_refused(damaged: bytes) -> None:
    with pytest.raises(ber.BerError):
        ber.header(damaged, 0)


def test_an_element_longer_than_its_holder_is_refused() -> None:
    with pytest.raises(ber.BerError):
        list(ber.children(b"\x04\x05ab", 0, 4))


ATTRIBUTES = st.dictionaries(
    st.text("abcdefghij", min_size=1, max_size=10), st.lists(st.binary(max_size=300), max_size=4), max_size=5
)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), ATTRIBUTES)
def test_an_entry_comes_back(dn: str, attributes: dict[str, list[bytes]]) -> None:
    listed = [
        ber.sequence(
            ber.tlv(ber.OCTETS, name.encode()),
            ber.sequence(*(ber.tlv(ber.OCTETS, value) for value in values), tag=ber.SET),
        )
        for name, values in attributes.items()
    ]
    operation = ber.sequence(ber.tlv(ber.OCTETS, dn.encode()), ber.sequence(*listed), tag=search.ENTRY)
    message = ber.sequence(ber.integer(7), operation)
    message_id, tag, start, _ = search.open_message(message)
    assert (message_id, tag) == (7, search.ENTRY)
    assert search.decode_entry(message, start) == Entry(dn, attributes)


def test_attribute_names_come_in_lower_case() -> None:
    listed = ber.sequence(ber.tlv(ber.OCTETS, b"displayName"), ber.sequence(ber.tlv(ber.OCTETS, b"Bob"), tag=ber.SET))
    message = ber.sequence(ber.tlv(ber.OCTETS, b"uid=bob"), ber.sequence(listed), tag=search.ENTRY)
    assert search.decode_entry(message, 2).attributes == {"displayname": [b"Bob"]}


def test_the_end_of_a_search_tells_result_and_controls() -> None:
    done = ber.sequence(
        ber.integer(4, tag=ber.ENUMERATED), ber.tlv(ber.OCTETS, b""), ber.tlv(ber.OCTETS, b"too many"), tag=search.DONE
    )
    control = ber.sequence(ber.tlv(ber.OCTETS, b"1.2.3"), ber.boolean(True), ber.tlv(ber.OCTETS, b"value"))
    message = ber.sequence(ber.integer(1), done, ber.sequence(control, tag=0xA0))
    _, _, start, end = search.open_message(message)
    assert search.decode_outcome(message, start, end) == Outcome(4, "too many", {"1.2.3": b"value"})
