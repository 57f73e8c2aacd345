"""An identity for the outside: tokens that anybody can verify who trusts the account's address."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import KeySet, OctKey

from tests.clients.conftest import Api, Key, serving
from tests.conftest import running_copy
from tests.documents import TRUST, allow, deny

ISSUER = "https://iam.example.org/oidc/123456789012"
PATH = "/oidc/123456789012/.well-known/"
CLAIMS = "https://sts.amazonaws.com/"


@pytest.fixture(scope="module")
def api(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server that knows how the outside reaches it, with an account that issues tokens."""
    folder = tmp_path_factory.mktemp("issuer")
    for directory in running_copy(template, folder / "data"):
        settings = replace(directory.settings, public_url="https://iam.example.org")
        with serving(replace(directory, settings=settings), folder / "web.log") as found:
            assert found.client("iam").enable_outbound_web_identity_federation()["IssuerIdentifier"] == ISSUER
            yield found


@pytest.fixture(scope="module")
def key(api: Api) -> Key:
    iam = api.client("iam")
    iam.create_user(UserName="developer01")
    iam.put_user_policy(UserName="developer01", PolicyName="tokens", PolicyDocument=allow("sts:*WebIdentityToken"))
    return api.key_of("developer01")


def get(api: Api, path: str) -> tuple[int, dict[str, str], Any]:
    status, headers, body = api.http(method="GET", path=path)
    return status, headers, json.loads(body)


def token(api: Api, key: Key, **params: Any) -> str:
    given = {"Audience": ["https://vault.example.org"], "SigningAlgorithm": "ES384"} | params
    found: str = api.client("sts", key).get_web_identity_token(**given)["WebIdentityToken"]
    return found


def verified(api: Api, text: str) -> Any:
    """What a token says, verified as the outside does it: by the keys that discovery leads to."""
    keys = KeySet.import_key_set(get(api, f"{PATH}jwks.json")[2])
    return jwt.decode(text, keys, algorithms=["RS256", "ES384"])


def code_of(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**params)
    code: str = refused.value.response["Error"]["Code"]
    return code


@pytest.mark.parametrize("algorithm", ["ES384", "RS256"])
def test_a_token_says_who_asked_for_it(api: Api, key: Key, algorithm: str) -> None:
    found = verified(api, token(api, key, SigningAlgorithm=algorithm, Tags=[{"Key": "team", "Value": "a"}]))
    assert found.header["alg"] == algorithm
    assert (found.claims["iss"], found.claims["aud"]) == (ISSUER, "https://vault.example.org")
    assert found.claims["sub"] == "arn:aws:iam::123456789012:user/developer01"
    assert found.claims["exp"] - found.claims["iat"] == 300
    assert found.claims[CLAIMS]["request_tags"] == {"team": "a"}


def test_a_session_of_a_role_is_the_role_to_the_outside(api: Api, key: Key) -> None:
    iam = api.client("iam")
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName="deployer", PolicyName="tokens", PolicyDocument=allow("sts:GetWebIdentityToken"))
    iam.put_user_policy(UserName="developer01", PolicyName="role", PolicyDocument=allow("sts:AssumeRole"))
    session = api.client("sts", key).assume_role(RoleArn=arn, RoleSessionName="one", DurationSeconds=900)["Credentials"]
    sts = api.client("sts", Key(session["AccessKeyId"], session["SecretAccessKey"]))
    sts._request_signer._credentials.token = session["SessionToken"]
    given = {"Audience": ["x"], "SigningAlgorithm": "ES384"}
    assert verified(api, sts.get_web_identity_token(**given)["WebIdentityToken"]).claims["sub"] == arn
    assert code_of(sts.get_web_identity_token, **given, DurationSeconds=3600) == "SessionDurationEscalationException"


def test_discovery_leads_to_the_keys(api: Api, key: Key) -> None:
    token(api, key)
    status, headers, found = get(api, f"{PATH}openid-configuration")
    assert (status, headers["cache-control"]) == (200, "public, max-age=300")
    assert (found["issuer"], found["jwks_uri"]) == (ISSUER, f"{ISSUER}/.well-known/jwks.json")
    keys = get(api, f"{PATH}jwks.json")[2]["keys"]
    assert all("d" not in each and each["use"] == "sig" for each in keys)


def test_one_key_signs_many_tokens(api: Api, key: Key) -> None:
    token(api, key)
    before = get(api, f"{PATH}jwks.json")[2]
    for _ in range(3):
        token(api, key)
    assert get(api, f"{PATH}jwks.json")[2] == before


