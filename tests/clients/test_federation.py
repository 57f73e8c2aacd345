"""Assuming roles without credentials, through boto3 and over HTTP."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.clients.conftest import REGION, Api, serving
from tests.clients.refusals import refused
from tests.clients.strict import strict
from tests.conftest import running_copy
from tests.documents import allow
from tests.oidc_provider import CLIENT, LOOPBACK, OidcProvider, authority, oidc_provider, server_certificate
from tests.saml_provider import AWS, Response, SamlProvider

ACCOUNT = "arn:aws:iam::123456789012"
ROLE = f"{ACCOUNT}:role/federated"
SAML = f"{ACCOUNT}:saml-provider/idp"


@dataclass(frozen=True)
class Federated:
    """The API, and two providers that it trusts."""

    api: Api
    oidc: OidcProvider
    saml: SamlProvider

    @property
    def oidc_arn(self) -> str:
        return f"{ACCOUNT}:oidc-provider/{self.oidc.name}"

    @property
    def sts(self) -> Any:
        """A client without any credentials."""
        config = Config(signature_version=UNSIGNED, retries={"max_attempts": 1}, parameter_validation=False)
        return strict(boto3.client("sts", endpoint_url=self.api.url, region_name=REGION, config=config))

    def with_token(self, token: str | None = None, **more: Any) -> Any:
        given = {"RoleArn": ROLE, "RoleSessionName": "session", "WebIdentityToken": token or self.oidc.token()}
        return self.sts.assume_role_with_web_identity(**(given | more))

    def with_assertion(self, assertion: str | None = None, **more: Any) -> Any:
        given = {"RoleArn": ROLE, "PrincipalArn": SAML, "SAMLAssertion": assertion or self.saml.assertion()}
        return self.sts.assume_role_with_saml(**(given | more))

    def client(self, service: str, credentials: dict[str, Any]) -> Any:
        """A client with temporary credentials."""
        client = boto3.client(
            service,
            endpoint_url=self.api.url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        return strict(client)


@pytest.fixture(scope="module")
def federated(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federated]:
    folder = tmp_path_factory.mktemp("federation")
    ca = authority()
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(ca.pem)
    for directory in running_copy(template, folder / "data"):
        settings = replace(directory.settings, federation_ca_file=ca_file, federation_networks=LOOPBACK)
        able = replace(directory, settings=settings)
        with oidc_provider(folder, server_certificate(ca)) as oidc, serving(able, folder / "web.log") as api:
            found = Federated(api, oidc, SamlProvider())
            _make_known(found)
            yield found


def _make_known(federated: Federated) -> None:
    iam = federated.api.client("iam")
    made = iam.create_open_id_connect_provider(Url=federated.oidc.url, ClientIDList=[CLIENT])
    assert made["OpenIDConnectProviderArn"] == federated.oidc_arn
    made = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=federated.saml.metadata)
    assert made["SAMLProviderArn"] == SAML
    statements = [
        {"Effect": "Allow", "Principal": {"Federated": arn}, "Action": [f"sts:{action}", "sts:TagSession"]}
        for arn, action in ((federated.oidc_arn, "AssumeRoleWithWebIdentity"), (SAML, "AssumeRoleWithSAML"))
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.create_role(RoleName="federated", AssumeRolePolicyDocument=document)
    for name, policy in (
        ("users", allow("iam:ListUsers")),
        ("own", allow("iam:GetRole", Condition={"StringEquals": {f"{federated.oidc.name}:sub": "somebody"}})),
        ("tagged", allow("iam:ListGroups", Condition={"StringEquals": {"aws:PrincipalTag/Team": "a"}})),
        ("through", allow("iam:ListPolicies", Condition={"StringEquals": {"aws:FederatedProvider": SAML}})),
    ):
        iam.put_role_policy(RoleName="federated", PolicyName=name, PolicyDocument=policy)


def test_a_token_gives_credentials_that_work(federated: Federated) -> None:
    answer = federated.with_token()
    assert answer["SubjectFromWebIdentityToken"] == "somebody"
    assert (answer["Audience"], answer["Provider"]) == (CLIENT, federated.oidc_arn)
    who = federated.client("sts", answer["Credentials"]).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/federated/session"
    iam = federated.client("iam", answer["Credentials"])
    assert iam.list_users()["Users"] == []
    assert iam.get_role(RoleName="federated")["Role"]["RoleName"] == "federated"
    for call in (iam.list_groups, iam.list_policies, iam.list_roles):
        with refused("AccessDenied", 403, "assumed-role/federated/session is not authorized to perform"):
            call()


def test_who_the_token_is_about_counts_in_the_session(federated: Federated) -> None:
    answer = federated.with_token(federated.oidc.token(sub="somebody else"))
    with refused("AccessDenied", 403):
        federated.client("iam", answer["Credentials"]).get_role(RoleName="federated")


def test_session_tags_of_the_token_count_in_the_session(federated: Federated) -> None:
    token = federated.oidc.token(**{"https://aws.amazon.com/tags": {"principal_tags": {"Team": ["a"]}}})
    answer = federated.with_token(token)
    assert answer["PackedPolicySize"] > 0
    assert federated.client("iam", answer["Credentials"]).list_groups()["Groups"]


def test_an_assertion_gives_credentials_that_work(federated: Federated) -> None:
    answer = federated.with_assertion()
    assert (answer["Subject"], answer["SubjectType"]) == ("somebody", "persistent")
    assert answer["NameQualifier"]
    who = federated.client("sts", answer["Credentials"]).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/federated/somebody@example.org"
    assert federated.client("iam", answer["Credentials"]).list_policies(MaxItems=1)["Policies"]


def test_a_session_policy_limits_the_session(federated: Federated) -> None:
    answer = federated.with_token(Policy=allow("iam:ListGroups"), DurationSeconds=900)
    with refused("AccessDenied", 403, "because no session policy allows the iam:ListUsers action"):
        federated.client("iam", answer["Credentials"]).list_users()


def test_boto3_finds_credentials_by_a_token_file(
    federated: Federated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in Kubernetes: nothing but three environment variables and a file with a token."""
    file = tmp_path / "token"
    file.write_text(federated.oidc.token())
    for name, value in {
        "AWS_ROLE_ARN": ROLE,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
        "AWS_ROLE_SESSION_NAME": "pod",
        "AWS_ENDPOINT_URL": federated.api.url,
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    who = boto3.session.Session().client("sts").get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/federated/pod"


def test_refusals_have_aws_s_codes(federated: Federated) -> None:
    token = federated.oidc.token
    with refused("InvalidIdentityToken", 400, "Incorrect token audience"):
        federated.with_token(token(aud="x"))
    with refused("ExpiredTokenException", 400, "Token expired"):
        federated.with_token(token(exp=1))
    with refused("InvalidIdentityToken", 400, "not a valid JWT"):
        federated.with_token("none")
    with refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        federated.with_token(RoleArn=f"{ROLE}x")
    with refused("ValidationError", 400, "Value at 'durationSeconds' failed to satisfy constraint"):
        federated.with_token(DurationSeconds=1)
    with refused("ValidationError", 400, "at 'webIdentityToken' failed to satisfy constraint"):
        federated.with_token("x" * 20_001)
    with refused("IDPRejectedClaim", 403, "authentication failed"):
        federated.with_assertion(
            federated.saml.assertion(Response(status="urn:oasis:names:tc:SAML:2.0:status:Requester"))
        )
    with refused("InvalidIdentityToken", 400, "signature"):
        federated.with_assertion(SamlProvider().assertion())
    with refused("ExpiredTokenException", 400, "within 5 minutes"):
        federated.with_assertion(federated.saml.assertion(Response(issued=-1000)))


def test_limits_that_can_t_be_used_are_refused_for_tokens_and_assertions_alike(federated: Federated) -> None:
    many = {f"key{number}": [secrets.token_urlsafe(120)] for number in range(50)}
    token = federated.oidc.token(**{"https://aws.amazon.com/tags": {"principal_tags": many}})
    attributes = {f"{AWS}PrincipalTag:{key}": values for key, values in many.items()}
    assertion = federated.saml.assertion(Response(attributes=attributes))
    with refused("MalformedPolicyDocument", 400):
        federated.with_token(Policy="{")
    with refused("MalformedPolicyDocument", 400):
        federated.with_assertion(Policy="{")
    with refused("PackedPolicyTooLarge", 400):
        federated.with_token(token)
    with refused("PackedPolicyTooLarge", 400):
        federated.with_assertion(assertion)


def test_a_provider_that_does_not_answer_is_told(federated: Federated) -> None:
    iam = federated.api.client("iam")
    url = federated.oidc.url.replace("/test", "/none")
    made = iam.create_open_id_connect_provider(Url=url, ClientIDList=[CLIENT], ThumbprintList=["0" * 40])
    with refused("IDPCommunicationError", 400, "status 404"):
        federated.with_token(federated.oidc.token(iss=url))
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=made["OpenIDConnectProviderArn"])
    with refused("OpenIdIdpCommunicationError", 400):
        iam.create_open_id_connect_provider(Url="https://localhost:1/x", ClientIDList=[CLIENT])


