"""Controls and extended operations are what their RFCs say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapter.ldap import ber, controls
from adapter.ldap.controls import PasswordError, PasswordState


def test_the_end_of_a_transaction_commits_by_default() -> None:
    assert controls.COMMIT == b"\x30\x02\x04\x00"
    assert controls.ABORT == b"\x30\x05\x01\x01\x00\x04\x00"


@given(st.binary(max_size=200))
def test_a_cookie_comes_back(cookie: bytes) -> None:
    assert controls.next_cookie(controls.paged(500, cookie).value or b"") == cookie


def test_no_controls_take_no_place() -> None:
    assert controls.encode(()) == b""


def test_controls_come_back_by_their_identifier() -> None:
    encoded = controls.encode((controls.Control("1.2.3", True, b"a"), controls.Control("1.2.4", False, None)))
    _, start, end = ber.header(encoded, 0)
    assert controls.decode(encoded, start, end) == {"1.2.3": b"a", "1.2.4": b""}


def test_a_password_may_be_set_without_the_old_one() -> None:
    assert controls.password_modify("dc=org", None, b"new") == b"\x30\x0d\x80\x06dc=org\x82\x03new"


def test_a_password_is_changed_with_the_old_one() -> None:
    assert controls.password_modify("dc=org", b"old", b"new") == b"\x30\x12\x80\x06dc=org\x81\x03old\x82\x03new"


def test_no_control_says_nothing_about_a_password() -> None:
    assert controls.password_state(None) == PasswordState()


def test_a_password_policy_tells_what_it_objects_to() -> None:
    assert controls.password_state(b"\x30\x03\x81\x01\x02").error is PasswordError.CHANGE_AFTER_RESET


def test_a_password_policy_tells_when_a_password_expires() -> None:
    assert controls.password_state(b"\x30\x06\xa0\x04\x80\x02\x0e\x10") == PasswordState(expires_in=3600)


def test_a_password_policy_counts_grace() -> None:
    assert controls.password_state(b"\x30\x05\xa0\x03\x81\x01\x04") == PasswordState(grace_left=4)
