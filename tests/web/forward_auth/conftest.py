"""A proxy that asks, and Kim, who is signed in behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapter import Iam
from adapter.server.tree import DEMO_PASSWORD
from tests.web.forward_auth.proxy import READ, SITES, Proxy
from tests.web.visitor import Visitor
from web import create_app


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    file = tmp_path / "sites.toml"
    file.write_text(SITES)
    return file


@pytest.fixture
def make_proxy(demo_directory: Any, iam: Iam, sites: Path) -> Callable[..., Proxy]:
    def make(**settings: Any) -> Proxy:
        own = {"sites_file": sites, "asking_proxies": ("127.0.0.1/32",)} | settings
        return Proxy(Visitor(create_app(replace(demo_directory.settings, **own), iam)))

    return make


@pytest.fixture
def proxy(make_proxy: Callable[..., Proxy]) -> Proxy:
    return make_proxy()


@pytest.fixture
def kim(proxy: Proxy, do: Any) -> Proxy:
    """A proxy with Kim, who may list servers in one region, signed in behind it."""
    do("create_user", user_name="kim")
    do("create_login_profile", user_name="kim", password=DEMO_PASSWORD)
    do("put_user_policy", user_name="kim", policy_name="read", policy_document=READ)
    proxy.visitor.sign_in("kim")
    return proxy
