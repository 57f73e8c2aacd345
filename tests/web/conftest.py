"""Fixtures of the web tests: the real application on a real directory with the demo's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from adapter import CallerKind, Iam, SessionClaims, Settings, open_iam
from tests.callers import resumed
from tests.web.reading import reading
from tests.web.visitor import Visitor
from web import create_app


class Compiled(BytecodeCache):
    """Compiled templates, which all applications of a run share; each would compile its own otherwise."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what was compiled before."""
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = Compiled()


def make_app(settings: Settings, iam: Iam) -> Flask:
    """The application, as `create_app` makes it, sooner."""
    app = create_app(settings, iam)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


@pytest.fixture
def iam(demo_directory: Any) -> Iterator[Iam]:
    door = open_iam(demo_directory.settings)
    yield door
    door.close()


@pytest.fixture
def app(demo_directory: Any, iam: Iam) -> Flask:
    return make_app(demo_directory.settings, iam)


@pytest.fixture
def https_app(demo_directory: Any, iam: Iam) -> Flask:
    return make_app(replace(demo_directory.settings, behind_https=True), iam)


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
def do(iam: Iam, demo_root_claims: SessionClaims) -> Do:
    """Calls an operation as the root user."""
    caller = resumed(iam, demo_root_claims)
    assert caller.kind is CallerKind.ROOT

    def call(operation: str, **params: Any) -> dict[str, Any]:
        return iam.execute(caller, operation, params)

    return call
