"""What a signed request may not be: out of its time or scope, or malformed; and the words of each refusal."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.canonical import HttpRequest
from adapter.crypto.sigv4 import check, parse, verify
from adapter.errors import (
    IamError,
    IncompleteSignature,
    MalformedQueryString,
    MissingAuthenticationToken,
    SignatureDoesNotMatch,
)
from tests.unit.crypto.sigv4_vectors import (
    HEADER_VECTORS,
    KEY_ID,
    NOW,
    PRESIGNED_VECTORS,
    SCOPE,
    SECRET,
    TIMESTAMP,
    presigned_request,
    with_header,
    without_header,
)

SERVICE = ("service",)
GET_VANILLA = HEADER_VECTORS[0].request()
UNSIGNED = HttpRequest("GET", b"/", b"", (("Host", "localhost"), ("X-Amz-Date", TIMESTAMP)))


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_a_clock_may_differ_by_fifteen_minutes(minutes: int) -> None:
    verify(parse(GET_VANILLA), SECRET, NOW + timedelta(minutes=minutes), SERVICE)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (
            901,
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)",
        ),
        (
            -901,
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
            "(20150830T122059Z + 15 min.)",
        ),
    ],
)
def test_beyond_fifteen_minutes_the_request_is_refused_in_aws_words(seconds: int, message: str) -> None:
    with pytest.raises(SignatureDoesNotMatch) as caught:
        check(parse(GET_VANILLA), NOW + timedelta(seconds=seconds), SERVICE)
    assert (caught.value.message, caught.value.status) == (message, 403)


def test_a_presigned_request_from_the_future_is_refused() -> None:
    with pytest.raises(SignatureDoesNotMatch, match="Signature not yet current"):
        check(parse(presigned_request(PRESIGNED_VECTORS[0][1])), NOW - timedelta(minutes=16), SERVICE)


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("20150830/us-east-1/s3/aws4_request", "Credential should be scoped to correct service: 'iam' or 'sts'."),
        (
            "20150830/us-east-1/iam/aws5_request",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
        ),
        ("20150830//iam/aws4_request", "Credential should be scoped to a valid region."),
        (
            "20150829/us-east-1/sts/aws4_request",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            "'20150829' != '20150830', from '20150830T123600Z'.",
        ),
    ],
)
def test_a_credential_of_another_scope_is_refused_in_aws_words(scope: str, message: str) -> None:
    request = with_header(
        GET_VANILLA,
        "Authorization",
        f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders=host;x-amz-date, Signature=00",
    )
    with pytest.raises(SignatureDoesNotMatch) as caught:
        check(parse(request), NOW)
    assert caught.value.message == message


_GIVEN = f"Credential={KEY_ID}/{SCOPE}, SignedHeaders=host;x-amz-date, Signature=00"
_QUERY = PRESIGNED_VECTORS[0][1]


def test_a_request_without_a_signature_is_refused() -> None:
    with pytest.raises(MissingAuthenticationToken, match="Request is missing Authentication Token") as caught:
        parse(UNSIGNED)
    assert caught.value.status == 403


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "Unsupported AWS 'algorithm': ''."),
        ("AWS3-ZZZ Credential=12345", "Unsupported AWS 'algorithm': 'AWS3-ZZZ'."),
        ("Basic Ym9iOnNlY3JldA==", "Unsupported AWS 'algorithm': 'Basic'."),
        (
            "AWS4-HMAC-SHA256 FooBar, BazBurp",
            "'FooBar' not a valid key=value pair (missing equal-sign) in Authorization header: "
            "'AWS4-HMAC-SHA256 FooBar, BazBurp'",
        ),
        (
            "AWS4-HMAC-SHA256 Foo=Bar",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
            "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256",
        ),
        (
            f"AWS4-HMAC-SHA256 {_GIVEN}, Signature=11",
            "Authorization header has more than one 'Signature' parameter.",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=00",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            "got 'AKIDEXAMPLE'",
        ),
    ],
)
def test_a_malformed_authorization_header_is_refused_in_aws_words(authorization: str, message: str) -> None:
    with pytest.raises(IncompleteSignature) as caught:
        parse(with_header(UNSIGNED, "Authorization", authorization))
    assert (caught.value.message, caught.value.status) == (message, 400)


@pytest.mark.parametrize("separator", [", ", ",", " ", " ,  "])
def test_the_parts_of_the_header_may_be_separated_by_commas_or_spaces(separator: str) -> None:
    name, value = GET_VANILLA.headers[-1]
    request = with_header(GET_VANILLA, name, value.replace(", ", separator))
    assert verify(parse(request), SECRET, NOW, SERVICE) == b""


def test_a_request_without_a_date_is_refused() -> None:
    with pytest.raises(IncompleteSignature) as caught:
        parse(without_header(GET_VANILLA, "X-Amz-Date"))
    assert caught.value.message == (
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        "Authorization=AWS4-HMAC-SHA256"
    )


@pytest.mark.parametrize(
    "date", ["2015/08/30T12/36/00Z", "20150230T123600Z", "20150830T126000Z", "\u0662015" + "0830T123600Z"]
)
def test_a_date_in_another_form_is_refused(date: str) -> None:
    wire = date.encode().decode("latin-1")
    with pytest.raises(IncompleteSignature, match="Date must be in ISO-8601 'basic format'"):
        parse(with_header(GET_VANILLA, "X-Amz-Date", wire))


@pytest.mark.parametrize(
    ("signed_headers", "message"),
    [
        ("x-amz-date", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        ("host", "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization."),
    ],
)
def test_host_and_date_must_be_signed(signed_headers: str, message: str) -> None:
    authorization = f"AWS4-HMAC-SHA256 {_GIVEN}".replace("host;x-amz-date", signed_headers)
    with pytest.raises(SignatureDoesNotMatch) as caught:
        parse(with_header(UNSIGNED, "Authorization", authorization))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("a%yy", MalformedQueryString, "Illegal hex character in escape % pattern: %yy"),
        ("a%4", MalformedQueryString, "Illegal hex character in escape % pattern: %4"),
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            IncompleteSignature,
            "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include "
            "'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string "
            "parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
        ),
        (
            _QUERY.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            IncompleteSignature,
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
        ),
        (
            _QUERY.replace("Headers=host", "Headers=date"),
            SignatureDoesNotMatch,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            _QUERY + "&X-Amz-Date=20150830T123600Z",
            IncompleteSignature,
            "AWS query-string parameters must include 'X-Amz-Date' only once.",
        ),
        (
            _QUERY.replace("=3600", "=604801"),
            IncompleteSignature,
            "X-Amz-Expires must be a number of seconds from 0 to 604800.",
        ),
        (
            _QUERY.replace("=3600", "=-1"),
            IncompleteSignature,
            "X-Amz-Expires must be a number of seconds from 0 to 604800.",
        ),
        (
            _QUERY.replace("Headers=host", "Headers=host%3B%E1%88%B4"),
            IncompleteSignature,
            "SignedHeaders must be names separated by semicolons, got 'host;ሴ'.",
        ),
    ],
)
def test_a_malformed_presigned_request_is_refused(query: str, error: type[IamError], message: str) -> None:
    with pytest.raises(error) as caught:
        parse(presigned_request(query))
    assert caught.value.message == message


def test_a_header_named_twice_among_the_signed_ones_is_refused() -> None:
    authorization = f"AWS4-HMAC-SHA256 {_GIVEN}".replace("host;x-amz-date", "host;x-amz-date;Host")
    with pytest.raises(IncompleteSignature, match="only once"):
        parse(with_header(UNSIGNED, "Authorization", authorization))


_WIRE = st.text(st.characters(max_codepoint=255), max_size=60)
_ALMOST = st.lists(
    st.sampled_from(["AWS4-HMAC-SHA256", " ", ",", "Credential=", "a/20150830/r/iam/aws4_request", "SignedHeaders="])
    | st.sampled_from(["host", ";", "x-amz-date", "Signature=", "00", "\xe9", "/", "="])
    | _WIRE,
    max_size=12,
).map("".join)


@given(_ALMOST, _ALMOST | st.just(TIMESTAMP), st.binary(max_size=60))
def test_no_request_whatever_makes_it_fail_otherwise(authorization: str, date: str, query: bytes) -> None:
    headers = (("Host", "localhost"), ("X-Amz-Date", date), ("Authorization", authorization))
    with pytest.raises(IamError):
        verify(parse(HttpRequest("GET", query, query, headers)), SECRET, NOW)


@given(st.lists(st.tuples(st.sampled_from(["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"]) | _WIRE, _ALMOST)))
def test_no_query_string_whatever_makes_it_fail_otherwise(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in [*pairs, ("X-Amz-Signature", "0")])
    with pytest.raises(IamError):
        verify(parse(presigned_request(query)), SECRET, NOW)
