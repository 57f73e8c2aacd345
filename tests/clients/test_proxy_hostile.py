"""Requests as attackers write them, octet by octet, through a real nginx to a service that tells what it got.

The one property: what reaches the service is what its caller may do, however the service reads it, and comes with the
identity of that caller and of nobody else.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter import open_iam
from adapter.server.tree import DEMO_PASSWORD
from adapter.trail.audit import FILE_NAME
from tests.clients.conftest import Api, serving
from tests.clients.ecs.portal import listens
from tests.clients.ldap_programs.machine import Machine
from tests.clients.telling import Front, Got, read, telling_service
from tests.conftest import running_copy
from tests.documents import allow
from tests.ports import free_port
from tests.web.visitor import Visitor
from web import create_app

CONFIGURATION = Path(__file__).parent / "ecs/nginx.conf"
SITES = """
[[site]]
host = "{host}"
service = "files"
[[site.route]]
path = "/open/{{path...}}"
public = true
[[site.route]]
path = "/files/{{path...}}"
action = "files:Get"
resource = "arn:aws:files::{{account}}:file/{{path}}"
[[site.route]]
methods = ["POST", "PUT", "PATCH", "DELETE"]
path = "/files/{{path...}}"
action = "files:Put"
resource = "arn:aws:files::{{account}}:file/{{path}}"
"""
MINE = "/files/mine/"
TOLD = {
    "x-auth-request-user": "kim",
    "x-auth-request-arn": "arn:aws:iam::123456789012:user/kim",
    "x-auth-request-account": "123456789012",
    "x-auth-request-factor": "password",
}
QUICK = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def front(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    listen, sites = f"127.0.0.1:{free_port()}", folder / "sites.toml"
    sites.write_text(SITES.format(host=listen))
    for directory in running_copy(template, folder / "data"):
        own = replace(directory.settings, sites_file=sites, asking_proxies=("127.0.0.1/32",))
        with serving(replace(directory, settings=own), folder / "web.log") as api, telling_service() as service:
            places = {"127.0.0.1:8088": listen, "127.0.0.1:8089": service, "127.0.0.1:8000": api.url[len("http://") :]}
            text = CONFIGURATION.read_text()
            for usual, free in places.items():
                text = text.replace(usual, free)
            machine = Machine(folder / "machine", {"etc/nginx/front.conf": text})
            try:
                log = folder / "nginx.log"
                machine.start("nginx", "-e", "stderr", "-p", folder, "-c", "/etc/nginx/front.conf", log=log)
                machine.until(partial(listens, listen), log)
                yield Front(listen, _kim(api), own)
            finally:
                machine.close()


def _kim(api: Api) -> str:
    """Somebody who may read files in one folder; gives their app password for the service."""
    iam = api.client("iam")
    iam.create_user(UserName="kim")
    iam.create_login_profile(UserName="kim", Password=DEMO_PASSWORD)
    policy = allow("files:Get", "arn:aws:files::123456789012:file/mine/*")
    iam.put_user_policy(UserName="kim", PolicyName="mine", PolicyDocument=policy)
    made = iam.create_service_specific_credential(UserName="kim", ServiceName="files")
    found: str = made["ServiceSpecificCredential"]["ServicePassword"]
    return found


def _once(path: str) -> str:
    return unquote(path, "latin-1")


READINGS: list[Callable[[str], str]] = [
    str,
    _once,
    lambda path: _once(_once(path)),
    posixpath.normpath,
    lambda path: posixpath.normpath(_once(path)),
    lambda path: posixpath.normpath(_once(_once(path)).replace("\\", "/")),
    lambda path: re.sub("/+", "/", path),
    lambda path: re.sub(";[^/]*", "", _once(path)),
    lambda path: _once(path).lower(),
    lambda path: _once(path).split("\0")[0],
    lambda path: "/".join(segment.rstrip(". ") for segment in _once(path).split("/")),
]
"""How services may read a path."""


def _hold_to_the_rights_of_kim(got: Got | None) -> None:
    if got is None:
        return
    path = got.target.partition("?")[0].partition("#")[0]
    if path.startswith("/open/"):
        assert all(read(path).startswith("/open/") for read in READINGS), got
        assert not any(got.all(name) for name in TOLD), got
        return
    assert got.method in {"GET", "HEAD"}, got
    assert all(read(path).startswith(MINE) for read in READINGS), got
    assert {name: got.all(name) for name in TOLD} == {name: [value] for name, value in TOLD.items()}, got
    assert not got.all("authorization"), got
    assert not got.all("cookie"), got


def test_what_kim_may_reaches_the_service(front: Front) -> None:
    got = front.send(b"GET", b"/files/mine/a%20b?c=d", front.kim)
    assert got
    assert (got.method, got.target) == ("GET", "/files/mine/a%20b?c=d")
    _hold_to_the_rights_of_kim(got)


@pytest.mark.parametrize("target", [b"/files/yours/a", b"/files", b"/", b"/files/mine", b"/elsewhere"])
def test_what_kim_may_not_does_not(front: Front, target: bytes) -> None:
    assert front.send(b"GET", target, front.kim) is None
    assert front.send(b"PUT", b"/files/mine/a", front.kim) is None
    assert front.send(b"GET", b"/files/mine/a") is None


def test_nobody_is_refused_without_a_trace(front: Front) -> None:
    assert front.send(b"GET", b"/files/yours/traced?page=yes&redirect=yes", front.kim) is None
    assert "file/yours/traced" in (front.settings.data / FILE_NAME).read_text()


@pytest.fixture
def session(front: Front) -> Iterator[bytes]:
    """The cookie of Kim, who is signed in and has not used the console for a while."""
    door = open_iam(front.settings)
    kim = Visitor(create_app(front.settings, door))
    kim.sign_in("kim")
    with kim.client.session_transaction() as kept:
        kept["seen"] -= 20 * 60
    yield f"bindery={kim.cookie()}".encode()
    door.close()


def test_whoever_uses_the_service_stays_signed_in(front: Front, session: bytes) -> None:
    head, _, body = front.answer(b"GET", b"/files/mine/a", (b"Cookie", session)).partition(b"\r\n\r\n")
    _hold_to_the_rights_of_kim(read(body))
    assert b"\r\nSet-Cookie: bindery=" in head
    assert b"\r\nSet-Cookie" not in front.answer(b"GET", b"/files/mine/a", front.kim)


_PIECES = [
    b"/files", b"/mine", b"/yours", b"/open", b"/", b"//", b"/.", b"/..", b".", b"..", b"%2e", b"%2E%2e",
    b"%2f", b"%5c",
    b"\\", b";a=b", b";", b"?", b"#", b"%00", b"%252e", b"%252f", b"%", b"%zz", b"a", b"A", b"%61", b"%4D", b"\xc3\xa9",
    b"%c3%a9", b"%C3%A9", b"%ff", b"%20", b"+", b"&", b"*", b"~", b"%7e", b":", b"@", b"%0d%0a", b"\t", b",", b"%2c",
]  # fmt: skip
_PATHS = st.builds(
    bytes.__add__,
    st.sampled_from([b"/files/mine/", b"/files/mine", b"/open/", b"/open", b"/files/", b"/", b"", b"/console/.."]),
    st.lists(st.sampled_from(_PIECES), max_size=6).map(b"".join),
)


@QUICK
@given(
    path=_PATHS, form=st.sampled_from([b"%s", b"http://HOST%s", b"http://evil.example.org%s", b"//evil.example.org%s"])
)
def test_no_spelling_of_an_address_leads_elsewhere(front: Front, path: bytes, form: bytes) -> None:
    target = (form % path).replace(b"HOST", front.address.encode()) or b"/"
    _hold_to_the_rights_of_kim(front.send(b"GET", target, front.kim))


_VALUES = [
    b"/open/a", b"/files/mine/a", b"GET", b"DELETE", b"https", b"http", b"127.0.0.1", b"HOST", b"evil.example.org", b"",
    b"root", b"arn:aws:iam::123456789012:root", b"/open/a, /open/b", b"\xff\xfe", b"x" * 7000, b"Basic eDp5",
    b"bindery=x",
    b"AWS4-HMAC-SHA256 Credential=x", b"X-Auth-Request-User, X-Forwarded-Uri, X-Forwarded-Host", b"basic %",
    b"Bearer x",
]  # fmt: skip
_NAMES = [
    *(
        f"X-Forwarded-{name}"
        for name in ("Uri", "Host", "Method", "Proto", "For", "Prefix", "Server", "Port", "Scheme")
    ),
    *(f"X-Original-{name}" for name in ("Uri", "Url", "Method", "Host")),
    *(f"X-Auth-Request-{name}" for name in ("User", "Arn", "Account", "Factor", "Id", "Email")),
    *("X-Rewrite-URL", "X-HTTP-Method-Override", "X-Envoy-Original-Path", "Forwarded", "X-Real-IP",
      "X-Amz-Security-Token"),
    *("Cookie", "Connection", "Upgrade", "Authorization", "Origin", "Host"),
]  # fmt: skip


def _odd(name: str, way: int) -> bytes:
    """A header's name in another spelling that some programs take for the same."""
    ways = [name, name.lower(), name.upper(), name.replace("-", "_"), name.replace("-", "_", 1)]
    return ways[way % len(ways)].encode()


