"""What operators can say about identity providers."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.settings import Settings


def test_nothing_private_may_be_asked_unless_the_operator_says_so() -> None:
    found = Settings.from_env({"BINDERY_DATA": "/x"})
    assert (found.federation_ca_file, found.federation_networks, found.saml_urls) == (None, (), ())


def test_the_environment_names_networks_authorities_and_addresses() -> None:
    found = Settings.from_env(
        {
            "BINDERY_DATA": "/x",
            "BINDERY_FEDERATION_CA_FILE": "/ca.pem",
            "BINDERY_FEDERATION_NETWORKS": "10.0.0.0/8 fd00::/8",
            "BINDERY_SAML_URLS": "https://a.example/saml https://b.example/saml",
        }
    )
    assert found.federation_ca_file == Path("/ca.pem")
    assert found.federation_networks == ("10.0.0.0/8", "fd00::/8")
    assert found.saml_urls == ("https://a.example/saml", "https://b.example/saml")


@pytest.mark.parametrize("networks", ["10.0.0.1/8", "everything", "10.0.0.0/8,fd00::/8"])
def test_a_network_that_is_none_is_refused_by_name(networks: str) -> None:
    with pytest.raises(ValueError, match="BINDERY_FEDERATION_NETWORKS"):
        Settings.from_env({"BINDERY_DATA": "/x", "BINDERY_FEDERATION_NETWORKS": networks})
