"""Bob, who has a password, an authenticator app and a time at which the codes of its enrolment are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapter import Iam, RequestContext
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.directory.login.steps import ACCOUNT, PASSWORD, Begin


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


@pytest.fixture
def begin(iam: Iam, later: RequestContext) -> Begin:
    return lambda password=PASSWORD, context=later: iam.login.begin(ACCOUNT, "bob", password, context)


@pytest.fixture
def may_all(do: Do, bob: None) -> None:
    do("attach_user_policy", user_name="bob", policy_arn="arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys")
