"""What proxies ask about the requests to the sites behind them, and what they are told."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from adapter import Iam, RequestContext
from adapter.crypto.sealing import Keyring
from adapter.crypto.tokens import issue, open_token
from adapter.server.tree import DEMO_PASSWORD
from adapter.sites import AmbiguousPath, split_path
from tests.documents import TRUST, allow, deny
from tests.web.visitor import Visitor, text
from web import create_app

ASK = "/access/v1/forward-auth"
HOST = "portal.example.org"
SITES = f"""
[[site]]
host = "{HOST}"
service = "ecs"

[[site.route]]
path = "/ecs/help"
public = true

[[site.route]]
path = "/ecs/{{region}}/servers"
action = "ecs:ListServers"
resource = "*"
context = {{ "aws:RequestedRegion" = "{{region}}" }}

[[site.route]]
methods = ["POST"]
path = "/ecs/{{region}}/servers"
action = "ecs:CreateServers"
resource = "arn:aws:ecs:{{region}}:{{account}}:server/*"
context = {{ "aws:RequestedRegion" = "{{region}}" }}

[[site.route]]
path = "/ecs/{{region}}/files/{{path...}}"
action = "ecs:GetFile"
resource = "arn:aws:ecs:{{region}}:{{account}}:file/{{path}}"
"""
TOLD = [f"X-Auth-Request-{name}" for name in ("User", "Arn", "Account", "Factor", "Id")]
READ = allow("ecs:List*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-de"}})


@dataclass(frozen=True)
class Proxy:
    """A proxy that asks on behalf of a visitor."""

    visitor: Visitor

    def ask(self, method: str = "GET", uri: str = "/ecs/eu-de/servers", at: str = ASK, **more: Any) -> TestResponse:
        """Asks about one request; `more` adds headers or, with None, leaves them out."""
        headers = {
            "X-Forwarded-Method": method,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": HOST,
            "X-Forwarded-Uri": uri,
            "X-Forwarded-For": "198.51.100.7",
        }
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return self.visitor.get(at, headers={name: value for name, value in headers.items() if value is not None})


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


def test_the_console_may_be_elsewhere(make_proxy: Callable[..., Proxy]) -> None:
    answer = make_proxy(public_url="https://iam.example.org").ask()
    assert answer.headers["Location"].startswith("https://iam.example.org/console/sign-in?next=")


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


def test_a_cookie_proves_nothing_when_another_site_sent_the_form(kim: Proxy, do: Any) -> None:
    do("put_user_policy", user_name="kim", policy_name="create", policy_document=allow("ecs:*"))
    for sender in ("https://evil.example.org", f"http://{HOST}", f"https://{HOST}:8443", "null", "http://[", "x"):
        assert kim.ask("POST", Origin=sender).status_code == 401
    assert kim.ask("POST", Origin=f"https://{HOST}:443").status_code == 200
    assert kim.ask("POST", Referer=f"https://{HOST}/ecs/eu-de").status_code == 200
    assert kim.ask("POST").status_code == 401


def test_a_cookie_opens_no_socket_for_another_site(kim: Proxy) -> None:
    socket = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert kim.ask(**socket, Origin="https://evil.example.org").status_code == 401
    assert kim.ask(**socket, Origin=f"https://{HOST}").status_code == 200


def test_a_public_route_is_open_to_everybody(proxy: Proxy) -> None:
    answer = proxy.ask(uri="/ecs/help")
    assert answer.status_code == 200
    told = {name: value for name, value in answer.headers.items() if name.startswith("X-Auth-Request-")}
    assert told == dict.fromkeys(TOLD, "")


def test_what_no_route_means_is_refused(kim: Proxy) -> None:
    assert kim.ask(uri="/ecs/eu-de/elsewhere").status_code == 403
    assert kim.ask("DELETE").status_code == 403


def test_the_rest_of_a_path_is_one_place(kim: Proxy) -> None:
    page = text(kim.ask(uri="/ecs/eu-de/files/a/b%20c"))
    assert "arn:aws:ecs:eu-de:123456789012:file/a/b c" in page


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


def test_nobody_asks_but_the_proxies_that_the_operator_named(make_proxy: Callable[..., Proxy]) -> None:
    assert make_proxy(asking_proxies=()).ask(uri="/ecs/help").status_code == 403
    assert make_proxy(asking_proxies=("10.0.0.0/8",)).ask(uri="/ecs/help").status_code == 403


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


def _signed(do: Any, uri: str, host: str = HOST, service: str = "ecs") -> dict[str, str]:
    do("put_user_policy", user_name="joy", policy_name="all", policy_document=allow("ecs:*"))
    key = do("create_access_key", user_name="joy")["access_key"]
    request = AWSRequest("GET", f"https://{host}{uri}")
    SigV4Auth(Credentials(key["access_key_id"], key["secret_access_key"]), service, "eu-de").add_auth(request)
    return {name.replace("-", "_"): value for name, value in request.headers.items()}


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


def test_a_signed_request_is_its_signers(proxy: Proxy, do: Any) -> None:
    uri = "/ecs/eu-de/servers"
    answer = proxy.ask(uri=uri, **_signed(do, uri))
    assert (answer.status_code, answer.headers["X-Auth-Request-User"]) == (200, "joy")


def _session_named(iam: Iam, do: Any, name: str) -> Credentials:
    """Joy's session of a role that may do anything with servers, under a name of her choice."""
    made = do("create_role", role_name="deployer", assume_role_policy_document=TRUST)["role"]
    do("put_role_policy", role_name="deployer", policy_name="all", policy_document=allow("ecs:*"))
    do("put_user_policy", user_name="joy", policy_name="role", policy_document=allow("sts:AssumeRole"))
    claims = iam.login.begin("123456789012", "joy", DEMO_PASSWORD, RequestContext()).session
    joy = iam.login.resume(claims) if claims else None
    assert joy
    found = iam.execute(joy, "assume_role", {"role_arn": made["arn"], "role_session_name": name})["credentials"]
    return Credentials(found["access_key_id"], found["secret_access_key"], found["session_token"])


