"""What proxies ask about the requests to the sites behind them, and what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapter import Iam
from adapter.server.tree import DEMO_PASSWORD
from tests.documents import allow, deny
from tests.web.forward_auth.proxy import ASK, HOST, TOLD, Proxy
from tests.web.visitor import Visitor, text
from web import create_app


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(proxy: Proxy) -> None:
    answer = proxy.ask(uri="/ecs/eu-de/servers?page=2")
    assert answer.status_code == 401
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/console/sign-in"
    assert parse_qs(address.query) == {"next": [f"https://{HOST}/ecs/eu-de/servers?page=2"]}


def test_proxies_that_hand_answers_on_may_ask_for_a_redirect(proxy: Proxy) -> None:
    assert proxy.ask(at=f"{ASK}?redirect=yes").status_code == 302


def test_the_address_of_the_client_may_follow(proxy: Proxy) -> None:
    assert proxy.ask(at=f"{ASK}?redirect=yes&for=/ecs/eu-de/servers?page=2").status_code == 302


@pytest.mark.parametrize(
    "at", [f"{ASK}/ecs/eu-de/servers?redirect=yes", f"{ASK}/?redirect=yes", f"{ASK}?for=/ecs/x?a=1&redirect=yes"]
)
def test_what_a_proxy_appends_of_its_client_s_address_asks_for_nothing(proxy: Proxy, at: str) -> None:
    assert proxy.ask(at=at).status_code == 401


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({"public_url": "https://iam.example.org", "cookie_domain": "example.org"}, "https://iam.example.org"),
        ({"public_url": f"https://{HOST}:8443"}, f"https://{HOST}:8443"),
        ({"public_url": "https://iam.example.org"}, ""),
        ({"public_url": "https://iam.example.org", "cookie_domain": "iam.example.org"}, ""),
    ],
)
def test_people_sign_in_where_the_sign_in_is_good_for_the_site(
    make_proxy: Callable[..., Proxy], settings: dict[str, str], origin: str
) -> None:
    answer = make_proxy(**settings).ask()
    assert answer.headers["Location"].startswith(f"{origin}/console/sign-in?next=")


def test_below_a_common_name_one_sign_in_is_good_for_the_console_and_all_sites(
    make_proxy: Callable[..., Proxy],
) -> None:
    domain = {"public_url": "https://iam.example.org", "cookie_domain": "example.org", "behind_https": True}
    visitor = make_proxy(**domain).visitor
    cookies = visitor.get("/console/sign-in", base_url="https://iam.example.org").headers.getlist("Set-Cookie")
    (session,) = [cookie for cookie in cookies if cookie.startswith("__Secure-bindery=")]
    assert "Domain=example.org" in session


def test_who_may_passes_and_is_named(kim: Proxy) -> None:
    answer = kim.ask()
    assert (answer.status_code, answer.data) == (200, b"")
    told = {name: value for name, value in answer.headers.items() if name.startswith("X-Auth-Request-")}
    del told["X-Auth-Request-Id"]
    assert told == {
        "X-Auth-Request-User": "kim",
        "X-Auth-Request-Arn": "arn:aws:iam::123456789012:user/kim",
        "X-Auth-Request-Account": "123456789012",
        "X-Auth-Request-Factor": "password",
    }


def test_another_region_is_refused_with_a_page_that_says_why(kim: Proxy) -> None:
    answer = kim.ask(uri="/ecs/eu-nl/servers")
    assert answer.status_code == 403
    assert "ecs:ListServers" in text(answer)
    assert "/console/access/why?question=" in answer.get_data(as_text=True)


def test_another_action_is_refused(kim: Proxy) -> None:
    answer = kim.ask("POST", Origin=f"https://{HOST}")
    assert answer.status_code == 403
    assert "ecs:CreateServers" in text(answer)


def test_a_refusal_stands_in_the_event_history(kim: Proxy, do: Any) -> None:
    kim.ask("POST", Origin=f"https://{HOST}")
    event = do("lookup_events", event_name="ecs:CreateServers")["events"][0]
    assert (event["actor"], event["outcome"]) == ("arn:aws:iam::123456789012:user/kim", "AccessDenied")
    assert event["source_ip"] == "198.51.100.7"


def test_what_a_client_appends_gives_the_proxy_no_orders(kim: Proxy, do: Any) -> None:
    answer = kim.ask("POST", at=f"{ASK}/ecs/eu-de/servers?page=yes&redirect=yes", Origin=f"https://{HOST}")
    assert answer.status_code == 403
    assert len(do("lookup_events", event_name="ecs:CreateServers")["events"]) == 1
    assert kim.ask(at=f"{ASK}/?redirect=yes", Cookie="").status_code in {200, 401}
    assert kim.ask(at=f"{ASK}elsewhere").status_code == 404


def test_a_change_that_is_allowed_stands_there_as_well(kim: Proxy, do: Any) -> None:
    do("put_user_policy", user_name="kim", policy_name="create", policy_document=allow("ecs:*"))
    assert kim.ask("POST", Origin=f"https://{HOST}").status_code == 200
    assert do("lookup_events", event_name="ecs:CreateServers")["events"][0]["outcome"] == "ok"


def test_what_holds_later_counts_at_once(kim: Proxy, do: Any) -> None:
    assert kim.ask().status_code == 200
    do("put_user_policy", user_name="kim", policy_name="no", policy_document=deny("ecs:*"))
    assert kim.ask().status_code == 403


def test_a_public_route_is_open_to_everybody(proxy: Proxy) -> None:
    answer = proxy.ask(uri="/ecs/help")
    assert answer.status_code == 200
    told = {name: value for name, value in answer.headers.items() if name.startswith("X-Auth-Request-")}
    assert told == dict.fromkeys(TOLD, "")


def test_nobody_asks_but_the_proxies_that_the_operator_named(make_proxy: Callable[..., Proxy]) -> None:
    assert make_proxy(asking_proxies=()).ask(uri="/ecs/help").status_code == 403
    assert make_proxy(asking_proxies=("10.0.0.0/8",)).ask(uri="/ecs/help").status_code == 403


@pytest.mark.parametrize(
    ("address", "is_heard"),
    [
        ("127.0.0.1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:127.0.0.2", False),
        ("::127.0.0.1", False),
        ("64:ff9b::127.0.0.1", False),
        ("::1", False),
        ("127.0.0.1%lo", False),
        ("unix:", False),
        ("", False),
    ],
)
def test_a_proxy_is_known_by_the_address_of_its_connection(proxy: Proxy, address: str, is_heard: bool) -> None:
    visitor = Visitor(proxy.visitor.app, address=address)
    assert Proxy(visitor).ask(uri="/ecs/help").status_code == (200 if is_heard else 403)


def test_no_header_makes_somebody_a_proxy(make_proxy: Callable[..., Proxy]) -> None:
    behind = make_proxy(asking_proxies=("10.0.0.1/32",), trusted_proxies=1)
    assert behind.ask(uri="/ecs/help", X_Forwarded_For="10.0.0.1").status_code == 403


def test_without_a_table_everything_is_refused(make_proxy: Callable[..., Proxy]) -> None:
    assert make_proxy(sites_file=None).ask(uri="/ecs/help").status_code == 403


def test_sign_in_leads_back_to_the_site(proxy: Proxy) -> None:
    wanted = f"https://{HOST}/ecs/eu-de/servers?page=2"
    fields = {"account": "123456789012", "name": "joy", "password": "Bindery-demo-1"}
    page = f"/console/sign-in?next={wanted}"
    assert proxy.visitor.submit(page, fields).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.org/",
        f"https://{HOST}.evil.example.org/",
        f"https://{HOST}@evil.example.org/",
        f"https://{HOST}",
        f"//{HOST}/",
        f"https:/{HOST}/",
        f"https://{HOST}//evil.example.org",
        f"https://{HOST}/\\evil.example.org",
        f"javascript://{HOST}/",
    ],
)
def test_sign_in_leads_to_no_other_site(proxy: Proxy, wanted: str) -> None:
    fields = {"account": "123456789012", "name": "joy", "password": "Bindery-demo-1"}
    answer = proxy.visitor.submit(f"/console/sign-in?next={wanted}", fields)
    assert urlsplit(answer.headers["Location"]).path == "/console/"
    assert not urlsplit(answer.headers["Location"]).netloc


def test_sign_in_over_https_does_not_lead_back_to_http(demo_directory: Any, iam: Iam, sites: Path) -> None:
    own = replace(demo_directory.settings, sites_file=sites, behind_https=True)
    app = create_app(own, iam)
    fields = {"account": "123456789012", "name": "joy", "password": DEMO_PASSWORD}
    for scheme, leads_to in (("http", "/console/"), ("https", f"https://{HOST}/ecs/help")):
        client = app.test_client()
        page = f"/console/sign-in?next={scheme}://{HOST}/ecs/help"
        found = re.search(
            'name="csrf_token"[^>]*value="([^"]+)"', client.get(page, base_url="https://iam.example.org").text
        )
        assert found
        given = {**fields, "csrf_token": found[1]}
        headers = {"Origin": "https://iam.example.org"}
        answer = client.post(page, data=given, headers=headers, base_url="https://iam.example.org")
        assert answer.headers["Location"] == leads_to


def test_a_page_that_says_why_shows_an_address_and_runs_nothing(kim: Proxy) -> None:
    answer = kim.ask(uri="/ecs/eu-de/files/%3Cscript%3Ealert(1)%3C/img%20src=x%20onerror=alert(1)%3E")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_no_answer_is_kept_by_anybody_on_the_way(kim: Proxy) -> None:
    stranger = Proxy(Visitor(kim.visitor.app))
    for answer in (
        kim.ask(),
        kim.ask("DELETE"),
        kim.ask(uri="/ecs/eu-nl/servers"),
        kim.ask(uri="/ecs/help"),
        stranger.ask(),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
