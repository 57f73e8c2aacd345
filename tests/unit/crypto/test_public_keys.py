"""SSH public keys are read in two forms, and nothing else passes for one."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.public_keys import PublicKey, UnfitKey, UnreadableKey, read_public_key

LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


def test_a_line_keeps_its_comment_and_loses_space_around_it() -> None:
    assert read_public_key(f"  {LINE} bob at home\n") == PublicKey(f"{LINE} bob at home")


def test_keys_are_told_apart_without_their_comments() -> None:
    assert read_public_key(f"{LINE} one").blob == read_public_key(f"{LINE} two").blob


def test_the_fingerprint_is_openssh_s() -> None:
    assert PublicKey(LINE).fingerprint == "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"


@given(st.binary(min_size=32, max_size=32))
def test_a_key_survives_the_way_through_pem(seed: bytes) -> None:
    public_key = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    line = public_key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    key = read_public_key(line)
    assert load_pem_public_key(key.pem.encode()) == public_key
    assert read_public_key(key.pem) == key == PublicKey(line)


@given(st.text(max_size=200))
def test_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises((UnreadableKey, UnfitKey)):
        read_public_key(text)


@given(st.integers(0, len(LINE) - 2), st.sampled_from("\n\r\x00\u2028\x85"))
def test_a_line_never_becomes_two(place: int, separator: str) -> None:
    with pytest.raises((UnreadableKey, UnfitKey)):
        read_public_key(LINE[: place + 1] + separator + LINE[place + 1 :])


def test_a_short_rsa_key_is_unfit() -> None:
    key = rsa.generate_private_key(65537, 1024).public_key()
    with pytest.raises(UnfitKey):
        read_public_key(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode())
