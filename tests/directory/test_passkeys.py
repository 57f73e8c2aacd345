"""Passkeys: made and used with an authenticator in software, refused when anything about them is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter import Caller, HalfDone, Iam, Owed, Proof, ProofRefused, RequestContext, Settings, Site, open_iam
from adapter.crypto.passkeys import (
    Known,
    PasskeyRefused,
    Purpose,
    challenge_in,
    credential_in,
    moment_of,
    new_challenge,
    registered,
    used,
)
from adapter.errors import EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded
from tests.authenticators import PRESENT, Authenticator
from tests.directory.conftest import Do, sign_in
from tests.racing import racers

ORIGIN = "https://console.example.org"
SITE = Site(ORIGIN)
PASSWORD = "Bindery-demo-1"
RACERS = 8
SELF_SERVICE = "arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys"


@pytest.fixture
def bob(iam: Iam, do: Do) -> Caller:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)
    do("attach_user_policy", user_name="bob", policy_arn=SELF_SERVICE)
    return sign_in(iam, "123456789012", "bob", PASSWORD)


def register(iam: Iam, caller: Caller, device: Authenticator, label: str = "Laptop") -> str:
    options = iam.execute(caller, "get_passkey_options", {"origin": device.origin})["options"]
    params = {"origin": device.origin, "label": label, "answer": device.make(options)}
    serial: str = iam.execute(caller, "create_passkey", params)["serial_number"]
    return serial


@pytest.fixture
def device(iam: Iam, bob: Caller) -> Authenticator:
    """Bob's authenticator, with a passkey."""
    made = Authenticator(ORIGIN)
    register(iam, bob, made)
    return made


def begin(iam: Iam) -> HalfDone:
    attempt = iam.login.begin("123456789012", "bob", PASSWORD, RequestContext())
    assert attempt.owed == {Owed.CODE}
    assert attempt.half_done is not None
    return attempt.half_done


def options_of(iam: Iam, half_done: HalfDone, site: Site = SITE) -> str:
    options = iam.login.factors(half_done.claims, site, RequestContext()).passkey
    assert options is not None
    return options


def answers(iam: Iam, half_done: HalfDone, answer: str, site: Site = SITE) -> bool:
    try:
        return iam.login.prove(half_done, Proof(passkey=answer, site=site), RequestContext()).session is not None
    except ProofRefused:
        return False


