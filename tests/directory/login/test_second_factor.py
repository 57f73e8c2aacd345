"""Signing in with a second factor, through the library."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapter import HalfDone, Iam, Owed, Proof, ProofRefused, RequestContext, SessionClaims, SignInRefused
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.directory.login.steps import OTHER, PASSWORD, Begin, code, half, next_second


def test_a_password_alone_is_enough_without_a_device(bob: None, begin: Begin) -> None:
    attempt = begin()
    assert attempt.session is not None
    assert attempt.owed == frozenset()


def test_with_a_device_a_code_is_owed_and_there_is_no_session(app: App, begin: Begin) -> None:
    attempt = begin()
    assert attempt.session is None
    assert attempt.owed == {Owed.CODE}


def test_a_code_completes_the_sign_in_and_the_caller_has_a_second_factor(
    iam: Iam, app: App, begin: Begin, later: RequestContext
) -> None:
    done = iam.login.prove(half(begin()), code(app, later), later)
    assert done.session is not None
    caller = iam.login.resume(done.session)
    assert caller is not None
    assert caller.mfa_time == later.now
    assert caller.factor == "mfa"


def test_the_root_user_s_device_counts_as_well(iam: Iam, do: Do, directory: Any, later: RequestContext) -> None:
    app = enrolled(do, "root")
    attempt = iam.login.begin(directory.root_email, None, directory.root_password, later)
    assert attempt.owed == {Owed.CODE}
    assert iam.login.prove(half(attempt), code(app, later), later).session is not None


def test_a_wrong_code_is_refused(iam: Iam, app: App, begin: Begin, later: RequestContext) -> None:
    with pytest.raises(ProofRefused):
        iam.login.prove(half(begin()), Proof(code="000000"), later)


def test_a_code_can_not_be_replayed_in_another_sign_in(iam: Iam, app: App, begin: Begin, later: RequestContext) -> None:
    first, second = half(begin()), half(begin())
    proof = code(app, later)
    iam.login.prove(first, proof, later)
    for half_done in (first, second):
        with pytest.raises(ProofRefused):
            iam.login.prove(half_done, proof, later)


def test_after_five_wrong_codes_it_tells_until_when_none_is_looked_at(
    iam: Iam, app: App, begin: Begin, later: RequestContext
) -> None:
    half_done = half(begin())
    for _ in range(4):
        with pytest.raises(ProofRefused) as refused:
            iam.login.prove(half_done, Proof(code="000000"), later)
        assert refused.value.free_at is None
    for proof in (Proof(code="000000"), code(app, later)):
        with pytest.raises(ProofRefused) as refused:
            iam.login.prove(half_done, proof, later)
        assert refused.value.free_at is not None
        assert refused.value.free_at > later.now + timedelta(minutes=4)


def test_a_half_done_sign_in_opens_nothing(app: App, begin: Begin) -> None:
    with pytest.raises(ValueError, match="these are no SessionClaims"):
        SessionClaims.from_text(half(begin()).to_text())


def test_a_half_done_sign_in_survives_a_cookie(app: App, begin: Begin) -> None:
    half_done = half(begin())
    assert HalfDone.from_text(half_done.to_text()) == half_done


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"claims": 1}', '{"claims": {}}', "null"])
def test_what_is_no_half_done_sign_in_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # JSON's own error is one
        HalfDone.from_text(text)


def test_a_half_done_sign_in_is_over_after_a_quarter_of_an_hour(
    iam: Iam, app: App, begin: Begin, later: RequestContext
) -> None:
    half_done = half(begin())
    late = RequestContext(now=later.now + timedelta(minutes=16))
    with pytest.raises(SignInRefused):
        iam.login.prove(half_done, code(app, late), late)


@pytest.mark.parametrize("ending", ["password", "deleted", "disabled", "everywhere"])
def test_a_half_done_sign_in_ends_with_what_it_rests_on(  # noqa: PLR0917
    iam: Iam, do: Do, directory: Any, app: App, begin: Begin, later: RequestContext, ending: str
) -> None:
    half_done = half(begin())
    dn = "uid=bob,ou=people,dc=example,dc=org"
    next_second()
    if ending == "password":
        do("update_login_profile", user_name="bob", password=OTHER)
    elif ending == "deleted":
        directory.ldap("ldapdelete", dn)
    elif ending == "disabled":
        locked = "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
        directory.ldap("ldapmodify", stdin=f"dn: {dn}\nchangetype: modify\n{locked}")
    else:
        after = (later.now + timedelta(seconds=1)).strftime("%Y%m%d%H%M%SZ")
        change = f"objectClass: iamUser\n-\nadd: iamSessionsValidFrom\niamSessionsValidFrom: {after}\n"
        directory.ldap("ldapmodify", stdin=f"dn: {dn}\nchangetype: modify\nadd: {change}", check=False)
        plain = f"dn: {dn}\nchangetype: modify\nreplace: iamSessionsValidFrom\niamSessionsValidFrom: {after}\n"
        directory.ldap("ldapmodify", stdin=plain)
    with pytest.raises(SignInRefused):
        iam.login.prove(half_done, code(app, later), later)


def test_the_audit_trail_tells_the_steps_and_no_secret(
    iam: Iam, directory: Any, app: App, begin: Begin, later: RequestContext
) -> None:
    half_done = half(begin())
    with pytest.raises(ProofRefused):
        iam.login.prove(half_done, Proof(code="000000"), later)
    proof = code(app, later)
    iam.login.prove(half_done, proof, later)
    trail = Path(directory.data / "audit.jsonl").read_text()
    lines = [json.loads(line) for line in trail.splitlines()]
    told = [(each["outcome"], each["factor"]) for each in lines if each["event"] == "ConsoleLogin"][-3:]
    assert told == [("code owed", "password"), ("wrong code", ""), ("ok", "mfa")]
    told_of = json.dumps([{**each, "previous": "", "request_id": "", "time": ""} for each in lines])
    for secret in (proof.code, "000000", PASSWORD):
        assert secret not in told_of
