"""AssumeRoleWithSAML with responses that signxml has signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapter import Iam
from adapter.caller import stranger
from adapter.crypto.tokens import open_token
from adapter.errors import AccessDenied, ExpiredIdentityToken, InvalidIdentityToken, ValidationError
from adapter.sessions import Session
from tests.conftest import ACCOUNT_ID, Directory
from tests.directory.conftest import Do
from tests.saml_encryption import Encryption, new_key, pem
from tests.saml_provider import AWS, ENTITY, RECIPIENT, Response, SamlProvider, encode, metadata

ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/federated"
ARN = f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/idp"
IDP = SamlProvider()
Assume = Callable[..., dict[str, Any]]


def trust(actions: list[str], federated: str = ARN, **conditions: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"Federated": federated}, "Action": actions}
    more = {"Condition": conditions} if conditions else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})


@pytest.fixture
def assume(iam: Iam, do: Do) -> Assume:
    """Assumes a role that trusts a provider; its arguments are the response's and the operation's."""
    do("create_saml_provider", name="idp", saml_metadata_document=IDP.metadata)
    document = trust(["sts:AssumeRoleWithSAML"])
    do("create_role", role_name="federated", assume_role_policy_document=document, max_session_duration=7200)

    def call(response: Response | None = None, **params: Any) -> dict[str, Any]:
        given = {"role_arn": ROLE, "principal_arn": ARN, "saml_assertion": IDP.assertion(response)} | params
        return iam.execute(stranger(), "assume_role_with_saml", given)

    return call


@pytest.fixture
def retrust(do: Do) -> Callable[..., None]:
    """Replaces the role's trust policy."""

    def change(*actions: str, **more: Any) -> None:
        document = trust([*actions] or ["sts:AssumeRoleWithSAML"], **more)
        do("update_assume_role_policy", role_name="federated", policy_document=document)

    return change


def session_of(iam: Iam, answer: dict[str, Any]) -> Session:
    credentials = answer["credentials"]
    return open_token(iam._keyring, credentials["access_key_id"], credentials["session_token"]).session


def test_an_assertion_of_a_trusted_provider_assumes_the_role(iam: Iam, assume: Assume) -> None:
    answer = assume()
    assert (
        answer["assumed_role_user"]["arn"] == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/federated/somebody@example.org"
    )
    assert (answer["subject"], answer["subject_type"], answer["issuer"]) == ("somebody", "persistent", ENTITY)
    assert answer["audience"] == RECIPIENT
    session = session_of(iam, answer)
    assert dict(session.keys) == {
        "aws:FederatedProvider": ARN,
        "saml:namequalifier": answer["name_qualifier"],
        "saml:sub": "somebody",
        "saml:sub_type": "persistent",
    }
    assert (session.expires_at - session.issued_at).total_seconds() == 3600


def test_the_provider_s_arn_is_found_whatever_its_case_but_the_assertion_names_it_exactly(assume: Assume) -> None:
    assert assume(principal_arn=ARN.replace("idp", "IDP"))["subject"] == "somebody"
    with pytest.raises(AccessDenied, match="^Not authorized to perform sts:AssumeRoleWithSAML$"):
        assume(Response(provider=ARN.replace("idp", "IDP")))


@pytest.mark.parametrize("arn", [f"{ARN}x", ARN.replace(ACCOUNT_ID, "210987654321"), ARN.replace("saml", "oidc")])
def test_a_provider_that_does_not_exist_is_refused(assume: Assume, arn: str) -> None:
    with pytest.raises(InvalidIdentityToken, match="Specified provider doesn't exist"):
        assume(Response(provider=arn), principal_arn=arn)