def test_a_passkey_completes_a_sign_in(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    assert answers(iam, half_done, device.prove(options_of(iam, half_done)))


def test_the_caller_has_given_a_second_factor(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    proof = Proof(passkey=device.prove(options_of(iam, half_done)), site=SITE)
    context = RequestContext()
    session = iam.login.prove(half_done, proof, context).session
    assert session is not None
    caller = iam.login.resume(session)
    assert caller is not None
    assert caller.mfa_time == context.now


def test_the_root_user_has_passkeys_too(iam: Iam, root: Caller, directory: Any) -> None:
    device = Authenticator(ORIGIN)
    register(iam, root, device)
    attempt = iam.login.begin("123456789012", None, directory.root_password, RequestContext())
    assert attempt.half_done is not None
    assert answers(iam, attempt.half_done, device.prove(options_of(iam, attempt.half_done)))


def test_it_is_listed_as_an_mfa_device_and_not_as_a_virtual_one(iam: Iam, do: Do, device: Authenticator) -> None:
    (listed,) = do("list_mfa_devices", user_name="bob")["mfa_devices"]
    assert listed["serial_number"].startswith("arn:aws:iam::123456789012:u2f/user/bob/")
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []


def test_an_answer_is_good_once(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    answer = device.prove(options_of(iam, half_done))
    assert answers(iam, half_done, answer)
    assert not answers(iam, half_done, answer)
    assert not answers(iam, begin(iam), answer)


def test_an_answer_without_a_count_is_good_once_as_well(iam: Iam, bob: Caller) -> None:
    device = Authenticator(ORIGIN, counts=False)
    register(iam, bob, device)
    half_done = begin(iam)
    answer = device.prove(options_of(iam, half_done))
    assert answers(iam, half_done, answer)
    assert not answers(iam, half_done, answer)
    assert answers(iam, half_done, device.prove(options_of(iam, half_done)))


def test_a_challenge_from_before_the_last_one_is_over(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    first, second = options_of(iam, half_done), options_of(iam, half_done)
    assert answers(iam, half_done, device.prove(second))
    assert not answers(iam, half_done, device.prove(first))


def test_a_copy_of_a_passkey_shows_by_its_count(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    copy = replace(device)
    assert answers(iam, half_done, device.prove(options_of(iam, half_done)))
    assert not answers(iam, half_done, copy.prove(options_of(iam, half_done)))


def test_the_user_has_to_be_verified(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    device.flags = PRESENT
    assert not answers(iam, half_done, device.prove(options_of(iam, half_done)))


def test_another_origin_is_refused(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    device.origin = "https://console.example.org.evil.example"
    assert not answers(iam, half_done, device.prove(options_of(iam, half_done)))


def test_another_key_is_refused(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    other = Authenticator(ORIGIN, passkey_id=device.passkey_id, count=50)
    assert not answers(iam, half_done, other.prove(options_of(iam, half_done)))


def test_a_passkey_is_offered_at_the_host_that_it_was_made_for(iam: Iam, device: Authenticator) -> None:
    factors = iam.login.factors(begin(iam).claims, Site("https://other.example.org"), RequestContext())
    assert factors.passkey is None
    assert factors.elsewhere


def test_wrong_answers_do_not_keep_the_right_one_out(iam: Iam, device: Authenticator) -> None:
    half_done = begin(iam)
    for _ in range(7):
        assert not answers(iam, half_done, '{"rawId": "AAAA"}')
    assert answers(iam, half_done, device.prove(options_of(iam, half_done)))


def test_somebody_else_s_passkey_is_refused(iam: Iam, do: Do, device: Authenticator) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=PASSWORD)
    do("attach_user_policy", user_name="eve", policy_arn=SELF_SERVICE)
    eves = Authenticator(ORIGIN)
    register(iam, sign_in(iam, "123456789012", "eve", PASSWORD), eves)
    half_done = begin(iam)
    assert not answers(iam, half_done, eves.prove(options_of(iam, half_done)))


def test_a_public_key_that_was_swapped_in_the_directory_opens_nothing(
    iam: Iam, do: Do, directory: Any, device: Authenticator
) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=PASSWORD)
    do("attach_user_policy", user_name="eve", policy_arn=SELF_SERVICE)
    eves = Authenticator(ORIGIN)
    register(iam, sign_in(iam, "123456789012", "eve", PASSWORD), eves)
    found = directory.ldap("ldapsearch", "-LLL", "-b", "ou=devices,ou=iam,dc=example,dc=org", "(iamPasskeyId=*)")
    entries = [dict(line.split(":", 1) for line in each.splitlines()) for each in found.stdout.strip().split("\n\n")]
    mine, hers = sorted(entries, key=lambda entry: "/bob/" not in entry["dn"])
    change = (
        f"dn:{mine['dn']}\nchangetype: modify\nreplace: iamSealedSecret\niamSealedSecret:{hers['iamSealedSecret']}\n"
    )
    directory.ldap("ldapmodify", stdin=change)
    half_done = begin(iam)
    forged = replace(eves, passkey_id=device.passkey_id, count=90)
    assert not answers(iam, half_done, forged.prove(options_of(iam, half_done)))


def test_a_registration_is_good_once(iam: Iam, bob: Caller) -> None:
    device = Authenticator(ORIGIN)
    options = iam.execute(bob, "get_passkey_options", {"origin": ORIGIN})["options"]
    params = {"origin": ORIGIN, "label": "Laptop", "answer": device.make(options)}
    iam.execute(bob, "create_passkey", params)
    fresh = replace(bob, mfa_time=datetime.now(UTC))
    with pytest.raises(EntityAlreadyExists):
        iam.execute(fresh, "create_passkey", params)


def test_a_registration_for_somebody_else_is_refused(iam: Iam, root: Caller, bob: Caller) -> None:
    options = iam.execute(root, "get_passkey_options", {"origin": ORIGIN})["options"]
    answer = Authenticator(ORIGIN).make(options)
    with pytest.raises(InvalidAuthenticationCode):
        iam.execute(bob, "create_passkey", {"origin": ORIGIN, "label": "x", "answer": answer})


def test_a_challenge_of_a_sign_in_makes_no_passkey(iam: Iam, bob: Caller, device: Authenticator) -> None:
    options = json.loads(options_of(iam, begin(iam)))
    asked = json.dumps({"challenge": options["challenge"], "rp": {"id": "console.example.org"}})
    answer = Authenticator(ORIGIN).make(asked)
    fresh = replace(bob, mfa_time=datetime.now(UTC))
    with pytest.raises(InvalidAuthenticationCode):
        iam.execute(fresh, "create_passkey", {"origin": ORIGIN, "label": "x", "answer": answer})


def test_a_registration_that_comes_late_is_refused(iam: Iam, bob: Caller) -> None:
    options = iam.execute(bob, "get_passkey_options", {"origin": ORIGIN})["options"]
    params = {"origin": ORIGIN, "label": "x", "answer": Authenticator(ORIGIN).make(options)}
    late = RequestContext(now=datetime.now(UTC) + timedelta(minutes=6))
    fresh = replace(bob, mfa_time=late.now, proved_at=late.now)
    with pytest.raises(InvalidAuthenticationCode):
        iam.execute(fresh, "create_passkey", params, late)


def test_eight_devices_of_any_kind_are_the_most(iam: Iam, bob: Caller) -> None:
    fresh = replace(bob, mfa_time=datetime.now(UTC))
    for number in range(8):
        register(iam, fresh, Authenticator(ORIGIN), f"Key {number}")
    with pytest.raises(LimitExceeded):
        register(iam, fresh, Authenticator(ORIGIN))


def test_a_passkey_gets_another_name_and_is_removed(iam: Iam, bob: Caller) -> None:
    fresh = replace(bob, mfa_time=datetime.now(UTC))
    serial = register(iam, fresh, Authenticator(ORIGIN))
    iam.execute(fresh, "rename_mfa_device", {"serial_number": serial, "label": "Büro"})
    (listed,) = iam.execute(fresh, "describe_mfa")["devices"]
    assert (listed["label"], listed["kind"], listed["host"]) == ("Büro", "passkey", "console.example.org")
    iam.execute(fresh, "deactivate_mfa_device", {"serial_number": serial})
    assert iam.execute(fresh, "describe_mfa")["devices"] == []


def race(settings: Settings, half_done: str, answer: str) -> bool:
    """Gives an answer in a process of its own."""
    door = open_iam(settings)
    try:
        return answers(door, HalfDone.from_text(half_done), answer)
    finally:
        door.close()


@pytest.mark.parametrize("counts", [True, False])
def test_of_many_processes_with_one_answer_exactly_one_gets_in(
    iam: Iam, bob: Caller, directory: Any, counts: bool
) -> None:
    device = Authenticator(ORIGIN, counts=counts)
    register(iam, bob, device)
    half_done = begin(iam)
    with racers(RACERS) as pool:
        for _ in range(2):
            answer = device.prove(options_of(iam, half_done))
            given = ([directory.settings] * RACERS, [half_done.to_text()] * RACERS, [answer] * RACERS)
            assert Counter(pool.map(race, *given))[True] == 1


KEY, OWNER, NOW = b"k" * 32, "AIDAOWNER", datetime(2026, 1, 1, tzinfo=UTC)
Challenge = Callable[..., int]


def test_a_challenge_of_ours_tells_its_moment() -> None:
    challenge = new_challenge(KEY, Purpose.PROVE, OWNER, NOW)
    assert moment_of(KEY, Purpose.PROVE, OWNER, challenge, NOW) == int(NOW.timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("key", "purpose", "owner", "later"),
    [
        (b"x" * 32, Purpose.PROVE, OWNER, 0),
        (KEY, Purpose.REGISTER, OWNER, 0),
        (KEY, Purpose.PROVE, "AIDAOTHER", 0),
        (KEY, Purpose.PROVE, OWNER, 301),
        (KEY, Purpose.PROVE, OWNER, -61),
    ],
)
def test_a_challenge_is_good_for_one_owner_and_purpose_and_five_minutes(
    key: bytes, purpose: Purpose, owner: str, later: int
) -> None:
    challenge = new_challenge(KEY, Purpose.PROVE, OWNER, NOW)
    with pytest.raises(PasskeyRefused):
        moment_of(key, purpose, owner, challenge, NOW + timedelta(seconds=later))


@given(st.binary(max_size=80))
def test_no_other_bytes_are_a_challenge(octets: bytes) -> None:
    with pytest.raises(PasskeyRefused):
        moment_of(KEY, Purpose.PROVE, OWNER, octets, NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "signature", "attestationObject"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON.map(json.dumps) | st.text(max_size=60))
def test_whatever_a_browser_sends_is_refused_and_breaks_nothing(answer: str) -> None:
    known = Known(passkey_id=b"x", public_key=b"y")
    for read in (
        challenge_in,
        credential_in,
        lambda text: registered(SITE, text, b"c"),
        lambda text: used(SITE, text, b"c", known),
    ):
        try:
            read(answer)
        except PasskeyRefused:
            continue