def _signed_by(credentials: Credentials, uri: str) -> dict[str, str]:
    request = AWSRequest("GET", f"https://{HOST}{uri}")
    SigV4Auth(credentials, "ecs", "eu-de").add_auth(request)
    return {name.replace("-", "_"): value for name, value in request.headers.items()}


def test_the_name_of_a_session_does_not_pass_for_a_users(kim: Proxy, iam: Iam, do: Any) -> None:
    uri = "/ecs/eu-de/servers"
    told = kim.ask(uri=uri, **_signed_by(_session_named(iam, do, "kim"), uri)).headers
    assert told["X-Auth-Request-Arn"] == "arn:aws:sts::123456789012:assumed-role/deployer/kim"
    assert told["X-Auth-Request-User"] == "assumed-role/deployer/kim"


def test_a_user_does_not_pass_for_the_root_user_by_name(proxy: Proxy, demo_directory: Any, do: Any) -> None:
    do("create_user", user_name=demo_directory.root_email)
    do("create_login_profile", user_name=demo_directory.root_email, password=DEMO_PASSWORD)
    policy = {"policy_name": "read", "policy_document": READ}
    do("put_user_policy", user_name=demo_directory.root_email, **policy)
    proxy.visitor.sign_in(demo_directory.root_email)
    assert proxy.ask().headers["X-Auth-Request-User"] == demo_directory.root_email
    key = do("create_access_key")["access_key"]
    signed = _signed_by(Credentials(key["access_key_id"], key["secret_access_key"]), "/ecs/eu-de/servers")
    assert proxy.ask(**signed).headers["X-Auth-Request-User"] == f"root/{demo_directory.root_email}"


def test_a_signature_is_good_for_its_request_alone(proxy: Proxy, do: Any) -> None:
    signed = _signed(do, "/ecs/eu-de/servers")
    assert proxy.ask(uri="/ecs/eu-nl/servers", **signed).status_code == 401
    assert proxy.ask("POST", uri="/ecs/eu-de/servers", **signed).status_code == 401


@pytest.mark.parametrize("other", [{"host": "other.example.org"}, {"service": "iam"}])
def test_a_request_that_was_signed_for_elsewhere_is_refused(proxy: Proxy, do: Any, other: dict[str, str]) -> None:
    uri = "/ecs/eu-de/servers"
    assert proxy.ask(uri=uri, **_signed(do, uri, **other)).status_code == 401


def test_a_bad_signature_does_not_fall_back_on_a_session(kim: Proxy) -> None:
    assert kim.ask(Authorization="AWS4-HMAC-SHA256 nonsense").status_code == 401


@pytest.fixture
def app_password(do: Any) -> str:
    """Kim's for the service that the site is of."""
    do("create_user", user_name="kim")
    do("put_user_policy", user_name="kim", policy_name="read", policy_document=READ)
    answer = do("create_service_specific_credential", user_name="kim", service_name="ecs")
    password: str = answer["service_specific_credential"]["service_password"]
    return password


def _basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize("name", ["kim", "kim-at-123456789012"])
def test_an_app_password_of_the_service_lets_its_owner_pass(proxy: Proxy, app_password: str, name: str) -> None:
    for _ in range(2):
        answer = proxy.ask(**_basic(name, app_password))
        assert (answer.status_code, answer.headers["X-Auth-Request-User"]) == (200, "kim")


def test_no_other_password_is_good_there(proxy: Proxy, app_password: str, do: Any) -> None:
    do("create_login_profile", user_name="kim", password=DEMO_PASSWORD)
    other = do("create_service_specific_credential", user_name="kim", service_name="gitea")
    assert proxy.ask(**_basic("kim", DEMO_PASSWORD)).status_code == 401
    assert proxy.ask(**_basic("kim", other["service_specific_credential"]["service_password"])).status_code == 401
    assert proxy.ask(**_basic("bob", app_password)).status_code == 401
    assert proxy.ask(**_basic("kim", "")).status_code == 401