def test_a_token_of_somebody_else_is_none(api: Api, key: Key) -> None:
    head, body, signature = token(api, key).split(".")
    with pytest.raises(BadSignatureError):
        verified(api, f"{head}.{body}.{signature[::-1]}")


def test_policies_say_for_whom_tokens_may_be(api: Api, key: Key) -> None:
    elsewhere = {"ForAnyValue:StringNotEquals": {"sts:IdentityTokenAudience": "https://vault.example.org"}}
    api.client("iam").put_user_policy(
        UserName="developer01", PolicyName="limits", PolicyDocument=deny("sts:GetWebIdentityToken", Condition=elsewhere)
    )
    assert token(api, key)
    sts = api.client("sts", key)
    given = {"Audience": ["https://elsewhere.example.org"], "SigningAlgorithm": "ES384"}
    assert code_of(sts.get_web_identity_token, **given) == "AccessDenied"
    api.client("iam").delete_user_policy(UserName="developer01", PolicyName="limits")


def _limited(api: Api, key: Key, condition: dict[str, Any]) -> Callable[..., str]:
    """Lets the user have no tokens but those that meet a condition; gives what a refusal of one is called, or ""."""
    api.client("iam").put_user_policy(
        UserName="developer01",
        PolicyName="tokens",
        PolicyDocument=allow("sts:*WebIdentityToken", Condition=condition),
    )
    sts = api.client("sts", key)

    def ask(**params: Any) -> str:
        try:
            sts.get_web_identity_token(
                **{"Audience": ["https://vault.example.org"], "SigningAlgorithm": "ES384"} | params
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""

    return ask


@pytest.fixture
def unlimited(api: Api) -> Iterator[None]:
    """Lets the user have any token again."""
    yield
    api.client("iam").put_user_policy(
        UserName="developer01", PolicyName="tokens", PolicyDocument=allow("sts:*WebIdentityToken")
    )


@pytest.mark.usefixtures("unlimited")
def test_one_audience_that_is_not_allowed_is_too_many(api: Api, key: Key) -> None:
    vaults = {"ForAllValues:StringLike": {"sts:IdentityTokenAudience": "https://*.example.org"}}
    ask = _limited(api, key, vaults)
    assert ask(Audience=["https://vault.example.org", "https://other.example.org"]) == ""
    assert ask(Audience=["https://vault.example.org", "https://evil.example"]) == "AccessDenied"
    assert ask(Audience=["HTTPS://VAULT.example.org"]) == "AccessDenied"
    assert ask(Audience=["https://evil.example/?https://x.example.org/"]) == "AccessDenied"


@pytest.mark.usefixtures("unlimited")
def test_policies_limit_the_life_of_tokens_that_say_nothing_of_it(api: Api, key: Key) -> None:
    ask = _limited(api, key, {"NumericLessThanEquals": {"sts:DurationSeconds": "120"}})
    assert ask(DurationSeconds=120) == ""
    assert ask(DurationSeconds=121) == "AccessDenied"
    assert ask() == "AccessDenied"
    longer = {"NumericGreaterThan": {"sts:DurationSeconds": "120"}}
    _limited(api, key, {})
    api.client("iam").put_user_policy(
        UserName="developer01", PolicyName="life", PolicyDocument=deny("sts:GetWebIdentityToken", Condition=longer)
    )
    assert ask() == "AccessDenied"
    assert ask(DurationSeconds=60) == ""
    api.client("iam").delete_user_policy(UserName="developer01", PolicyName="life")


@pytest.mark.parametrize(
    "params",
    [
        {"DurationSeconds": 59},
        {"DurationSeconds": 3601},
        {"DurationSeconds": -300},
        {"Audience": []},
        {"Audience": [""]},
        {"Audience": ["x" * 1001]},
        {"Audience": [str(number) for number in range(11)]},
        {"SigningAlgorithm": "none"},
        {"SigningAlgorithm": "ES256"},
        {"SigningAlgorithm": "es384"},
    ],
    ids=str,
)
def test_what_no_token_may_be_is_refused(api: Api, key: Key, params: dict[str, Any]) -> None:
    given = {"Audience": ["x"], "SigningAlgorithm": "ES384"} | params
    assert code_of(api.client("sts", key).get_web_identity_token, **given) == "ValidationError"


def test_a_token_claims_nothing_that_its_bearer_chose_but_in_its_place(api: Api, key: Key) -> None:
    tags = [{"Key": name, "Value": "chosen"} for name in ("iss", "sub", "aud", "exp", "aws_account")]
    found = verified(api, token(api, key, Tags=tags)).claims
    assert (found["iss"], found["sub"]) == (ISSUER, "arn:aws:iam::123456789012:user/developer01")
    assert found[CLAIMS]["aws_account"] == "123456789012"
    assert found["nbf"] == found["iat"] < found["exp"]
    assert found["jti"] != verified(api, token(api, key)).claims["jti"]


def test_a_public_key_signs_nothing(api: Api, key: Key) -> None:
    """The old confusion of algorithms: a MAC under what everybody knows."""
    head, body, _ = token(api, key).split(".")
    published = get(api, f"{PATH}jwks.json")[2]["keys"]
    forged = jwt.encode({"alg": "HS256"}, {"sub": "root"}, OctKey.import_key(json.dumps(published[0]).encode()))
    unsigned = f"{_segment({'alg': 'none'})}.{body}."
    for text in (forged, unsigned, f"{head}.{_segment({'sub': 'root'})}."):
        with pytest.raises(JoseError):
            verified(api, text)
    assert {(each["alg"], each["use"]) for each in published} <= {("RS256", "sig"), ("ES384", "sig")}


def _segment(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "path",
    [
        "/oidc/123456789012/.well-known/openid-configuration/",
        "/oidc/123456789012//.well-known/openid-configuration",
        "/oidc/123456789012/.well-known/../.well-known/jwks.json",
        "/oidc/%EF%BC%91%EF%BC%92%EF%BC%93456789012/.well-known/jwks.json",
        "/oidc/123456789012/.well-known/jwks.json%00",
        "/oidc/123456789012/.well-known/jwks.json%0A",
        "/OIDC/123456789012/.well-known/jwks.json",
        "/oidc/*/.well-known/jwks.json",
    ],
)
def test_an_issuer_has_one_address(api: Api, path: str) -> None:
    assert api.http(method="GET", path=path)[0] == 404


def test_what_a_request_calls_the_server_does_not_count(api: Api) -> None:
    found = json.loads(api.http(method="GET", path=f"{PATH}openid-configuration", Host="evil.example.org")[2])
    assert found["issuer"] == ISSUER


def test_an_issuer_is_only_read(api: Api) -> None:
    status, headers, _ = api.http(method="POST", path=f"{PATH}jwks.json")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_an_algorithm_that_is_not_known_and_too_many_tags_are_refused(api: Api, key: Key) -> None:
    sts = api.client("sts", key)
    assert code_of(sts.get_web_identity_token, Audience=["x"], SigningAlgorithm="HS256") == "ValidationError"
    tags = [{"Key": f"key{number}", "Value": "x" * 250} for number in range(50)]
    given = {"Audience": ["x"], "SigningAlgorithm": "ES384", "Tags": tags}
    assert code_of(sts.get_web_identity_token, **given) == "JWTPayloadSizeExceededException"


def test_what_is_enabled_or_disabled_already_is_told(api: Api) -> None:
    iam = api.client("iam")
    assert code_of(iam.enable_outbound_web_identity_federation) == "FeatureEnabled"
    assert iam.get_outbound_web_identity_federation_info()["JwtVendingEnabled"] is True
    iam.disable_outbound_web_identity_federation()
    assert code_of(iam.disable_outbound_web_identity_federation) == "FeatureDisabled"
    assert code_of(iam.get_outbound_web_identity_federation_info) == "FeatureDisabled"
    given = {"Audience": ["x"], "SigningAlgorithm": "ES384"}
    sts = api.client("sts")
    assert code_of(sts.get_web_identity_token, **given) == "OutboundWebIdentityFederationDisabledException"
    iam.enable_outbound_web_identity_federation()


def test_what_was_issued_before_stays_good(api: Api, key: Key) -> None:
    before = token(api, key)
    api.client("iam").disable_outbound_web_identity_federation()
    assert verified(api, before).claims["aud"] == "https://vault.example.org"
    api.client("iam").enable_outbound_web_identity_federation()


@pytest.mark.parametrize(
    "path", ["/oidc/", "/oidc/1/.well-known/jwks.json", "/oidc/999999999999/.well-known/jwks.json"]
)
def test_there_is_no_other_issuer(api: Api, path: str) -> None:
    assert get(api, path)[0] == 404


def test_who_has_never_issued_a_token_is_no_issuer(own_api: Api) -> None:
    assert get(own_api, f"{PATH}jwks.json")[0] == 404


def test_without_an_address_of_its_own_nothing_is_issued(own_api: Api) -> None:
    assert code_of(own_api.client("iam").enable_outbound_web_identity_federation) == "ValidationError"
