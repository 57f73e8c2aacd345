"""Account settings in the console: alias, password policy, numbers and quotas."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.errors import NoSuchEntity
from adapter.ldap.wire import Wire
from adapter.server.tree import DEMO_PASSWORD
from tests.web.conftest import Do
from tests.web.people import SYSTEM, follow
from tests.web.visitor import ORIGIN, Visitor, text

ACCOUNT = "/console/account"
ALIAS = f"{ACCOUNT}/alias"
POLICY = f"{ACCOUNT}/password-policy"
DEFAULT = f"{ACCOUNT}/default-password-policy"


def test_the_sign_in_address_follows_from_the_alias(bob: Visitor) -> None:
    assert f"{ORIGIN}/console/sign-in?account=123456789012" in text(bob.get(ACCOUNT))
    page = follow(bob, bob.submit(ALIAS, {"account_alias": "acme"}))
    assert "The alias is acme" in page
    assert f"{ORIGIN}/console/sign-in?account=acme" in page


def test_people_sign_in_at_the_address_with_the_alias(bob: Visitor, another_visitor: Visitor) -> None:
    bob.submit(ALIAS, {"account_alias": "acme"})
    page = another_visitor.get("/console/sign-in?account=acme").get_data(as_text=True)
    assert 'value="acme"' in page
    another_visitor.account = "acme"
    another_visitor.sign_in("job")
    assert another_visitor.is_signed_in()


@pytest.mark.parametrize("alias", ["", "ab", "Acme", "a--b", "-acme", "acme-", "a b c", "x" * 64])
def test_an_alias_that_can_t_be_is_said_beside_its_field(bob: Visitor, alias: str) -> None:
    response = bob.submit(ALIAS, {"account_alias": alias})
    assert response.status_code == 422
    assert "There is a problem" in text(response)


def test_an_alias_is_replaced_with_a_warning(bob: Visitor, do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    assert "bookmarks with acme stop working" in text(bob.get(ALIAS))
    assert "The alias is zenith" in follow(bob, bob.submit(ALIAS, {"account_alias": "zenith"}))
    assert do("list_account_aliases")["account_aliases"] == ["zenith"]


def test_an_alias_is_removed_after_asking(bob: Visitor, do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    assert "From now on this address leads nowhere" in text(bob.get(f"{ACCOUNT}/remove-alias"))
    assert "acme is gone" in follow(bob, bob.submit(f"{ACCOUNT}/remove-alias", {}))
    assert do("list_account_aliases")["account_aliases"] == []
    assert bob.get(f"{ACCOUNT}/remove-alias").status_code == 302


def test_the_default_policy_says_that_it_is_one(bob: Visitor) -> None:
    page = text(bob.get(ACCOUNT))
    assert "The default: nobody has set a policy yet" in page
    assert "Minimum length 8 characters" in page
    assert "Use the default" not in page


def test_every_rule_is_set_and_shown_with_what_it_means(bob: Visitor, do: Do) -> None:
    fields = {
        "minimum_password_length": "14",
        "require_uppercase_characters": "y",
        "require_lowercase_characters": "y",
        "require_numbers": "y",
        "require_symbols": "y",
        "expire_passwords": "y",
        "max_password_age": "90",
        "hard_expiry": "y",
        "prevent_reuse": "y",
        "password_reuse_prevention": "5",
        "allow_users_to_change_password": "y",
    }
    page = follow(bob, bob.submit(POLICY, fields))
    assert "The password policy is in force" in page
    assert "Set for this account" in page
    for words in ("14 characters", "After 90 days", "An administrator has to help", "The last 5 are refused"):
        assert words in page
    assert do("get_account_password_policy")["password_policy"] == {
        "minimum_password_length": 14,
        "require_symbols": True,
        "require_numbers": True,
        "require_uppercase_characters": True,
        "require_lowercase_characters": True,
        "allow_users_to_change_password": True,
        "expire_passwords": True,
        "max_password_age": 90,
        "password_reuse_prevention": 5,
        "hard_expiry": True,
    }


def test_the_form_holds_what_is_in_force(bob: Visitor, do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=17, max_password_age=45)
    page = bob.get(POLICY).get_data(as_text=True)
    assert 'value="17"' in page
    assert 'value="45"' in page


def test_a_number_counts_only_where_its_box_is_ticked(bob: Visitor, do: Do) -> None:
    bob.submit(POLICY, {"minimum_password_length": "10", "max_password_age": "90", "password_reuse_prevention": "5"})
    policy = do("get_account_password_policy")["password_policy"]
    assert policy["expire_passwords"] is False
    assert "password_reuse_prevention" not in policy


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minimum_password_length": ""}, "Enter a length"),
        ({"minimum_password_length": "5"}, "Enter a number from 6 to 128"),
        ({"minimum_password_length": "many"}, "There is a problem"),
        ({"minimum_password_length": "8", "expire_passwords": "y"}, "Enter a number"),
        ({"minimum_password_length": "8", "expire_passwords": "y", "max_password_age": "0"}, "from 1 to 1,095"),
        ({"minimum_password_length": "8", "prevent_reuse": "y", "password_reuse_prevention": "25"}, "from 1 to 24"),
    ],
)
def test_a_number_that_can_t_be_is_said_beside_its_field(
    bob: Visitor, do: Do, fields: dict[str, str], words: str
) -> None:
    response = bob.submit(POLICY, fields)
    assert response.status_code == 422
    assert words in text(response)
    with pytest.raises(NoSuchEntity):
        do("get_account_password_policy")


def test_all_that_is_wrong_is_said_at_once(bob: Visitor) -> None:
    response = bob.submit("/console/account/password-policy", {"minimum_password_length": "3", "expire_passwords": "y"})
    page = response.get_data(as_text=True)
    assert 'id="minimum_password_length-error"' in page
    assert 'id="max_password_age-error"' in page


def test_the_default_comes_back_after_saying_what_changes(bob: Visitor, do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=14, require_numbers=True)
    page = text(bob.get(DEFAULT))
    assert "Minimum length: 14 characters → 8 characters" in page
    assert "Digit: Required → Not required" in page
    assert "Symbol" not in page
    assert "default password policy is in force again" in follow(bob, bob.submit(DEFAULT, {}))
    assert bob.get(DEFAULT).status_code == 302


def test_numbers_and_quotas_are_shown(bob: Visitor, demo_directory: Any) -> None:
    quota = f"dn: ou=iam,{demo_directory.suffix}\nchangetype: modify\nadd: iamQuota\niamQuota: AccessKeysPerUser 4\n"
    demo_directory.ldap("ldapmodify", stdin=quota)
    page = text(bob.get(f"{ACCOUNT}/quotas"))
    assert "Users 5" in page
    assert "A user: access keys 4 AccessKeysPerUser" in page


def test_who_may_only_read_sees_why_nothing_can_be_changed(visitor: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    page = text(visitor.get(ACCOUNT))
    assert "You may not iam:CreateAccountAlias" in page
    assert "You may not iam:UpdateAccountPasswordPolicy" in page
    response = visitor.submit(POLICY, {"minimum_password_length": "8"})
    assert response.status_code == 403
    assert "iam:UpdateAccountPasswordPolicy" in text(response)
    assert visitor.submit(ALIAS, {"account_alias": "acme"}).status_code == 403
    assert do("list_account_aliases")["account_aliases"] == []


def test_who_may_not_even_read_sees_the_account_s_number(visitor: Visitor, do: Do) -> None:
    do("create_user", user_name="nobody")
    do("create_login_profile", user_name="nobody", password=DEMO_PASSWORD)
    visitor.sign_in("nobody")
    page = text(visitor.get(ACCOUNT))
    assert "123456789012" in page
    assert "that needs iam:GetAccountPasswordPolicy" in page
    assert visitor.get(f"{ACCOUNT}/quotas").status_code == 403
    assert visitor.get(POLICY).status_code == 403


@pytest.mark.parametrize("path", [ALIAS, POLICY, f"{ACCOUNT}/remove-alias", DEFAULT])
def test_nothing_changes_without_a_token(bob: Visitor, do: Do, path: str) -> None:
    do("create_account_alias", account_alias="acme")
    do("update_account_password_policy", minimum_password_length=14)
    assert bob.post(path, {"account_alias": "other", "minimum_password_length": "6"}).status_code == 400
    assert do("list_account_aliases")["account_aliases"] == ["acme"]
    assert do("get_account_password_policy")["password_policy"]["minimum_password_length"] == 14


def test_the_pages_take_few_questions(bob: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = (ACCOUNT, f"{ACCOUNT}/quotas", ALIAS, POLICY)
    for path in paths:
        bob.get(path)
    asked: list[Any] = []
    search = Wire.search
    monkeypatch.setattr(Wire, "search", lambda wire, *more: asked.append(more) or search(wire, *more))
    for path in paths:
        asked.clear()
        assert bob.get(path).status_code == 200
        assert len(asked) <= 15, path
