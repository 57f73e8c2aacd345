"""Signed requests at a distance: the service hands them to the decision point, which knows what the signer may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask import Flask, request
from werkzeug.test import Client, TestResponse, create_environ

from adapter.enforcer import CALLER_KEY, AtADistance, Enforcer
from adapter.errors import ServiceUnavailable
from adapter.sites import Sites
from tests.clients.conftest import Api, Key
from tests.clients.decision_point import DecisionPoint
from tests.documents import TRUST, allow, deny, document

SERVERS = "/ecs/eu-de/servers"
SITES = """
[[site]]
host = "localhost"
service = "ecs"
[[site.route]]
methods = ["GET", "POST"]
path = "/ecs/{region}/servers"
action = "ecs:CreateServers"
resource = "arn:aws:ecs:{region}:{account}:server/*"
context = { "aws:RequestedRegion" = "{region}" }
[[site.route]]
path = "/ecs/{region}/servers/{id}"
action = "ecs:ShowServer"
resource = "arn:aws:ecs:{region}:{account}:server/{id}"
"""
IN_GERMANY = {"StringEquals": {"aws:RequestedRegion": "eu-de"}}
WITH_FACTOR = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@dataclass(frozen=True)
class Service:
    """A service that has nothing but a key of its own, and somebody who sends it requests."""

    app: Any

    def send(self, credentials: Credentials, path: str = SERVERS, body: bytes = b"", **more: Any) -> TestResponse:
        """Sends a signed request; `sent` is a body, `host` a host and `to` a path other than those that were signed."""
        method = "POST" if body else "GET"
        signed = AWSRequest(method, f"http://localhost{path}", data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(credentials, more.get("service", "ecs"), "eu-de").add_auth(signed)
        headers = {name: value for name, value in signed.headers.items() if name != "Content-Length"}
        headers |= {"Host": more.get("host", "localhost"), **more.get("headers", {})}
        return Client(self.app).open(more.get("to", path), method=method, data=more.get("sent", body), headers=headers)


@pytest.fixture(scope="module")
def service(api: Api) -> Service:
    iam = api.client("iam")
    iam.create_user(UserName="ecs-service")
    iam.put_user_policy(UserName="ecs-service", PolicyName="asks", PolicyDocument=allow("bindery:Evaluate"))
    own = api.key_of("ecs-service")
    app = Flask(__name__)

    def view(**_places: str) -> dict[str, Any]:
        return {"caller": request.environ[CALLER_KEY].arn, "body": request.get_data(as_text=True)}

    app.add_url_rule("/ecs/<region>/servers", "servers", view, methods=["GET", "POST"])
    app.add_url_rule("/ecs/<region>/servers/<id>", "server", view)
    enforcer = Enforcer(AtADistance(api.url, own.id, own.secret, service="ecs"))
    return Service(enforcer.middleware(app.wsgi_app, Sites.parse(SITES)))


@pytest.fixture(scope="module")
def developer(api: Api) -> Credentials:
    """Somebody who may create servers in one region, and assume any role."""
    iam = api.client("iam")
    iam.create_user(UserName="developer01")
    policy = document(
        {"Effect": "Allow", "Action": "ecs:CreateServers", "Resource": "*", "Condition": IN_GERMANY},
        {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:GetFederationToken"], "Resource": "*"},
    )
    iam.put_user_policy(UserName="developer01", PolicyName="servers", PolicyDocument=policy)
    key = api.key_of("developer01")
    return Credentials(key.id, key.secret)


@pytest.fixture(scope="module")
def assume(api: Api, developer: Credentials) -> Callable[..., Credentials]:
    """Gives a session of a role that may do anything with servers in one region."""
    iam = api.client("iam")
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=TRUST)
    policy = allow("ecs:*", Condition=IN_GERMANY)
    iam.put_role_policy(RoleName="deployer", PolicyName="servers", PolicyDocument=policy)

    def make(**more: Any) -> Credentials:
        sts = api.client("sts", Key(developer.access_key, developer.secret_key))
        arn = "arn:aws:iam::123456789012:role/deployer"
        made = sts.assume_role(RoleArn=arn, RoleSessionName="night-run", **more)["Credentials"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    return make


def test_a_signed_request_is_its_signers(service: Service, developer: Credentials) -> None:
    answer = service.send(developer, body=b'{"name": "x"}')
    assert answer.get_json() == {"caller": "arn:aws:iam::123456789012:user/developer01", "body": '{"name": "x"}'}
    assert service.send(developer, "/ecs/eu-nl/servers").status_code == 403


def test_a_session_of_a_role_does_what_the_role_may(service: Service, assume: Callable[..., Credentials]) -> None:
    answer = service.send(assume(), body=b"{}")
    assert answer.get_json()["caller"] == "arn:aws:sts::123456789012:assumed-role/deployer/night-run"
    refused = service.send(assume(), "/ecs/eu-nl/servers")
    assert (refused.status_code, "ecs:CreateServers" in refused.get_json()["message"]) == (403, True)


def test_a_session_policy_limits_its_session(service: Service, assume: Callable[..., Credentials]) -> None:
    assert service.send(assume(Policy=allow("ecs:Show*"))).status_code == 403


def test_a_federated_user_is_known_by_their_session(api: Api, service: Service, developer: Credentials) -> None:
    sts = api.client("sts", Key(developer.access_key, developer.secret_key))
    made = sts.get_federation_token(Name="guest", Policy=allow("ecs:CreateServers"))["Credentials"]
    answer = service.send(Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]))
    assert answer.get_json()["caller"] == "arn:aws:sts::123456789012:federated-user/guest"


def test_a_policy_that_asks_for_a_second_factor_minds_the_session(
    api: Api, service: Service, developer: Credentials
) -> None:
    api.client("iam").put_user_policy(
        UserName="developer01",
        PolicyName="factor",
        PolicyDocument=deny("ecs:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
    )
    sts = api.client("sts", Key(developer.access_key, developer.secret_key))
    made = sts.get_session_token()["Credentials"]
    session = Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    assert service.send(session).status_code == 403
    api.client("iam").delete_user_policy(UserName="developer01", PolicyName="factor")
    assert service.send(session).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"sent": b'{"name": "other"}'},
        {"host": "localhost:8443"},
        {"to": "/ecs/eu-de/servers?more=1"},
        {"service": "vpc"},
        {"headers": {"X-Amz-Security-Token": "made-up"}},
        {"headers": {"X-Amz-Date": "20200101T000000Z"}},
        {"headers": {"Authorization": "AWS4-HMAC-SHA256 nonsense"}},
        {"headers": {"Authorization": "Basic eDp5"}},
    ],
    ids="-".join,
)
def test_what_was_not_signed_like_that_is_refused(
    service: Service, developer: Credentials, change: dict[str, Any]
) -> None:
    assert service.send(developer, body=b'{"name": "x"}', **change).status_code in {401, 403}


def test_the_token_of_one_session_is_not_good_for_the_key_of_another(
    service: Service, assume: Callable[..., Credentials]
) -> None:
    mine, other = assume(Policy=allow("ecs:Show*")), assume()
    mixed = Credentials(mine.access_key, mine.secret_key, other.token)
    assert service.send(mixed).status_code == 401


def test_what_a_proxy_would_say_counts_for_nothing_where_signatures_do(service: Service) -> None:
    claimed = {"X-Auth-Request-Arn": "arn:aws:iam::123456789012:user/developer01"}
    assert Client(service.app).get(SERVERS, headers=claimed).status_code == 401


def test_a_presigned_address_is_good_as_well(service: Service, assume: Callable[..., Credentials]) -> None:
    signed = AWSRequest("GET", f"http://localhost{SERVERS}")
    SigV4QueryAuth(assume(), "ecs", "eu-de", expires=60).add_auth(signed)
    assert Client(service.app).get(signed.url.removeprefix("http://localhost")).status_code == 200
    tampered = signed.url.removeprefix("http://localhost").replace("X-Amz-Expires=60", "X-Amz-Expires=600")
    assert Client(service.app).get(tampered).status_code == 401


def test_a_body_that_is_signed_piece_by_piece_is_refused(service: Service, developer: Credentials) -> None:
    streamed = AWSRequest("POST", f"http://localhost{SERVERS}", data=b"0;chunk-signature=x\r\n\r\n")
    streamed.headers["X-Amz-Content-SHA256"] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    SigV4Auth(developer, "ecs", "eu-de").add_auth(streamed)
    headers = {name: value for name, value in streamed.headers.items() if name != "Content-Length"}
    answer = Client(service.app).post(SERVERS, data=streamed.body, headers={**headers, "Host": "localhost"})
    assert answer.status_code == 401


def test_a_name_in_braces_is_a_name(api: Api, service: Service, developer: Credentials) -> None:
    policy = allow("ecs:ShowServer", "arn:aws:ecs:*:*:server/123456789012")
    api.client("iam").put_user_policy(UserName="developer01", PolicyName="one", PolicyDocument=policy)
    assert service.send(developer, f"{SERVERS}/123456789012").status_code == 200
    assert service.send(developer, f"{SERVERS}/%7Baccount%7D").status_code == 403


def test_a_service_learns_only_who_it_may_ask_about(api: Api, developer: Credentials, name: str) -> None:
    iam = api.client("iam")
    iam.create_user(UserName=name)
    policy = allow("bindery:Evaluate", "arn:aws:ecs:*:*:*")
    iam.put_user_policy(UserName=name, PolicyName="asks", PolicyDocument=policy)
    own = api.key_of(name)
    enforcer = Enforcer(AtADistance(api.url, own.id, own.secret, service="ecs"))
    signed = AWSRequest("GET", f"http://localhost{SERVERS}")
    SigV4Auth(developer, "ecs", "eu-de").add_auth(signed)
    environ = create_environ(SERVERS, headers=dict(signed.headers))
    with pytest.raises(ServiceUnavailable, match="403"):
        enforcer.hold(environ, "ecs:ListServers", "*")


GOOD = {"service": "ecs", "method": "GET", "path": "/", "query": "", "headers": [], "body_sha256": "0" * 64}


@pytest.mark.parametrize(
    "change",
    [
        {"service": "bindery"},
        {"service": "iam"},
        {"service": ""},
        {"method": 5},
        {"path": None},
        {"path": "/\u20ac"},
        {"query": []},
        {"headers": {"host": "x"}},
        {"headers": [["host"]]},
        {"headers": [["host", "\u20ac"]]},
        {"headers": [["host", 5]]},
        {"body_sha256": "x"},
        {"body_sha256": "A" * 64},
    ],
    ids=json.dumps,
)
def test_a_request_that_is_not_handed_over_as_it_has_to_be_is_refused(api: Api, change: dict[str, Any]) -> None:
    reply = DecisionPoint(api, api.root_key).post("/access/v1/signer", GOOD | change)
    assert (reply.status, isinstance(reply.body, str)) == (400, True)


def test_an_unsigned_request_is_nobodys(api: Api) -> None:
    reply = DecisionPoint(api, api.root_key).post("/access/v1/signer", GOOD)
    assert (reply.status, reply.body["decision"], reply.body["context"]["error"]["status"]) == (200, False, 401)