_HEADERS = st.lists(
    st.tuples(st.builds(_odd, st.sampled_from(_NAMES), st.integers(0, 4)), st.sampled_from(_VALUES)), max_size=4
)
_METHODS = st.sampled_from([b"GET", b"HEAD", b"get", b"DELETE", b"PUT", b"TRACE", b"GETX", b"OPTIONS", b"PROPFIND"])


@QUICK
@given(
    method=_METHODS,
    target=st.sampled_from([b"/files/mine/a", b"/files/yours/a", b"/open/a"]),
    before=_HEADERS,
    after=_HEADERS,
)
def test_no_header_makes_a_request_another_one(
    front: Front, method: bytes, target: bytes, before: list[Any], after: list[Any]
) -> None:
    headers = [(name, value.replace(b"HOST", front.address.encode())) for name, value in (*before, *after)]
    headers.insert(len(before), front.kim)
    got = front.send(method, target, *headers)
    _hold_to_the_rights_of_kim(got)
    if got is not None:
        assert got.target == target.decode()
        assert got.all("host") == [front.address]
        assert set(got.all("x-http-method-override")) <= {got.method}
        assert set(got.all("x-original-url") + got.all("x-rewrite-url")) <= {got.target}


_HOSTS = st.sampled_from(
    [
        "HOST", "HOST.", "127.0.0.1", "127.0.0.1.:PORT", "x@HOST", "HOST@x", "[::1%25lo]:PORT",
        "[::ffff:127.0.0.1]:PORT",
        "localhost:PORT", "evil.example.org", "HOST, evil.example.org", "evil.example.org, HOST",
        "xn--bcher-kva.example",
        "HOST/", "HOST#", "127.0.0.1:0PORT", "127.1:PORT", "0x7f.0.0.1:PORT", "\xe9", "127.0.0.1:PORT:80", ":PORT",
    ]
)  # fmt: skip


