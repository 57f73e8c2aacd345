"""The story of "Quick Start with IAM", told through the console's forms, from an account with nobody in it.

After each chapter LDAP's own tools say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from adapter import Iam, open_iam
from tests.web.people import SYSTEM, follow, secret_on, wizard
from tests.web.visitor import HOME, NEW_PASSWORD, ORIGIN, Visitor, target, text
from web import create_app

OWN = "My-own-{}-password-1"
DEVELOPMENT, TEST = "Development personnel", "Test personnel"


@pytest.fixture
def iam(directory: Any) -> Iterator[Iam]:
    door = open_iam(directory.settings)
    yield door
    door.close()


@pytest.fixture
def app(directory: Any, iam: Iam) -> Flask:
    return create_app(directory.settings, iam)


def hire(by: Visitor, name: str, *groups: str) -> str:
    """Creates somebody on the wizard's pages; the password that is shown this once."""
    details = {"user_name": name, "display_name": name.title(), "path": "/", "console": "y", "how": "generated"}
    done = wizard(by, details | {"must_change": "y"}, {"way": "groups", "groups": list(groups)}, {})
    assert f"The user {name} has been created" in text(done)
    return secret_on(done, "Password")


def arrive(app: Flask, name: str, given: str) -> Visitor:
    """Somebody signs in for the first time, and has to choose a password of their own."""
    visitor = Visitor(app)
    assert target(visitor.sign_in(name, given)) == ORIGIN + NEW_PASSWORD
    own = OWN.format(name)
    assert target(visitor.submit(NEW_PASSWORD, {"old": given, "new": own, "confirm": own})) == ORIGIN + HOME
    return visitor


def found_group(by: Visitor, title: str, *policies: str) -> None:
    fields = {"display_name": title, "path": "/", "policies": [SYSTEM + policy for policy in policies]}
    assert "has been created" in follow(by, by.submit("/console/create-group", fields))


@pytest.fixture
def people(app: Flask, directory: Any) -> dict[str, Visitor]:
    """The five, signed in; who hired whom is as the story has it."""
    root = Visitor(app)
    assert target(root.sign_in_as_root(directory.root_email, directory.root_password)) == ORIGIN + HOME
    bob = arrive(app, "bob", hire(root, "bob", "admin"))
    alice = arrive(app, "alice", hire(bob, "alice", "admin"))
    found_group(alice, DEVELOPMENT, "ECSFullAccess", "IAMUserChangePassword")
    found_group(bob, TEST, "ECSReadOnlyAccess", "IAMUserChangePassword")
    job = arrive(app, "job", hire(alice, "job", "DevelopmentPersonnel", "TestPersonnel"))
    joy = arrive(app, "joy", hire(alice, "joy", "DevelopmentPersonnel"))
    ray = arrive(app, "ray", hire(bob, "ray", "TestPersonnel"))
    return {"bob": bob, "alice": alice, "job": job, "joy": joy, "ray": ray}


def _shown(visitor: Visitor, expected: tuple[str, ...]) -> list[str]:
    page = text(visitor.get(HOME))
    return [words for words in expected if words in page]


def test_the_whole_story(people: dict[str, Visitor], directory: Any, app: Flask) -> None:
    everybody_sees_who_they_are(people)
    everybody_binds_as_an_ordinary_person(directory)
    ldap_shows_ordinary_groups(directory)
    only_administrators_manage(people)
    everybody_signs_in_again(app)


def everybody_sees_who_they_are(people: dict[str, Visitor]) -> None:
    development = (DEVELOPMENT, "ECSFullAccess", "Group DevelopmentPersonnel")
    test = (TEST, "ECSReadOnlyAccess", "Group TestPersonnel")
    administrators = ("Administrators", "AdministratorAccess", "Group admin")
    expected: dict[str, tuple[str, ...]] = {
        "bob": administrators,
        "alice": administrators,
        "job": development + test,
        "joy": development,
        "ray": test,
    }
    for name, visitor in people.items():
        assert _shown(visitor, development + test + administrators) == list(expected[name])


def everybody_binds_as_an_ordinary_person(directory: Any) -> None:
    for name in ("bob", "alice", "job", "joy", "ray"):
        who = directory.ldap_as(name, OWN.format(name), "ldapwhoami").stdout.strip()
        assert who == f"dn:uid={name},ou=people,{directory.suffix}"


def ldap_shows_ordinary_groups(directory: Any) -> None:
    search: Callable[..., Any] = directory.ldap_as
    answer = search("ray", OWN.format("ray"), "ldapsearch", "-LLL", "-b", f"ou=groups,{directory.suffix}", "member")
    members = {
        block.split(",", 1)[0].removeprefix("dn: cn="): block.count("member: uid=")
        for block in answer.stdout.split("\n\n")
        if "member:" in block
    }
    assert members == {"admin": 2, "DevelopmentPersonnel": 2, "TestPersonnel": 2}
    assert search("cn=admin,ou=groups,dc=example,dc=org", "any-Password-1", "ldapwhoami", check=False).returncode == 49


def only_administrators_manage(people: dict[str, Visitor]) -> None:
    assert people["alice"].get("/console/users").status_code == 200
    assert people["joy"].get("/console/users").status_code == 403


def everybody_signs_in_again(app: Flask) -> None:
    for name in ("bob", "alice", "job", "joy", "ray"):
        assert target(Visitor(app).sign_in(name, OWN.format(name))) == ORIGIN + HOME
