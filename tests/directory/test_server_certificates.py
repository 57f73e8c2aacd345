"""Server certificates with their private keys."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from adapter.errors import (
    AccessDenied,
    EntityAlreadyExists,
    KeyPairMismatch,
    LimitExceeded,
    MalformedCertificate,
    NoSuchEntity,
)
from tests.directory.conftest import Do
from tests.directory.test_certificates import IDS, NONSENSE
from tests.documents import allow
from tests.x509 import Issued, issue


def keep(do: Do, issued: Issued, name: str = "www", **more: Any) -> dict[str, Any]:
    params = {"certificate_body": issued.pem, "private_key": issued.private_key, **more}
    return do("upload_server_certificate", server_certificate_name=name, **params)


def test_a_certificate_is_kept_with_its_dates(do: Do) -> None:
    issued = issue()
    metadata = keep(do, issued, path="/web/")["server_certificate_metadata"]
    assert metadata["arn"] == "arn:aws:iam::123456789012:server-certificate/web/www"
    assert metadata["server_certificate_id"].startswith("ASCA")
    assert metadata["expiration"] == issued.certificate.not_valid_after_utc
    assert metadata["upload_date"]
    assert do("list_server_certificates")["server_certificate_metadata_list"] == [metadata]


def test_the_private_key_never_comes_back_and_is_not_stored_in_clear(do: Do, directory: Any) -> None:
    issued = issue()
    answers = [keep(do, issued), do("get_server_certificate", server_certificate_name="www")]
    dump = directory.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "*").stdout
    trail = (directory.data / "audit.jsonl").read_text()
    for line in issued.private_key.splitlines()[1:-1]:
        assert not any(line in text for text in (str(answers), dump, trail))


def test_a_certificate_comes_back_with_chain_and_tags(do: Do) -> None:
    above = issue("CA")
    issued = issue(by=above)
    keep(do, issued, certificate_chain=above.pem, tags=[{"key": "team", "value": "web"}])
    found = do("get_server_certificate", server_certificate_name="WWW")["server_certificate"]
    assert (found["certificate_body"], found["certificate_chain"]) == (issued.pem.strip(), above.pem.strip())
    assert found["tags"] == [{"key": "team", "value": "web"}]


def test_a_certificate_without_tags_says_so(do: Do) -> None:
    keep(do, issue())
    assert do("get_server_certificate", server_certificate_name="www")["server_certificate"]["tags"] == []


@pytest.mark.parametrize("body", NONSENSE, ids=IDS)
def test_what_is_not_one_certificate_is_refused(do: Do, body: str) -> None:
    with pytest.raises(MalformedCertificate, match="Please ensure the certificate is in PEM format"):
        keep(do, issue(), certificate_body=body)


def test_the_key_of_another_certificate_is_refused(do: Do) -> None:
    with pytest.raises(KeyPairMismatch):
        keep(do, issue(), private_key=issue().private_key)


def test_a_key_that_can_not_be_read_or_needs_a_passphrase_is_refused(do: Do) -> None:
    issued = issue()
    form = (Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    for key in ("nonsense", issued.key.private_bytes(*form).decode()):
        with pytest.raises(MalformedCertificate, match="private key"):
            keep(do, issued, private_key=key)


def test_a_chain_starts_with_the_immediate_signer(do: Do) -> None:
    top = issue("top")
    middle = issue("middle", by=top)
    issued = issue(by=middle)
    with pytest.raises(MalformedCertificate, match="index within the chain of the invalid certificate is: 0"):
        keep(do, issued, certificate_chain=top.pem + middle.pem)
    with pytest.raises(MalformedCertificate, match="index within the chain of the invalid certificate is: 1"):
        keep(do, issued, certificate_chain=middle.pem + issue("other").pem)
    keep(do, issued, certificate_chain=middle.pem + top.pem)


def test_a_name_is_given_once_whatever_its_case(do: Do) -> None:
    keep(do, issue())
    with pytest.raises(EntityAlreadyExists, match="The Server Certificate with name WWW already exists"):
        keep(do, issue(), "WWW")


def test_an_account_keeps_twenty_at_the_most(do: Do) -> None:
    issued = issue()
    for number in range(20):
        keep(do, issued, f"www{number}")
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for ServerCertificatesPerAccount: 20"):
        keep(do, issued)


def test_name_and_path_change_and_the_id_stays(do: Do) -> None:
    before = keep(do, issue())["server_certificate_metadata"]
    do(
        "update_server_certificate",
        server_certificate_name="www",
        new_path="/web/",
        new_server_certificate_name="site",
    )
    (after,) = do("list_server_certificates", path_prefix="/web/")["server_certificate_metadata_list"]
    assert after["arn"] == "arn:aws:iam::123456789012:server-certificate/web/site"
    assert after["server_certificate_id"] == before["server_certificate_id"]


def test_a_rename_to_a_taken_name_is_refused(do: Do) -> None:
    keep(do, issue())
    keep(do, issue(), "site")
    with pytest.raises(EntityAlreadyExists):
        do("update_server_certificate", server_certificate_name="www", new_server_certificate_name="site")


def test_a_rename_needs_the_right_to_both_names(do: Do, as_user: Any) -> None:
    keep(do, issue())
    as_bob = as_user("bob")
    own = allow("iam:*ServerCertificate*", "arn:aws:iam::*:server-certificate/www")
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=own)
    with pytest.raises(AccessDenied, match="server-certificate/site"):
        as_bob("update_server_certificate", server_certificate_name="www", new_server_certificate_name="site")


def test_a_deleted_certificate_is_gone(do: Do) -> None:
    keep(do, issue())
    do("delete_server_certificate", server_certificate_name="www")
    with pytest.raises(NoSuchEntity, match="The Server Certificate with name www cannot be found"):
        do("get_server_certificate", server_certificate_name="www")


def test_a_certificate_has_tags(do: Do) -> None:
    keep(do, issue())
    do("tag_server_certificate", server_certificate_name="www", tags=[{"key": "a", "value": "1"}])
    do("tag_server_certificate", server_certificate_name="www", tags=[{"key": "b", "value": "2"}])
    do("untag_server_certificate", server_certificate_name="www", tag_keys=["a"])
    tags = do("list_server_certificate_tags", server_certificate_name="www")["tags"]
    assert tags == [{"key": "b", "value": "2"}]
