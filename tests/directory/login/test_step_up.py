"""What takes a fresh proof: a second factor of the last five minutes, or the password where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapter import Caller, Iam, ProofRefused, ProofWanted, RequestContext
from adapter.errors import AccessDenied
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.directory.login.steps import EVERYTHING, KEY, OTHER, PASSWORD, Begin, after, caller_of, code, signed_in


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
