"""What somebody with bad intentions tries at the console, on every route at once and many times at the same moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from adapter import Iam
from tests.conftest import Directory
from tests.directory.servers import slapd_pid
from tests.documents import READ_ONLY, allow
from tests.racing import at_once
from tests.web.conftest import Do
from tests.web.factors import CODE, CREDENTIALS, SELF_SERVICE, begin, give_app, hidden, make_person, sign_in
from tests.web.matrix_deeds import DEEDS
from tests.web.test_refusals import disable
from tests.web.visitor import HOME, SIGN_IN, Visitor, text
from web import create_app, throttle

ATTEMPTS = 4
"""Fewer than what a name is throttled after."""
RACERS = 8


FORMS = sorted({f"/console/{deed.path.partition('?')[0]}" for deed in DEEDS})
"""The address of every form of the console; what stands in braces is as good as any name."""


def _token(visitor: Visitor) -> dict[str, str]:
    return {"csrf_token": hidden(visitor.get(HOME))["csrf_token"]}


def test_every_form_without_its_token_is_refused(bob: Visitor) -> None:
    assert {bob.post(path, {}).status_code for path in FORMS} == {400}
    assert bob.is_signed_in()


def test_every_form_with_somebody_else_s_token_is_refused(bob: Visitor, another_visitor: Visitor) -> None:
    another_visitor.sign_in("joy")
    token = _token(another_visitor)
    assert {bob.post(path, token).status_code for path in FORMS} == {400}
    assert bob.is_signed_in()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_every_form_from_another_site_is_refused_though_it_has_the_token(bob: Visitor, origin: str | None) -> None:
    token = _token(bob)
    assert {bob.post(path, token, origin=origin).status_code for path in FORMS} == {403}
    assert bob.is_signed_in()


def test_no_form_can_be_sent_by_an_address_alone(bob: Visitor, app: Flask) -> None:
    only = {
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "GET" not in (rule.methods or ())
    }
    assert {bob.get(path).status_code for path in only} == {405}
    assert bob.is_signed_in()


def test_every_cookie_has_its_flags(https_app: Flask) -> None:
    origin = "https://localhost"
    client = https_app.test_client()
    kept: list[str] = []

    def send(path: str, **fields: str) -> None:
        page = client.get(HOME, base_url=origin, follow_redirects=True)
        token = hidden(page)["csrf_token"]
        answer = client.post(path, data=fields | {"csrf_token": token}, headers={"Origin": origin}, base_url=origin)
        assert answer.status_code == 302, text(answer)
        kept.extend(answer.headers.getlist("Set-Cookie"))

    send(SIGN_IN, account="123456789012", name="bob", password="Bindery-demo-1")
    send("/console/columns", list="users", columns="email", next=HOME)
    send("/console/language", language="en", here=HOME)
    send("/console/sign-out")
    names = {cookie.partition("=")[0] for cookie in kept}
    assert names == {f"__Host-bindery{end}" for end in ("", "-account", "-columns-users", "-language")}
    for cookie in kept:
        flags = {part.strip() for part in cookie.split(";")}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags, cookie
        assert "Domain=" not in cookie


def _work(directory: Directory) -> int:
    """Clock ticks for which the directory server has been at work."""
    fields = Path(f"/proc/{slapd_pid(directory.data)}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13]))


def test_every_refusal_costs_the_work_of_a_password(app: Flask, demo_directory: Directory, do: Do) -> None:
    """Who measures how long a refusal takes learns nothing: a hash is made for whoever it is, also for nobody."""
    make_person(do, "without")
    do("delete_login_profile", user_name="without")
    disable(demo_directory, "ray", "000001010000Z")

    def cost(account: str, name: str, address: str) -> int:
        guesser = Visitor(app, address=address, account=account)
        before = _work(demo_directory)
        for _ in range(ATTEMPTS):
            assert guesser.sign_in(name, "wrong-password-1").status_code == 403
        return _work(demo_directory) - before

    guesses = [("123456789012", name) for name in ("bob", "nobody", "without", "ray", "*")] + [("999999999999", "bob")]
    costs = {guess: cost(*guess, f"198.51.100.{number}") for number, guess in enumerate(guesses)}
    assert min(costs.values()) * 2 > max(costs.values()), costs


def _let_in(app: Flask, proof: dict[str, str]) -> int:
    """How many get in of those who know Ann's password and give the same proof at once."""
    racers = [Visitor(app, address=f"198.51.100.{number}") for number in range(RACERS)]
    for racer in racers:
        begin(racer, "ann")
    pages = [hidden(racer.get(CODE)) for racer in racers]
    at_once(RACERS, lambda number: racers[number].post(CODE, pages[number] | proof))
    return [racer.is_signed_in() for racer in racers].count(True)


def test_of_many_who_give_one_code_at_once_exactly_one_gets_in(app: Flask, do: Do) -> None:
    make_person(do, "ann")
    code = give_app(do, "ann").code()
    assert _let_in(app, {"proof_code": code}) == 1


def test_of_many_who_give_one_recovery_code_at_once_exactly_one_gets_in(app: Flask, visitor: Visitor, do: Do) -> None:
    make_person(do, "ann", SELF_SERVICE)
    sign_in(visitor, "ann", give_app(do, "ann"))
    page = visitor.submit(f"{CREDENTIALS}/recovery-codes", {}).get_data(as_text=True)
    code = page.split('class="recovery-codes"><li>', 1)[1].split("</li>", 1)[0]
    assert _let_in(app, {"proof_recovery": code}) == 1


@pytest.fixture
def hurried_app(demo_directory: Directory, iam: Iam, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that takes few wrong passwords from everybody together."""
    monkeypatch.setattr(throttle, "OVERALL", "3 per minute")
    return create_app(demo_directory.settings, iam)


def test_guesses_of_many_names_from_many_addresses_are_limited_together(hurried_app: Flask) -> None:
    answers = [
        Visitor(hurried_app, address=f"198.51.100.{number}").sign_in(f"name-{number}", "wrong-password-1").status_code
        for number in range(5)
    ]
    assert answers == [403, 403, 403, 429, 429]


def test_somebody_who_may_grant_rights_grants_none_beyond_a_boundary_that_asks_to_be_kept(
    visitor: Visitor, do: Do
) -> None:
    """The classic way up: a helper who may manage users makes one without the boundary that the helper has."""
    actions = ["iam:CreateUser", "iam:AttachUserPolicy", "iam:Get*", "iam:List*"]
    keeps = allow(actions, Condition={"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}})
    make_person(do, "helper")
    do("put_user_policy", user_name="helper", policy_name="helps", policy_document=keeps)
    visitor.sign_in("helper")
    answer = visitor.submit(
        "/console/users/joy/attach", {"policies": ["arn:aws:iam::aws:policy/AdministratorAccess"]}, page=HOME
    )
    assert answer.status_code == 403
    assert "AdministratorAccess" not in str(do("list_attached_user_policies", user_name="joy"))