def test_another_provider_of_the_account_does_not_vouch_for_this_one(assume: Assume, do: Do) -> None:
    other = SamlProvider()
    do("create_saml_provider", name="other", saml_metadata_document=metadata(other.pair, entity="https://other"))
    arn = ARN.replace("idp", "other")
    with pytest.raises(InvalidIdentityToken, match="signature"):
        assume(saml_assertion=other.assertion())
    with pytest.raises(InvalidIdentityToken, match="Issuer not present"):
        assume(principal_arn=arn, saml_assertion=other.assertion(Response(provider=arn)))
    with pytest.raises(AccessDenied):
        assume(principal_arn=arn, saml_assertion=other.assertion(Response(provider=arn, issuer="https://other")))


def test_new_metadata_replaces_the_keys(assume: Assume, do: Do) -> None:
    new = SamlProvider()
    do("update_saml_provider", saml_provider_arn=ARN, saml_metadata_document=new.metadata)
    assert assume(saml_assertion=new.assertion())["subject"] == "somebody"
    with pytest.raises(InvalidIdentityToken, match="signature"):
        assume()


def test_metadata_that_another_tool_has_spoilt_is_told(assume: Assume, directory: Directory) -> None:
    entry = f"dn: cn=idp,ou=providers,ou=iam,{directory.suffix}\nchangetype: modify\n"
    directory.ldap("ldapmodify", stdin=f"{entry}replace: iamSamlMetadata\niamSamlMetadata: nonsense\n")
    with pytest.raises(InvalidIdentityToken, match="The metadata of the provider can't be used"):
        assume()


def test_metadata_that_has_expired_is_told(assume: Assume, directory: Directory) -> None:
    old = metadata(IDP.pair, more=' validUntil="2020-01-01T00:00:00Z"').replace("\n", "").strip()
    entry = f"dn: cn=idp,ou=providers,ou=iam,{directory.suffix}\nchangetype: modify\n"
    directory.ldap("ldapmodify", stdin=f"{entry}replace: iamSamlMetadata\niamSamlMetadata: {old}\n")
    with pytest.raises(InvalidIdentityToken, match="has expired"):
        assume()


