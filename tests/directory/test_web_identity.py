"""AssumeRoleWithWebIdentity against a provider on the loopback interface."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from adapter import Iam, RequestContext, open_iam
from adapter.caller import Caller, stranger
from adapter.crypto.tokens import open_token
from adapter.errors import (
    AccessDenied,
    ExpiredIdentityToken,
    IDPCommunicationError,
    InvalidIdentityToken,
    InvalidParameterValue,
    MissingAuthenticationToken,
    PackedPolicyTooLarge,
    ValidationError,
)
from adapter.sessions import Session
from tests.certificates import Pair
from tests.conftest import ACCOUNT_ID, Directory
from tests.directory.conftest import sign_in
from tests.documents import allow
from tests.oidc_provider import CLIENT, LOOPBACK, OidcProvider, authority, oidc_provider, server_certificate

ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/federated"
TAGS = "https://aws.amazon.com/tags"


@dataclass(frozen=True)
class World:
    """A door, the root user, and a provider that the account trusts."""

    iam: Iam
    root: Caller
    directory: Directory
    provider: OidcProvider

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/{self.provider.name}"

    def do(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.iam.execute(self.root, operation, params)

    def trust(self, *, actions: list[str] | None = None, federated: str | None = None, **conditions: Any) -> None:
        """Sets the role's trust policy."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": federated or self.arn},
            "Action": actions or ["sts:AssumeRoleWithWebIdentity"],
        }
        document = {
            "Version": "2012-10-17",
            "Statement": [statement | ({"Condition": conditions} if conditions else {})],
        }
        self.do("update_assume_role_policy", role_name="federated", policy_document=json.dumps(document))

    def assume(self, token: str | None = None, caller: Caller | None = None, **params: Any) -> dict[str, Any]:
        given = {
            "role_arn": ROLE,
            "role_session_name": "session",
            "web_identity_token": token or self.provider.token(),
        } | params
        return self.iam.execute(caller or stranger(), "assume_role_with_web_identity", given, RequestContext())

    def session(self, answer: dict[str, Any]) -> Session:
        credentials = answer["credentials"]
        keyring = self.iam._keyring
        return open_token(keyring, credentials["access_key_id"], credentials["session_token"]).session


@pytest.fixture(scope="module")
def ca() -> Pair:
    return authority()


@pytest.fixture
def world(directory: Directory, tmp_path: Path, ca: Pair) -> Iterator[World]:
    file = tmp_path / "ca.pem"
    file.write_bytes(ca.pem)
    iam = open_iam(replace(directory.settings, federation_ca_file=file, federation_networks=LOOPBACK))
    root = sign_in(iam, directory.account_id, None, directory.root_password)
    with oidc_provider(tmp_path, server_certificate(ca)) as provider:
        found = World(iam, root, directory, provider)
        found.do(
            "create_open_id_connect_provider",
            url=provider.url,
            client_id_list=[CLIENT, "other"],
            thumbprint_list=["0" * 40],
        )
        document = {"Effect": "Allow", "Principal": {"Federated": found.arn}, "Action": "sts:AssumeRoleWithWebIdentity"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [document]})
        found.do("create_role", role_name="federated", assume_role_policy_document=text, max_session_duration=7200)
        yield found
    iam.close()


def test_a_token_of_a_trusted_provider_assumes_the_role(world: World) -> None:
    answer = world.assume()
    assert answer["subject_from_web_identity_token"] == "somebody"
    assert (answer["audience"], answer["provider"]) == (CLIENT, world.arn)
    assert answer["assumed_role_user"]["arn"] == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/federated/session"
    session = world.session(answer)
    assert dict(session.keys) == {
        "aws:FederatedProvider": world.arn,
        f"{world.provider.name}:aud": CLIENT,
        f"{world.provider.name}:sub": "somebody",
    }


def test_it_does_not_matter_who_else_calls(world: World) -> None:
    """The root user may not assume roles; what counts is the token."""
    assert world.assume(caller=world.root)["subject_from_web_identity_token"] == "somebody"
    with pytest.raises(InvalidIdentityToken):
        world.assume("x.y.z", caller=world.root)


@pytest.mark.parametrize("operation", ["list_users", "get_caller_identity", "get_session_token"])
def test_whoever_has_signed_nothing_can_do_nothing_else(world: World, operation: str) -> None:
    with pytest.raises(MissingAuthenticationToken):
        world.iam.execute(stranger(ACCOUNT_ID, world.arn, "somebody"), operation)


