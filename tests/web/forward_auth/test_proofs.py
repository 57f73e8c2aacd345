"""Who sent the request that a proxy asks about: by signature, app password or the console's session."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter import Iam, RequestContext
from adapter.crypto.sealing import Keyring
from adapter.crypto.tokens import issue, open_token
from adapter.server.tree import DEMO_PASSWORD
from tests.documents import TRUST, allow
from tests.web.forward_auth.proxy import HOST, READ, Proxy
from tests.web.visitor import Visitor


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


def _signed(do: Any, uri: str, host: str = HOST, service: str = "ecs") -> dict[str, str]:
    do("put_user_policy", user_name="joy", policy_name="all", policy_document=allow("ecs:*"))
    key = do("create_access_key", user_name="joy")["access_key"]
    request = AWSRequest("GET", f"https://{host}{uri}")
    SigV4Auth(Credentials(key["access_key_id"], key["secret_access_key"]), service, "eu-de").add_auth(request)
    return {name.replace("-", "_"): value for name, value in request.headers.items()}


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


def test_a_proof_in_an_address_goes_nowhere_else(proxy: Proxy) -> None:
    answer = proxy.ask(uri="/ecs/eu-de/servers?X-Amz-Signature=proof&X-Amz-Security-Token=token")
    assert answer.status_code == 401
    assert answer.headers["Location"] == "/console/sign-in"
    assert "proof" not in str(answer.headers)


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


def test_who_has_to_set_up_a_second_factor_first_does_not_pass(kim: Proxy, do: Any) -> None:
    do("update_sign_in_settings", mfa_required=True)
    assert kim.ask().status_code == 401
