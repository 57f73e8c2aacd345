"""Signing certificates of users."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from adapter.errors import (
    DeleteConflict,
    DuplicateCertificate,
    InvalidCertificate,
    InvalidInput,
    LimitExceeded,
    MalformedCertificate,
    NoSuchEntity,
)
from tests.directory.conftest import Do
from tests.directory.test_races import race
from tests.x509 import Issued, issue

RACERS = 16
NONSENSE = [
    "nonsense",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    issue().pem + issue().pem,
    "text before " + issue().pem,
]
IDS = ["text", "broken", "two", "more"]


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")


def upload(do: Do, issued: Issued | None = None, **more: Any) -> dict[str, Any]:
    body = (issued or issue()).pem
    answer = do("upload_signing_certificate", **{"user_name": "bob", "certificate_body": body, **more})
    return dict(answer["certificate"])


def test_an_uploaded_certificate_is_active(do: Do) -> None:
    issued = issue()
    certificate = upload(do, issued)
    assert (certificate["user_name"], certificate["status"]) == ("bob", "Active")
    assert certificate["certificate_body"] == issued.pem.strip()
    assert (len(certificate["certificate_id"]), certificate["certificate_id"].isalnum()) == (32, True)
    assert do("list_signing_certificates", user_name="bob")["certificates"] == [certificate]


@pytest.mark.parametrize("body", NONSENSE, ids=IDS)
def test_what_is_not_one_certificate_is_refused(do: Do, body: str) -> None:
    with pytest.raises(MalformedCertificate, match="Please ensure the certificate is in PEM format"):
        upload(do, certificate_body=body)


@pytest.mark.parametrize("start", [-60, 1], ids=["over", "not yet"])
def test_a_certificate_out_of_its_time_is_refused(do: Do, start: int) -> None:
    with pytest.raises(InvalidCertificate):
        upload(do, issue(start=start))


def test_a_certificate_belongs_to_one_user_of_the_account(do: Do) -> None:
    issued = issue()
    upload(do, issued)
    do("create_user", user_name="alice")
    for name in ("bob", "alice"):
        with pytest.raises(DuplicateCertificate):
            upload(do, issued, user_name=name)


def test_a_user_has_two_certificates_at_the_most(do: Do) -> None:
    upload(do)
    upload(do)
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for CertificatesPerUser: 2"):
        upload(do)


def test_of_sixteen_uploads_at_once_two_get_through(do: Do, directory: Any) -> None:
    bodies = [issue().pem for _ in range(RACERS)]
    steps = [("upload_signing_certificate", {"user_name": "bob", "certificate_body": body}) for body in bodies]
    assert race(directory, steps) == Counter(ok=2, LimitExceeded=RACERS - 2)


def test_a_certificate_is_switched_off_and_on(do: Do) -> None:
    number = upload(do)["certificate_id"]
    for status in ("Inactive", "Active"):
        do("update_signing_certificate", user_name="bob", certificate_id=number, status=status)
        (found,) = do("list_signing_certificates", user_name="bob")["certificates"]
        assert found["status"] == status


def test_nobody_can_make_a_certificate_expired(do: Do) -> None:
    number = upload(do)["certificate_id"]
    with pytest.raises(InvalidInput):
        do("update_signing_certificate", user_name="bob", certificate_id=number, status="Expired")


def test_a_deleted_certificate_is_gone(do: Do) -> None:
    number = upload(do)["certificate_id"]
    do("delete_signing_certificate", user_name="bob", certificate_id=number)
    with pytest.raises(NoSuchEntity, match=f"The Certificate with id {number} cannot be found"):
        do("delete_signing_certificate", user_name="bob", certificate_id=number)


def test_a_certificate_of_somebody_else_is_not_found(do: Do) -> None:
    number = upload(do)["certificate_id"]
    do("create_user", user_name="alice")
    with pytest.raises(NoSuchEntity):
        do("delete_signing_certificate", user_name="alice", certificate_id=number)


def test_the_root_user_has_certificates_too(do: Do) -> None:
    made = do("upload_signing_certificate", certificate_body=issue().pem)["certificate"]
    assert "user_name" not in made
    assert do("list_signing_certificates")["certificates"] == [made]


def test_a_user_with_certificates_is_not_deleted(do: Do) -> None:
    number = upload(do)["certificate_id"]
    with pytest.raises(DeleteConflict, match="Cannot delete entity, must delete certificates first"):
        do("delete_user", user_name="bob")
    do("delete_signing_certificate", user_name="bob", certificate_id=number)
    do("delete_user", user_name="bob")


def test_a_user_made_again_has_no_certificates(do: Do, directory: Any) -> None:
    upload(do)
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    do("create_user", user_name="bob")
    assert do("list_signing_certificates", user_name="bob")["certificates"] == []
