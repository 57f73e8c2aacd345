"""Access keys at the door: races, owners that LDAP tools made or moved, what the directory keeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam
from adapter.crypto.credentials import open_secret_key
from adapter.crypto.sealing import BrokenSeal, Keyring
from adapter.errors import InvalidInput, LimitExceeded, NoSuchEntity
from adapter.ldap import ACCESS_KEY, Store
from adapter.models import AccessKey, Account
from adapter.usage.credentials import CredentialUsage
from tests.directory.conftest import Do
from tests.directory.test_races import RACERS, race

KEYS = "ou=keys,ou=iam,dc=example,dc=org"


def kept(directory: Any, *attributes: str) -> str:
    """What the directory keeps of the keys of users."""
    condition = "(&(objectClass=iamAccessKey)(!(iamOwner=cn=root,ou=iam,dc=example,dc=org)))"
    return directory.ldap("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", KEYS, condition, *attributes).stdout


def test_of_sixteen_new_keys_for_one_user_exactly_two_are_made(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    outcome = race(directory, [("create_access_key", {"user_name": "bob"})] * RACERS)
    assert outcome == {"ok": 2, "LimitExceeded": RACERS - 2}
    assert len(do("list_access_keys", user_name="bob")["access_key_metadata"]) == 2


def test_of_sixteen_new_keys_for_the_root_user_exactly_one_more_is_made(directory: Any, do: Do) -> None:
    outcome = race(directory, [("create_access_key", {})] * RACERS)
    assert outcome == {"ok": 1, "LimitExceeded": RACERS - 1}
    assert len(do("list_access_keys")["access_key_metadata"]) == 2


def test_a_person_whom_an_ldap_tool_made_has_two_keys_at_most_as_well(directory: Any, do: Do) -> None:
    person = "dn: uid=ann,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: ann\ncn: ann\nsn: ann\n"
    directory.ldap("ldapadd", stdin=person)
    outcome = race(directory, [("create_access_key", {"user_name": "ann"})] * RACERS)
    assert outcome == {"ok": 2, "LimitExceeded": RACERS - 2}


def test_deleting_a_user_against_making_keys_leaves_no_key_behind(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    steps = [("create_access_key", {"user_name": "bob"})] * 4
    race(directory, [*steps[:2], ("delete_user", {"user_name": "bob"}), *steps[2:]])
    exists = bool(do("list_users")["users"])
    assert exists == ("iamOwner: uid=bob" in kept(directory, "iamOwner"))


def test_an_account_can_raise_the_limit(directory: Any, do: Do) -> None:
    change = "dn: ou=iam,dc=example,dc=org\nchangetype: modify\nadd: iamQuota\niamQuota: AccessKeysPerUser 3\n"
    directory.ldap("ldapmodify", stdin=change)
    do("create_user", user_name="bob")
    made = [do("create_access_key", user_name="bob") for _ in range(3)]
    assert len(made) == 3
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for AccessKeysPerUser: 3"):
        do("create_access_key", user_name="bob")


def test_the_directory_keeps_the_secret_sealed_for_its_owner(directory: Any, do: Do, store: Store) -> None:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    (account,) = store.accounts()
    key = store.get(ACCESS_KEY, account, made["access_key_id"])
    assert key is not None
    assert made["secret_access_key"].encode() not in key.sealed_secret
    keyring = Keyring.from_text((directory.data / "master.key").read_text())
    assert open_secret_key(keyring, key.sealed_secret, key.owner_id) == made["secret_access_key"]
    with pytest.raises(BrokenSeal):
        open_secret_key(keyring, key.sealed_secret, "AIDAAAAAAAAAAAAAAAAAA")
    assert "sealed_secret" not in repr(key)


def test_nobody_but_the_adapter_reads_keys(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Welcome-to-work-1")
    do("create_access_key", user_name="bob")
    found = directory.ldap_as("bob", "Welcome-to-work-1", "ldapsearch", "-LLL", "-b", KEYS, check=False)
    assert "iamAccessKeyId" not in found.stdout


def test_a_user_is_deleted_once_the_keys_are(do: Do) -> None:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    do("delete_access_key", user_name="bob", access_key_id=made["access_key_id"])
    do("delete_user", user_name="bob")
    assert do("list_users")["users"] == []


@pytest.mark.parametrize("operation", ["update_access_key", "delete_access_key"])
def test_a_key_of_another_user_is_not_found(do: Do, operation: str) -> None:
    for name in ("bob", "eve"):
        do("create_user", user_name=name)
    made = do("create_access_key", user_name="bob")["access_key"]
    more = {"status": "Inactive"} if operation == "update_access_key" else {}
    with pytest.raises(NoSuchEntity, match=rf"The Access Key with id {made['access_key_id']} cannot be found\."):
        do(operation, user_name="eve", access_key_id=made["access_key_id"], **more)


def test_a_key_cannot_be_made_expired(do: Do) -> None:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    with pytest.raises(InvalidInput):
        do("update_access_key", user_name="bob", access_key_id=made["access_key_id"], status="Expired")


def test_a_key_whose_owner_is_gone_tells_its_use_without_a_name(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    answer = do("get_access_key_last_used", access_key_id=made["access_key_id"])
    assert answer == {"access_key_last_used": {"service_name": "N/A", "region": "N/A"}}


def test_a_key_tells_which_account_it_is_in(iam: Iam, root: Caller, do: Do) -> None:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    answer = iam.execute(root, "get_access_key_info", {"access_key_id": made["access_key_id"]})
    assert answer == {"account": "123456789012"}


class Uses:
    """The use of one key, noted in the way of a process that has just read it."""

    def __init__(self, store: Store, account: Account, access_key_id: str) -> None:
        self._store, self._account, self._id = store, account, access_key_id

    def read(self) -> AccessKey:
        key = self._store.get(ACCESS_KEY, self._account, self._id)
        assert key is not None
        return key

    def note(self, usage: CredentialUsage, now: datetime, service: str = "iam") -> None:
        usage.note(self._account, self.read(), service, "eu-west-1", now)


@pytest.fixture
def uses(do: Do, store: Store) -> Uses:
    do("create_user", user_name="bob")
    made = do("create_access_key", user_name="bob")["access_key"]
    return Uses(store, store.accounts()[0], made["access_key_id"])


NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_use_is_written_once_in_a_quarter_of_an_hour_by_all_processes_together(store: Store, uses: Uses) -> None:
    for minutes, service in ((0, "iam"), (1, "sts"), (14, "sts")):
        usage = CredentialUsage(store)  # another process, which remembers nothing
        uses.note(usage, NOON + timedelta(minutes=minutes), service)
        usage.close()
    key = uses.read()
    assert (key.last_used_at, key.last_used_service, key.last_used_region) == (NOON, "iam", "eu-west-1")


def test_the_next_period_s_first_use_is_written_again(store: Store, uses: Uses) -> None:
    for minutes, service in ((0, "iam"), (15, "sts")):
        usage = CredentialUsage(store)
        uses.note(usage, NOON + timedelta(minutes=minutes), service)
        usage.close()
    key = uses.read()
    assert (key.last_used_at, key.last_used_service) == (NOON + timedelta(minutes=15), "sts")


def test_a_process_remembers_what_it_has_handed_over(store: Store, uses: Uses) -> None:
    usage, unused = CredentialUsage(store), uses.read()
    for minutes in range(3):
        usage.note(store.accounts()[0], unused, "iam", "eu-west-1", NOON + timedelta(minutes=minutes))
    usage.close()
    assert uses.read().last_used_at == NOON


def test_a_use_that_could_not_be_written_is_noted_with_a_later_one(directory: Any, store: Store, uses: Uses) -> None:
    account, key = store.accounts()[0], uses.read()
    usage = CredentialUsage(store)
    directory.server.stop()
    usage.note(account, key, "iam", "eu-west-1", NOON)
    directory.server.start()
    later = NOON + timedelta(minutes=1)
    deadline = time.monotonic() + 30
    while uses.read().last_used_at is None and time.monotonic() < deadline:
        usage.note(account, key, "iam", "eu-west-1", later)
        time.sleep(0.05)
    usage.close()
    assert uses.read().last_used_at in {NOON, later}
