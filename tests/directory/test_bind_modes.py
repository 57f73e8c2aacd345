"""How users may bind, as slapd itself enforces it; and that the console takes their password all the same."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.crypto.totp import code_at, current_step
from adapter.errors import (
    AccessDenied,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    NoSuchEntity,
    PasswordPolicyViolation,
)
from adapter.installation.accounts import create_account
from adapter.login.claims import Owed, SignInRefused
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in

SUFFIX = "dc=example,dc=org"
BOB = f"uid=bob,ou=people,{SUFFIX}"
PASSWORD = "A-password-of-bob-1"
NEW = "Another-password-of-bob-2"
INVALID_CREDENTIALS = 49
MODES = ("password", "password-code", "app-passwords", "none")


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)


def binds(directory: Directory, dn: str = BOB, password: str = PASSWORD) -> bool:
    code = directory.ldap_as(dn, password, "ldapwhoami", check=False).returncode
    assert code in {0, INVALID_CREDENTIALS}
    return code == 0


def set_mode(do: Do, mode: str | None, user: str = "bob") -> None:
    do("update_user_bind_settings", user_name=user, **({"bind_mode": mode} if mode else {}))


def settings(do: Do, user: str = "bob") -> dict[str, Any]:
    return dict(do("get_user_bind_settings", user_name=user)["bind_settings"])


Codes = Callable[[int], str]


@pytest.fixture
def codes(do: Do) -> Codes:
    """Gives bob a device; its codes by how many steps they are ahead."""
    made = do("create_bind_device", user_name="bob")["bind_device"]
    seed = base64.b32decode(made["base32_string_seed"])
    step = current_step(datetime.now(UTC))
    one, two = code_at(seed, step - 1), code_at(seed, step)
    do("enable_bind_device", user_name="bob", authentication_code1=one, authentication_code2=two)
    return lambda ahead: code_at(seed, step + ahead)


@pytest.mark.parametrize("mode", MODES)
def test_a_user_binds_as_the_own_mode_says(directory: Directory, do: Do, mode: str) -> None:
    set_mode(do, mode)
    assert binds(directory) == (mode == "password")
    assert settings(do)["effective_bind_mode"] == mode


@pytest.mark.parametrize("mode", MODES)
def test_a_user_without_one_binds_as_the_account_says(directory: Directory, do: Do, mode: str) -> None:
    do("update_bind_settings", bind_mode=mode)
    assert binds(directory) == (mode == "password")
    assert (settings(do)["bind_mode"], settings(do)["effective_bind_mode"]) == (None, mode)


def test_the_user_s_own_mode_counts_more_than_the_account_s(directory: Directory, do: Do) -> None:
    do("update_bind_settings", bind_mode="none")
    set_mode(do, "password")
    assert binds(directory)
    do("update_bind_settings", bind_mode="password")
    set_mode(do, "none")
    assert not binds(directory)
    set_mode(do, None)
    assert binds(directory)


def test_a_user_whom_another_tool_made_binds_as_the_account_says(directory: Directory, do: Do) -> None:
    eve = f"uid=eve,ou=people,{SUFFIX}"
    person = f"dn: {eve}\nobjectClass: inetOrgPerson\nuid: eve\ncn: e\nsn: e\nuserPassword: {PASSWORD}\n"
    directory.ldap("ldapadd", stdin=person)
    assert binds(directory, eve)
    do("update_bind_settings", bind_mode="app-passwords")
    assert not binds(directory, eve)


def test_members_of_the_exempt_group_bind_with_their_password(directory: Directory, do: Do) -> None:
    do("create_group", group_name="services")
    do("update_bind_settings", bind_mode="none", exempt_group="services")
    assert not binds(directory)
    do("add_user_to_group", group_name="services", user_name="bob")
    assert binds(directory)
    assert (settings(do)["is_exempt"], settings(do)["effective_bind_mode"]) == (True, "password")
    set_mode(do, "none")
    assert not binds(directory)


def test_the_exempt_group_is_any_group_or_none(do: Do) -> None:
    with pytest.raises(NoSuchEntity):
        do("update_bind_settings", exempt_group="services")
    do("create_group", group_name="services")
    do("update_bind_settings", exempt_group="services")
    assert do("get_bind_settings")["bind_settings"] == {"bind_mode": "password", "exempt_group": "services"}
    do("update_bind_settings", exempt_group="")
    assert do("get_bind_settings")["bind_settings"]["exempt_group"] is None


def test_the_root_user_binds_whatever_the_account_says(directory: Directory, do: Do) -> None:
    do("update_bind_settings", bind_mode="none")
    assert binds(directory, f"cn=root,ou=iam,{SUFFIX}", directory.root_password)


def test_a_further_account_has_a_mode_of_its_own(directory: Directory, iam: Iam, do: Do) -> None:
    made = create_account(directory.settings, email="other@example.org", account_id="210987654321")
    root = sign_in(iam, made.account_id, None, made.root_password)
    iam.execute(root, "create_user", {"user_name": "eve"})
    iam.execute(root, "create_login_profile", {"user_name": "eve", "password": PASSWORD})
    eve = f"uid=eve,ou=people,o=210987654321,{SUFFIX}"
    do("update_bind_settings", bind_mode="none")
    assert binds(directory, eve)
    iam.execute(root, "update_bind_settings", {"bind_mode": "app-passwords"})
    do("update_bind_settings", bind_mode="password")
    assert (binds(directory, eve), binds(directory)) == (False, True)
    assert sign_in(iam, made.account_id, "eve", PASSWORD).name == "eve"
    credential = iam.execute(root, "create_service_specific_credential", {"user_name": "eve", "service_name": "gitea"})[
        "service_specific_credential"
    ]
    door = f"uid=eve,ou=gitea,ou=apps,ou=iam,o=210987654321,{SUFFIX}"
    assert binds(directory, door, credential["service_password"])
    iam.execute(root, "update_bind_settings", {"bind_mode": "none"})
    assert not binds(directory, door, credential["service_password"])


@pytest.mark.parametrize(("mode", "opens"), [("password", True), ("app-passwords", True), ("none", False)])
def test_app_passwords_open_in_every_mode_but_none(directory: Directory, do: Do, mode: str, opens: bool) -> None:
    made = do("create_service_specific_credential", user_name="bob", service_name="gitea")
    password = made["service_specific_credential"]["service_password"]
    door = f"uid=bob,ou=gitea,ou=apps,ou=iam,{SUFFIX}"
    set_mode(do, mode)
    assert binds(directory, door, password) == opens
    set_mode(do, None)
    do("update_bind_settings", bind_mode=mode)
    assert binds(directory, door, password) == opens


@pytest.mark.parametrize("mode", MODES)
def test_the_console_takes_the_password_in_every_mode(iam: Iam, directory: Directory, do: Do, mode: str) -> None:
    set_mode(do, mode)
    assert sign_in(iam, directory.account_id, "bob", PASSWORD).name == "bob"
    for wrong in ("Not-the-password-1", "", "x" * 2000):
        with pytest.raises(SignInRefused):
            iam.login.begin(directory.account_id, "bob", wrong, RequestContext())


def test_the_console_takes_it_when_the_account_says_so(iam: Iam, directory: Directory, do: Do) -> None:
    do("update_bind_settings", bind_mode="none")
    assert sign_in(iam, directory.account_id, "bob", PASSWORD).name == "bob"


def test_a_password_that_has_to_be_changed_is_changed_without_binding(iam: Iam, directory: Directory, do: Do) -> None:
    set_mode(do, "app-passwords")
    do("update_login_profile", user_name="bob", password_reset_required=True)
    attempt = iam.login.begin(directory.account_id, "bob", PASSWORD, RequestContext())
    assert attempt.owed == frozenset({Owed.NEW_PASSWORD})
    with pytest.raises(PasswordPolicyViolation):
        iam.login.renew_password(directory.account_id, "bob", PASSWORD, "short", RequestContext())
    renewed = iam.login.renew_password(directory.account_id, "bob", PASSWORD, NEW, RequestContext())
    assert renewed.session is not None
    assert sign_in(iam, directory.account_id, "bob", NEW).name == "bob"


def test_a_user_who_can_not_bind_changes_the_own_password(iam: Iam, directory: Directory, do: Do) -> None:
    do("update_account_password_policy", allow_users_to_change_password=True)
    set_mode(do, "none")
    bob = sign_in(iam, directory.account_id, "bob", PASSWORD)
    with pytest.raises(AccessDenied):
        iam.execute(bob, "change_password", {"old_password": "Not-the-old-one-1", "new_password": NEW})
    iam.execute(bob, "change_password", {"old_password": PASSWORD, "new_password": NEW})
    assert sign_in(iam, directory.account_id, "bob", NEW).name == "bob"


def test_an_expired_password_is_owed_anew_or_over_as_the_policy_says(iam: Iam, directory: Directory, do: Do) -> None:
    set_mode(do, "none")
    policy = f"cn=default,ou=password-policies,ou=iam,{SUFFIX}"

    def set_rule(name: str, value: str) -> None:
        directory.ldap("ldapmodify", stdin=f"dn: {policy}\nchangetype: modify\nreplace: {name}\n{name}: {value}\n")

    set_rule("pwdMaxAge", "1")
    deadline = time.monotonic() + 30
    while not iam.login.begin(directory.account_id, "bob", PASSWORD, RequestContext()).owed:
        assert time.monotonic() < deadline
    set_rule("pwdGraceAuthNLimit", "0")
    with pytest.raises(SignInRefused):
        iam.login.begin(directory.account_id, "bob", PASSWORD, RequestContext())


def test_trying_passwords_at_the_console_locks_nobody_out_of_ldap(iam: Iam, directory: Directory, do: Do) -> None:
    set_mode(do, "app-passwords")
    for _ in range(3):
        with pytest.raises(SignInRefused):
            iam.login.begin(directory.account_id, "bob", "Not-the-password-1", RequestContext())
    found = directory.ldap("ldapsearch", "-LLL", "-b", BOB, "pwdFailureTime").stdout
    assert "pwdFailureTime" not in found


def test_the_verifier_reads_and_changes_nothing(directory: Directory) -> None:
    acting = ("-e", f"!authzid=dn:cn=verifier,ou=iam,{SUFFIX}")
    assert directory.ldap("ldapsearch", *acting, "-LLL", "-b", SUFFIX, check=False).stdout == ""
    new = directory.ldap("ldappasswd", *acting, "-a", PASSWORD, "-s", NEW, BOB, check=False)
    assert "Insufficient access" in new.stdout
    assert binds(directory)


def test_nobody_but_the_adapter_acts_as_the_verifier(directory: Directory) -> None:
    acting = ("-e", f"!authzid=dn:cn=verifier,ou=iam,{SUFFIX}")
    assert directory.ldap_as(BOB, PASSWORD, "ldapwhoami", *acting, check=False).returncode != 0


def test_the_code_follows_the_password(directory: Directory, do: Do, codes: Codes) -> None:
    set_mode(do, "password-code")
    assert not binds(directory)
    assert not binds(directory, password=PASSWORD + "000000")
    assert binds(directory, password=PASSWORD + codes(1))


def test_a_code_is_good_once_and_those_of_the_enrolment_are_over(directory: Directory, do: Do, codes: Codes) -> None:
    set_mode(do, "password-code")
    assert not binds(directory, password=PASSWORD + codes(0))
    assert binds(directory, password=PASSWORD + codes(1))
    assert not binds(directory, password=PASSWORD + codes(1))


def test_a_wrong_password_with_a_right_code_is_refused(directory: Directory, do: Do, codes: Codes) -> None:
    set_mode(do, "password-code")
    assert not binds(directory, password="Not-the-password-1" + codes(1))


def test_who_has_a_device_needs_its_codes_also_where_the_account_asks_for_none(
    directory: Directory, do: Do, codes: Codes
) -> None:
    assert not binds(directory)
    assert binds(directory, password=PASSWORD + codes(1))
    assert settings(do)["effective_bind_mode"] == "password-code"


def test_the_account_s_codes_let_in_only_who_has_a_device(directory: Directory, do: Do, codes: Codes) -> None:
    do("update_bind_settings", bind_mode="password-code")
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=PASSWORD)
    assert binds(directory, password=PASSWORD + codes(1))
    assert not binds(directory, f"uid=eve,ou=people,{SUFFIX}")


def test_the_console_takes_the_password_alone_and_uses_up_no_code(
    iam: Iam, directory: Directory, do: Do, codes: Codes
) -> None:
    set_mode(do, "password-code")
    assert sign_in(iam, directory.account_id, "bob", PASSWORD).name == "bob"
    assert binds(directory, password=PASSWORD + codes(1))


def test_back_at_the_password_the_device_is_gone(directory: Directory, do: Do, codes: Codes) -> None:
    set_mode(do, "password")
    assert binds(directory)
    assert settings(do)["has_device"] is False
    listing = directory.ldap(
        "ldapsearch", "-LLL", "-b", f"ou=bind-devices,ou=iam,{SUFFIX}", "(objectClass=iamBindDevice)"
    )
    assert listing.stdout == ""


def test_a_device_goes_and_another_one_comes(directory: Directory, do: Do, codes: Codes) -> None:
    with pytest.raises(EntityAlreadyExists):
        do("create_bind_device", user_name="bob")
    do("delete_bind_device", user_name="bob")
    assert binds(directory)
    with pytest.raises(NoSuchEntity):
        do("delete_bind_device", user_name="bob")
    do("create_bind_device", user_name="bob")


def test_a_device_needs_two_codes_in_a_row_before_it_counts(directory: Directory, do: Do) -> None:
    do("create_bind_device", user_name="bob")
    with pytest.raises(InvalidAuthenticationCode):
        do("enable_bind_device", user_name="bob", authentication_code1="000000", authentication_code2="000000")
    assert binds(directory)


def test_nobody_reads_the_seed_back(directory: Directory, do: Do, codes: Codes) -> None:
    found = directory.ldap("ldapsearch", "-LLL", "-b", f"ou=bind-devices,ou=iam,{SUFFIX}", "*", "+").stdout
    assert "oathTOTPLastTimeStep" in found
    assert "oathSecret" not in found
    assert "iamSealedSecret" not in found
    assert directory.ldap("ldapsearch", "-LLL", "-b", SUFFIX, "(oathSecret=*)", "1.1").stdout.count("dn:") == 0


def test_a_device_goes_with_its_user(directory: Directory, do: Do, codes: Codes) -> None:
    do("delete_login_profile", user_name="bob")
    do("delete_user", user_name="bob")
    listing = directory.ldap(
        "ldapsearch", "-LLL", "-b", f"ou=bind-devices,ou=iam,{SUFFIX}", "(objectClass=iamBindDevice)"
    )
    assert listing.stdout == ""


def test_a_renamed_user_keeps_mode_and_device(directory: Directory, do: Do, codes: Codes) -> None:
    set_mode(do, "password-code")
    do("update_user", user_name="bob", new_user_name="robert")
    assert binds(directory, f"uid=robert,ou=people,{SUFFIX}", PASSWORD + codes(1))


def test_changing_how_others_bind_takes_a_right_of_its_own(do: Do, as_user: Callable[[str], Do]) -> None:
    as_eve = as_user("eve")
    for call in (
        lambda: as_eve("update_user_bind_settings", user_name="eve", bind_mode="password"),
        lambda: as_eve("update_bind_settings", bind_mode="password"),
        lambda: as_eve("create_bind_device", user_name="eve"),
    ):
        with pytest.raises(AccessDenied):
            call()


def test_the_seed_is_in_no_line_of_the_trail(directory: Directory, do: Do, iam: Iam, root: Caller) -> None:
    made = do("create_bind_device", user_name="bob")["bind_device"]
    trail = (directory.data / "audit.jsonl").read_text()
    assert "bindery:CreateBindDevice" in trail
    assert made["base32_string_seed"].decode() not in trail