def test_app_passwords_are_not_guessed_without_end(proxy: Proxy, app_password: str) -> None:
    for _ in range(30):
        assert proxy.ask(**_basic("kim", "x")).status_code == 401
    refused = proxy.ask(**_basic("kim", app_password))
    assert (refused.status_code, "too many" in refused.headers["X-Auth-Request-Error"]) == (401, True)
    assert proxy.ask(**_basic("kim", app_password), X_Forwarded_For="203.0.113.9").status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        "Basic", "Basic ", "Basic %", "Basic a2lt", "Basic /w==", "Basic a2ltOv8=", "Basic OnBhc3M=", "Bearer x",
        "basic", "Basic a2ltOng=,Basic a2ltOng=", "Basic a2lt\xff", "Digest username=kim", "\xff", "," * 2000,
    ],
)  # fmt: skip
def test_a_proof_that_makes_no_sense_is_none(kim: Proxy, given: str) -> None:
    assert kim.ask(Authorization=given).status_code == 401


def test_an_app_password_that_was_revoked_is_good_no_more(proxy: Proxy, app_password: str, do: Any) -> None:
    assert proxy.ask(**_basic("kim", app_password)).status_code == 200
    made = do("list_service_specific_credentials", user_name="kim")["service_specific_credentials"][0]
    do(
        "update_service_specific_credential",
        user_name="kim",
        service_specific_credential_id=made["service_specific_credential_id"],
        status="Inactive",
    )
    assert proxy.ask(**_basic("kim", app_password)).status_code == 401


def test_a_session_that_ended_counts_no_more(kim: Proxy) -> None:
    kim.visitor.submit("/console/sign-out", {}, page="/console/")
    assert kim.ask().status_code == 401


@pytest.mark.parametrize(("moment", "ago"), [("since", 13 * 3600), ("seen", 31 * 60)])
def test_a_session_that_is_over_counts_no_more(kim: Proxy, moment: str, ago: int) -> None:
    with kim.visitor.client.session_transaction() as session:
        session[moment] -= ago
    assert kim.ask().status_code == 401


def test_temporary_credentials_that_are_over_count_no_more(
    proxy: Proxy, iam: Iam, do: Any, demo_directory: Any
) -> None:
    uri = "/ecs/eu-de/servers"
    good = _session_named(iam, do, "run")
    keyring = Keyring.from_text(demo_directory.settings.read_master_key())
    session = open_token(keyring, good.access_key, good.token).session
    now = datetime.now(UTC)
    ended = issue(keyring, replace(session, issued_at=now - timedelta(hours=2), expires_at=now - timedelta(seconds=1)))
    over = Credentials(ended.access_key_id, ended.secret_access_key, ended.session_token)
    assert proxy.ask(uri=uri, **_signed_by(good, uri)).status_code == 200
    refused = proxy.ask(uri=uri, **_signed_by(over, uri))
    assert (refused.status_code, "expired" in refused.headers["X-Auth-Request-Error"]) == (401, True)


def test_a_signature_is_not_good_for_ever(proxy: Proxy, do: Any) -> None:
    uri = "/ecs/eu-de/servers"
    signed = _signed(do, uri)
    assert proxy.ask(uri=uri, **{**signed, "X_Amz_Date": "20200101T000000Z"}).status_code == 401


def test_of_two_cookies_one_counts_and_no_mixture(kim: Proxy, do: Any) -> None:
    do("put_user_policy", user_name="joy", policy_name="read", policy_document=READ)
    other = Proxy(Visitor(kim.visitor.app))
    other.visitor.sign_in("joy")
    kims, joys = kim.visitor.cookie(), other.visitor.cookie()
    assert kims
    assert joys
    other.visitor.client = kim.visitor.app.test_client(use_cookies=False)
    for first, second, name in (
        (kims, joys, "kim"),
        (joys, kims, "joy"),
        (kims[:-1], joys, None),
        ("", joys, None),
        (f"{kims}.x", joys, None),
        (kims.rpartition(".")[0] + "." + joys.rpartition(".")[2], joys, None),
    ):
        told = other.ask(Cookie=f"bindery={first}; bindery={second}").headers
        assert told.get("X-Auth-Request-User") == name


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


def test_who_has_to_set_up_a_second_factor_first_does_not_pass(kim: Proxy, do: Any) -> None:
    do("update_sign_in_settings", mfa_required=True)
    assert kim.ask().status_code == 401


@given(st.text(max_size=60).map("/".__add__))
def test_a_path_that_passes_has_one_spelling(path: str) -> None:
    try:
        segments = split_path(path)
    except AmbiguousPath:
        return
    assert "/" + "/".join(segments) == unquote(path)
    assert not any(segment in {"", ".", ".."} for segment in segments)