@QUICK
@given(host=_HOSTS, form=st.sampled_from([b"/files/mine/a", b"http://HOST/files/mine/a", b"http://x/files/mine/a"]))
def test_a_request_for_another_host_is_for_another_host(front: Front, host: str, form: bytes) -> None:
    port = front.address.rpartition(":")[2]
    named = host.replace("HOST", front.address).replace("PORT", port).encode("latin-1")
    got = front.send(b"GET", form.replace(b"HOST", front.address.encode()), front.kim, host=named)
    _hold_to_the_rights_of_kim(got)
    assert got is None or got.all("host") == [front.address]


@QUICK
@given(
    scheme=st.sampled_from([b"Basic", b"basic", b"BASIC", b"Basic ", b"Bearer", b"Negotiate", b""]),
    name=st.sampled_from(
        [b"kim", b"KIM", b"kim ", b"kim\x00", b"k\xc3\xadm", b"\xff", b"*", b"(uid=*)", b"kim)(uid=*"]
    ),
    password=st.sampled_from([b"", b"*", b"x", b"\xff\xfe", b"\x00"]),
    twice=st.booleans(),
)
def test_no_other_proof_is_kims(front: Front, scheme: bytes, name: bytes, password: bytes, twice: bool) -> None:
    given = (b"Authorization", scheme + b" " + base64.b64encode(name + b":" + password))
    assert front.send(b"GET", b"/files/mine/a", *([given] * (1 + twice))) is None
