"""Signature Version 4: published examples, botocore as the peer, tampering, and the words of refusals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.canonical import HttpRequest
from adapter.crypto.sigv4 import MISMATCH, Scope, parse, signing_key, verify
from adapter.errors import SignatureDoesNotMatch
from tests.unit.crypto.sigv4_vectors import (
    HEADER_VECTORS,
    KEY_ID,
    LONG_TOKEN,
    NOW,
    PRESIGNED_VECTORS,
    SECRET,
    SHORT_TOKEN,
    TIMESTAMP,
    Vector,
    presigned_request,
    with_header,
    without_header,
)

SERVICE = ("service",)
GET_VANILLA = HEADER_VECTORS[0].request()


@pytest.mark.parametrize("vector", HEADER_VECTORS, ids=lambda vector: vector.name)
def test_a_published_header_signature_is_accepted(vector: Vector) -> None:
    signed = parse(vector.request())
    assert signed.access_key_id == KEY_ID
    assert verify(signed, SECRET, NOW, SERVICE) == vector.body


@pytest.mark.parametrize("vector", HEADER_VECTORS, ids=lambda vector: vector.name)
def test_a_published_header_signature_is_refused_with_another_secret(vector: Vector) -> None:
    with pytest.raises(SignatureDoesNotMatch, match="we calculated does not match"):
        verify(parse(vector.request()), SECRET + "x", NOW, SERVICE)


@pytest.mark.parametrize(("name", "query"), PRESIGNED_VECTORS)
def test_a_published_presigned_signature_is_accepted(name: str, query: str) -> None:
    signed = parse(presigned_request(query))
    assert verify(signed, SECRET, NOW, SERVICE) == b""
    assert signed.expires == 3600
    assert signed.session_token == (SHORT_TOKEN if "session-token" in name else None)


def test_the_documented_signing_key_and_signature_of_list_users() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    key = signing_key(secret, Scope("20150830", "us-east-1", "iam", "aws4_request"))
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
    request = HttpRequest(
        "GET",
        b"/",
        b"Action=ListUsers&Version=2010-05-08",
        (
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", "iam.amazonaws.com"),
            ("X-Amz-Date", TIMESTAMP),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                "SignedHeaders=content-type;host;x-amz-date, "
                "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            ),
        ),
    )
    assert verify(parse(request), secret, NOW) == b""


# --- botocore as an independent peer

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
_HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
_CREDENTIALS = st.builds(
    Credentials,
    access_key=st.just("AKIAEXAMPLEEXAMPLE23"),
    secret_key=st.text("abcXYZ059+/", min_size=1, max_size=40),
    token=st.none() | st.just(LONG_TOKEN),
)


def received(prepared: AWSRequest, body: bytes) -> tuple[HttpRequest, datetime]:
    """What a server gets when that request is sent, and when it was signed."""
    url = urlsplit(prepared.url)
    headers = [(name, value) for name, value in prepared.headers.items() if name.lower() != "host"]
    headers.append(("Host", url.netloc))
    wire = tuple((name, value.encode().decode("latin-1")) for name, value in headers)
    stamp = prepared.context["timestamp"]
    signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return HttpRequest(prepared.method, url.path.encode() or b"/", url.query.encode(), wire, body), signed_at


_QUERIES = st.lists(st.tuples(_TEXT.filter(bool), _TEXT), max_size=4, unique_by=lambda pair: pair[0]).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
_PATHS = st.lists(_TEXT, max_size=4).map(lambda parts: "/" + "/".join(quote(part, safe="-_.~") for part in parts))
_REQUESTS = st.builds(
    AWSRequest,
    method=st.sampled_from(["GET", "POST", "PUT"]),
    url=st.builds("https://iam.example.org{}?{}".format, _PATHS, _QUERIES),
    headers=st.dictionaries(st.sampled_from(["Content-Type", "X-Amz-Meta", "My-Header"]), _HEADER_TEXT),
    data=st.binary(max_size=80),
)


@given(credentials=_CREDENTIALS, region=st.sampled_from(["us-east-1", "eu-de"]), prepared=_REQUESTS)
def test_what_botocore_signs_by_header_is_accepted(credentials: Credentials, region: str, prepared: AWSRequest) -> None:
    SigV4Auth(credentials, "iam", region).add_auth(prepared)
    request, now = received(prepared, prepared.data)
    signed = parse(request)
    assert (signed.access_key_id, signed.scope.region) == (credentials.access_key, region)
    assert signed.session_token == credentials.token
    assert verify(signed, credentials.secret_key, now) == prepared.data


@given(credentials=_CREDENTIALS, expires=st.integers(1, 604800), query=_QUERIES)
def test_what_botocore_presigns_is_accepted_until_it_expires(
    credentials: Credentials, expires: int, query: str
) -> None:
    prepared = AWSRequest("GET", f"https://sts.example.org:8443/?{query}")
    SigV4QueryAuth(credentials, "sts", "us-east-1", expires=expires).add_auth(prepared)
    request, now = received(prepared, b"")
    signed = parse(request)
    assert signed.session_token == credentials.token
    assert verify(signed, credentials.secret_key, now + timedelta(seconds=expires)) == b""
    with pytest.raises(SignatureDoesNotMatch, match="Signature expired"):
        verify(signed, credentials.secret_key, now + timedelta(seconds=expires + 1))


# --- tampering

FORM = HEADER_VECTORS[-1].request()


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, body=request.body + b"&x=1"),
        lambda request: replace(request, body=b""),
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, path=b"/other"),
        lambda request: replace(request, query=b"Action=DeleteUser"),
        lambda request: with_header(request, "Host", "evil.example.org"),
        lambda request: with_header(request, "Content-Type", "text/plain"),
        lambda request: with_header(request, "X-Amz-Date", "20150830T123601Z"),
        lambda request: replace(request, headers=(*request.headers, ("Content-Type", "text/plain"))),
        lambda request: without_header(request, "Content-Type"),
        lambda request: with_header(request, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        lambda request: with_header(request, "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    ],
)
@pytest.mark.parametrize("accept_unsigned", [False, True])
def test_a_request_changed_after_signing_is_refused(
    change: Callable[[HttpRequest], HttpRequest], accept_unsigned: bool
) -> None:
    changed = parse(change(FORM), accept_unsigned_payload=accept_unsigned)
    with pytest.raises(SignatureDoesNotMatch) as caught:
        verify(changed, SECRET, NOW, SERVICE)
    assert caught.value.message == MISMATCH


@given(st.integers(0, 63), st.sampled_from("0123456789abcdefABCDEF_ é"))
def test_a_changed_signature_is_refused(place: int, character: str) -> None:
    signed = parse(GET_VANILLA)
    changed = signed.signature[:place] + character + signed.signature[place + 1 :]
    if changed != signed.signature:
        with pytest.raises(SignatureDoesNotMatch):
            verify(replace(signed, signature=changed), SECRET, NOW, SERVICE)


def test_an_unsigned_payload_is_accepted_only_where_that_is_asked_for() -> None:
    prepared = AWSRequest("POST", "https://iam.example.org/", {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}, b"a=1")
    prepared.context["payload_signing_enabled"] = False
    SigV4Auth(Credentials(KEY_ID, SECRET), "iam", "us-east-1").add_auth(prepared)
    request, now = received(prepared, b"a=1")
    assert verify(parse(request, accept_unsigned_payload=True), SECRET, now) == b"a=1"
    with pytest.raises(SignatureDoesNotMatch):
        verify(parse(request), SECRET, now)


def test_a_plus_sign_in_the_query_is_a_space() -> None:
    prepared = AWSRequest("GET", "https://iam.example.org/?Name=a%20b")
    SigV4Auth(Credentials(KEY_ID, SECRET), "iam", "us-east-1").add_auth(prepared)
    request, now = received(prepared, b"")
    assert verify(parse(replace(request, query=b"Name=a+b")), SECRET, now) == b""
    with pytest.raises(SignatureDoesNotMatch):
        verify(parse(replace(request, query=b"Name=a%2Bb")), SECRET, now)


def test_neither_signature_nor_token_is_in_a_repr() -> None:
    request = HEADER_VECTORS[-1].request()
    shown = repr(parse(request)) + repr(request)
    assert HEADER_VECTORS[-1].signature not in shown
    assert SHORT_TOKEN not in repr(parse(presigned_request(PRESIGNED_VECTORS[-1][1])))
