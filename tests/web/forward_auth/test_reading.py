"""How the request that a proxy asks about is read: what can be read in two ways is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.sites import AmbiguousPath, split_path
from tests.documents import allow, deny
from tests.web.forward_auth.proxy import HOST, Proxy
from tests.web.visitor import text


def test_what_no_route_means_is_refused(kim: Proxy) -> None:
    assert kim.ask(uri="/ecs/eu-de/elsewhere").status_code == 403
    assert kim.ask("DELETE").status_code == 403


def test_the_rest_of_a_path_is_one_place(kim: Proxy) -> None:
    page = text(kim.ask(uri="/ecs/eu-de/files/a/b%20c"))
    assert "arn:aws:ecs:eu-de:123456789012:file/a/b c" in page


def test_a_place_in_a_part_of_an_arn_makes_no_parts_of_its_own(kim: Proxy, do: Any) -> None:
    own = allow("ecs:*", "arn:aws:ecs:eu-de:123456789012:*")
    do("put_user_policy", user_name="kim", policy_name="own", policy_document=own)
    assert kim.ask(uri="/ecs/eu-de/files/a:b").status_code == 200
    assert kim.ask(uri="/ecs/eu-nl/files/a").status_code == 403
    assert kim.ask(uri="/ecs/eu-de:123456789012:file/files/a").status_code == 403


@pytest.mark.parametrize(
    "uri",
    [
        "/ecs//eu-de/servers",
        "/ecs/eu-de/servers/",
        "/ecs/./eu-de/servers",
        "/ecs/x/../eu-de/servers",
        "/ecs/x/%2e%2e/eu-de/servers",
        "/ecs/eu%2Dde/servers",
        "/ecs%2Feu-de/servers",
        "/ecs%5ceu-de/servers",
        "/ecs\\eu-de\\servers",
        "/ecs/eu-de/servers;x=1",
        "/ecs/eu-de/servers.",
        "/ecs/eu-de/servers%00",
        "/ecs/eu-de/servers%20",
        "/ecs/eu-de/%73ervers",
        "/ECS/eu-de/servers",
        "/ecs/eu-de/Servers",
        "/ecs/eu-de/servers#/x",
        "ecs/eu-de/servers",
        "//ecs/eu-de/servers",
        f"https://{HOST}/ecs/eu-de/servers",
        "*",
        "",
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_refused(kim: Proxy, uri: str) -> None:
    assert kim.ask(uri=uri).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_Host": "other.example.org"},
        {"X_Forwarded_Host": f"{HOST}."},
        {"X_Forwarded_Host": f"{HOST}:8443"},
        {"X_Forwarded_Host": f"{HOST}:443:443"},
        {"X_Forwarded_Host": f"{HOST},other.example.org"},
        {"X_Forwarded_Host": None},
        {"X_Forwarded_Method": None},
        {"X_Forwarded_Method": "get"},
        {"X_Forwarded_Method": "TRACE"},
        {"X_Forwarded_Proto": None},
        {"X_Forwarded_Proto": "gopher"},
        {"X_Forwarded_Uri": None},
        {"X_Forwarded_For": None},
        {"X_Forwarded_For": "198.51.100.7, unknown"},
        {"X_Forwarded_For": "198.51.100.7:443"},
        {"X_Forwarded_For": "fe80::1%eth0"},
        {"X_HTTP_Method_Override": "DELETE"},
        {"X_Original_Method": "POST"},
        {"X_Original_Url": "/ecs/help"},
        {"X_Rewrite_Url": "/ecs/help"},
        {"X_Original_Host": "other.example.org"},
    ],
)
def test_a_request_that_is_not_told_in_full_is_refused(kim: Proxy, headers: dict[str, Any]) -> None:
    assert kim.ask(**headers).status_code == 403


def test_the_same_told_in_other_words_is_the_same(kim: Proxy) -> None:
    more = {"X_Original_Url": f"https://{HOST}/ecs/eu-de/servers", "X_Original_Method": "GET", "X_Original_Host": HOST}
    assert kim.ask(**more).status_code == 200


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("2001:DB8::0:1", "2001:db8::1"),
    ],
)
def test_policies_see_the_address_that_the_proxy_saw(kim: Proxy, do: Any, told: str, meant: str) -> None:
    elsewhere = {"NotIpAddress": {"aws:SourceIp": meant}}
    do("put_user_policy", user_name="kim", policy_name="no", policy_document=deny("ecs:*", Condition=elsewhere))
    assert kim.ask(X_Forwarded_For=told).status_code == 200
    assert kim.ask(X_Forwarded_For="203.0.113.9").status_code == 403


def test_capital_letters_and_the_usual_port_of_a_host_do_not_count(kim: Proxy) -> None:
    assert kim.ask(X_Forwarded_Host="Portal.example.org:443").status_code == 200


@given(st.text(max_size=60).map("/".__add__))
def test_a_path_that_passes_has_one_spelling(path: str) -> None:
    try:
        segments = split_path(path)
    except AmbiguousPath:
        return
    assert "/" + "/".join(segments) == unquote(path)
    assert not any(segment in {"", ".", ".."} for segment in segments)
