"""Fixtures of the web tests: the real application on a real directory with the demo's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from adapter import Caller, CallerKind, Iam, RequestContext, open_iam
from tests.web.reading import reading
from tests.web.visitor import Visitor
from web import create_app


@pytest.fixture
def iam(demo_directory: Any) -> Iterator[Iam]:
    door = open_iam(demo_directory.settings)
    yield door
    door.close()


@pytest.fixture
def app(demo_directory: Any, iam: Iam) -> Flask:
    return create_app(demo_directory.settings, iam)


@pytest.fixture
def https_app(demo_directory: Any, iam: Iam) -> Flask:
    return create_app(replace(demo_directory.settings, behind_https=True), iam)


@pytest.fixture
def visitor(app: Flask, demo_directory: Any) -> Visitor:
    return Visitor(app, account=demo_directory.account_id)


@pytest.fixture
def another_visitor(app: Flask, demo_directory: Any) -> Visitor:
    return Visitor(app, account=demo_directory.account_id)


@pytest.fixture
def bob(visitor: Visitor) -> Visitor:
    """An administrator who has signed in."""
    visitor.sign_in("bob")
    return visitor


@pytest.fixture
def english() -> Iterator[None]:
    """A reader of English."""
    with reading("en"):
        yield


@pytest.fixture
def chinese() -> Iterator[None]:
    """A reader of Chinese."""
    with reading("zh-CN"):
        yield


Do = Callable[..., dict[str, Any]]


@pytest.fixture
def do(iam: Iam, demo_directory: Any) -> Do:
    """Calls an operation as the root user."""
    attempt = iam.login.begin(demo_directory.account_id, None, demo_directory.root_password, RequestContext())
    assert attempt.session is not None
    caller: Caller | None = iam.login.resume(attempt.session)
    assert caller is not None
    assert caller.kind is CallerKind.ROOT

    def call(operation: str, **params: Any) -> dict[str, Any]:
        return iam.execute(caller, operation, params)

    return call
