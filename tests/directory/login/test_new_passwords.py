"""Passwords that are changed where a second factor is in use."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import HalfDone, Iam, Owed, RequestContext, SignInRefused
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.directory.login.steps import ACCOUNT, OTHER, PASSWORD, Begin, caller_of, code, half, next_second, signed_in


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
