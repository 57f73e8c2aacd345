"""The pages about LDAP: how users bind, app passwords with what an application is told, Unix accounts."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter.crypto.totp import code_at, current_step
from tests.conftest import Directory
from tests.web.conftest import Do
from tests.web.visitor import Visitor, target, text

SUFFIX = "dc=example,dc=org"
MINE = "/console/credentials"


def test_the_account_s_page_says_how_users_bind_and_whether_they_get_numbers(bob: Visitor) -> None:
    page = text(bob.get("/console/account/ldap"))
    assert "Users bind with Password" in page
    assert "Users and groups get numbers No" in page


def test_an_administrator_changes_how_users_bind(bob: Visitor, do: Do, demo_directory: Directory) -> None:
    sent = bob.submit("/console/account/ldap/binding", {"bind_mode": "app-passwords", "exempt_group": "admin"})
    assert target(sent).endswith("/console/account/ldap")
    assert do("get_bind_settings")["bind_settings"] == {"bind_mode": "app-passwords", "exempt_group": "admin"}
    page = text(bob.get("/console/account/ldap"))
    assert "Users bind with App passwords only" in page
    assert demo_directory.ldap_as("ray", "Bindery-demo-1", "ldapwhoami", check=False).returncode == 49


def test_a_mode_that_does_not_exist_is_refused(bob: Visitor, do: Do) -> None:
    assert bob.submit("/console/account/ldap/binding", {"bind_mode": "magic"}).status_code == 422
    assert do("get_bind_settings")["bind_settings"]["bind_mode"] == "password"


def test_an_administrator_changes_how_one_user_binds(bob: Visitor, do: Do) -> None:
    page = text(bob.get("/console/users/ray/credentials"))
    assert "Binds with PasswordAs the account says." in page
    assert target(bob.submit("/console/users/ray/binding", {"bind_mode": "none"})).endswith("/users/ray/credentials")
    assert do("get_user_bind_settings", user_name="ray")["bind_settings"]["bind_mode"] == "none"
    assert "Binds with Not at allSet for this user." in text(bob.get("/console/users/ray/credentials"))
    bob.submit("/console/users/ray/binding", {"bind_mode": "default"})
    assert do("get_user_bind_settings", user_name="ray")["bind_settings"]["bind_mode"] is None


def test_unix_accounts_are_switched_on_with_rules_and_progress(bob: Visitor, do: Do) -> None:
    fields = {"enabled": "y", "home_directory": "/srv/%u", "login_shell": "/bin/sh", "first_number": "20000"}
    assert target(bob.submit("/console/account/ldap/posix", fields)).endswith("/console/account/ldap")
    page = text(bob.get("/console/account/ldap"))
    assert "Users and groups get numbers Yes" in page
    assert "Home directory /srv/%u" in page
    assert re.search(r"Users with a number \d of 5", page)


@pytest.mark.parametrize(
    ("field", "value"), [("home_directory", "home"), ("login_shell", "/bin/ sh"), ("first_number", "5")]
)
def test_rules_that_make_no_sense_are_said_beside_their_field(bob: Visitor, do: Do, field: str, value: str) -> None:
    sent = bob.submit("/console/account/ldap/posix", {"enabled": "y", field: value})
    assert sent.status_code == 422
    assert f'id="{field}-error"' in sent.get_data(as_text=True)
    assert do("get_posix_settings")["posix_settings"]["enabled"] is False


def test_who_may_not_look_is_told_so(visitor: Visitor) -> None:
    visitor.sign_in("ray")
    page = text(visitor.get("/console/account/ldap"))
    assert "bindery:GetBindSettings" in page
    assert "bindery:GetPosixSettings" in page


def test_a_new_app_password_comes_with_what_the_application_is_told(bob: Visitor, demo_directory: Directory) -> None:
    shown = bob.submit(f"{MINE}/app-passwords/create", {"service": "gitea"})
    page = text(shown)
    base = f"ou=gitea,ou=apps,ou=iam,{SUFFIX}"
    for part in (demo_directory.ldap_uri, f"Base DN {base}", f"Bind DN uid=bob,{base}", "(uid=%s)"):
        assert part in page
    secret = re.search(r'value="([^"]{40,})" id="once-3"', shown.get_data(as_text=True))
    assert secret is not None
    assert demo_directory.ldap_as(f"uid=bob,{base}", secret[1], "ldapwhoami").returncode == 0
    overview = text(bob.get(MINE))
    assert f"below {base}" in overview
    assert secret[1] not in overview


def test_codes_behind_the_password_are_set_up_and_taken_away(bob: Visitor, do: Do, demo_directory: Directory) -> None:
    made = bob.submit(f"{MINE}/ldap-device/add", {}).get_data(as_text=True)
    seed = base32(made)
    step = current_step(datetime.now(UTC))
    hidden = dict(re.findall(r'name="(csrf_token|kept)" type="hidden" value="([^"]*)"', made))
    codes = {"code1": code_at(seed, step - 1), "code2": code_at(seed, step)}
    wrong = bob.post(f"{MINE}/ldap-device/codes", hidden | {"code1": "000000", "code2": "000000"})
    assert "QR code" in wrong.get_data(as_text=True)
    assert target(bob.post(f"{MINE}/ldap-device/codes", hidden | codes)).endswith(MINE)
    assert "You bind with Password followed by a code" in text(bob.get(MINE))
    plus = "Bindery-demo-1" + code_at(seed, step + 1)
    assert demo_directory.ldap_as("bob", plus, "ldapwhoami").returncode == 0
    assert target(bob.submit(f"{MINE}/ldap-device/remove", {})).endswith(MINE)
    assert demo_directory.ldap_as("bob", "Bindery-demo-1", "ldapwhoami").returncode == 0


def base32(html: str) -> bytes:
    """The secret that the page shows for typing."""
    found = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", html)
    assert found is not None
    return base64.b32decode(found[1].replace(" ", ""))


def test_the_root_user_has_none_of_it(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in_as_root(demo_directory.account_id, demo_directory.root_password)
    page = text(visitor.get(MINE))
    assert "App passwords" not in page.partition("Sessions")[0]
    assert "You bind with" not in page
