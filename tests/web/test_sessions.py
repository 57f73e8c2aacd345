"""Sessions: new at sign-in, and over at once when they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.visitor import HOME, SIGN_IN, Visitor, text


def test_the_session_changes_at_sign_in(visitor: Visitor) -> None:
    visitor.get(SIGN_IN)
    before = visitor.cookie()
    visitor.sign_in("bob")
    assert visitor.cookie() != before


def test_a_planted_session_is_worth_nothing_after_the_victim_signed_in(
    visitor: Visitor, another_visitor: Visitor
) -> None:
    another_visitor.get(SIGN_IN)
    planted = another_visitor.cookie() or ""
    visitor.client.set_cookie("bindery", planted)
    visitor.sign_in("bob")
    assert not another_visitor.is_signed_in()
    assert visitor.is_signed_in()


def test_a_form_of_the_time_before_sign_in_is_refused_after_it(visitor: Visitor) -> None:
    with visitor.client.session_transaction() as session:
        session.clear()
    page = visitor.get(SIGN_IN).get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    visitor.sign_in("bob")
    assert visitor.post("/console/sign-out", {"csrf_token": token}).status_code == 400


def test_two_sign_ins_have_two_ids(visitor: Visitor, another_visitor: Visitor) -> None:
    ids = set()
    for each in (visitor, another_visitor):
        each.sign_in("bob")
        with each.client.session_transaction() as session:
            ids.add(session["id"])
    assert len(ids) == 2


def test_the_cookie_holds_no_secret(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    with visitor.client.session_transaction() as session:
        assert "Bindery-demo-1" not in str(dict(session))


def test_sign_out_ends_the_session(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    visitor.sign_out()
    assert not visitor.is_signed_in()


def test_a_copy_of_the_cookie_is_worth_nothing_after_sign_out(visitor: Visitor, another_visitor: Visitor) -> None:
    visitor.sign_in("bob")
    another_visitor.client.set_cookie("bindery", visitor.cookie() or "")
    assert another_visitor.is_signed_in()
    visitor.sign_out()
    assert not another_visitor.is_signed_in()


def test_a_new_sign_in_ends_the_session_that_the_browser_had(visitor: Visitor, another_visitor: Visitor) -> None:
    visitor.sign_in("bob")
    kept = visitor.cookie() or ""
    another_visitor.client.set_cookie("bindery", kept)
    page = visitor.get(HOME).get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    fields = {"csrf_token": token, "account": visitor.account, "name": "alice", "password": "Bindery-demo-1"}
    visitor.post(SIGN_IN, fields)
    assert "user/alice" in text(visitor.get(HOME))
    assert not another_visitor.is_signed_in()


def test_who_comes_to_the_sign_out_by_a_link_is_asked_first(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    assert "You are signed in as bob" in text(visitor.get("/console/sign-out"))
    assert visitor.is_signed_in()
    visitor.submit("/console/sign-out", {})
    assert not visitor.is_signed_in()


def _delete(directory: Any, _do: Do) -> None:
    directory.ldap("ldapdelete", f"uid=bob,ou=people,{directory.suffix}")


def _disable(directory: Any, _do: Do) -> None:
    change = "changetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    directory.ldap("ldapmodify", stdin=f"dn: uid=bob,ou=people,{directory.suffix}\n{change}")


def _new_password(_directory: Any, do: Do) -> None:
    do("update_login_profile", user_name="bob", password="Another-one-2", password_reset_required=False)


def _no_password(_directory: Any, do: Do) -> None:
    do("delete_login_profile", user_name="bob")


@pytest.mark.parametrize("end", [_delete, _disable, _new_password, _no_password])
def test_the_session_ends_with_the_right_to_it(
    visitor: Visitor, demo_directory: Any, do: Do, end: Callable[[Any, Do], None]
) -> None:
    visitor.sign_in("bob")
    assert visitor.is_signed_in()
    end(demo_directory, do)
    assert not visitor.is_signed_in()
    assert "Your session has ended" in text(visitor.get(SIGN_IN))


def test_a_namesake_does_not_inherit_a_session(visitor: Visitor, demo_directory: Any, do: Do) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password="Bindery-demo-1")
    visitor.sign_in("eve")
    assert visitor.is_signed_in()
    demo_directory.ldap("ldapdelete", f"uid=eve,ou=people,{demo_directory.suffix}")
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password="Bindery-demo-1")
    assert not visitor.is_signed_in()


@pytest.mark.parametrize("moment", ["seen", "since"])
def test_a_session_does_not_last_for_ever(visitor: Visitor, moment: str) -> None:
    visitor.sign_in("bob")
    with visitor.client.session_transaction() as session:
        session[moment] -= 13 * 3600
    assert not visitor.is_signed_in()


def test_use_keeps_a_session_alive(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    with visitor.client.session_transaction() as session:
        session["seen"] -= 20 * 60
        before = session["seen"]
    assert visitor.is_signed_in()
    with visitor.client.session_transaction() as session:
        assert session["seen"] > before


def test_a_forged_cookie_is_no_session(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    content, _, signature = (visitor.cookie() or "").rpartition(".")
    visitor.client.set_cookie("bindery", f"{content}x.{signature}")
    assert not visitor.is_signed_in()


def test_claims_of_an_older_release_are_no_session(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    with visitor.client.session_transaction() as session:
        session["_user_id"] = '{"release": 0}'
    assert not visitor.is_signed_in()
