"""SSH public keys: what the API shows and what SSSD reads are one thing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapter.errors import (
    DeleteConflict,
    DuplicateSSHPublicKey,
    InvalidInput,
    InvalidPublicKey,
    LimitExceeded,
    NoSuchEntity,
    UnrecognizedPublicKeyEncoding,
)
from tests.directory.conftest import Do
from tests.directory.test_races import race

BOB = "uid=bob,ou=people,dc=example,dc=org"
RACERS = 16


def line_of(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def pem_of(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def new_line(comment: str = "") -> str:
    return f"{line_of(ed25519.Ed25519PrivateKey.generate())} {comment}".strip()


@pytest.fixture(scope="module")
def rsa_key() -> Any:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")


def upload(do: Do, body: str | None = None) -> str:
    key = do("upload_ssh_public_key", user_name="bob", ssh_public_key_body=body or new_line())
    return str(key["ssh_public_key"]["ssh_public_key_id"])


def served(directory: Any) -> set[str]:
    """What SSSD reads, with an ordinary user's rights."""
    text = directory.ldap_as("reader", "Bindery-demo-1", "ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", BOB).stdout
    return {line.removeprefix("sshPublicKey: ") for line in text.splitlines() if line.startswith("sshPublicKey: ")}


@pytest.fixture
def reader(do: Do) -> None:
    do("create_user", user_name="reader")
    do("create_login_profile", user_name="reader", password="Bindery-demo-1")


def test_an_uploaded_key_is_active_and_has_aws_s_form(do: Do, rsa_key: Any) -> None:
    line = f"{line_of(rsa_key)} bob@desk"
    key = do("upload_ssh_public_key", user_name="bob", ssh_public_key_body=f"{line}\n")["ssh_public_key"]
    assert (key["user_name"], key["status"], key["ssh_public_key_body"]) == ("bob", "Active", line)
    assert key["ssh_public_key_id"].startswith("APKA")
    assert (len(key["ssh_public_key_id"]), len(key["fingerprint"].split(":"))) == (21, 16)
    assert key["upload_date"]


def test_a_fingerprint_is_the_one_that_openssh_shows(do: Do) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    key = do("upload_ssh_public_key", user_name="bob", ssh_public_key_body=line)["ssh_public_key"]
    assert key["fingerprint"] == "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"


@pytest.mark.parametrize(
    "make",
    [
        ed25519.Ed25519PrivateKey.generate,
        lambda: ec.generate_private_key(ec.SECP256R1()),
        lambda: rsa.generate_private_key(65537, 3072),
    ],
)
def test_keys_of_good_kinds_come_in_both_encodings(do: Do, make: Any) -> None:
    key = make()
    number = upload(do, pem_of(key))
    shown = {
        encoding: do("get_ssh_public_key", user_name="bob", ssh_public_key_id=number, encoding=encoding)
        for encoding in ("SSH", "PEM")
    }
    bodies = {encoding: answer["ssh_public_key"]["ssh_public_key_body"] for encoding, answer in shown.items()}
    assert bodies == {"SSH": line_of(key), "PEM": pem_of(key).rstrip()}


@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        "ssh-rsa AAAA",
        "ssh-ed25519 !!!!",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ],
)
def test_what_is_no_key_is_refused(do: Do, body: str) -> None:
    with pytest.raises(UnrecognizedPublicKeyEncoding):
        upload(do, body)


def test_a_second_line_can_not_be_smuggled_in(do: Do) -> None:
    with pytest.raises(UnrecognizedPublicKeyEncoding):
        upload(do, f"{new_line()}\n{new_line()}")


@pytest.mark.parametrize(
    "body",
    [
        pem_of(rsa.generate_private_key(65537, 1024)),
        pem_of(dsa.generate_private_key(1024)),
        f'command="rm" {new_line()}',
    ],
    ids=["short", "DSA", "options"],
)
def test_a_key_that_is_not_good_enough_is_refused(do: Do, body: str) -> None:
    with pytest.raises(InvalidPublicKey, match="RSA with 2,048 bits or more, ECDSA or Ed25519 is needed"):
        upload(do, body)


def test_a_key_is_uploaded_once_whatever_its_comment(do: Do) -> None:
    line = new_line()
    upload(do, f"{line} one")
    with pytest.raises(DuplicateSSHPublicKey):
        upload(do, f"{line} two")


def test_a_user_has_five_keys_at_the_most(do: Do) -> None:
    for _ in range(5):
        upload(do)
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for SSHPublicKeysPerUser: 5"):
        upload(do)


