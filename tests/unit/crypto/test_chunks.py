"""Bodies signed piece by piece: the published example and what is refused."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.canonical import HttpRequest
from adapter.crypto.chunks import Chain, open_chunks
from adapter.crypto.sigv4 import parse, verify
from adapter.errors import IamError, IncompleteSignature, SignatureDoesNotMatch

# Amazon S3 API reference, "Signature calculations for the Authorization header: transferring payload in multiple
# chunks", example PUT object.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime(2013, 5, 24, tzinfo=UTC)
SIZES_AND_SIGNATURES = (
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
PIECES = [
    f"{size:x};chunk-signature={sign}\r\n".encode() + b"a" * size + b"\r\n" for size, sign in SIZES_AND_SIGNATURES
]
HEADERS = (
    ("Host", "s3.amazonaws.com"),
    ("x-amz-date", "20130524T000000Z"),
    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    ("Content-Encoding", "aws-chunked"),
    ("x-amz-decoded-content-length", "66560"),
    ("Content-Length", "66824"),
    (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        "x-amz-decoded-content-length;x-amz-storage-class,"
        "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    ),
)
REQUEST = HttpRequest("PUT", b"/examplebucket/chunkObject.txt", b"", HEADERS, b"".join(PIECES))


def opened(body: bytes) -> bytes:
    """The verified body of the example with another body."""
    return verify(parse(replace(REQUEST, body=body)), SECRET, NOW, ("s3",))


def test_the_published_example_is_accepted_and_comes_without_its_signatures() -> None:
    assert opened(REQUEST.body) == b"a" * 66560


@pytest.mark.parametrize(
    "pieces",
    [
        [PIECES[1], PIECES[0], PIECES[2]],
        [PIECES[0], PIECES[2]],
        [PIECES[0].replace(b"aaaa", b"baaa", 1), *PIECES[1:]],
        [PIECES[2]],
    ],
    ids=["moved", "left out", "changed", "emptied"],
)
def test_a_body_whose_pieces_were_tampered_with_is_refused(pieces: list[bytes]) -> None:
    with pytest.raises(SignatureDoesNotMatch, match="chunk"):
        opened(b"".join(pieces))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a" * 100,
        b"".join(PIECES[:2]),
        b"".join(PIECES)[:-1],
        b"".join(PIECES) + b"more",
        b"ffffffff;chunk-signature=" + b"0" * 64 + b"\r\nshort",
        b"-1;chunk-signature=" + b"0" * 64 + b"\r\n\r\n",
    ],
)
def test_a_body_that_is_no_whole_row_of_pieces_is_refused(body: bytes) -> None:
    with pytest.raises(IncompleteSignature):
        opened(body)


@pytest.mark.parametrize("marker", ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"])
def test_other_ways_of_streaming_are_refused_by_name(marker: str) -> None:
    headers = tuple((name, marker if name == "x-amz-content-sha256" else value) for name, value in HEADERS)
    with pytest.raises(IncompleteSignature, match=marker):
        parse(replace(REQUEST, headers=headers))


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_whatever_is_signed_in_pieces_comes_back_whole(contents: list[bytes]) -> None:
    chain = Chain(b"k" * 32, "20261120T060211Z", "20261120/eu/iam/aws4_request")
    previous, body = hashlib.sha256(b"seed").hexdigest(), b""
    for content in [*contents, b""]:
        previous = chain.sign(previous, content)
        body += f"{len(content):X};chunk-signature={previous}\r\n".encode() + content + b"\r\n"
    assert open_chunks(body, chain, hashlib.sha256(b"seed").hexdigest()) == b"".join(contents)


@given(st.binary(max_size=200))
def test_any_other_body_is_refused(body: bytes) -> None:
    with pytest.raises(IamError):
        open_chunks(body, Chain(b"k" * 32, "20261120T060211Z", "scope"), "0" * 64)