@pytest.mark.parametrize(
    ("conditions", "allowed"),
    [
        ({"StringEquals": {"saml:aud": RECIPIENT, "saml:iss": ENTITY, "saml:sub_type": "persistent"}}, True),
        ({"StringEquals": {"saml:aud": "https://else.example"}}, False),
        ({"StringEquals": {"saml:doc": f"{ACCOUNT_ID}/idp", "saml:sub": "somebody"}}, True),
        ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff"}}, True),
        ({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "guest"}}, False),
        ({"StringEquals": {"sts:RoleSessionName": "somebody@example.org"}}, True),
    ],
)
def test_the_trust_policy_can_ask_for_what_the_assertion_says(
    assume: Assume, retrust: Callable[..., None], conditions: dict[str, dict[str, str]], allowed: bool
) -> None:
    retrust(**conditions)
    response = Response(attributes={"urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["staff", "member"]})
    if allowed:
        assert assume(response)["subject"] == "somebody"
    else:
        with pytest.raises(AccessDenied, match="^Not authorized to perform sts:AssumeRoleWithSAML$"):
            assume(response)


@pytest.mark.parametrize(
    "document",
    [{"federated": f"{ARN}x"}, {"actions": ("sts:AssumeRole",)}, {"actions": ("sts:AssumeRoleWithWebIdentity",)}],
)
def test_a_role_that_trusts_somebody_else_is_refused(
    assume: Assume, retrust: Callable[..., None], document: dict[str, Any]
) -> None:
    retrust(*document.pop("actions", ()), **document)
    with pytest.raises(AccessDenied, match="Not authorized"):
        assume()


def test_tags_and_source_identity_need_the_role_s_leave(iam: Iam, assume: Assume, retrust: Callable[..., None]) -> None:
    attributes = {
        f"{AWS}PrincipalTag:Team": ["a"],
        f"{AWS}TransitiveTagKeys": ["Team"],
        f"{AWS}SourceIdentity": ["alice"],
    }
    with pytest.raises(AccessDenied, match="sts:TagSession"):
        assume(Response(attributes=attributes))
    retrust("sts:AssumeRoleWithSAML", "sts:TagSession")
    with pytest.raises(AccessDenied, match="sts:SetSourceIdentity"):
        assume(Response(attributes=attributes))
    retrust("sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity")
    session = session_of(iam, assume(Response(attributes=attributes)))
    assert [(tag.key, tag.value) for tag in session.tags] == [("Team", "a")]
    assert (session.transitive_tag_keys, session.source_identity) == (("Team",), "alice")


@pytest.mark.parametrize(
    ("attribute", "parameter", "seconds"),
    [(None, None, 3600), ("1800", None, 1800), ("1800", 900, 900), (None, 7200, 7200)],
)
def test_the_duration_is_the_call_s_or_the_provider_s(
    iam: Iam, assume: Assume, attribute: str | None, parameter: int | None, seconds: int
) -> None:
    attributes = {f"{AWS}SessionDuration": [attribute]} if attribute else {}
    session = session_of(iam, assume(Response(attributes=attributes), duration_seconds=parameter))
    assert (session.expires_at - session.issued_at).total_seconds() == seconds


def test_a_session_does_not_outlive_that_at_the_provider(iam: Iam, assume: Assume) -> None:
    session = session_of(iam, assume(Response(session_until=600), duration_seconds=3600))
    assert 590 <= (session.expires_at - session.issued_at).total_seconds() <= 600
    with pytest.raises(ValidationError, match="MaxSessionDuration"):
        assume(duration_seconds=7201)


def test_an_old_assertion_is_refused_in_aws_s_words(assume: Assume) -> None:
    with pytest.raises(ExpiredIdentityToken, match="Token must be redeemed within 5 minutes of issuance"):
        assume(Response(issued=-400))


def test_the_audit_trail_names_who_vouched_and_hides_the_assertion(assume: Assume, directory: Directory) -> None:
    text = IDP.assertion()
    assume(saml_assertion=text)
    trail = (directory.data / "audit.jsonl").read_text()
    last = json.loads(trail.splitlines()[-1])
    assert (last["event"], last["actor"], last["outcome"]) == ("sts:AssumeRoleWithSAML", ARN, "ok")
    assert text[:40] not in trail


def test_an_encrypted_assertion_is_opened_with_the_provider_s_keys(do: Do, assume: Assume) -> None:
    key = new_key()
    sent = encode(Encryption(key).apply(IDP.response()))
    with pytest.raises(InvalidIdentityToken, match="can't be decrypted"):
        assume(saml_assertion=sent)
    do("update_saml_provider", saml_provider_arn=ARN, add_private_key=pem(new_key()))
    do("update_saml_provider", saml_provider_arn=ARN, add_private_key=pem(key), assertion_encryption_mode="Required")
    assert assume(saml_assertion=sent)["subject"] == "somebody"
    with pytest.raises(InvalidIdentityToken, match="has to be encrypted"):
        assume()
    do("update_saml_provider", saml_provider_arn=ARN, assertion_encryption_mode="Allowed")
    assert assume()["subject"] == "somebody"


def test_a_private_key_that_another_tool_damaged_opens_nothing_and_spoils_nothing(
    do: Do, assume: Assume, directory: Directory
) -> None:
    key = new_key()
    do("update_saml_provider", saml_provider_arn=ARN, add_private_key=pem(key))
    change = f"dn: cn=idp,ou=providers,ou=iam,{directory.suffix}\nchangetype: modify\nadd: iamSamlPrivateKey\n"
    directory.ldap("ldapmodify", stdin=f"{change}iamSamlPrivateKey: garbage\niamSamlPrivateKey: A 20260101000000Z x\n")
    assert assume(saml_assertion=encode(Encryption(key).apply(IDP.response())))["subject"] == "somebody"
