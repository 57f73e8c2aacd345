"""The library for services written in Python: the example of its page, a table for all of it, and at a distance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask import Flask, request
from werkzeug.test import Client, TestResponse, create_environ

from adapter import Iam, open_iam
from adapter.enforcer import CALLER_KEY, AtADistance, Enforcer, InProcess
from adapter.enforcer.backend import NotAuthenticated
from adapter.errors import AccessDenied, ServiceUnavailable
from adapter.sites import Sites
from tests.clients.conftest import Api, Key
from tests.documents import allow, deny, document

PAGE = Path(__file__).parents[2] / "adapter/enforcer/README.md"
SERVERS = "/ecs/eu-de/servers"
IN_GERMANY = {"StringEquals": {"aws:RequestedRegion": "eu-de"}}
POLICY = document(
    {"Effect": "Allow", "Action": "ecs:CreateServers", "Resource": "*", "Condition": IN_GERMANY},
    {"Effect": "Allow", "Action": "ecs:ListServers", "Resource": "*"},
)
SITES = """
[[site]]
host = "localhost"
service = "ecs"
[[site.route]]
path = "/help"
public = true
[[site.route]]
path = "/ecs/{region}/servers"
action = "ecs:ListServers"
resource = "*"
[[site.route]]
methods = ["POST"]
path = "/ecs/{region}/servers"
action = "ecs:CreateServers"
resource = "arn:aws:ecs:{region}:{account}:server/*"
context = { "aws:RequestedRegion" = "{region}" }
"""


@pytest.fixture(scope="module")
def key(api: Api) -> Key:
    """Of somebody who may create servers in one region and list them in all."""
    iam = api.client("iam")
    iam.create_user(UserName="developer01")
    iam.put_user_policy(UserName="developer01", PolicyName="servers", PolicyDocument=POLICY)
    return api.key_of("developer01")


@pytest.fixture(scope="module")
def door(api: Api) -> Iterator[Iam]:
    found = open_iam(api.directory.settings)
    yield found
    found.close()


@pytest.fixture
def example(api: Api, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The service of the page, as it stands there."""
    monkeypatch.setenv("BINDERY_DATA", str(api.directory.data))
    monkeypatch.setenv("BINDERY_SUFFIX", api.directory.suffix)
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    names: dict[str, Any] = {"__name__": "service"}
    exec(compile(found[1], str(PAGE), "exec"), names)
    return names["app"]


def send(  # noqa: PLR0917  # what a request is made of
    app: Any, key: Key | None, path: str = SERVERS, body: bytes = b"", service: str = "ecs", sent: bytes | None = None
) -> TestResponse:
    """Sends a signed request to an application; `sent` is a body other than the one that was signed."""
    method = "POST" if body else "GET"
    signed = AWSRequest(method, f"http://localhost{path}", data=body, headers={"Content-Type": "application/json"})
    if key is not None:
        SigV4Auth(Credentials(key.id, key.secret), service, "eu-de").add_auth(signed)
    headers = {name: value for name, value in signed.headers.items() if name != "Content-Length"}
    return Client(app).open(path, method=method, data=body if sent is None else sent, headers=headers)


def signed_environ(key: Key) -> dict[str, Any]:
    """A signed request as WSGI has it."""
    signed = AWSRequest("GET", f"http://localhost{SERVERS}")
    SigV4Auth(Credentials(key.id, key.secret), "ecs", "eu-de").add_auth(signed)
    return create_environ(SERVERS, headers=dict(signed.headers))


def test_the_example_lets_pass_who_may(example: Flask, key: Key) -> None:
    answer = send(example, key, body=b'{"name": "web-2"}')
    assert (answer.status_code, answer.get_json()) == (
        201,
        {"owner": "arn:aws:iam::123456789012:user/developer01", "name": "web-2"},
    )


def test_the_example_refuses_another_region_and_says_why(example: Flask, key: Key) -> None:
    answer = send(example, key, "/ecs/eu-nl/servers", b'{"name": "web-2"}')
    assert answer.status_code == 403
    assert answer.get_json()["message"] == (
        "User: arn:aws:iam::123456789012:user/developer01 is not authorized to perform: ecs:CreateServers on resource: "
        "arn:aws:ecs:eu-nl:123456789012:server/* because no identity-based policy allows the ecs:CreateServers action"
    )


