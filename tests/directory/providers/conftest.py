"""One provider of each kind."""

from __future__ import annotations

import pytest

from tests.directory.conftest import Do
from tests.directory.providers.samples import METADATA, THUMBPRINT, URL


@pytest.fixture
def oidc(do: Do) -> str:
    made = do("create_open_id_connect_provider", url=URL, client_id_list=["app"], thumbprint_list=[THUMBPRINT])
    return str(made["open_id_connect_provider_arn"])


@pytest.fixture
def saml(do: Do) -> str:
    return str(do("create_saml_provider", name="idp", saml_metadata_document=METADATA)["saml_provider_arn"])
