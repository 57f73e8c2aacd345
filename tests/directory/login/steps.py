"""Steps of a sign-in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from adapter import Attempt, Caller, HalfDone, Iam, Proof, RequestContext, SessionClaims
from tests.directory.authenticator import App
from tests.documents import allow

PASSWORD = "Bindery-demo-1"
OTHER = "Another-one-22"
ACCOUNT = "123456789012"
KEY = ("create_access_key", {})
EVERYTHING = allow("*")
Begin = Callable[..., Attempt]


def half(attempt: Attempt) -> HalfDone:
    assert attempt.session is None
    assert attempt.half_done is not None
    return attempt.half_done


def next_second() -> None:
    """The directory tells one password from the next by the second in which it was set."""
    time.sleep(1 - time.time() % 1)


def code(app: App, context: RequestContext) -> Proof:
    return Proof(code=app.code(context.now))


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
