"""Client certificates: whose they are, and everything that makes one worth nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from adapter import Caller, Iam, ProofWanted, RequestContext
from adapter.authorize import global_keys
from adapter.caller import CallerKind
from adapter.errors import DuplicateCertificate, InvalidClientTokenId, ServiceUnavailable
from adapter.graph import Principal
from adapter.installation.accounts import create_account
from adapter.names import new_certificate_id
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in
from tests.directory.sessions import user_arn
from tests.x509 import Issued, issue

OTHER = "210987654321"
CONTEXT = RequestContext(source_ip="192.0.2.7")


@pytest.fixture(autouse=True)
def reports(do: Do) -> None:
    do("create_user", user_name="reports")


@pytest.fixture
def issued(do: Do) -> Issued:
    """A certificate of the user `reports`."""
    made = issue("reports")
    do("upload_signing_certificate", user_name="reports", certificate_body=made.pem)
    return made


def show(iam: Iam, issued: Issued, context: RequestContext = CONTEXT) -> Caller:
    return iam.authenticate_certificate(issued.certificate.public_bytes(Encoding.DER), context)


def is_refused(iam: Iam, issued: Issued, context: RequestContext = CONTEXT) -> bool:
    with pytest.raises(InvalidClientTokenId, match="^The client certificate is not one of an active user's.$"):
        show(iam, issued, context)
    return True


def id_of(do: Do, name: str = "reports") -> str:
    (certificate,) = do("list_signing_certificates", user_name=name)["certificates"]
    return str(certificate["certificate_id"])


def entry(directory: Directory, pem: str, owner: str, owner_id: str, *, status: str = "Active") -> None:
    """Writes a certificate with an LDAP tool, as a file holds it."""
    number = new_certificate_id()
    lines = {
        "dn": f"iamCredentialId={number},ou=credentials,ou=iam,{directory.suffix}",
        "objectClass": "iamSigningCertificate",
        "iamCredentialId": number,
        "iamOwner": f"uid={owner},ou=people,{directory.suffix}",
        "iamOwnerId": owner_id,
        "iamStatus": status,
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    file = directory.data / f"{number}.pem"
    file.write_text(pem)
    directory.ldap("ldapadd", stdin=f"{text}iamCertificate:< file://{file}\n")


def test_the_user_whose_certificate_was_shown_is_the_caller(do: Do, iam: Iam, issued: Issued) -> None:
    caller = show(iam, issued)
    assert (caller.kind, caller.arn) == (CallerKind.USER, user_arn("reports"))
    assert (caller.certificate_id, caller.access_key_id) == (id_of(do), None)


def test_policies_see_of_it_what_they_see_of_a_long_term_key(do: Do, iam: Iam, issued: Issued) -> None:
    key = do("create_access_key", user_name="reports")["access_key"]["access_key_id"]
    caller = show(iam, issued)
    with_key = replace(caller, certificate_id=None, access_key_id=key)
    assert global_keys(Principal(caller=caller), CONTEXT) == global_keys(Principal(caller=with_key), CONTEXT)


def test_the_audit_trail_tells_by_what_they_were_known(iam: Iam, issued: Issued) -> None:
    assert show(iam, issued).factor == "certificate"


def test_the_root_user_has_one_too(do: Do, iam: Iam) -> None:
    made = issue()
    do("upload_signing_certificate", certificate_body=made.pem)
    assert show(iam, made).kind is CallerKind.ROOT


def test_one_that_nobody_has_is_refused(iam: Iam, issued: Issued) -> None:
    assert is_refused(iam, issue("reports"))


def test_another_one_of_the_same_key_and_name_is_refused(iam: Iam, issued: Issued) -> None:
    assert is_refused(iam, issue("reports", key=issued.key))


def test_one_that_it_has_vouched_for_is_refused(iam: Iam, issued: Issued) -> None:
    assert is_refused(iam, issue("reports", by=issued))


@pytest.mark.parametrize("octets", [b"", b"0", b"\x30\x80", b"x" * 16384])
def test_what_is_no_certificate_is_refused(iam: Iam, octets: bytes) -> None:
    with pytest.raises(InvalidClientTokenId):
        iam.authenticate_certificate(octets, CONTEXT)


def test_one_with_something_behind_it_is_refused(iam: Iam, issued: Issued) -> None:
    with pytest.raises(InvalidClientTokenId):
        iam.authenticate_certificate(issued.certificate.public_bytes(Encoding.DER) + b"\0", CONTEXT)


@pytest.mark.parametrize("days", [-2, 30], ids=["before", "after"])
def test_one_out_of_its_time_is_refused(iam: Iam, issued: Issued, days: int) -> None:
    assert show(iam, issued)
    assert is_refused(iam, issued, replace(CONTEXT, now=CONTEXT.now + timedelta(days=days)))


def test_one_that_was_switched_off_is_refused_at_once_and_counts_again_when_it_is_on(
    do: Do, iam: Iam, issued: Issued
) -> None:
    assert show(iam, issued)
    number = id_of(do)
    do("update_signing_certificate", user_name="reports", certificate_id=number, status="Inactive")
    assert is_refused(iam, issued)
    do("update_signing_certificate", user_name="reports", certificate_id=number, status="Active")
    assert show(iam, issued)


def test_one_is_switched_off_at_any_time_and_on_with_a_fresh_proof(
    do: Do, iam: Iam, root: Caller, issued: Issued
) -> None:
    own = {"user_name": "reports", "certificate_id": id_of(do)}
    late = replace(CONTEXT, now=CONTEXT.now + timedelta(hours=1))
    iam.execute(root, "update_signing_certificate", {**own, "status": "Inactive"}, late)
    with pytest.raises(ProofWanted):
        iam.execute(root, "update_signing_certificate", {**own, "status": "Active"}, late)


def test_one_that_was_deleted_is_refused_at_once(do: Do, iam: Iam, issued: Issued) -> None:
    assert show(iam, issued)
    do("delete_signing_certificate", user_name="reports", certificate_id=id_of(do))
    assert is_refused(iam, issued)


def test_one_that_an_ldap_tool_has_switched_off_is_refused(
    do: Do, iam: Iam, issued: Issued, directory: Directory
) -> None:
    assert show(iam, issued)
    at = f"iamCredentialId={id_of(do)},ou=credentials,ou=iam,{directory.suffix}"
    directory.ldap("ldapmodify", stdin=f"dn: {at}\nchangetype: modify\nreplace: iamStatus\niamStatus: Inactive\n")
    assert is_refused(iam, issued)


def test_one_of_a_disabled_user_is_refused(iam: Iam, issued: Issued, directory: Directory) -> None:
    assert show(iam, issued)
    locked = "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    directory.ldap("ldapmodify", stdin=f"dn: uid=reports,ou=people,{directory.suffix}\nchangetype: modify\n{locked}")
    assert is_refused(iam, issued)


def test_one_of_a_user_made_again_is_refused(do: Do, iam: Iam, issued: Issued, directory: Directory) -> None:
    directory.ldap("ldapdelete", f"uid=reports,ou=people,{directory.suffix}")
    do("create_user", user_name="reports")
    assert is_refused(iam, issued)


def test_one_that_an_ldap_tool_has_added_counts_as_files_have_it(do: Do, iam: Iam, directory: Directory) -> None:
    made = issue("reports")
    assert is_refused(iam, made)
    entry(directory, made.pem, "reports", do("get_user", user_name="reports")["user"]["user_id"])
    assert show(iam, made).arn == user_arn("reports")


@pytest.mark.parametrize("status", ["Active", "Inactive"])
def test_one_that_two_users_have_is_nobody_s(
    do: Do, iam: Iam, issued: Issued, directory: Directory, status: str
) -> None:
    assert show(iam, issued)
    do("create_user", user_name="mallory")
    mallory = do("get_user", user_name="mallory")["user"]["user_id"]
    entry(directory, issued.pem, "mallory", mallory, status=status)
    assert is_refused(iam, issued)


def test_nobody_takes_another_s_certificate_away_from_another_account(
    iam: Iam, issued: Issued, directory: Directory
) -> None:
    made = create_account(directory.settings, email="root@workshop.example", alias="workshop", account_id=OTHER)
    root = sign_in(iam, OTHER, None, made.root_password)
    with pytest.raises(DuplicateCertificate):
        iam.execute(root, "upload_signing_certificate", {"certificate_body": issued.pem})
    assert show(iam, issued).account_id == directory.account_id


def test_users_of_every_account_are_known(iam: Iam, directory: Directory) -> None:
    made, other = (
        issue(),
        create_account(directory.settings, email="root@workshop.example", alias="workshop", account_id=OTHER),
    )
    root = sign_in(iam, OTHER, None, other.root_password)
    iam.execute(root, "upload_signing_certificate", {"certificate_body": made.pem})
    assert show(iam, made).account_id == OTHER


def test_while_nothing_changes_the_directory_is_not_asked(
    iam: Iam, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = show(iam, issued)
    pool: Any = iam._store._pool
    read = pool.read
    asked: list[object] = []
    monkeypatch.setattr(pool, "read", lambda act: asked.append(act) or read(act))
    for _ in range(200):  # until the feed has told of the upload, too
        asked.clear()
        assert show(iam, issued) == first
        if not asked:
            break
    assert asked == []


def test_while_the_directory_does_not_answer_nobody_is_known(iam: Iam, issued: Issued, directory: Directory) -> None:
    assert show(iam, issued)
    directory.server.stop()
    with pytest.raises(ServiceUnavailable):
        show(iam, issued)


def written(directory: Directory) -> list[dict[str, Any]]:
    lines = (directory.data / "audit.jsonl").read_text().splitlines()
    return [event for line in lines if (event := json.loads(line))["event"] == "Authenticate"]


def test_a_refusal_is_written_down_with_whose_certificate_it_was(
    do: Do, iam: Iam, issued: Issued, directory: Directory
) -> None:
    number = id_of(do)
    do("update_signing_certificate", user_name="reports", certificate_id=number, status="Inactive")
    assert is_refused(iam, issued)
    (event,) = written(directory)
    assert (event["actor"], event["outcome"], event["account_id"]) == (
        user_arn("reports"), "InvalidClientTokenId", directory.account_id,
    )  # fmt: skip
    assert (event["source_ip"], event["params"]) == ("192.0.2.7", {"certificate_id": number})


def test_of_a_certificate_that_nobody_has_nothing_is_told(iam: Iam, directory: Directory) -> None:
    assert is_refused(iam, issue("a name of the stranger's choice"))
    (event,) = written(directory)
    assert (event["actor"], event["account_id"], event["params"]) == ("(hidden)", "", {})
