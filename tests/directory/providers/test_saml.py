"""SAML providers: made known, changed, with keys of their own, forgotten."""

from __future__ import annotations

import base64

import pytest

from adapter.errors import EntityAlreadyExists, InvalidInput, LimitExceeded, NoSuchEntity
from tests.certificates import make_pair
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.directory.providers.samples import METADATA, SAML
from tests.saml_encryption import new_key, pem
from tests.saml_provider import metadata

KEY = new_key()


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
