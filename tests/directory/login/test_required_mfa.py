"""An account that requires MFA: who has no second factor sets one up first, and does nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapter import Iam, Owed, RequestContext, SignInRefused
from adapter.errors import AccessDenied
from tests.directory.authenticator import App, app_of
from tests.directory.conftest import Do
from tests.directory.login.steps import ACCOUNT, EVERYTHING, PASSWORD, Begin, caller_of


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