def test_of_sixteen_uploads_at_once_five_get_through(do: Do, directory: Any) -> None:
    steps = [("upload_ssh_public_key", {"user_name": "bob", "ssh_public_key_body": new_line()}) for _ in range(RACERS)]
    assert race(directory, steps) == Counter(ok=5, LimitExceeded=RACERS - 5)
    assert len(do("list_ssh_public_keys", user_name="bob")["ssh_public_keys"]) == 5


def test_a_list_of_keys_does_not_show_them(do: Do) -> None:
    number = upload(do)
    (key,) = do("list_ssh_public_keys", user_name="bob")["ssh_public_keys"]
    assert key["ssh_public_key_id"] == number
    assert set(key) == {"user_name", "ssh_public_key_id", "status", "upload_date"}


def test_active_keys_are_served_to_ldap_programs(do: Do, directory: Any, reader: None) -> None:
    lines = {new_line("desk"), new_line("laptop")}
    numbers = {line: upload(do, line) for line in lines}
    assert served(directory) == lines
    off = min(lines)
    do("update_ssh_public_key", user_name="bob", ssh_public_key_id=numbers[off], status="Inactive")
    assert served(directory) == lines - {off}
    do("update_ssh_public_key", user_name="bob", ssh_public_key_id=numbers[off], status="Active")
    assert served(directory) == lines
    do("delete_ssh_public_key", user_name="bob", ssh_public_key_id=numbers[off])
    assert served(directory) == lines - {off}


def test_a_user_with_keys_is_known_to_programs_that_look_for_the_class(do: Do, directory: Any) -> None:
    upload(do)
    found = directory.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(objectClass=ldapPublicKey)", "uid").stdout
    assert "uid: bob" in found


def test_a_key_that_an_ldap_tool_takes_away_is_inactive(do: Do, directory: Any) -> None:
    number = upload(do)
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nchangetype: modify\ndelete: sshPublicKey\n")
    (key,) = do("list_ssh_public_keys", user_name="bob")["ssh_public_keys"]
    assert (key["ssh_public_key_id"], key["status"]) == (number, "Inactive")
    do("update_ssh_public_key", user_name="bob", ssh_public_key_id=number, status="Active")
    do("delete_ssh_public_key", user_name="bob", ssh_public_key_id=number)


def test_a_key_that_an_ldap_tool_has_put_there_can_be_uploaded(do: Do, directory: Any, reader: None) -> None:
    line = new_line()
    change = f"add: objectClass\nobjectClass: ldapPublicKey\n-\nadd: sshPublicKey\nsshPublicKey: {line}\n"
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nchangetype: modify\n{change}")
    upload(do, line)
    assert served(directory) == {line}


def test_nobody_can_make_a_key_expired(do: Do) -> None:
    number = upload(do)
    with pytest.raises(InvalidInput):
        do("update_ssh_public_key", user_name="bob", ssh_public_key_id=number, status="Expired")


@pytest.mark.parametrize("operation", ["get_ssh_public_key", "update_ssh_public_key", "delete_ssh_public_key"])
def test_a_key_of_somebody_else_is_not_found(do: Do, operation: str) -> None:
    number = upload(do)
    do("create_user", user_name="alice")
    more = {"get_ssh_public_key": {"encoding": "SSH"}, "update_ssh_public_key": {"status": "Inactive"}}
    with pytest.raises(NoSuchEntity, match=f"The Public Key with id {number} cannot be found"):
        do(operation, user_name="alice", ssh_public_key_id=number, **more.get(operation, {}))


def test_a_user_with_keys_is_not_deleted(do: Do) -> None:
    number = upload(do)
    do("update_ssh_public_key", user_name="bob", ssh_public_key_id=number, status="Inactive")
    with pytest.raises(DeleteConflict, match="Cannot delete entity, must remove referenced objects first"):
        do("delete_user", user_name="bob")
    do("delete_ssh_public_key", user_name="bob", ssh_public_key_id=number)
    do("delete_user", user_name="bob")


def test_keys_follow_their_user_to_another_name(do: Do) -> None:
    number = upload(do)
    do("update_user", user_name="bob", new_user_name="robert")
    (key,) = do("list_ssh_public_keys", user_name="robert")["ssh_public_keys"]
    assert (key["ssh_public_key_id"], key["status"]) == (number, "Active")


def test_a_user_made_again_has_no_keys(do: Do, directory: Any) -> None:
    upload(do)
    directory.ldap("ldapdelete", BOB)
    do("create_user", user_name="bob")
    assert do("list_ssh_public_keys", user_name="bob")["ssh_public_keys"] == []
    left = directory.ldap("ldapsearch", "-LLL", "-b", "ou=credentials,ou=iam,dc=example,dc=org", "(iamOwner=*)").stdout
    assert left == ""
