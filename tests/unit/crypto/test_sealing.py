"""Sealed values: what opens them and what doesn't."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.sealing import BrokenSeal, Keyring, MasterKey, SealingError, UnknownKey

OWNER = "AIDAEXAMPLEEXAMPLE234"
ATTRIBUTE = "iamSealedSecret"
RING = Keyring(MasterKey(bytes(range(32))))


@given(st.binary(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_what_is_sealed_opens_again(plaintext: bytes, owner: str, attribute: str) -> None:
    assert RING.open_sealed(RING.seal(plaintext, owner, attribute), owner, attribute) == plaintext


@pytest.mark.parametrize(
    ("owner", "attribute"),
    [
        ("AIDAOTHEROTHEROTHER22", ATTRIBUTE),
        (OWNER, "iamSealedSeed"),
        (OWNER[:-1], OWNER[-1] + ATTRIBUTE),
        ("", OWNER + ATTRIBUTE),
    ],
)
def test_a_sealed_value_opens_for_its_owner_and_attribute_only(owner: str, attribute: str) -> None:
    with pytest.raises(BrokenSeal):
        RING.open_sealed(RING.seal(b"secret", OWNER, ATTRIBUTE), owner, attribute)


@given(st.data())
def test_a_changed_byte_breaks_the_seal(data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(b"a secret access key", OWNER, ATTRIBUTE))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealingError):
        RING.open_sealed(bytes(sealed), OWNER, ATTRIBUTE)


@given(st.binary(max_size=80))
def test_any_other_bytes_are_no_sealed_value(sealed: bytes) -> None:
    with pytest.raises(SealingError):
        RING.open_sealed(sealed, OWNER, ATTRIBUTE)


def test_a_value_cut_short_is_no_sealed_value() -> None:
    sealed = RING.seal(b"", OWNER, ATTRIBUTE)
    for length in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            RING.open_sealed(sealed[:length], OWNER, ATTRIBUTE)


def test_the_same_value_is_never_sealed_the_same_way() -> None:
    assert len({RING.seal(b"secret", OWNER, ATTRIBUTE) for _ in range(100)}) == 100


def test_a_sealed_value_does_not_show_the_plaintext() -> None:
    assert b"secret" not in RING.seal(b"secret", OWNER, ATTRIBUTE)


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old, new = MasterKey.generate(), MasterKey.generate()
    before = Keyring(old).seal(b"secret", OWNER, ATTRIBUTE)
    rotated = Keyring(new, old)
    assert rotated.open_sealed(before, OWNER, ATTRIBUTE) == b"secret"
    assert not rotated.is_current(before)
    after = rotated.seal(b"secret", OWNER, ATTRIBUTE)
    assert rotated.is_current(after)
    assert Keyring(new).open_sealed(after, OWNER, ATTRIBUTE) == b"secret"


def test_without_its_key_a_value_stays_shut_and_the_error_names_the_key() -> None:
    other = MasterKey.generate()
    sealed = Keyring(other).seal(b"secret", OWNER, ATTRIBUTE)
    with pytest.raises(UnknownKey, match=other.key_id.hex()):
        RING.open_sealed(sealed, OWNER, ATTRIBUTE)


def test_keys_of_different_purposes_differ_and_have_the_length_asked_for() -> None:
    key = MasterKey(bytes(32))
    assert key.derive("web session") != key.derive("tokens")
    assert key.derive("web session") == MasterKey(bytes(32)).derive("web session")
    assert len(key.derive("web session", 64)) == 64


def test_derivation_is_hkdf_with_sha256() -> None:
    # Computed step by step from RFC 5869 with Python's hmac module.
    expected = "5f111d7124095557f134db8d0e073af8eccbd6d4fb887d38804f84e065b1efcb"
    assert MasterKey(bytes(range(32))).derive("web session").hex() == expected


def test_neither_repr_nor_str_shows_a_key() -> None:
    key = MasterKey(b"K" * 32)
    shown = f"{key!r} {key} {Keyring(key)!r}"
    assert "KKKK" not in shown
    assert key.to_text() not in shown


def test_a_key_survives_its_text() -> None:
    key = MasterKey.generate()
    assert MasterKey.from_text(f"  {key.to_text()}\n") == key


def test_a_keyring_reads_one_key_a_line_and_skips_comments() -> None:
    new, old = MasterKey.generate(), MasterKey.generate()
    ring = Keyring.from_text(f"# since 2026\n{new.to_text()}\n\n{old.to_text()}\n")
    assert ring.is_current(Keyring(new).seal(b"", OWNER, ATTRIBUTE))
    assert ring.open_sealed(Keyring(old).seal(b"x", OWNER, ATTRIBUTE), OWNER, ATTRIBUTE) == b"x"


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "not base64!", base64.b64encode(b"short").decode()])
def test_a_text_that_holds_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(SealingError) as caught:
        Keyring.from_text(text)
    assert not text or text.strip() not in str(caught.value)


def test_a_bad_line_of_a_keyring_is_named() -> None:
    with pytest.raises(SealingError, match="line 2"):
        Keyring.from_text(f"{MasterKey.generate().to_text()}\nrubbish")