def test_providers_are_listed_and_shown(federated: Federated) -> None:
    iam = federated.api.client("iam")
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert listed == [{"Arn": federated.oidc_arn}]
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=federated.oidc_arn)
    assert (shown["Url"], shown["ClientIDList"]) == (federated.oidc.name, [CLIENT])
    (listed_saml,) = iam.list_saml_providers()["SAMLProviderList"]
    shown = iam.get_saml_provider(SAMLProviderArn=SAML)
    assert shown["SAMLMetadataDocument"] == federated.saml.metadata
    assert listed_saml["ValidUntil"] == shown["ValidUntil"]


def test_other_operations_still_need_a_signature(federated: Federated) -> None:
    with refused("MissingAuthenticationToken", 403):
        federated.sts.get_caller_identity()
    form = {"Version": "2011-06-15", "Action": "GetCallerIdentity", "X": "AssumeRoleWithSAML"}
    status, _, body = federated.api.http(urlencode(form).encode())
    assert (status, b"MissingAuthenticationToken" in body) == (403, True)
    form = {"Version": "2010-05-08", "Action": "AssumeRoleWithSAML"}
    status, _, body = federated.api.http(urlencode(form).encode())
    assert (status, b"MissingAuthenticationToken" in body) == (403, True)


@pytest.mark.parametrize(
    "body",
    [
        b"Version=2011-06-15&Action=AssumeRoleWithSAML",
        b"Version=2011-06-15&Action=AssumeRoleWithSAML&RoleArn.x=1",
        b"Version=2011-06-15&Action=AssumeRoleWithSAML&Action=AssumeRoleWithSAML",
        b"Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleArn=%zz",
        b"Version=2011-06-15&Action.x=AssumeRoleWithWebIdentity",
        b"AssumeRoleWithWebIdentity",
        b"Version=2011-06-15&Action=AssumeRoleWithWebIdentity" + b"&a=b" * 5001,
    ],
)
def test_malformed_requests_without_a_signature_are_refused(federated: Federated, body: bytes) -> None:
    status, headers, answer = federated.api.http(body)
    assert 400 <= status < 500
    assert b"<ErrorResponse" in answer
    assert headers["x-amzn-requestid"]


def test_a_get_request_does_as_well(federated: Federated) -> None:
    form = {
        "Version": "2011-06-15",
        "Action": "AssumeRoleWithWebIdentity",
        "RoleArn": ROLE,
        "RoleSessionName": "session",
        "WebIdentityToken": federated.oidc.token(),
    }
    status, _, body = federated.api.http(method="GET", path=f"/?{urlencode(form)}")
    assert (status, b"<SessionToken>" in body) == (200, True)


def test_neither_tokens_nor_assertions_are_written_down(federated: Federated) -> None:
    token, assertion = federated.oidc.token(), federated.saml.assertion()
    session = federated.with_token(token)["Credentials"]
    federated.with_assertion(assertion)
    with refused("InvalidIdentityToken", 400):
        federated.with_assertion(assertion[:-8])
    data = federated.api.directory.data
    written = (data / "audit.jsonl").read_text() + (data.parent / "web.log").read_text()
    for secret in (
        token,
        token.rpartition(".")[2],
        assertion[100:200],
        session["SecretAccessKey"],
        session["SessionToken"],
    ):
        assert secret not in written
