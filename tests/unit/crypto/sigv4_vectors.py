"""Published examples of Signature Version 4, as data.

Source: AWS general reference, "Signature Version 4 test suite"; the header, presigned and session-token cases that are
sent in the form in which an HTTP server hands requests on (headers unfolded).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from adapter.crypto.canonical import HttpRequest

KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
TIMESTAMP = "20150830T123600Z"
SCOPE = "20150830/us-east-1/service/aws4_request"
HOST = "example.amazonaws.com"
UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHORT_TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
LONG_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
    "x7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
    "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Vector:
    """One example: a request without its authorization, and the signature that belongs to it."""

    name: str
    signature: str
    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    unsigned: tuple[tuple[str, str], ...] = ()

    def request(self) -> HttpRequest:
        """The request with its Authorization header."""
        signed = (*self.headers, ("Host", HOST), ("X-Amz-Date", TIMESTAMP))
        names = ";".join(sorted({name.lower() for name, _ in signed}))
        credential = f"Credential={KEY_ID}/{SCOPE}, SignedHeaders={names}, Signature={self.signature}"
        authorization = ("Authorization", f"AWS4-HMAC-SHA256 {credential}")
        headers = (*signed, *self.unsigned, authorization)
        return HttpRequest(self.method, self.path.encode(), self.query.encode(), headers, self.body)


VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
POST_VANILLA = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
SLASHES = "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"

HEADER_VECTORS = (
    Vector("get-vanilla", VANILLA),
    Vector(
        "get-header-key-duplicate",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        headers=(("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")),
    ),
    Vector(
        "get-header-value-order",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        headers=tuple(("My-Header1", f"value{n}") for n in (4, 1, 3, 2)),
    ),
    Vector(
        "get-header-value-trim",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        headers=(("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')),
    ),
    Vector("get-relative", VANILLA, path="/example/.."),
    Vector("get-relative-relative", VANILLA, path="/example1/example2/../.."),
    Vector("get-slash", VANILLA, path="//"),
    Vector("get-slash-dot-slash", VANILLA, path="/./"),
    Vector("get-slashes", SLASHES, path="//example//"),
    Vector("get-space", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741", path="/example space/"),
    Vector(
        "get-unreserved",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        path=f"/{UNRESERVED}",
    ),
    Vector("get-utf8", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", path="/ሴ"),
    Vector("get-vanilla-query", VANILLA, query=""),
    Vector(
        "get-vanilla-empty-query-key",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        query="Param1=value1",
    ),
    Vector(
        "get-vanilla-query-order-key-case",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        query="Param2=value2&Param1=value1",
    ),
    Vector(
        "get-vanilla-query-order-encoded",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        query="Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
    ),
    Vector(
        "get-vanilla-query-unreserved",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        query=f"{UNRESERVED}={UNRESERVED}",
    ),
    Vector(
        "get-vanilla-utf8-query",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        query="ሴ=bar",
    ),
    Vector(
        "get-vanilla-with-session-token",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        headers=(("X-Amz-Security-Token", SHORT_TOKEN),),
    ),
    Vector("post-vanilla", POST_VANILLA, method="POST"),
    Vector(
        "post-header-key-sort",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        method="POST",
        headers=(("My-Header1", "value1"),),
    ),
    Vector(
        "post-header-value-case",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        method="POST",
        headers=(("My-Header1", "VALUE1"),),
    ),
    Vector("post-sts-header-after", POST_VANILLA, method="POST", unsigned=(("X-Amz-Security-Token", LONG_TOKEN),)),
    Vector(
        "post-sts-header-before",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        method="POST",
        headers=(("X-Amz-Security-Token", LONG_TOKEN),),
    ),
    Vector(
        "post-vanilla-query",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        method="POST",
        query="Param1=value1",
    ),
    Vector(
        "post-vanilla-query-nonunreserved",
        "66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e",
        method="POST",
        query="%40%23%24%25%5E=&%2B=%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D",
    ),
    Vector(
        "post-vanilla-query-space",
        "e71688addb58a26418614085fb730ba3faa623b461c17f48f2fbdb9361b94a9b",
        method="POST",
        query="p=",
    ),
    Vector(
        "post-x-www-form-urlencoded",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        method="POST",
        headers=(("Content-Type", FORM),),
        body=b"Param1=value1",
    ),
    Vector(
        "post-x-www-form-urlencoded-parameters",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        method="POST",
        headers=(("Content-Type", f"{FORM}; charset=utf8"),),
        body=b"Param1=value1",
    ),
    Vector(
        "post-x-www-form-urlencoded-parameters, all headers signed",
        "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
        method="POST",
        headers=(
            ("Content-Type", f"{FORM}; charset=utf-8"),
            ("Content-Length", "13"),
            ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
        ),
        body=b"Param1=value1",
    ),
)

_PRESIGNED = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request"
    f"&X-Amz-Date={TIMESTAMP}&X-Amz-SignedHeaders=host&X-Amz-Expires=3600"
)
PRESIGNED_VECTORS = (
    ("get-vanilla", f"{_PRESIGNED}&X-Amz-Signature=e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"),
    (
        "get-vanilla-utf8-query",
        f"ሴ=bar&{_PRESIGNED}&X-Amz-Signature=0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600",
    ),
    (
        "get-vanilla-with-session-token",
        f"{_PRESIGNED}&X-Amz-Security-Token={SHORT_TOKEN}"
        "&X-Amz-Signature=7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
    ),
)


def presigned_request(query: str) -> HttpRequest:
    """A presigned request as it comes over the wire."""
    return HttpRequest("GET", b"/", query.encode(), (("Host", HOST),))


def with_header(request: HttpRequest, name: str, value: str) -> HttpRequest:
    """The request with one header put in place of another of that name."""
    others = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=(*others, (name, value)))


def without_header(request: HttpRequest, name: str) -> HttpRequest:
    """The request without that header."""
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != name.lower()))