@pytest.mark.parametrize(
    ("claims", "error", "told"),
    [
        ({"iss": "https://other.example"}, InvalidIdentityToken, "No OpenIDConnect provider found in your account for"),
        ({"iss": "other.example"}, InvalidIdentityToken, "Issuer must be a valid URL"),
        ({"aud": "somebody-else"}, InvalidIdentityToken, "Incorrect token audience"),
        ({"aud": None}, InvalidIdentityToken, "Missing a required claim: aud"),
        ({"sub": None}, InvalidIdentityToken, "Missing a required claim: sub"),
        ({"exp": None}, InvalidIdentityToken, "Missing a required claim: exp"),
        ({"iat": None}, InvalidIdentityToken, "Missing a required claim: iat"),
        ({"exp": 1}, ExpiredIdentityToken, "Token expired: current date/time"),
        ({"iat": 4_000_000_000}, InvalidIdentityToken, "in the future"),
        ({"nbf": 4_000_000_000}, InvalidIdentityToken, "in the future"),
        ({"https://aws.amazon.com/source_identity": "a b"}, InvalidIdentityToken, "Source Identity must match"),
    ],
)
def test_a_token_that_is_not_good_is_refused(world: World, claims: dict[str, Any], error: Any, told: str) -> None:
    with pytest.raises(error, match=told):
        world.assume(world.provider.token(**claims))


def test_a_provider_that_has_been_forgotten_is_trusted_no_more(world: World) -> None:
    world.do("delete_open_id_connect_provider", open_id_connect_provider_arn=world.arn)
    with pytest.raises(InvalidIdentityToken, match="No OpenIDConnect provider found"):
        world.assume()


def test_a_client_id_that_has_been_removed_is_good_no_more(world: World) -> None:
    params = {"open_id_connect_provider_arn": world.arn, "client_id": CLIENT}
    world.do("remove_client_id_from_open_id_connect_provider", **params)
    with pytest.raises(InvalidIdentityToken, match="Incorrect token audience"):
        world.assume()


def test_a_new_key_of_the_provider_is_found(world: World) -> None:
    world.provider.rotate("second")
    assert world.assume()["credentials"]


def test_a_provider_that_does_not_answer_is_told(world: World) -> None:
    world.provider.answers["/keys"] = lambda: (500, {}, b"")
    with pytest.raises(IDPCommunicationError, match="status 500"):
        world.assume()


@pytest.mark.parametrize(
    ("conditions", "allowed"),
    [
        ({"StringEquals": {"{name}:aud": CLIENT, "{name}:sub": "somebody"}}, True),
        ({"StringEquals": {"{name}:sub": "somebody else"}}, False),
        ({"StringLike": {"{name}:sub": "some*"}}, True),
        ({"StringEquals": {"{name}:email": "a@example.com"}}, True),
        ({"ForAnyValue:StringEquals": {"{name}:amr": "otp"}}, True),
        ({"ForAnyValue:StringEquals": {"{name}:amr": "face"}}, False),
        ({"StringEquals": {"sts:RoleSessionName": "session"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT_ID}}, False),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT_ID}}, True),
        ({"NumericLessThan": {"sts:DurationSeconds": "1000"}}, True),
    ],
)
def test_the_trust_policy_can_ask_for_what_the_token_says(
    world: World, conditions: dict[str, dict[str, str]], allowed: bool
) -> None:
    named = {
        operator: {key.format(name=world.provider.name): value for key, value in pairs.items()}
        for operator, pairs in conditions.items()
    }
    world.trust(**named)
    token = world.provider.token(email="a@example.com", amr=["pwd", "otp"])
    if allowed:
        assert world.assume(token, duration_seconds=900)["credentials"]
    else:
        with pytest.raises(AccessDenied, match="^Not authorized to perform sts:AssumeRoleWithWebIdentity$"):
            world.assume(token, duration_seconds=900)


