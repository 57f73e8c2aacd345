"""Identity providers in the console: the list, adding one, its page, changing and deleting it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.certificates import make_pair
from tests.saml_provider import metadata
from tests.web.conftest import Do
from tests.web.people import follow, hidden
from tests.web.visitor import Visitor, text

PROVIDERS = "/console/providers"
PAGE = f"{PROVIDERS}/provider"
NEW = "/console/create-provider"
OIDC = "arn:aws:iam::123456789012:oidc-provider/login.example.org"
SAML = "arn:aws:iam::123456789012:saml-provider/sso"
PRINT = "ab" * 20


@pytest.fixture
def oidc(do: Do) -> str:
    do("create_open_id_connect_provider", url="https://login.example.org", client_id_list=["web", "old"],
       thumbprint_list=[PRINT])  # fmt: skip
    return OIDC


@pytest.fixture
def saml(do: Do) -> str:
    do("create_saml_provider", name="sso", saml_metadata_document=metadata(make_pair("idp")))
    return SAML


def test_without_providers_one_is_told_what_they_are_for(bob: Visitor) -> None:
    page = text(bob.get(PROVIDERS))
    assert "Identity providers (0)" in page
    assert "There are no identity providers." in page


def test_the_list_has_both_kinds(bob: Visitor, oidc: str, saml: str) -> None:
    page = text(bob.get(PROVIDERS))
    assert "Identity providers (2)" in page
    assert "login.example.org OpenID Connect" in page
    assert "sso SAML 2.0" in page


def test_an_open_id_connect_provider_is_added(bob: Visitor, do: Do) -> None:
    fields = {"url": "https://login.example.org", "audiences": "web\nmobile\n", "thumbprints": "AB:" * 19 + "AB"}
    assert "The provider has been added." in follow(bob, bob.submit(f"{NEW}/oidc", fields))
    found = do("get_open_id_connect_provider", open_id_connect_provider_arn=OIDC)
    assert (found["client_id_list"], found["thumbprint_list"]) == (["mobile", "web"], [PRINT])


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("oidc", {}, "Enter the provider’s URL"),
        ("oidc", {"url": "ftp://login.example.org", "thumbprints": PRINT}, "url"),
        ("saml", {"metadata": "x"}, "Enter a name for the provider"),
        ("saml", {"provider_name": "sso"}, "Choose the metadata file, or paste the document"),
        ("saml", {"provider_name": "sso", "metadata": "<no-metadata/>".ljust(1000)}, "metadata"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field(bob: Visitor, kind: str, fields: dict[str, str], told: str) -> None:
    response = bob.submit(f"{NEW}/{kind}", fields)
    assert response.status_code in {400, 422}
    assert 'class="field-error"' in response.get_data(as_text=True)
    assert told.casefold() in text(response).casefold()


def test_a_provider_that_is_known_already_is_refused(bob: Visitor, oidc: str) -> None:
    response = bob.submit(f"{NEW}/oidc", {"url": "https://login.example.org", "thumbprints": PRINT})
    assert response.status_code == 409
    assert "already exists" in text(response)


def test_a_saml_provider_is_added_from_a_file(bob: Visitor, do: Do) -> None:
    file = (io.BytesIO(metadata(make_pair("idp")).encode()), "metadata.xml")
    token = hidden(bob.get(f"{NEW}/saml"), "csrf_token")
    response = bob.post(f"{NEW}/saml", {"csrf_token": token, "provider_name": "sso", "file": file})
    assert "The provider has been added." in follow(bob, response)
    assert do("get_saml_provider", saml_provider_arn=SAML)


def test_the_page_shows_what_tokens_are_held_to(bob: Visitor, oidc: str) -> None:
    page = text(bob.get(f"{PAGE}?arn={oidc}"))
    assert "https://login.example.org" in page
    assert "Audiences (2)" in page
    assert PRINT in page


def test_the_page_shows_the_metadata(bob: Visitor, saml: str) -> None:
    page = text(bob.get(f"{PAGE}?arn={saml}"))
    assert "EntityDescriptor" in page
    assert "Valid until" in page


def test_the_entry_is_shown_as_ldif(bob: Visitor, oidc: str, saml: str) -> None:
    assert "login.example.org" in text(bob.get(f"{PAGE}/ldif?arn={oidc}"))
    assert "iamSaml" in text(bob.get(f"{PAGE}/ldif?arn={saml}"))


def test_audiences_and_thumbprints_are_changed(bob: Visitor, oidc: str, do: Do) -> None:
    fields = {"audiences": "web\nmobile", "thumbprints": "cd" * 20}
    assert "has been saved" in follow(bob, bob.submit(f"{PAGE}/edit?arn={oidc}", fields))
    found = do("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)
    assert (found["client_id_list"], found["thumbprint_list"]) == (["mobile", "web"], ["cd" * 20])


def test_the_metadata_is_replaced(bob: Visitor, saml: str, do: Do) -> None:
    document = metadata(make_pair("idp"), entity="https://another.example.org")
    assert "has been saved" in follow(bob, bob.submit(f"{PAGE}/edit?arn={saml}", {"metadata": document}))
    assert "another" in do("get_saml_provider", saml_provider_arn=saml)["saml_metadata_document"]


def test_metadata_that_is_none_changes_nothing(bob: Visitor, saml: str, do: Do) -> None:
    response = bob.submit(f"{PAGE}/edit?arn={saml}", {"metadata": "<broken".ljust(1000)})
    assert response.status_code == 400
    assert 'id="metadata-error"' in response.get_data(as_text=True)


def test_tags_are_edited(bob: Visitor, oidc: str, do: Do) -> None:
    bob.submit(f"{PAGE}/tags?arn={oidc}", {"tags-0-key": "team", "tags-0-value": "a"})
    assert do("get_open_id_connect_provider", open_id_connect_provider_arn=oidc)["tags"] == [
        {"key": "team", "value": "a"}
    ]


def test_deleting_asks_for_the_name(bob: Visitor, oidc: str, do: Do) -> None:
    address = f"{PAGE}/delete?arn={oidc}"
    assert bob.submit(address, {"typed": "something"}).status_code == 422
    assert "has been deleted" in follow(bob, bob.submit(address, {"typed": "login.example.org"}))
    assert do("list_open_id_connect_providers")["open_id_connect_provider_list"] == []


@pytest.mark.parametrize("arn", ["", "x", OIDC, "arn:aws:iam::123456789012:user/bob"])
def test_a_provider_that_is_not_there_is_not_found(bob: Visitor, arn: str) -> None:
    for rest in ("", "/edit", "/tags", "/delete"):
        assert bob.get(f"{PAGE}{rest}?arn={arn}").status_code == 404


def test_what_a_provider_says_of_itself_stays_text(bob: Visitor, do: Do) -> None:
    hostile = metadata(make_pair("idp"), entity="https://idp.example.org/&lt;script&gt;alert(1)&lt;/script&gt;")
    do("create_saml_provider", name="sso", saml_metadata_document=hostile)
    page: Any = bob.get(f"{PAGE}?arn={SAML}").get_data(as_text=True)
    assert "<script>alert" not in page
