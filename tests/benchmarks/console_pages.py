"""Every page of the console with an address that shows something: what there is besides the many users, and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask

from adapter import Caller, Iam
from tests.benchmarks.worlds import name_of
from tests.conftest import Directory
from tests.web.factors import App, give_app

PERSON = name_of(500)
GROUP = "everybody"
ROLE = "auditor"
INLINE = "own"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"
NO_PAGES = {
    "confirm": "leads on unless something asked for it",
    "credential_report_file": "a file",
    "enrol": "for who must",
    "event": "is found through the list of events",
    "events_csv": "a file",
    "events_jsonl": "a file",
    "job": "shows what it is told",
    "mfa_code": "between two steps of a sign-in",
    "new_password": "for who must",
    "rotate_my_key": "for who has one key",
    "sign_in": "leads on for who is signed in",
    "sign_in_as_root": "leads on for who is signed in",
    "why": "explains a refusal",
}
"""Addresses that are not measured, and why."""
STATES = {
    "users, second page": f"users?at={quote('MXVzZXIwMDAwNDU')}&page=2",
    "users, found by a part": "users?q=r00012",
    "users, found by two letters": "users?q=us",
    "users, found by two rare letters": "users?q=qz",
    "users, not found": "users?q=nobody-at-all",
    "group, found by a part": f"groups/{GROUP}?q=00012",
    "credential report, unused keys": "credential-report?only=key",
    "credential report, found by a part": "credential-report?q=00012",
    "tree of people": "tree?dn=ou%3Dpeople%2Cdc%3Dexample%2Cdc%3Dorg",
    "simulator, asked": f"access/simulator?kind=user&name={PERSON}&actions=iam:CreateUser%0As3:GetObject",
    "events of one user": "events?user=bob",
}
"""What some pages show beyond what they show at first."""
_DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:List*","Resource":"*"}]}'
_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},'
    '"Action":"sts:AssumeRole"}]}'
)
_PROVIDER = {"url": "https://id.example.org", "client_id_list": ["console"], "thumbprint_list": ["0" * 40]}
_PROVIDER_ARN = "open_id_connect_provider_arn"

Facts = Mapping[str, str]


def everybody(directory: Directory, users: int) -> None:
    """Puts every user into one group, with an LDAP tool: the worst case for lists."""
    members = "\n".join(f"member: uid={name_of(number)},ou=people,{directory.suffix}" for number in range(users))
    entry = f"dn: cn={GROUP},ou=groups,{directory.suffix}\nobjectClass: groupOfNames\ncn: {GROUP}\n{members}\n"
    directory.ldap("ldapadd", stdin=entry)


def furnish(iam: Iam, root: Caller) -> tuple[Facts, App]:
    """Gives two people and a role everything that a page may show.

    Returns:
        What addresses need to know of it, and Bob's authenticator app.
    """

    def do(operation: str, **params: Any) -> dict[str, Any]:
        return iam.execute(root, operation, params)

    policy = do("create_policy", policy_name=INLINE, policy_document=_DOCUMENT)["policy"]["arn"]
    do("create_policy_version", policy_arn=policy, policy_document=_DOCUMENT)
    do("create_role", role_name=ROLE, assume_role_policy_document=_TRUST)
    for kind, name in (("user", PERSON), ("group", GROUP), ("role", ROLE)):
        who = {f"{kind}_name": name}
        do(f"put_{kind}_policy", **who, policy_name=INLINE, policy_document=_DOCUMENT)
        for arn in (policy, READER):
            do(f"attach_{kind}_policy", **who, policy_arn=arn)
    do("create_account_alias", account_alias="example-org")
    do("update_account_password_policy", minimum_password_length=10)
    do("create_login_profile", user_name=PERSON, password="Correct-horse-1")
    facts = {"policy": policy, "provider": do("create_open_id_connect_provider", **_PROVIDER)[_PROVIDER_ARN]}
    for name, which in ((PERSON, "key"), ("bob", "own_key")):
        facts[which] = do("create_access_key", user_name=name)["access_key"]["access_key_id"]
    app = give_app(do, "bob")
    facts |= {"device": give_app(do, PERSON).serial, "own_device": app.serial}
    made = do("create_service_specific_credential", user_name="bob", service_name="nextcloud")
    facts["credential"] = made["service_specific_credential"]["service_specific_credential_id"]
    return facts, app


def addresses(app: Flask, facts: Facts) -> Iterator[tuple[str, str]]:
    """The name and the address (below `/console/`) of every page that there is, and of some in further states."""
    for rule in app.url_map.iter_rules():
        name = rule.endpoint.removeprefix("console.")
        if name == rule.endpoint or name in NO_PAGES or "GET" not in (rule.methods or ()):
            continue
        if "scope" in rule.arguments:
            continue  # a part of the page without it
        path = rule.rule.removeprefix("/console/")
        for argument in rule.arguments:
            path = re.sub(rf"<([^<>]+:)?{argument}>", quote(_value(path, argument, facts)), path)
        asked = {key: value(path, facts) for key, value in _QUERIES.items() if key in _asks(name, path)}
        yield name.replace("_", " "), f"{path}?{urlencode(asked)}" if asked else path
    yield from STATES.items()


def _value(path: str, argument: str, facts: Facts) -> str:
    """What stands in an address for one of its arguments."""
    if argument == "key":
        return facts["own_key" if path.startswith("credentials/") else "key"]
    names = {"users": PERSON, "groups": GROUP, "roles": ROLE}
    known = {"policy_name": INLINE, "credential": facts["credential"], "user": PERSON, "kind": "oidc"}
    return known.get(argument) or names.get(path.partition("/")[0], "x")


_QUERIES: dict[str, Callable[[str, Facts], str]] = {
    "arn": lambda path, facts: facts["provider" if path.startswith("providers/") else "policy"],
    "policy": lambda _path, facts: facts["policy"],
    "version": lambda path, _facts: "v1" if "compare" in path else "v2",
    "entity": lambda _path, _facts: f"user/{PERSON}",
    "name": lambda _path, _facts: PERSON,
    "device": lambda path, facts: facts["own_device" if path.startswith("credentials/") else "device"],
}
"""What is asked of pages by the part of the address behind the question mark."""


def _asks(name: str, path: str) -> tuple[str, ...]:
    """Which of those a page needs."""
    if path.startswith("policies/policy"):
        return ("arn", "version", "entity")
    if path.startswith("providers/provider"):
        return ("arn",)
    if name.endswith("_detach"):
        return ("policy",)
    if "/mfa/" in path:
        return ("device",)
    return ("name",) if name == "delete_users" else ()
