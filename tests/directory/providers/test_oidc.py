"""OpenID Connect providers: made known, changed, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapter import Iam, open_iam
from adapter.errors import (
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    OpenIdIdpCommunicationError,
    ValidationError,
)
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in
from tests.directory.providers.samples import ARN, THUMBPRINT, URL
from tests.oidc_provider import LOOPBACK, OidcProvider, authority, oidc_provider, server_certificate


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
