"""Identity providers: made known, changed, listed, tagged, forgotten."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapter import Iam, open_iam
from adapter.errors import (
    AccessDenied,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    OpenIdIdpCommunicationError,
    ValidationError,
)
from tests.certificates import make_pair
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in
from tests.oidc_provider import LOOPBACK, OidcProvider, authority, oidc_provider, server_certificate
from tests.saml_encryption import new_key, pem
from tests.saml_provider import metadata

URL = "https://id.example.com/realms/a"
ARN = "arn:aws:iam::123456789012:oidc-provider/id.example.com/realms/a"
SAML = "arn:aws:iam::123456789012:saml-provider/idp"
THUMBPRINT = "990f4193972f2becf12ddeda5237f9c952f20d9e"
METADATA = metadata(make_pair("idp"))
KEY = new_key()


@pytest.fixture
def oidc(do: Do) -> str:
    made = do("create_open_id_connect_provider", url=URL, client_id_list=["app"], thumbprint_list=[THUMBPRINT])
    return str(made["open_id_connect_provider_arn"])


@pytest.fixture
def saml(do: Do) -> str:
    return str(do("create_saml_provider", name="idp", saml_metadata_document=METADATA)["saml_provider_arn"])


def test_an_oidc_provider_has_aws_s_arn_and_answers_what_it_was_given(do: Do, oidc: str) -> None:
    assert oidc == ARN
    found = do("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)
    assert found.pop("create_date")
    assert found == {
        "url": "id.example.com/realms/a",
        "client_id_list": ["app"],
        "thumbprint_list": [THUMBPRINT],
        "tags": [],
    }
    assert do("list_open_id_connect_providers") == {"open_id_connect_provider_list": [{"arn": oidc}]}


def test_an_oidc_provider_is_an_entry_that_ldap_tools_see(do: Do, oidc: str, directory: Directory) -> None:
    base = f"ou=providers,ou=iam,{directory.suffix}"
    text = directory.ldap("ldapsearch", "-LLL", "-b", base, "(objectClass=iamOidcProvider)").stdout
    assert f"dn: iamProviderUrl=id.example.com/realms/a,{base}" in text


def test_a_known_url_is_refused_and_another_path_is_another_provider(do: Do, oidc: str) -> None:
    with pytest.raises(EntityAlreadyExists, match=f"Provider with url {URL} already exists."):
        do("create_open_id_connect_provider", url=URL, thumbprint_list=[THUMBPRINT])
    do("create_open_id_connect_provider", url="https://id.example.com/realms/A", thumbprint_list=[THUMBPRINT])
    assert len(do("list_open_id_connect_providers")["open_id_connect_provider_list"]) == 2


@pytest.mark.parametrize(
    "url", ["http://id.example.com", "id.example.com", "https://a@b.example", "https://x/?a=b", "x"]
)
def test_an_address_that_is_none_of_a_provider_is_refused(do: Do, url: str) -> None:
    with pytest.raises(ValidationError, match="Invalid Open ID Connect Provider URL"):
        do("create_open_id_connect_provider", url=url, thumbprint_list=[THUMBPRINT])


@pytest.mark.parametrize("thumbprints", [["x" * 40], [THUMBPRINT] * 6])
def test_thumbprints_that_are_none_or_too_many_are_refused(do: Do, oidc: str, thumbprints: list[str]) -> None:
    with pytest.raises(InvalidInput):
        do("create_open_id_connect_provider", url="https://b.example", thumbprint_list=thumbprints)
    with pytest.raises(InvalidInput):
        do(
            "update_open_id_connect_provider_thumbprint",
            open_id_connect_provider_arn=oidc,
            thumbprint_list=thumbprints,
        )


def test_thumbprints_are_replaced(do: Do, oidc: str) -> None:
    new = ["A" * 40, "0" * 40]
    do("update_open_id_connect_provider_thumbprint", open_id_connect_provider_arn=oidc, thumbprint_list=new)
    found = do("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)["thumbprint_list"]
    assert found == ["0" * 40, "a" * 40]


def test_client_ids_are_added_and_removed_as_often_as_one_likes(do: Do, oidc: str) -> None:
    def clients() -> list[str]:
        found = do("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)["client_id_list"]
        assert isinstance(found, list)
        return found

    for _ in range(2):
        do("add_client_id_to_open_id_connect_provider", open_id_connect_provider_arn=oidc, client_id="zwölf = 12,+")
    assert clients() == ["app", "zwölf = 12,+"]
    for _ in range(2):
        do("remove_client_id_from_open_id_connect_provider", open_id_connect_provider_arn=oidc, client_id="app")
    assert clients() == ["zwölf = 12,+"]


def test_a_provider_has_at_most_a_hundred_client_ids(do: Do) -> None:
    clients = [f"app{number}" for number in range(101)]
    made = do("create_open_id_connect_provider", url=URL, thumbprint_list=[THUMBPRINT], client_id_list=clients[:100])
    told = "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"
    arn = made["open_id_connect_provider_arn"]
    with pytest.raises(LimitExceeded, match=told):
        do("add_client_id_to_open_id_connect_provider", open_id_connect_provider_arn=arn, client_id=clients[100])
    with pytest.raises(LimitExceeded, match=told):
        do("create_open_id_connect_provider", url="https://b.example", thumbprint_list=[], client_id_list=clients)


def test_a_forgotten_oidc_provider_is_gone(do: Do, oidc: str) -> None:
    do("delete_open_id_connect_provider", open_id_connect_provider_arn=oidc)
    for operation in ("get_open_id_connect_provider", "delete_open_id_connect_provider"):
        with pytest.raises(NoSuchEntity, match=f"OpenIDConnect Provider not found for arn {oidc}"):
            do(operation, open_id_connect_provider_arn=oidc)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:oidc-provider/*",
        "arn:aws:iam::210987654321:oidc-provider/id.example.com/realms/a",
        "arn:aws:iam::123456789012:oidc-provider/)(objectClass=*",
    ],
)
def test_an_arn_of_another_provider_finds_nothing(do: Do, oidc: str, arn: str) -> None:
    with pytest.raises(NoSuchEntity):
        do("get_open_id_connect_provider", open_id_connect_provider_arn=arn)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:oidc-provider/",
        "arn:aws:iam::123456789012:saml-provider/id.example.com/realms/a",
        "id.example.com/realms/a-and-more",
        "arn:aws:iam::123456789012:oidc-provider/zwölf",
    ],
)
def test_what_is_no_arn_of_a_provider_is_refused_as_such(do: Do, oidc: str, arn: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        do("get_open_id_connect_provider", open_id_connect_provider_arn=arn)
    assert refusal.value.message == f"ARN {arn} is not valid."


def test_providers_are_tagged(do: Do, oidc: str, saml: str) -> None:
    for kind, name, arn in (
        ("open_id_connect_provider", "open_id_connect_provider_arn", oidc),
        ("saml_provider", "saml_provider_arn", saml),
    ):
        given: dict[str, Any] = {name: arn}
        do(f"tag_{kind}", **given, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        do(f"tag_{kind}", **given, tags=[{"key": "A", "value": "3"}])
        do(f"untag_{kind}", **given, tag_keys=["b", "c"])
        assert do(f"list_{kind}_tags", **given)["tags"] == [{"key": "A", "value": "3"}]
        assert do(f"get_{kind}", **given)["tags"] == [{"key": "A", "value": "3"}]


def test_tags_come_with_a_new_provider(do: Do) -> None:
    tags = [{"key": "a", "value": "1"}]
    made = do("create_open_id_connect_provider", url=URL, thumbprint_list=[THUMBPRINT], tags=tags)
    assert made == {"open_id_connect_provider_arn": ARN, "tags": tags}
    made = do("create_saml_provider", name="idp", saml_metadata_document=METADATA, tags=tags)
    assert made == {"saml_provider_arn": SAML, "tags": tags}


def test_rights_can_be_given_for_one_provider(do: Do, oidc: str, saml: str, as_user: Any) -> None:
    bob = as_user("bob")
    document = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:Get*","Resource":"' + oidc + '"},'
        '{"Effect":"Allow","Action":"iam:GetSAMLProvider","Resource":"*",'
        '"Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}'
    )
    do("put_user_policy", user_name="bob", policy_name="p", policy_document=document)
    assert bob("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)["client_id_list"] == ["app"]
    with pytest.raises(AccessDenied, match="iam:GetSAMLProvider on resource: " + saml):
        bob("get_saml_provider", saml_provider_arn=saml)
    do("tag_saml_provider", saml_provider_arn=saml, tags=[{"key": "team", "value": "a"}])
    assert bob("get_saml_provider", saml_provider_arn=saml)["saml_metadata_document"] == METADATA


def test_a_saml_provider_answers_what_it_was_given(do: Do, saml: str) -> None:
    assert saml == SAML
    found = do("get_saml_provider", saml_provider_arn=saml)
    assert (found["saml_metadata_document"], found["tags"]) == (METADATA, [])
    assert len(found["saml_provider_uuid"]) == 32
    assert found["valid_until"].year - found["create_date"].year == 100
    (listed,) = do("list_saml_providers")["saml_provider_list"]
    assert listed == {"arn": SAML, "valid_until": found["valid_until"], "create_date": found["create_date"]}


def test_a_name_is_taken_whatever_its_case(do: Do, saml: str) -> None:
    with pytest.raises(EntityAlreadyExists, match="Provider with name IDP already exists."):
        do("create_saml_provider", name="IDP", saml_metadata_document=METADATA)


def test_a_provider_that_is_made_again_has_another_uuid(do: Do, saml: str) -> None:
    before = do("get_saml_provider", saml_provider_arn=saml)["saml_provider_uuid"]
    do("delete_saml_provider", saml_provider_arn=saml)
    do("create_saml_provider", name="idp", saml_metadata_document=METADATA)
    assert do("get_saml_provider", saml_provider_arn=saml)["saml_provider_uuid"] != before


def test_the_metadata_document_is_replaced_and_its_end_with_it(do: Do, saml: str) -> None:
    new = metadata(make_pair("next"), more=' validUntil="2090-01-01T00:00:00Z"')
    assert do("update_saml_provider", saml_provider_arn=saml, saml_metadata_document=new) == {"saml_provider_arn": SAML}
    found = do("get_saml_provider", saml_provider_arn=saml)
    assert (found["saml_metadata_document"], found["valid_until"].year) == (new, 2090)
    do("update_saml_provider", saml_provider_arn=saml, saml_metadata_document=METADATA)
    assert do("get_saml_provider", saml_provider_arn=saml)["valid_until"].year > 2090


@pytest.mark.parametrize(
    "document",
    [
        "x" * 1000,
        METADATA.replace("entityID", "id"),
        metadata(make_pair("idp"), more=' validUntil="2020-01-01T00:00:00Z"'),
    ],
)
def test_a_metadata_document_that_can_t_be_used_is_refused(do: Do, saml: str, document: str) -> None:
    with pytest.raises(InvalidInput, match="Could not parse metadata"):
        do("create_saml_provider", name="other", saml_metadata_document=document)
    with pytest.raises(InvalidInput, match="Could not parse metadata"):
        do("update_saml_provider", saml_provider_arn=saml, saml_metadata_document=document)


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"assertion_encryption_mode": "Required"}, "because no private key is provided"),
        ({"add_private_key": "x"}, "not one in PEM"),
        ({"add_private_key": pem(new_key(1024))}, "RSA of 2048 to 4096 bits"),
        ({"add_private_key": make_pair("ec").key_pem.decode()}, "RSA of 2048 to 4096 bits"),
        ({"remove_private_key": "A" * 22}, "the Key ID does not match a private key"),
        ({}, "No updates are defined"),
    ],
)
def test_changes_that_make_no_sense_are_refused(do: Do, saml: str, params: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        do("update_saml_provider", saml_provider_arn=saml, **params)


def keys_of(do: Do, saml: str) -> list[str]:
    answer = do("get_saml_provider", saml_provider_arn=saml)
    return [key["key_id"] for key in answer.get("private_key_list", [])]


def test_private_keys_are_added_shown_by_id_and_removed(do: Do, saml: str) -> None:
    assert "assertion_encryption_mode" not in do("get_saml_provider", saml_provider_arn=saml)
    do("update_saml_provider", saml_provider_arn=saml, assertion_encryption_mode="Allowed", add_private_key=pem(KEY))
    answer = do("get_saml_provider", saml_provider_arn=saml)
    assert answer["assertion_encryption_mode"] == "Allowed"
    (key,) = answer["private_key_list"]
    assert (sorted(key), len(key["key_id"])) == (["key_id", "timestamp"], 32)
    do("update_saml_provider", saml_provider_arn=saml, add_private_key=pem(KEY))
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for PrivateKeysPerSAMLProvider: 2"):
        do("update_saml_provider", saml_provider_arn=saml, add_private_key=pem(KEY))
    do("update_saml_provider", saml_provider_arn=saml, add_private_key=pem(KEY), remove_private_key=key["key_id"])
    left = keys_of(do, saml)
    assert len(left) == 2
    assert key["key_id"] not in left
    for each in left:
        do("update_saml_provider", saml_provider_arn=saml, remove_private_key=each)
    assert keys_of(do, saml) == []


def test_what_is_required_needs_a_key(do: Do, saml: str) -> None:
    do("update_saml_provider", saml_provider_arn=saml, assertion_encryption_mode="Required", add_private_key=pem(KEY))
    (key,) = keys_of(do, saml)
    with pytest.raises(InvalidInput, match="because no private key is provided"):
        do("update_saml_provider", saml_provider_arn=saml, remove_private_key=key)


def test_a_provider_may_have_a_key_from_the_start(do: Do) -> None:
    given = {"saml_metadata_document": METADATA, "assertion_encryption_mode": "Required"}
    with pytest.raises(InvalidInput, match="because no private key is provided"):
        do("create_saml_provider", name="idp", **given)
    made = do("create_saml_provider", name="idp", add_private_key=pem(KEY), **given)
    assert len(keys_of(do, made["saml_provider_arn"])) == 1


def test_private_keys_are_sealed_and_in_no_trail(do: Do, saml: str, directory: Directory) -> None:
    do("update_saml_provider", saml_provider_arn=saml, add_private_key=pem(KEY))
    line = pem(KEY).splitlines()[1]
    base = f"ou=providers,ou=iam,{directory.suffix}"
    (value,) = [
        base64.b64decode(text.partition(":: ")[2])
        for text in directory.ldap("ldapsearch", "-LLL", "-b", base, "iamSamlPrivateKey").stdout.splitlines()
        if text.startswith("iamSamlPrivateKey::")
    ]
    assert line.encode() not in value
    assert line not in (directory.data / "audit.jsonl").read_text()


def test_a_forgotten_saml_provider_is_gone(do: Do, saml: str) -> None:
    do("delete_saml_provider", saml_provider_arn=saml)
    with pytest.raises(NoSuchEntity, match=f"Manifest not found for arn {saml}"):
        do("get_saml_provider", saml_provider_arn=saml)
    assert do("list_saml_providers") == {"saml_provider_list": []}


@pytest.fixture
def asking(directory: Directory, tmp_path: Path) -> Iterator[tuple[Iam, Do, Any]]:
    """A door that may ask providers on the loopback interface, for which an authority of ours vouches."""
    ca = authority()
    file = tmp_path / "ca.pem"
    file.write_bytes(ca.pem)
    door = open_iam(replace(directory.settings, federation_ca_file=file, federation_networks=LOOPBACK))
    caller = sign_in(door, directory.account_id, None, directory.root_password)
    yield door, lambda operation, **params: door.execute(caller, operation, params), ca
    door.close()


def test_a_provider_without_thumbprints_is_asked_for_its_certificate(
    asking: tuple[Iam, Do, Any], tmp_path: Path
) -> None:
    _, do, ca = asking
    own = server_certificate(ca)
    with oidc_provider(tmp_path, own) as provider:
        made = do("create_open_id_connect_provider", url=provider.url)
        found = do("get_open_id_connect_provider", open_id_connect_provider_arn=made["open_id_connect_provider_arn"])
    assert found["thumbprint_list"] == [own.thumbprint]


def test_a_provider_that_can_t_be_asked_is_refused(asking: tuple[Iam, Do, Any], tmp_path: Path) -> None:
    _, do, _ = asking

    def refused(provider: OidcProvider) -> None:
        with pytest.raises(OpenIdIdpCommunicationError):
            do("create_open_id_connect_provider", url=provider.url)

    with oidc_provider(tmp_path, server_certificate(None)) as provider:
        refused(provider)
    refused(provider)
    assert do("list_open_id_connect_providers") == {"open_id_connect_provider_list": []}
