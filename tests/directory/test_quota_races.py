"""Quotas under a race of real processes: exactly as many things are made as there may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter import RequestContext
from tests.certificates import make_pair
from tests.conftest import Directory
from tests.directory.authenticator import new_device
from tests.directory.conftest import Do
from tests.directory.test_races import RACERS, Step, race
from tests.saml_provider import metadata
from tests.x509 import issue

LIMIT = 3
METADATA = metadata(make_pair("idp"))


def oidc_provider(number: int) -> Step:
    url = f"https://id{number}.example.com"
    return "create_open_id_connect_provider", {"url": url, "thumbprint_list": ["9" * 40], "client_id_list": ["app"]}


def saml_provider(number: int) -> Step:
    return "create_saml_provider", {"name": f"idp{number}", "saml_metadata_document": METADATA}


def server_certificate(number: int) -> Step:
    made = issue()
    names = {"server_certificate_name": f"www{number}", "certificate_body": made.pem}
    return "upload_server_certificate", names | {"private_key": made.private_key}


def instance_profile(number: int) -> Step:
    return "create_instance_profile", {"instance_profile_name": f"machine{number}"}


@pytest.mark.parametrize(
    ("quota", "make", "listing", "members"),
    [
        (
            "OpenIDConnectProvidersPerAccount",
            oidc_provider,
            "list_open_id_connect_providers",
            "open_id_connect_provider_list",
        ),
        ("SAMLProvidersPerAccount", saml_provider, "list_saml_providers", "saml_provider_list"),
        (
            "ServerCertificatesPerAccount",
            server_certificate,
            "list_server_certificates",
            "server_certificate_metadata_list",
        ),
        ("InstanceProfilesPerAccount", instance_profile, "list_instance_profiles", "instance_profiles"),
    ],
)
def test_what_an_account_may_have_so_many_of(  # noqa: PLR0917 (what is made, and how it is counted)
    directory: Directory, do: Do, quota: str, make: Callable[[int], Step], listing: str, members: str
) -> None:
    change = f"dn: ou=iam,{directory.suffix}\nchangetype: modify\nadd: iamQuota\niamQuota: {quota} {LIMIT}\n"
    directory.ldap("ldapmodify", stdin=change)
    outcome = race(directory, [make(number) for number in range(RACERS)])
    assert outcome == {"ok": LIMIT, "LimitExceeded": RACERS - LIMIT}
    assert len(do(listing)[members]) == LIMIT


def test_the_signing_certificates_of_a_user(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    steps: list[Step] = [
        ("upload_signing_certificate", {"user_name": "bob", "certificate_body": issue().pem}) for _ in range(RACERS)
    ]
    assert race(directory, steps) == {"ok": 2, "LimitExceeded": RACERS - 2}
    assert len(do("list_signing_certificates", user_name="bob")["certificates"]) == 2


def test_the_mfa_devices_of_a_user(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    now = datetime.now(UTC)
    steps: list[Step] = []
    for number in range(RACERS):
        app = new_device(do, f"phone{number}")
        given: dict[str, Any] = {"user_name": "bob", "serial_number": app.serial, **app.pair(now)}
        steps.append(("enable_mfa_device", given))
    assert race(directory, steps, RequestContext(now=now)) == {"ok": 8, "LimitExceeded": RACERS - 8}
    assert len(do("list_mfa_devices", user_name="bob")["mfa_devices"]) == 8