@pytest.mark.parametrize(
    "federated",
    [f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/other.example", "accounts.google.com", "cognito-identity.amazonaws.com"],
)
def test_a_role_that_trusts_another_provider_is_refused(world: World, federated: str) -> None:
    world.trust(federated=federated)
    with pytest.raises(AccessDenied, match="^Not authorized to perform sts:AssumeRoleWithWebIdentity$"):
        world.assume()


def test_trust_for_assume_role_does_not_pass_for_this(world: World) -> None:
    world.trust(actions=["sts:AssumeRole"])
    with pytest.raises(AccessDenied, match="Not authorized"):
        world.assume()


@pytest.mark.parametrize(
    "role",
    [
        f"{ROLE}x",
        ROLE.replace(ACCOUNT_ID, "210987654321"),
        "arn:aws:iam::aws:role/federated",
        "arn:aws:iam:::role/federated",
    ],
)
def test_a_role_that_does_not_exist_is_refused(world: World, role: str) -> None:
    with pytest.raises((AccessDenied, InvalidIdentityToken)):
        world.assume(role_arn=role)


def test_an_arn_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(ValidationError, match="Request ARN is invalid"):
        world.assume(role_arn="federated-federated-federated")


def test_session_tags_need_the_role_s_leave(world: World) -> None:
    token = world.provider.token(**{TAGS: {"principal_tags": {"Team": ["a"]}, "transitive_tag_keys": ["Team"]}})
    with pytest.raises(AccessDenied, match="Not authorized to perform sts:TagSession"):
        world.assume(token)
    both = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    world.trust(actions=both, StringEquals={"aws:RequestTag/Team": "b"})
    with pytest.raises(AccessDenied):
        world.assume(token)
    world.trust(actions=both)
    session = world.session(world.assume(token))
    assert [(tag.key, tag.value) for tag in session.tags] == [("Team", "a")]
    assert session.transitive_tag_keys == ("Team",)


def test_a_source_identity_needs_the_role_s_leave(world: World) -> None:
    token = world.provider.token(**{"https://aws.amazon.com/source_identity": "alice"})
    with pytest.raises(AccessDenied, match="Not authorized to perform sts:SetSourceIdentity"):
        world.assume(token)
    world.trust(actions=["sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity"])
    answer = world.assume(token)
    assert answer["source_identity"] == world.session(answer).source_identity == "alice"


def test_tags_that_contradict_each_other_are_refused(world: World) -> None:
    world.trust(actions=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])
    with pytest.raises(InvalidParameterValue, match="Duplicate tag keys"):
        world.assume(world.provider.token(**{TAGS: {"principal_tags": {"a": ["1"], "A": ["2"]}}}))
    with pytest.raises(InvalidParameterValue, match="transitive"):
        world.assume(world.provider.token(**{TAGS: {"principal_tags": {}, "transitive_tag_keys": ["x"]}}))


def test_sessions_have_policies_and_limits(world: World) -> None:
    answer = world.assume(policy=allow("s3:*"), duration_seconds=900)
    session = world.session(answer)
    assert (session.expires_at - session.issued_at).total_seconds() == 900
    assert session.policy == allow("s3:*")
    assert answer["packed_policy_size"] > 0
    with pytest.raises(ValidationError, match="exceeds the MaxSessionDuration"):
        world.assume(duration_seconds=7201)
    world.trust(actions=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])
    noisy = {str(number): [world.provider.token(nonce=number)[-256:]] for number in range(50)}
    with pytest.raises(PackedPolicyTooLarge):
        world.assume(world.provider.token(**{TAGS: {"principal_tags": noisy}}))


def test_access_tokens_of_other_services_are_refused_in_clear_words(world: World) -> None:
    with pytest.raises(ValidationError, match="access tokens are not supported"):
        world.assume("Atza|IwEBI", provider_id="www.amazon.com")
    with pytest.raises(InvalidIdentityToken, match="You may see this error if you sent an Access Token"):
        world.assume("Atza|IwEBI")


def test_google_s_tokens_are_looked_for_at_google(world: World) -> None:
    """Google need not be made known. Whether it can be reached from here or not: it has not signed this."""
    world.trust(federated="accounts.google.com")
    for issuer in ("https://accounts.google.com", "accounts.google.com"):
        refusals = (IDPCommunicationError, InvalidIdentityToken)
        with pytest.raises(refusals, match="https://accounts.google.com can't be asked|verification key"):
            world.assume(world.provider.token(iss=issuer))


def test_the_audit_trail_names_who_vouched_and_hides_the_token(world: World) -> None:
    token = world.provider.token()
    world.assume(token)
    with pytest.raises(InvalidIdentityToken):
        world.assume(world.provider.token(aud="x"))
    text = (world.directory.data / "audit.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    good, bad = [line for line in lines if line["event"] == "sts:AssumeRoleWithWebIdentity"]
    assert (good["actor"], good["outcome"], good["factor"]) == (world.arn, "ok", "federation")
    assert (bad["actor"], bad["outcome"]) == ("anonymous", "InvalidIdentityToken")
    assert token.rpartition(".")[2] not in text
    assert not re.search(r"eyJ[A-Za-z0-9_-]{20}", text)
