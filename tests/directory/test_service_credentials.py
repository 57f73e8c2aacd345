"""Service-specific credentials: a user name and a password for one application."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.errors import AccessDenied, DeleteConflict, InvalidInput, LimitExceeded, NoSuchEntity, NotSupportedService
from adapter.server.ldif import parse
from tests.directory.conftest import Do
from tests.directory.test_races import race
from tests.documents import allow

APPLICATIONS = "ou=apps,ou=iam,dc=example,dc=org"
RACERS = 16


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")


def create(do: Do, user_name: str = "bob", service: str = "codecommit.amazonaws.com", **more: Any) -> dict[str, Any]:
    answer = do("create_service_specific_credential", user_name=user_name, service_name=service, **more)
    return dict(answer["service_specific_credential"])


def place(credential: dict[str, Any]) -> str:
    return f"uid={credential['user_name']},ou={credential['service_name']},{APPLICATIONS}"


def stored_hash(directory: Any, credential: dict[str, Any]) -> bytes:
    """The password as slapd keeps it, which nobody reads through LDAP."""
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "backup.ldif"
        directory.server.backup(dump)
        entries = {entry.dn: entry for entry in parse(dump.read_text())}
    (value,) = entries[place(credential)].values("userPassword")
    return value


def test_a_new_credential_has_aws_s_form(do: Do) -> None:
    made = create(do)
    assert (made["user_name"], made["status"]) == ("bob", "Active")
    assert (made["service_name"], made["service_user_name"]) == ("codecommit.amazonaws.com", "bob-at-123456789012")
    assert made["service_specific_credential_id"].startswith("ACCA")
    assert (len(made["service_specific_credential_id"]), len(made["service_password"])) == (21, 60)
    assert made["create_date"]


def test_user_names_are_numbered(do: Do) -> None:
    names = [create(do)["service_user_name"] for _ in range(2)]
    names.append(create(do, service="mail")["service_user_name"])
    assert names == ["bob-at-123456789012", "bob+1-at-123456789012", "bob+2-at-123456789012"]


def test_a_namesake_of_a_renamed_user_gets_another_user_name(do: Do) -> None:
    create(do)
    do("update_user", user_name="bob", new_user_name="robert")
    do("create_user", user_name="bob")
    assert create(do)["service_user_name"] == "bob+1-at-123456789012"


@pytest.mark.parametrize("service", ["mail", "crm.example.org", "Wiki_2", "cassandra.amazonaws.com"])
def test_every_application_can_have_credentials(do: Do, service: str) -> None:
    assert create(do, service=service)["service_name"] == service


@pytest.mark.parametrize("service", ["", "a b", "*", "x" * 129, "mäil", "-x", "a)(b"])
def test_what_can_not_be_an_application_s_name_is_refused(do: Do, service: str) -> None:
    with pytest.raises(NotSupportedService):
        create(do, service=service)


def test_a_user_has_two_credentials_for_an_application(do: Do) -> None:
    create(do, service="mail")
    create(do, service="MAIL")
    create(do, service="wiki")
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2"):
        create(do, service="mail")


def test_of_sixteen_made_at_once_two_get_through(do: Do, directory: Any) -> None:
    step = ("create_service_specific_credential", {"user_name": "bob", "service_name": "mail"})
    assert race(directory, [step] * RACERS) == Counter(ok=2, LimitExceeded=RACERS - 2)


def test_the_password_is_the_credential_s_and_kept_as_a_hash(do: Do, directory: Any) -> None:
    made = create(do)
    assert stored_hash(directory, made).startswith(b"{ARGON2}")
    dump = (directory.data / "directory").rglob("data.mdb")
    assert not any(made["service_password"].encode() in file.read_bytes() for file in dump)


def test_the_password_is_shown_once_and_written_down_nowhere(do: Do, directory: Any) -> None:
    made = create(do)
    shown = str(do("list_service_specific_credentials", user_name="bob"))
    entry = directory.ldap("ldapsearch", "-LLL", "-b", place(made), "*", "+").stdout
    trail = (directory.data / "audit.jsonl").read_text()
    assert not any(made["service_password"] in text for text in (shown, entry, trail))
    assert "userPassword" not in entry


def test_the_credential_s_own_entry_has_no_password(do: Do, directory: Any) -> None:
    made = create(do)
    own = f"iamCredentialId={made['service_specific_credential_id']},ou=credentials,ou=iam,dc=example,dc=org"
    assert directory.ldap_as(own, made["service_password"], "ldapwhoami", check=False).returncode == 49
    assert "userPassword" not in directory.ldap("ldapsearch", "-LLL", "-b", own, "(userPassword=*)", "1.1").stdout


def test_a_strict_password_policy_does_not_stop_it(do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=128)
    assert create(do)["service_password"]


def test_a_reset_gives_another_password(do: Do, directory: Any) -> None:
    made = create(do)
    before = stored_hash(directory, made)
    number = made["service_specific_credential_id"]
    answer = do("reset_service_specific_credential", user_name="bob", service_specific_credential_id=number)
    again = answer["service_specific_credential"]
    assert {**again, "service_password": ""} == {**made, "service_password": ""}
    assert again["service_password"] != made["service_password"]
    assert stored_hash(directory, made) != before


def test_a_list_shows_a_user_s_credentials_or_those_for_one_application(do: Do) -> None:
    create(do, service="mail")
    create(do, service="wiki")

    def services(**params: Any) -> set[str]:
        found = do("list_service_specific_credentials", user_name="bob", **params)["service_specific_credentials"]
        return {each["service_name"] for each in found}

    assert services() == {"mail", "wiki"}
    assert services(service_name="mail") == {"mail"}
    assert services(service_name="other") == set()


def test_those_of_all_users_are_listed_together(do: Do) -> None:
    do("create_user", user_name="alice")
    create(do)
    create(do, "alice")
    found = do("list_service_specific_credentials", all_users=True)["service_specific_credentials"]
    assert {each["user_name"] for each in found} == {"alice", "bob"}
    with pytest.raises(InvalidInput):
        do("list_service_specific_credentials", all_users=True, user_name="bob")


def test_to_list_those_of_all_users_takes_the_right_to_everything(do: Do, as_user: Any) -> None:
    as_eve = as_user("eve")
    own = allow("iam:*ServiceSpecificCredential*", "arn:aws:iam::*:user/${aws:username}")
    do("put_user_policy", user_name="eve", policy_name="own", policy_document=own)
    create(as_eve, "eve")
    assert len(as_eve("list_service_specific_credentials")["service_specific_credentials"]) == 1
    with pytest.raises(AccessDenied):
        as_eve("list_service_specific_credentials", all_users=True)


def test_a_policy_can_ask_for_which_application(do: Do, as_user: Any) -> None:
    as_eve = as_user("eve")
    mail = {"StringEquals": {"iam:ServiceSpecificCredentialServiceName": "mail"}}
    only = allow("iam:CreateServiceSpecificCredential", Condition=mail)
    do("put_user_policy", user_name="eve", policy_name="mail", policy_document=only)
    create(as_eve, "eve", "mail")
    with pytest.raises(AccessDenied):
        create(as_eve, "eve", "wiki")


def test_a_credential_is_switched_off_and_on(do: Do) -> None:
    number = create(do)["service_specific_credential_id"]
    for status in ("Inactive", "Active"):
        do(
            "update_service_specific_credential",
            user_name="bob",
            service_specific_credential_id=number,
            status=status,
        )
        (found,) = do("list_service_specific_credentials", user_name="bob")["service_specific_credentials"]
        assert found["status"] == status


def test_a_credential_can_be_over_after_some_days(do: Do, iam: Iam, root: Caller) -> None:
    made = create(do, credential_age_days=3)
    assert made["expiration_date"] - made["create_date"] > timedelta(days=3, minutes=-1)
    later = RequestContext(now=datetime.now(UTC) + timedelta(days=3, minutes=1))
    answer = iam.execute(root, "list_service_specific_credentials", {"user_name": "bob"}, later)
    assert [each["status"] for each in answer["service_specific_credentials"]] == ["Expired"]


def test_nobody_can_make_a_credential_expired(do: Do) -> None:
    number = create(do)["service_specific_credential_id"]
    params = {"user_name": "bob", "service_specific_credential_id": number, "status": "Expired"}
    with pytest.raises(InvalidInput):
        do("update_service_specific_credential", **params)


@pytest.mark.parametrize("verb", ["update", "reset", "delete"])
def test_a_credential_of_somebody_else_is_not_found(do: Do, verb: str) -> None:
    number = create(do)["service_specific_credential_id"]
    do("create_user", user_name="alice")
    more = {"status": "Inactive"} if verb == "update" else {}
    params = {"user_name": "alice", "service_specific_credential_id": number, **more}
    with pytest.raises(NoSuchEntity, match=f"No such credential {number} exists"):
        do(f"{verb}_service_specific_credential", **params)


def test_a_user_with_credentials_is_not_deleted(do: Do) -> None:
    number = create(do)["service_specific_credential_id"]
    with pytest.raises(DeleteConflict, match="Cannot delete entity, must remove referenced objects first"):
        do("delete_user", user_name="bob")
    do("delete_service_specific_credential", user_name="bob", service_specific_credential_id=number)
    do("delete_user", user_name="bob")


def test_a_user_made_again_has_no_credentials(do: Do, directory: Any) -> None:
    create(do)
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    do("create_user", user_name="bob")
    assert do("list_service_specific_credentials", user_name="bob")["service_specific_credentials"] == []
    assert create(do)["service_user_name"] == "bob-at-123456789012"
