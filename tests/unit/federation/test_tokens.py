"""ID tokens: which are accepted, and which are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from adapter.errors import ExpiredIdentityToken, InvalidIdentityToken
from adapter.federation.issuers import read_keys
from adapter.federation.tokens import audience_of, hold_to_time, open_token, subject_of, verify_signature

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
P256 = ECKey.generate_key("P-256", {"kid": "p256"})
P384 = ECKey.generate_key("P-384", {"kid": "p384"})
PUBLISHED = {"keys": [key.as_dict(private=False) for key in (RSA, P256, P384)]}
KEYS = read_keys(PUBLISHED)
CLAIMS = {"iss": "https://id.example.com", "sub": "somebody", "aud": "app"}
NOW = datetime.fromtimestamp(1_800_000_000, UTC)


def part(content: Any) -> str:
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


@pytest.mark.parametrize(
    ("algorithm", "key"), [("RS256", RSA), ("RS384", RSA), ("RS512", RSA), ("ES256", P256), ("ES384", P384)]
)
def test_public_key_signatures_are_verified(algorithm: str, key: Any) -> None:
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, CLAIMS, key, [algorithm])
    assert verify_signature(open_token(token), KEYS) == CLAIMS


def test_a_token_without_a_key_id_is_tried_with_every_key_that_fits() -> None:
    token = jwt.encode({"alg": "RS256"}, CLAIMS, RSA)
    other = RSAKey.generate_key(2048, {"kid": "other"}).as_dict(private=False)
    assert verify_signature(open_token(token), read_keys({"keys": [other, *PUBLISHED["keys"]]})) == CLAIMS


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "PS256", "EdDSA", "ES512", "RS1", "", None, 5, []]
)
def test_no_other_algorithm_is_accepted(algorithm: object) -> None:
    with pytest.raises(InvalidIdentityToken):
        open_token(f"{part({'alg': algorithm})}.{part(CLAIMS)}.{part(b'x')}")


def test_the_public_key_does_not_pass_for_a_shared_secret() -> None:
    """The classic confusion of HS256 with RS256."""
    secret = RSA.as_pem(private=False)
    content = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(CLAIMS)}"
    signature = hmac.digest(secret, content.encode(), hashlib.sha256)
    with pytest.raises(InvalidIdentityToken):
        open_token(f"{content}.{part(signature)}")


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_keys_of_other_kinds_are_passed_over() -> None:
    secret = OctKey.generate_key(256, {"kid": "secret"}).as_dict(private=True)
    weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
    curve = ECKey.generate_key("P-521", {"kid": "p521"}).as_dict(private=False)
    for_encryption = RSA.as_dict(private=False) | {"use": "enc"}
    broken = [
        {"kty": "RSA"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    ]
    assert read_keys({"keys": [secret, weak, curve, for_encryption, *broken, "key", None, {}]}) == ()


def test_a_key_that_is_meant_for_one_algorithm_is_used_for_that_one() -> None:
    keys = read_keys({"keys": [RSA.as_dict(private=False) | {"alg": "RS512"}]})
    verify_signature(open_token(jwt.encode({"alg": "RS512", "kid": "rsa"}, CLAIMS, RSA, ["RS512"])), keys)
    with pytest.raises(InvalidIdentityToken, match="Couldn't retrieve verification key"):
        verify_signature(open_token(jwt.encode({"alg": "RS256", "kid": "rsa"}, CLAIMS, RSA)), keys)


def test_another_key_s_signature_is_refused() -> None:
    stranger = RSAKey.generate_key(2048)
    with pytest.raises(InvalidIdentityToken, match="signature"):
        verify_signature(open_token(jwt.encode({"alg": "RS256", "kid": "rsa"}, CLAIMS, stranger)), KEYS)


def test_a_key_in_the_token_itself_counts_for_nothing() -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "rsa"})
    header = {"alg": "RS256", "kid": "rsa", "jwk": stranger.as_dict(private=False), "jku": "https://evil.example/keys"}
    with pytest.raises(InvalidIdentityToken, match="signature"):
        verify_signature(open_token(jwt.encode(header, CLAIMS, stranger)), KEYS)


def test_a_critical_header_that_is_not_understood_is_refused() -> None:
    content = f"{part({'alg': 'RS256', 'kid': 'rsa', 'crit': ['exp'], 'exp': 1})}.{part(CLAIMS)}"
    signature = jwt.encode({"alg": "RS256", "kid": "rsa"}, CLAIMS, RSA).rpartition(".")[2]
    with pytest.raises(InvalidIdentityToken):
        verify_signature(open_token(f"{content}.{signature}"), KEYS)


def test_a_changed_claim_breaks_the_signature() -> None:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": "rsa"}, CLAIMS, RSA).split(".")
    with pytest.raises(InvalidIdentityToken):
        verify_signature(open_token(f"{head}.{part(CLAIMS | {'sub': 'admin'})}.{signature}"), KEYS)


def test_a_claim_that_occurs_twice_is_refused() -> None:
    twice = b'{"iss":"https://id.example.com","sub":"a","sub":"b"}'
    with pytest.raises(InvalidIdentityToken):
        open_token(f"{part({'alg': 'RS256'})}.{part(twice)}.{part(b'x')}")


@given(
    st.text(max_size=200)
    | st.lists(st.binary(max_size=60), min_size=3, max_size=3).map(lambda p: ".".join(map(part, p)))
)
@example("..")
@example(f"{part({'alg': 'RS256'})}.{part(b'[' * 6000)}.{part(b'x')}")
@example(f"{part({'alg': 'RS256', 'kid': {}})}.{part(CLAIMS)}.{part(b'x')}")
@example(f"{part({'alg': 'RS256'})}.{part(CLAIMS | {'iss': 5})}.{part(b'x')}")
def test_whatever_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentityToken):
        verify_signature(open_token(text), KEYS)


@given(
    st.dictionaries(
        st.sampled_from(["exp", "iat", "nbf", "aud", "azp", "sub"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=3)),
    )
)
def test_claims_of_any_kind_are_accepted_or_refused(claims: dict[str, Any]) -> None:
    for check in (lambda: hold_to_time(claims, NOW), lambda: audience_of(claims, ["app"]), lambda: subject_of(claims)):
        with suppress(InvalidIdentityToken, ExpiredIdentityToken):
            check()


def times(**seconds: float) -> dict[str, float]:
    return {name: NOW.timestamp() + value for name, value in seconds.items()}


@pytest.mark.parametrize(
    "claims", [times(iat=0, exp=1), times(iat=50, exp=300), times(iat=-300, exp=-50), times(iat=0, exp=9, nbf=50)]
)
def test_clocks_may_differ_by_a_minute(claims: dict[str, float]) -> None:
    hold_to_time(claims, NOW)


def test_an_expired_token_is_refused_in_aws_s_words() -> None:
    current = int(NOW.timestamp())
    told = f"Token expired: current date/time {current} must be before the expiration date/time {current - 61}"
    with pytest.raises(ExpiredIdentityToken, match=told):
        hold_to_time(times(iat=-300, exp=-61), NOW)


@pytest.mark.parametrize("claims", [times(iat=120, exp=300), times(iat=0, exp=300, nbf=120)])
def test_a_token_from_the_future_is_refused(claims: dict[str, float]) -> None:
    with pytest.raises(InvalidIdentityToken, match="not valid yet"):
        hold_to_time(claims, NOW)


@pytest.mark.parametrize(
    "claims", [times(iat=0), times(exp=300), {"exp": "tomorrow", "iat": 0}, {"exp": True, "iat": 0}]
)
def test_a_token_that_does_not_say_for_how_long_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidIdentityToken, match="Missing a required claim"):
        hold_to_time(claims, NOW)


@pytest.mark.parametrize(
    ("claims", "audience"),
    [
        ({"aud": "app"}, "app"),
        ({"aud": ["app"]}, "app"),
        ({"aud": ["other", "app"], "azp": "app"}, "app"),
        ({"aud": "app", "azp": "somebody-else"}, "app"),
    ],
)
def test_the_audience_is_one_of_the_provider_s_applications(claims: dict[str, Any], audience: str) -> None:
    assert audience_of(claims, ["app"]) == audience


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["other", "app"]},
        {"aud": ["app", "other"], "azp": "other"},
        {"aud": [1]},
    ],
)
def test_a_token_for_somebody_else_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidIdentityToken):
        audience_of(claims, ["app"])


def test_google_s_authorised_party_is_the_audience_of_its_tokens() -> None:
    assert audience_of({"aud": "server", "azp": "phone"}, None) == "phone"
    assert audience_of({"aud": "server"}, None) == "server"
