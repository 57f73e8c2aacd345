"""Several accounts in one directory: each is a world of its own, and roles are the only doors between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter import Caller, Iam, RequestContext
from adapter.cli import cli
from adapter.errors import (
    AccessDenied,
    EntityAlreadyExists,
    InvalidClientTokenId,
    NoSuchEntity,
    PasswordPolicyViolation,
    ValidationError,
)
from adapter.installation.accounts import NewAccount, create_account, list_accounts
from adapter.login.console import SignInRefused
from adapter.server import PrivateServer, ServerConfig
from tests.conftest import SUFFIX, Directory
from tests.directory.conftest import Do, sign_in
from tests.directory.sessions import ACCOUNT, Signer, role_arn, trust, user_arn
from tests.documents import ADMINISTRATOR, READ_ONLY, allow

As = Callable[..., Signer]
OTHER = "210987654321"
BASE = f"o={OTHER},{SUFFIX}"
PASSWORD = "Bindery-demo-1"
ASSUME = allow(["sts:AssumeRole", "sts:TagSession"])


@dataclass(frozen=True)
class Another:
    """A further account and what calls operations as its root user."""

    made: NewAccount
    iam: Iam
    root: Caller

    def do(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.iam.execute(self.root, operation, params)

    def key_of(self, name: str, *policy_arns: str) -> Signer:
        self.do("create_user", user_name=name)
        for arn in policy_arns:
            self.do("attach_user_policy", user_name=name, policy_arn=arn)
        return Signer(self.iam, self.do("create_access_key", user_name=name)["access_key"])


@pytest.fixture
def another(directory: Directory, iam: Iam) -> Another:
    made = create_account(directory.settings, email="root@workshop.example", alias="workshop", account_id=OTHER)
    return Another(made, iam, sign_in(iam, OTHER, None, made.root_password))


def test_the_root_user_signs_in_by_number_alias_or_address(another: Another) -> None:
    for account in (OTHER, "workshop", "Workshop", "root@workshop.example"):
        assert sign_in(another.iam, account, None, another.made.root_password).account_id == OTHER


def test_the_root_user_s_key_signs(another: Another) -> None:
    made = another.made
    keys = {"access_key_id": made.root_access_key_id, "secret_access_key": made.root_secret_access_key}
    identity = Signer(another.iam, keys)("get_caller_identity")
    assert identity == {"user_id": OTHER, "account": OTHER, "arn": f"arn:aws:iam::{OTHER}:root"}


def test_an_account_hides_its_secrets_when_shown(another: Another) -> None:
    assert another.made.root_password not in repr(another.made)
    assert another.made.root_secret_access_key not in repr(another.made)


def test_passwords_are_kept_hashed(directory: Directory, another: Another) -> None:
    data = (directory.data / "directory").rglob("data.mdb")
    assert not any(another.made.root_password.encode() in file.read_bytes() for file in data)


def test_everything_of_an_account_bears_its_number(another: Another) -> None:
    assert another.do("create_user", user_name="ann")["user"]["arn"] == user_arn("ann", OTHER)
    policy = another.do("create_policy", policy_name="own", policy_document=allow("s3:*"))["policy"]
    assert policy["arn"] == f"arn:aws:iam::{OTHER}:policy/own"


def test_accounts_do_not_see_each_other(do: Do, another: Another) -> None:
    do("create_user", user_name="bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(ACCOUNT))
    do("create_policy", policy_name="own", policy_document=allow("s3:*"))
    another.do("create_user", user_name="ann")
    assert [user["user_name"] for user in another.do("list_users")["users"]] == ["ann"]
    assert [user["user_name"] for user in do("list_users")["users"]] == ["bob"]
    assert another.do("list_roles")["roles"] == []
    assert another.do("list_policies", scope="Local")["policies"] == []
    for operation, params in (("get_user", {"user_name": "bob"}), ("get_role", {"role_name": "deploy"})):
        with pytest.raises(NoSuchEntity):
            another.do(operation, **params)


def test_one_name_may_be_taken_in_each_account(do: Do, another: Another) -> None:
    first, second = (call("create_user", user_name="bob")["user"] for call in (do, another.do))
    assert first["user_id"] != second["user_id"]
    another.do("delete_user", user_name="bob")
    assert do("get_user", user_name="bob")["user"]["user_id"] == first["user_id"]


def test_system_defined_policies_are_shared(another: Another) -> None:
    assert another.do("get_policy", policy_arn=READ_ONLY)["policy"]["arn"] == READ_ONLY
    ann = another.key_of("ann", READ_ONLY)
    assert ann("list_users")["users"]
    with pytest.raises(AccessDenied):
        ann("create_group", group_name="x")


def test_a_policy_of_another_account_is_not_attached(do: Do, another: Another) -> None:
    arn = do("create_policy", policy_name="own", policy_document=allow("*"))["policy"]["arn"]
    another.do("create_user", user_name="ann")
    with pytest.raises(NoSuchEntity):
        another.do("attach_user_policy", user_name="ann", policy_arn=arn)


def test_a_reference_into_another_account_counts_for_nothing(directory: Directory, do: Do, another: Another) -> None:
    do("create_policy", policy_name="own", policy_document=allow("*"))
    ann = another.key_of("ann")
    lines = f"dn: uid=ann,ou=people,{BASE}\nchangetype: modify\nadd: iamAttachedPolicy\n"
    directory.ldap("ldapmodify", stdin=lines + f"iamAttachedPolicy: cn=own,ou=policies,ou=iam,{SUFFIX}\n")
    with pytest.raises(AccessDenied):
        ann("list_users")


def test_a_member_of_another_account_s_group_gains_nothing(directory: Directory, do: Do, another: Another) -> None:
    ann = another.key_of("ann")
    lines = f"dn: cn=admin,ou=groups,{SUFFIX}\nchangetype: modify\nadd: member\n"
    directory.ldap("ldapmodify", stdin=lines + f"member: uid=ann,ou=people,{BASE}\n")
    with pytest.raises(AccessDenied):
        ann("list_users")
    assert do("get_group", group_name="admin")["users"] == []


def test_administrators_of_one_account_are_none_in_another(another: Another, key_of: As) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    another.do("create_user", user_name="ann")
    with pytest.raises(NoSuchEntity):
        bob("get_user", user_name="ann")


@pytest.fixture
def ann(another: Another) -> Signer:
    return another.key_of("ann")


def test_a_role_lets_users_of_another_account_in_when_both_sides_allow(do: Do, another: Another, ann: Signer) -> None:
    do("create_role", role_name="visit", assume_role_policy_document=trust(f"arn:aws:iam::{OTHER}:root"))
    do("attach_role_policy", role_name="visit", policy_arn=READ_ONLY)
    with pytest.raises(
        AccessDenied, match=f"not authorized to perform: sts:AssumeRole on resource: {role_arn('visit')}"
    ):
        ann.assume("visit")
    another.do("put_user_policy", user_name="ann", policy_name="own", policy_document=ASSUME)
    visit = ann.assume("visit", "ann")
    assert visit("get_caller_identity")["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/visit/ann"
    assert {role["role_name"] for role in visit("list_roles")["roles"]} == {"visit"}


def test_naming_a_user_of_another_account_is_not_enough(do: Do, another: Another, ann: Signer) -> None:
    do("create_role", role_name="visit", assume_role_policy_document=trust(user_arn("ann", OTHER)))
    with pytest.raises(AccessDenied):
        ann.assume("visit")
    another.do("put_user_policy", user_name="ann", policy_name="own", policy_document=ASSUME)
    assert ann.assume("visit").caller.account_id == ACCOUNT


def test_roles_of_the_other_account_are_assumed_in_the_same_way(another: Another, key_of: As) -> None:
    trusting = trust(ACCOUNT, conditions={"StringEquals": {"sts:ExternalId": "ticket-7"}})
    another.do("create_role", role_name="visit", assume_role_policy_document=trusting)
    another.do("attach_role_policy", role_name="visit", policy_arn=READ_ONLY)
    bob = key_of("bob", document=ASSUME)
    arn = role_arn("visit", OTHER)
    with pytest.raises(AccessDenied):
        bob.assume(arn)
    visit = bob.assume(arn, external_id="ticket-7")
    assert visit.caller.account_id == OTHER
    assert visit("list_users")["users"] == []


def test_all_permissions_in_one_account_are_none_on_the_roles_of_another(another: Another, key_of: As) -> None:
    another.do("create_role", role_name="closed", assume_role_policy_document=trust(OTHER))
    bob = key_of("bob", ADMINISTRATOR)
    refusals = set()
    for name in ("closed", "none"):
        with pytest.raises(AccessDenied) as refusal:
            bob.assume(role_arn(name, OTHER))
        refusals.add(refusal.value.message.replace(name, "NAME"))
    assert len(refusals) == 1


def test_tags_of_a_session_cross_the_border(another: Another, key_of: As) -> None:
    another.do("create_role", role_name="visit", assume_role_policy_document=trust(ACCOUNT, "sts:TagSession"))
    only = allow("iam:ListUsers", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    another.do("put_role_policy", role_name="visit", policy_name="own", policy_document=only)
    bob = key_of("bob", document=ASSUME)
    assert bob.assume(role_arn("visit", OTHER), tags=[{"key": "team", "value": "red"}])("list_users")["users"] == []


def test_the_account_of_a_key_is_told_across_accounts(another: Another, key_of: As, ann: Signer) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    temporary = ann("get_session_token")["credentials"]["access_key_id"]
    for key in (ann.credentials["access_key_id"], temporary):
        assert bob("get_access_key_info", access_key_id=key) == {"account": OTHER}


def test_sessions_end_with_their_account(directory: Directory, ann: Signer) -> None:
    session = Signer(ann.iam, ann("get_session_token")["credentials"])
    assert session.caller.account_id == OTHER
    directory.ldap("ldapdelete", "-r", BASE)
    with pytest.raises(InvalidClientTokenId):
        _ = session.caller


def test_each_account_has_its_own_password_policy(do: Do, another: Another) -> None:
    another.do("update_account_password_policy", minimum_password_length=20, password_reuse_prevention=3)
    another.do("create_user", user_name="ann")
    with pytest.raises(PasswordPolicyViolation):
        another.do("create_login_profile", user_name="ann", password=PASSWORD)
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)


def test_the_directory_itself_holds_an_account_s_password_policy(directory: Directory, another: Another) -> None:
    another.do("update_account_password_policy", minimum_password_length=20)
    another.do("create_user", user_name="ann")
    another.do("create_login_profile", user_name="ann", password="Bindery-demo-1-and-more")
    dn = f"uid=ann,ou=people,{BASE}"
    arguments = ("-D", dn, "-w", "Bindery-demo-1-and-more", "-a", "Bindery-demo-1-and-more", "-s")
    assert directory.ldap("ldappasswd", "-x", *arguments, "Too-short-1", check=False).returncode != 0
    assert directory.ldap("ldappasswd", "-x", *arguments, "Long-enough-for-this-1").returncode == 0


def test_people_sign_in_to_their_own_account_only(do: Do, another: Another) -> None:
    another.do("create_user", user_name="ann")
    another.do("create_login_profile", user_name="ann", password=PASSWORD)
    assert sign_in(another.iam, "workshop", "ann", PASSWORD).arn == user_arn("ann", OTHER)
    do("create_user", user_name="ann")
    with pytest.raises(SignInRefused):
        another.iam.login.begin(ACCOUNT, "ann", PASSWORD, RequestContext())


def seen(directory: Directory, dn: str, base: str) -> str:
    found = directory.ldap_as(dn, PASSWORD, "ldapsearch", "-LLL", "-b", base, check=False)
    return found.stdout


def test_ldap_programs_see_their_own_account_only(directory: Directory, do: Do, another: Another) -> None:
    for call, name in ((do, "bob"), (another.do, "ann")):
        call("create_user", user_name=name, remarks="secret", mobile_phone="+1 555")
        call("create_login_profile", user_name=name, password=PASSWORD)
        call("create_user", user_name=f"{name}s-friend", remarks="secret", mobile_phone="+1 555")
    bob, ann = f"uid=bob,ou=people,{SUFFIX}", f"uid=ann,ou=people,{BASE}"
    for own, other, base in ((bob, ann, BASE), (ann, bob, f"ou=people,{SUFFIX}")):
        assert own in seen(directory, own, own.partition(",")[2])
        assert other not in seen(directory, own, SUFFIX)
        assert seen(directory, own, base) == ""
        everything = seen(directory, own, own.partition(",")[2])
        assert "secret" not in everything
        assert everything.count("+1 555") == 1
        assert "iamSealedSecret" not in seen(directory, own, f"ou=iam,{BASE}") + seen(directory, own, SUFFIX)


def test_one_id_of_a_key_is_not_given_twice_in_the_directory(directory: Directory, another: Another) -> None:
    key = another.made.root_access_key_id
    entry = f"dn: iamAccessKeyId={key},ou=keys,ou=iam,{SUFFIX}\nobjectClass: iamAccessKey\niamAccessKeyId: {key}\n"
    owner = f"iamOwner: cn=root,ou=iam,{SUFFIX}\niamOwnerId: x\niamStatus: Active\niamSealedSecret: x\n"
    assert directory.ldap("ldapadd", stdin=entry + owner, check=False).returncode == 19


@pytest.mark.parametrize(
    "taken", [{"account_id": OTHER}, {"alias": "workshop"}, {"email": "Root@workshop.example"}, {"account_id": ACCOUNT}]
)
def test_what_another_account_has_is_taken(directory: Directory, another: Another, taken: dict[str, str]) -> None:
    with pytest.raises(EntityAlreadyExists):
        create_account(directory.settings, **{"email": "new@example.org", **taken})
    assert len(list_accounts(directory.settings)) == 2


@pytest.mark.parametrize(
    "wrong", [{"account_id": "12"}, {"alias": "X"}, {"alias": "1" * 12}, {"email": "x"}, {"email": "a@b\nmail: c"}]
)
def test_an_account_with_values_that_make_no_sense_is_not_made(directory: Directory, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        create_account(directory.settings, **{"email": "new@example.org", **wrong})


def test_a_new_account_is_in_the_audit_trail_without_its_secrets(directory: Directory, another: Another) -> None:
    trail = (directory.data / "audit.jsonl").read_text()
    event = next(each for each in map(json.loads, trail.splitlines()) if each["event"] == "CreateAccount")
    assert (event["account_id"], event["params"]["alias"]) == (OTHER, "workshop")
    assert another.made.root_password not in trail
    assert another.made.root_secret_access_key not in trail


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["account", *arguments, "--data", str(data)], catch_exceptions=False)


def test_the_command_makes_accounts_while_the_server_runs(directory: Directory, iam: Iam) -> None:
    answer = json.loads(run(directory.data, "create", "--email", "a@b.example", "--json").stdout)
    assert sign_in(iam, answer["account_id"], None, answer["root_password"]).name == "a@b.example"


def test_the_command_makes_and_lists_accounts_while_the_server_is_stopped(directory: Directory) -> None:
    directory.server.stop()
    shown = run(directory.data, "create", "--email", "a@b.example", "--alias", "workshop", "--id", OTHER).stdout
    assert "root user's password" in shown
    listed = json.loads(run(directory.data, "list", "--json").stdout)
    assert [(each["account_id"], each["alias"]) for each in listed] == [(ACCOUNT, None), (OTHER, "workshop")]
    assert f"ou=iam,{BASE}" in run(directory.data, "list").stdout


def test_the_command_says_in_a_sentence_what_is_wrong(directory: Directory) -> None:
    result = CliRunner().invoke(cli, ["account", "create", "--email", "x", "--data", str(directory.data)])
    assert (result.exit_code, result.output) == (1, "Error: 'x' is no e-mail address.\n")


def test_an_upgrade_completes_the_containers_of_every_account(directory: Directory, another: Another) -> None:
    keep = f"cn=.keep,ou=roles,ou=iam,{BASE}"
    directory.ldap("ldapdelete", keep)
    directory.server.stop()
    state = directory.data / "directory.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"content": "older"}))
    with PrivateServer(ServerConfig(data=directory.data, suffix=SUFFIX)) as server:
        server.prepare()
        server.start()
        found = directory.ldap("ldapsearch", "-LLL", "-b", keep, "-H", server.ldapi_uri, "dn", check=False)
    assert keep in found.stdout
