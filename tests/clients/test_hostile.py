"""Bodies that nobody means well with: a refusal within bounded time and memory, and the server goes on."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import Api
from tests.clients.test_signatures import signed
from tests.clients.xml import error_of

LIST_USERS = b"Action=ListUsers&Version=2010-05-08"
TEN_MEGABYTES = 10 * 1024 * 1024
SECONDS = 60.0


def refusal(api: Api, body: bytes) -> tuple[int, str]:
    """Status and code of the answer to a correctly signed body; the document is whole and the answer is quick."""
    headers = signed(api, body, "iam")
    started = time.monotonic()
    status, answer_headers, answer = api.http(body, **headers)
    assert time.monotonic() - started < SECONDS
    error = error_of(answer)
    assert answer_headers["x-amzn-requestid"] == error.request_id
    assert error.type == "Sender"
    return status, error.code


def test_ten_megabytes_are_too_large(api: Api) -> None:
    assert refusal(api, LIST_USERS + b"&PathPrefix=/" + b"x" * TEN_MEGABYTES) == (413, "RequestEntityTooLarge")


def test_a_body_without_end_is_too_large(api: Api) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(TEN_MEGABYTES // 65536):
            yield b"x" * 65536

    status, _, body = api.http(chunks())
    assert (status, error_of(body).code) == (413, "RequestEntityTooLarge")


def test_ten_thousand_parameters_are_too_many(api: Api) -> None:
    body = LIST_USERS + b"".join(b"&Tags.member.%d.Key=k" % number for number in range(10_000))
    assert refusal(api, body) == (400, "MalformedInput")


@pytest.mark.parametrize("depth", [20, 1000, 100_000])
def test_names_that_go_too_deep_are_refused(api: Api, depth: int) -> None:
    assert refusal(api, LIST_USERS + b"&Tags" + b".member.1" * depth + b"=x") == (400, "MalformedInput")


@pytest.mark.parametrize("text", [b"%", b"%zz", b"%1", b"100%&MaxItems=1"])
def test_a_broken_percent_escape_is_refused(api: Api, text: bytes) -> None:
    assert refusal(api, LIST_USERS + b"&PathPrefix=" + text) == (404, "MalformedQueryString")


@pytest.mark.parametrize("text", [b"%FF", b"%C0%80", b"\xff\xfe", b"%ED%A0%80"])
def test_what_is_not_utf8_is_refused(api: Api, text: bytes) -> None:
    assert refusal(api, LIST_USERS + b"&PathPrefix=" + text) == (404, "MalformedQueryString")


@pytest.mark.parametrize(
    "more",
    [
        b"&PathPrefix=/a/&PathPrefix=/b/",
        b"&Action=DeleteUser",
        b"&Action.x=1",
        b"&Tags=x&Tags.member.1.Key=a",
        b"&Tags.member.1.Key=a&Tags.member.1=x",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(api: Api, more: bytes) -> None:
    assert refusal(api, LIST_USERS + more) == (400, "MalformedInput")


@pytest.mark.parametrize(
    "tags",
    [
        b"Tags.member.0.Key=a",
        b"Tags.member.01.Key=a",
        b"Tags.member.-1.Key=a",
        b"Tags.member.99999999999.Key=a",
        b"Tags.member.x.Key=a",
        b"Tags.entry.1.Key=a",
        b"Tags.1.Key=a",
        b"Tags=a",
        b"Tags.member.1=a",
        b"Tags.member.1.Key.x=a",
        b"UserName.member.1=bob",
    ],
)
def test_a_list_that_is_written_wrongly_is_refused(api: Api, tags: bytes) -> None:
    assert refusal(api, b"Action=TagUser&Version=2010-05-08&" + tags) == (400, "MalformedInput")


@pytest.mark.parametrize("number", [b"x", b"1e3", b"", b"0x10", b"1" * 5000, "\u0661".encode(), b"1.0"])
def test_what_is_no_number_is_refused_in_aws_s_words(api: Api, number: bytes) -> None:
    assert refusal(api, LIST_USERS + b"&MaxItems=" + number) == (400, "ValidationError")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "nonsense", ";"])
def test_what_is_no_form_is_refused(api: Api, kind: str) -> None:
    status, headers, body = api.http(b"{}", Content_Type=kind)
    assert (status, error_of(body).code) == (415, "UnsupportedMediaType")
    assert headers["x-amzn-requestid"] == error_of(body).request_id


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MissingAction"),
        (b"Version=2010-05-08", "MissingAction"),
        (b"Action=&Version=2010-05-08", "MissingAction"),
        (b"Action=Nonsense&Version=2010-05-08", "InvalidAction"),
        (b"Action=ListUsers", "InvalidAction"),
        (b"Action=ListUsers&Version=2012-01-01", "InvalidAction"),
        (b"Action=GetCallerIdentity&Version=2010-05-08", "InvalidAction"),
        (b"Action=DescribeCaller&Version=2010-05-08", "InvalidAction"),
        (b"Action=list_users&Version=2010-05-08", "InvalidAction"),
        (b"Action=" + b"x" * 100_000 + b"&Version=2010-05-08", "InvalidAction"),
    ],
)
def test_an_action_that_is_not_there_is_refused(api: Api, body: bytes, code: str) -> None:
    assert refusal(api, body) == (400, code)


def test_a_parameter_that_nobody_knows_is_passed_over(api: Api) -> None:
    status, _, _ = api.http(LIST_USERS + b"&Unheard=of", **signed(api, LIST_USERS + b"&Unheard=of", "iam"))
    assert status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_for_the_api(api: Api, method: str) -> None:
    status, _, _ = api.http(method=method)
    assert status in {200, 405}


def test_no_cookie_is_read_or_set(api: Api) -> None:
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    status, headers, _ = api.http(body, Cookie="bindery=x", Origin="https://evil.example", **signed(api, body))
    assert status == 200
    assert "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "text/xml"


def test_memory_does_not_grow_with_hostile_bodies(own_api: Api) -> None:
    body = LIST_USERS + b"&PathPrefix=/" + b"x" * TEN_MEGABYTES
    deep = LIST_USERS + b"&Tags" + b".member.1" * 100_000 + b"=x"
    headers, deep_headers = signed(own_api, body, "iam"), signed(own_api, deep, "iam")
    for _ in range(30):  # every thread of the server has then had its share
        own_api.http(body, **headers)
        own_api.http(deep, **deep_headers)
    before = resident_kilobytes(own_api)
    for _ in range(30):
        own_api.http(body, **headers)
        own_api.http(deep, **deep_headers)
    assert resident_kilobytes(own_api) < before + 100_000  # what was sent meanwhile is three times as much


def resident_kilobytes(api: Api) -> int:
    """The memory of the process that listens at the API's address, and of its children."""
    port = api.url.rpartition(":")[2]
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    servers = {row[0] for row in rows if f"tests.clients.serving 127.0.0.1:{port}" in row[2]}
    workers = {row[0] for row in rows if row[1] in servers} | servers
    return sum(_resident(pid) for pid in workers)


def _resident(pid: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text() if Path(f"/proc/{pid}").exists() else ""
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) if found else 0
