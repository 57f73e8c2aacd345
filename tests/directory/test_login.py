"""Signing in with a second factor, through the library."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapter import (
    Attempt,
    Caller,
    HalfDone,
    Iam,
    Owed,
    Proof,
    ProofRefused,
    ProofWanted,
    RequestContext,
    SessionClaims,
    SignInRefused,
    Site,
)
from adapter.errors import AccessDenied
from tests.directory.authenticator import App, app_of, enrolled
from tests.directory.conftest import Do

PASSWORD = "Bindery-demo-1"
OTHER = "Another-one-22"
ACCOUNT = "123456789012"
NOWHERE = Site("http://localhost")


@pytest.fixture
def bob(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)


@pytest.fixture
def app(do: Do, bob: None) -> App:
    return enrolled(do, "bob")


@pytest.fixture
def later() -> RequestContext:
    """A time at which the codes of the enrolment are over."""
    return RequestContext(now=datetime.now(UTC) + timedelta(minutes=2))


Begin = Callable[..., Attempt]


@pytest.fixture
def begin(iam: Iam, later: RequestContext) -> Begin:
    return lambda password=PASSWORD, context=later: iam.login.begin(ACCOUNT, "bob", password, context)


def half(attempt: Attempt) -> HalfDone:
    assert attempt.session is None
    assert attempt.half_done is not None
    return attempt.half_done


def next_second() -> None:
    """The directory tells one password from the next by the second in which it was set."""
    time.sleep(1 - time.time() % 1)


def code(app: App, context: RequestContext) -> Proof:
    return Proof(code=app.code(context.now))


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


def test_a_code_comes_before_a_new_password_and_both_are_needed(
    iam: Iam, do: Do, app: App, begin: Begin, later: RequestContext
) -> None:
    do("update_login_profile", user_name="bob", password=OTHER, password_reset_required=True)
    attempt = begin(OTHER)
    assert attempt.owed == {Owed.CODE, Owed.NEW_PASSWORD}
    with pytest.raises(SignInRefused):
        iam.login.renew_password(ACCOUNT, "bob", OTHER, PASSWORD, later, half(attempt))
    proven = iam.login.prove(half(attempt), code(app, later), later)
    assert proven.owed == {Owed.NEW_PASSWORD}
    done = iam.login.renew_password(ACCOUNT, "bob", OTHER, PASSWORD, later, half(proven))
    assert done.session is not None
    assert done.session.mfa_at == later.now.timestamp()


def test_nobody_with_a_device_changes_a_password_without_a_half_done_sign_in(
    iam: Iam, do: Do, app: App, later: RequestContext
) -> None:
    do("update_login_profile", user_name="bob", password=OTHER, password_reset_required=True)
    with pytest.raises(SignInRefused):
        iam.login.renew_password(ACCOUNT, "bob", OTHER, PASSWORD, later)


def test_another_person_s_half_done_sign_in_is_of_no_use(
    iam: Iam, do: Do, app: App, begin: Begin, later: RequestContext
) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=PASSWORD)
    eves = enrolled(do, "eve", "eve")
    proven = iam.login.prove(half(iam.login.begin(ACCOUNT, "eve", PASSWORD, later)), code(eves, later), later).session
    assert proven is not None
    do("update_login_profile", user_name="bob", password=OTHER, password_reset_required=True)
    with pytest.raises(SignInRefused):
        iam.login.renew_password(ACCOUNT, "bob", OTHER, PASSWORD, later, HalfDone(claims=proven))


def signed_in(iam: Iam, app: App, begin: Begin, context: RequestContext) -> SessionClaims:
    done = iam.login.prove(half(begin()), code(app, context), context)
    assert done.session is not None
    return done.session


def after(context: RequestContext, **span: float) -> RequestContext:
    return RequestContext(now=context.now + timedelta(**span))


def caller_of(iam: Iam, claims: SessionClaims) -> Caller:
    caller = iam.login.resume(claims)
    assert caller is not None
    return caller


KEY = ("create_access_key", {})


@pytest.fixture
def may_all(do: Do, bob: None) -> None:
    do("attach_user_policy", user_name="bob", policy_arn="arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys")


def test_a_key_takes_a_second_factor_of_the_last_five_minutes(
    iam: Iam, may_all: None, app: App, begin: Begin, later: RequestContext
) -> None:
    caller = caller_of(iam, signed_in(iam, app, begin, later))
    iam.execute(caller, *KEY, after(later, minutes=5))
    with pytest.raises(ProofWanted) as wanted:
        iam.execute(caller, *KEY, after(later, minutes=5, seconds=1))
    assert wanted.value.second_factor


def test_a_fresh_code_makes_the_session_fresh(
    iam: Iam, may_all: None, app: App, begin: Begin, later: RequestContext
) -> None:
    claims = signed_in(iam, app, begin, later)
    late = after(later, minutes=20)
    confirmed = iam.login.confirm(claims, code(app, late), late)
    iam.execute(caller_of(iam, confirmed), *KEY, late)


def test_a_password_does_not_stand_in_for_the_second_factor(
    iam: Iam, app: App, begin: Begin, later: RequestContext
) -> None:
    claims = signed_in(iam, app, begin, later)
    with pytest.raises(ProofRefused):
        iam.login.confirm_password(claims, PASSWORD, later)


def test_a_session_from_before_the_device_needs_its_code(
    iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext
) -> None:
    do("put_user_policy", user_name="bob", policy_name="all", policy_document=EVERYTHING)
    claims = begin().session
    assert claims is not None
    enrolled(do, "bob")
    with pytest.raises(ProofWanted) as wanted:
        iam.execute(caller_of(iam, claims), *KEY, later)
    assert wanted.value.second_factor


EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def test_without_a_device_the_password_is_the_proof(
    iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext
) -> None:
    do("put_user_policy", user_name="bob", policy_name="all", policy_document=EVERYTHING)
    claims = begin().session
    assert claims is not None
    late = after(later, minutes=6)
    with pytest.raises(ProofWanted) as wanted:
        iam.execute(caller_of(iam, claims), *KEY, late)
    assert not wanted.value.second_factor
    with pytest.raises(ProofRefused):
        iam.login.confirm_password(claims, OTHER, late)
    confirmed = iam.login.confirm_password(claims, PASSWORD, late)
    iam.execute(caller_of(iam, confirmed), *KEY, late)


def test_what_takes_no_fresh_proof_goes_on(
    iam: Iam, may_all: None, app: App, begin: Begin, later: RequestContext
) -> None:
    caller = caller_of(iam, signed_in(iam, app, begin, later))
    iam.execute(caller, "list_access_keys", {}, after(later, hours=3))


def test_who_signs_requests_is_not_asked_for_a_proof(iam: Iam, do: Do, root: Caller) -> None:
    do("create_user", user_name="bob")
    by_key = replace(root, proved_at=None)
    iam.execute(by_key, "create_access_key", {"user_name": "bob"}, after(RequestContext(), hours=3))


def test_whoever_may_not_is_told_so_before_a_proof_is_asked_for(
    iam: Iam, bob: None, begin: Begin, later: RequestContext
) -> None:
    claims = begin().session
    assert claims is not None
    with pytest.raises(AccessDenied):
        iam.execute(caller_of(iam, claims), *KEY, after(later, hours=3))


def test_whether_one_may_is_told_without_asking_for_a_proof(
    iam: Iam, may_all: None, app: App, begin: Begin, later: RequestContext
) -> None:
    caller = caller_of(iam, signed_in(iam, app, begin, later))
    assert iam.can(caller, *KEY, after(later, hours=3))


def test_where_mfa_is_required_somebody_without_it_can_only_enrol(
    iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext
) -> None:
    do("put_user_policy", user_name="bob", policy_name="all", policy_document=EVERYTHING)
    do("update_sign_in_settings", mfa_required=True)
    attempt = begin()
    assert attempt.owed == {Owed.ENROLMENT}
    assert attempt.session is not None
    caller = caller_of(iam, attempt.session)
    for operation in ("describe_caller", "list_users", "create_recovery_codes"):
        with pytest.raises(AccessDenied, match="requires MFA"):
            iam.execute(caller, operation, {}, later)


def test_where_mfa_is_required_everybody_may_set_it_up_whatever_their_policies_say(
    iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext
) -> None:
    do("update_sign_in_settings", mfa_required=True)
    claims = begin().session
    assert claims is not None
    caller = caller_of(iam, claims)
    app = app_of(iam.execute(caller, "create_virtual_mfa_device", {"virtual_mfa_device_name": "bob"}, later))
    params = {"user_name": "bob", "serial_number": app.serial, **app.pair(later.now)}
    iam.execute(caller, "enable_mfa_device", params, later)
    done = iam.login.after_enrolment(claims, app.serial, later)
    assert not caller_of(iam, done).must_enrol
    assert iam.execute(caller_of(iam, done), "create_recovery_codes", {}, later)["recovery_codes"]


def test_that_right_is_for_oneself_alone(iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext) -> None:
    do("update_sign_in_settings", mfa_required=True)
    do("create_user", user_name="eve")
    claims = begin().session
    assert claims is not None
    caller = caller_of(iam, claims)
    app = app_of(iam.execute(caller, "create_virtual_mfa_device", {"virtual_mfa_device_name": "bob"}, later))
    params = {"user_name": "eve", "serial_number": app.serial, **app.pair(later.now)}
    with pytest.raises(AccessDenied):
        iam.execute(caller, "enable_mfa_device", params, later)


def test_an_explicit_deny_counts_against_it(iam: Iam, do: Do, bob: None, begin: Begin, later: RequestContext) -> None:
    do("update_sign_in_settings", mfa_required=True)
    deny = {"Effect": "Deny", "Action": "iam:CreateVirtualMFADevice", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    do("put_user_policy", user_name="bob", policy_name="no", policy_document=document)
    claims = begin().session
    assert claims is not None
    with pytest.raises(AccessDenied, match="explicit deny"):
        iam.execute(caller_of(iam, claims), "create_virtual_mfa_device", {"virtual_mfa_device_name": "bob"}, later)


def test_the_requirement_holds_for_the_root_user(iam: Iam, do: Do, directory: Any) -> None:
    do("update_sign_in_settings", mfa_required=True)
    attempt = iam.login.begin(ACCOUNT, None, directory.root_password, RequestContext())
    assert attempt.owed == {Owed.ENROLMENT}


def test_the_requirement_reaches_sessions_that_there_are(iam: Iam, do: Do, bob: None, begin: Begin) -> None:
    claims = begin().session
    assert claims is not None
    assert not caller_of(iam, claims).must_enrol
    do("update_sign_in_settings", mfa_required=True)
    assert caller_of(iam, claims).must_enrol


def test_an_enrolment_counts_only_for_its_owner_and_only_at_once(
    iam: Iam, do: Do, app: App, begin: Begin, later: RequestContext
) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=PASSWORD)
    eve = iam.login.begin(ACCOUNT, "eve", PASSWORD, RequestContext()).session
    assert eve is not None
    with pytest.raises(SignInRefused):
        iam.login.after_enrolment(eve, app.serial, RequestContext())
    bobs = replace(eve, dn="uid=bob,ou=people,dc=example,dc=org")
    with pytest.raises(SignInRefused):
        iam.login.after_enrolment(bobs, app.serial, later)


def test_a_changed_password_keeps_the_session_that_changed_it_and_ends_the_others(
    iam: Iam, may_all: None, app: App, begin: Begin, later: RequestContext
) -> None:
    claims = signed_in(iam, app, begin, later)
    caller = caller_of(iam, claims)
    next_second()
    iam.execute(caller, "change_password", {"old_password": PASSWORD, "new_password": OTHER}, later)
    assert iam.login.resume(claims) is None
    with pytest.raises(SignInRefused):
        iam.login.after_password_change(claims, PASSWORD, later)
    changed = iam.login.after_password_change(claims, OTHER, later)
    assert caller_of(iam, changed).mfa_time == later.now


def test_the_root_user_changes_its_password(iam: Iam, do: Do, directory: Any) -> None:
    claims = iam.login.begin(ACCOUNT, None, directory.root_password, RequestContext()).session
    assert claims is not None
    next_second()
    changed = iam.login.change_root_password(claims, directory.root_password, OTHER, RequestContext())
    assert iam.login.resume(changed) is not None
    assert iam.login.resume(claims) is None


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
