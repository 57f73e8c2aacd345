"""Identity providers through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.certificates import make_pair
from tests.clients.refusals import refused
from tests.saml_provider import metadata

THUMBPRINT = "990f4193972f2becf12ddeda5237f9c952f20d9e"
TAG = {"Key": "team", "Value": "red"}
METADATA = metadata(make_pair("idp"))


@pytest.fixture
def oidc(iam: Any, name: str) -> str:
    made = iam.create_open_id_connect_provider(
        Url=f"https://{name}.example", ClientIDList=["app"], ThumbprintList=[THUMBPRINT], Tags=[TAG]
    )
    assert made["Tags"] == [TAG]
    return str(made["OpenIDConnectProviderArn"])


@pytest.fixture
def saml(iam: Any, name: str) -> str:
    made = iam.create_saml_provider(Name=name, SAMLMetadataDocument=METADATA, Tags=[TAG])
    assert made["Tags"] == [TAG]
    return str(made["SAMLProviderArn"])


def test_an_oidc_provider_is_changed(iam: Any, oidc: str, name: str) -> None:
    of = {"OpenIDConnectProviderArn": oidc}
    iam.add_client_id_to_open_id_connect_provider(**of, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(**of, ClientID="app")
    iam.update_open_id_connect_provider_thumbprint(**of, ThumbprintList=["A" * 40])
    found = iam.get_open_id_connect_provider(**of)
    assert (found["Url"], found["ClientIDList"], found["ThumbprintList"]) == (f"{name}.example", ["other"], ["a" * 40])
    assert {"Arn": oidc} in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    with refused("EntityAlreadyExists", 409):
        iam.create_open_id_connect_provider(Url=f"https://{name}.example", ThumbprintList=[THUMBPRINT])
    with refused("InvalidInput", 400):
        iam.update_open_id_connect_provider_thumbprint(**of, ThumbprintList=["x" * 40])


def test_an_oidc_provider_has_tags_and_is_forgotten(iam: Any, oidc: str) -> None:
    of = {"OpenIDConnectProviderArn": oidc}
    iam.tag_open_id_connect_provider(**of, Tags=[{"Key": "stage", "Value": "test"}])
    iam.untag_open_id_connect_provider(**of, TagKeys=["team"])
    answer = iam.list_open_id_connect_provider_tags(**of)
    assert (answer["Tags"], answer["IsTruncated"]) == ([{"Key": "stage", "Value": "test"}], False)
    iam.delete_open_id_connect_provider(**of)
    with refused("NoSuchEntity", 404):
        iam.get_open_id_connect_provider(**of)


def test_a_saml_provider_gets_new_metadata(iam: Any, saml: str, name: str) -> None:
    new = metadata(make_pair("next"))
    assert iam.update_saml_provider(SAMLProviderArn=saml, SAMLMetadataDocument=new)["SAMLProviderArn"] == saml
    assert iam.get_saml_provider(SAMLProviderArn=saml)["SAMLMetadataDocument"] == new
    assert saml in [each["Arn"] for each in iam.list_saml_providers()["SAMLProviderList"]]
    with refused("InvalidInput", 400, "Could not parse metadata"):
        iam.update_saml_provider(SAMLProviderArn=saml, SAMLMetadataDocument="x" * 1000)
    with refused("EntityAlreadyExists", 409):
        iam.create_saml_provider(Name=name, SAMLMetadataDocument=new)


def test_a_saml_provider_has_tags_and_is_forgotten(iam: Any, saml: str) -> None:
    iam.tag_saml_provider(SAMLProviderArn=saml, Tags=[{"Key": "stage", "Value": "test"}])
    iam.untag_saml_provider(SAMLProviderArn=saml, TagKeys=["team"])
    assert iam.list_saml_provider_tags(SAMLProviderArn=saml)["Tags"] == [{"Key": "stage", "Value": "test"}]
    iam.delete_saml_provider(SAMLProviderArn=saml)
    with refused("NoSuchEntity", 404):
        iam.delete_saml_provider(SAMLProviderArn=saml)