def test_a_body_that_was_changed_is_refused(example: Flask, key: Key) -> None:
    assert send(example, key, body=b'{"name": "web-2"}', sent=b'{"name": "web-3"}').status_code == 401


def test_a_request_for_another_service_or_of_nobody_is_refused(example: Flask, key: Key) -> None:
    assert send(example, key, body=b"{}", service="s3").status_code == 401
    assert send(example, None, body=b"{}").status_code == 401


@pytest.fixture
def guarded(door: Iam) -> Callable[..., Any]:
    app = Flask(__name__)

    def view(**_places: str) -> dict[str, Any]:
        known = request.environ.get(CALLER_KEY)
        return {"caller": known.arn if known else None, "body": request.get_data(as_text=True)}

    for path in ("/help", "/ecs/<region>/servers", "/elsewhere"):
        app.add_url_rule(path, path, view, methods=["GET", "POST"])
    return Enforcer(InProcess(door, "ecs")).middleware(app.wsgi_app, Sites.parse(SITES))


def test_a_view_may_get_its_arguments_in_any_way(door: Iam, key: Key) -> None:
    environ = signed_environ(key)
    enforcer = Enforcer(InProcess(door, "ecs"))

    @enforcer.requires("ecs:CreateServers", TARGET, keys={"aws:RequestedRegion": "{region}"}, environ=lambda: environ)
    def create(region: str, count: int = 1) -> tuple[str, int]:
        return region, count

    assert create("eu-de") == ("eu-de", 1)
    assert create(region="eu-de", count=2) == ("eu-de", 2)
    with pytest.raises(AccessDenied):
        create("eu-nl")


def test_a_place_that_nothing_stands_for_lets_nobody_pass(door: Iam, key: Key) -> None:
    environ = signed_environ(key)
    enforcer = Enforcer(InProcess(door, "ecs"))

    @enforcer.requires("ecs:ListServers", "arn:aws:ecs:eu-de:{account}:server/{serverId}", environ=lambda: environ)
    def show(server_id: str) -> str:
        return server_id

    with pytest.raises(KeyError):
        show("i-1")


def test_what_a_client_sent_is_not_read_as_a_place(door: Iam, key: Key) -> None:
    environ = signed_environ(key)
    enforcer = Enforcer(InProcess(door, "ecs"))
    with pytest.raises(AccessDenied, match=r"server/\{account\}$|server/\{account\} "):
        enforcer.hold(environ, "ecs:StopServers", "arn:aws:ecs::{account}:server/{id}", places={"id": "{account}"})


def test_what_a_client_sent_makes_no_parts_of_an_arn(door: Iam, key: Key) -> None:
    environ = signed_environ(key)
    enforcer = Enforcer(InProcess(door, "ecs"))
    named = "ecs:ListServers", "arn:aws:ecs:{region}:{account}:server/{id}", None
    assert enforcer.hold(environ, *named, {"region": "eu-de", "id": "a:b"})
    with pytest.raises(AccessDenied):
        enforcer.hold(environ, *named, {"region": "eu-de:123456789012:server/x", "id": "a"})


def test_a_table_guards_a_whole_application(guarded: Any, key: Key) -> None:
    assert send(guarded, key).get_json()["caller"] == "arn:aws:iam::123456789012:user/developer01"
    assert send(guarded, key, body=b'{"name": "x"}').get_json()["body"] == '{"name": "x"}'
    assert send(guarded, key, "/ecs/eu-nl/servers", b"{}").status_code == 403


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_request_of_two_methods_is_refused(guarded: Any, key: Key, header: str) -> None:
    signed = AWSRequest("GET", f"http://localhost{SERVERS}")
    SigV4Auth(Credentials(key.id, key.secret), "ecs", "eu-de").add_auth(signed)
    for method, status in (("GET", 200), ("POST", 403), ("get", 403)):
        assert Client(guarded).get(SERVERS, headers={**signed.headers, header: method}).status_code == status


