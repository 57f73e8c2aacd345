"""What holds for identity providers of either kind: tags, and rights for one of them."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.errors import AccessDenied
from tests.directory.conftest import Do
from tests.directory.providers.samples import ARN, METADATA, SAML, THUMBPRINT, URL


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