def test_what_fits_no_route_is_refused(guarded: Any, key: Key) -> None:
    assert send(guarded, key, "/elsewhere").status_code == 403
    assert send(guarded, key, "/ecs/eu-de/servers/../servers").status_code == 403


def test_a_public_route_is_open(guarded: Any) -> None:
    assert send(guarded, None, "/help").get_json()["caller"] is None


def test_nobody_passes_without_a_signature(guarded: Any) -> None:
    answer = send(guarded, None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"].split()[0]) == (401, "AWS4-HMAC-SHA256")


def _environ(arn: str) -> dict[str, Any]:
    return {"REQUEST_METHOD": "POST", "HTTP_X_AUTH_REQUEST_ARN": arn, "wsgi.url_scheme": "http"}


@pytest.fixture(scope="module")
def far(api: Api, key: Key) -> Enforcer:
    """An enforcer that has nothing but a key of its own service."""
    iam = api.client("iam")
    iam.create_user(UserName="ecs-service")
    iam.put_user_policy(UserName="ecs-service", PolicyName="asks", PolicyDocument=allow("bindery:Evaluate"))
    own = api.key_of("ecs-service")
    return Enforcer(AtADistance(api.url, own.id, own.secret))


ARN = "arn:aws:iam::123456789012:user/developer01"
TARGET = "arn:aws:ecs:eu-de:{account}:server/*"


def test_at_a_distance_the_decision_point_decides(far: Enforcer) -> None:
    keys = {"aws:RequestedRegion": "eu-de"}
    assert far.hold(_environ(ARN), "ecs:CreateServers", TARGET, keys).arn == ARN
    with pytest.raises(AccessDenied) as refused:
        far.hold(_environ(ARN), "ecs:DeleteServers", TARGET, keys)
    assert "no identity-based policy allows it" in refused.value.message


@pytest.mark.parametrize("arn", ["", "developer01", "arn:aws:sts::123456789012:assumed-role/r/s"])
def test_at_a_distance_the_proxy_has_to_say_who_it_is(far: Enforcer, arn: str) -> None:
    with pytest.raises(NotAuthenticated):
        far.hold(_environ(arn), "ecs:CreateServers", TARGET)


def test_at_a_distance_somebody_unknown_is_refused(far: Enforcer) -> None:
    with pytest.raises(AccessDenied):
        far.hold(_environ("arn:aws:iam::123456789012:user/nobody"), "ecs:CreateServers", TARGET)


def test_at_a_distance_names_are_read_as_the_proxy_writes_them(api: Api, far: Enforcer) -> None:
    iam = api.client("iam")
    arn = iam.create_user(UserName="odd", Path="/a!b/")["User"]["Arn"]
    iam.put_user_policy(UserName="odd", PolicyName="all", PolicyDocument=allow("ecs:*"))
    assert far.hold(_environ(arn.replace("!", "%21")), "ecs:CreateServers", TARGET).arn == arn


def test_at_a_distance_the_circumstances_count(api: Api, far: Enforcer) -> None:
    insecure = deny("ecs:*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    api.client("iam").put_user_policy(UserName="developer01", PolicyName="tls", PolicyDocument=insecure)
    given = "ecs:CreateServers", TARGET, {"aws:RequestedRegion": "eu-de"}
    with pytest.raises(AccessDenied):
        far.hold(_environ(ARN), *given)
    assert far.hold({**_environ(ARN), "wsgi.url_scheme": "https"}, *given)
    api.client("iam").delete_user_policy(UserName="developer01", PolicyName="tls")


@pytest.mark.parametrize(
    "backend", [AtADistance("http://127.0.0.1:1", "AKIAAAAAAAAAAAAAAAAA", "x"), None], ids=["gone", "not-known"]
)
def test_without_an_answer_nobody_passes(api: Api, backend: AtADistance | None) -> None:
    enforcer = Enforcer(backend or AtADistance(api.url, "AKIAAAAAAAAAAAAAAAAA", "x"))
    with pytest.raises(ServiceUnavailable):
        enforcer.hold(_environ(ARN), "ecs:CreateServers", TARGET)
