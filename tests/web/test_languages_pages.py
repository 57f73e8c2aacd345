"""The pages about users, groups, policies, roles, access and reports in Chinese: nothing on them is English."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import Do
from tests.web.people import wizard
from tests.web.visitor import Visitor
from web.console.access.simulation import TYPES
from web.console.policies.visual import OPERATORS
from web.console.users.bulk import COLUMNS

AREAS = ("users", "groups", "policies", "roles", "access", "reports")
READ = {"alt", "aria-label", "data-label", "placeholder", "title"}
AS_IT_IS = {"code", "pre", "script", "style", "textarea", "datalist", "tspan"}
"""What is typed or copied, and so is the same in every language; and names that are broken into lines."""
NAMES = {
    *("AWS", "IAM", "ARN", "ARNs", "JSON", "MFA", "LDAP", "LDIF", "DN", "CSV", "API", "SDK", "STS", "UTF", "UTC", "ID"),
    "Id",
    *("OpenID", "Connect", "SAML", "Web", "EC", "ECS", "Lambda", "EventBridge", "CodeBuild", "Step", "Functions"),
    *("Bindery", "aws", "csv", "admin", "console", "yes", "no", "true", "shell", "English"),
    *("team", "payroll", "sdb"),
    *("DynamoDB", "DNS", *OPERATORS, *TYPES),
}
"""Names of things, and words that are typed as they are."""
ELEMENTS = {"Action", "Allow", "Deny", "Effect", "Principal", "Resource", "Sid", "Statement", "Version"}
"""What findings about documents name."""
PEOPLE = ("Anna Berg",)
PRODUCTS = ("Elastic Container Service", "Elastic Cloud Server", "Systems Manager", "Secrets Manager")
PIECE = re.compile(r"[!-~]+")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,3}")
"""What else stands between spaces identifies something: with digits or punctuation, in CamelCase, in capitals."""

OWN = "arn:aws:iam::123456789012:"
GIVES = {"Effect": "Allow", "Action": ["ecs:List*", "ecs:GetServer"], "Resource": "arn:aws:ecs:*:*:server/*"}
TLS = {"Bool": {"aws:SecureTransport": "no"}}
DENIES = {"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": TLS}
ALL = {"Sid": "All", "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secret"}
TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": [f"{OWN}user/bob", f"{OWN}root"], "Service": "ec2.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "x1"}},
}
SYSTEM = "arn:aws:iam::aws:policy"
POLICY = f"{OWN}policy/deploy"
KEY = "AKIAIOSFODNN7EXAMPLE"
ABOUT_POLICY = "policies/policy"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


PAGES: dict[str, tuple[str, ...]] = {
    "users": (
        "users", "users?q=nobody", "create-user", "create-users", "delete-users?name=job&name=joy",
        *(f"users/{name}{tab}" for name in ("job", "new")
          for tab in ("", "/groups", "/tags", "/credentials", "/last-accessed")),
        *(f"users/job/{page}" for page in (
            "ldif", "edit", "rename", "tags/edit", "boundary", "groups/join", "attach", "inline", "inline/own",
            "inline/own/delete", f"detach?policy={SYSTEM}/ReadOnlyAccess", "password", "password/remove",
            f"mfa/remove?device={OWN}mfa/job", "keys/create", f"keys/{KEY}/switch",
            f"keys/{KEY}/delete", "delete", "binding",
        )),
        "users/new/password", "users/new/delete",
    ),
    "groups": (
        "groups", "groups?q=nobody", "create-group",
        *(f"groups/{name}{tab}" for name in ("TestPersonnel", "empty") for tab in ("", "/permissions")),
        *(f"groups/TestPersonnel/{page}" for page in (
            "?q=nobody", "ldif", "edit", "delete", "add-users", "add-users?q=nobody", "remove/joy", "attach", "inline",
            "inline/own", "inline/own/delete", f"detach?policy={SYSTEM}/ECSReadOnlyAccess",
        )),
    ),
    "policies": (
        "policies", "policies/customer", "policies/system", "policies?q=nobody", "policies/create",
        "policies/create?mode=json", ABOUT_POLICY + f"?arn={SYSTEM}/AdministratorAccess",
        *(f"{ABOUT_POLICY}{page}?arn={POLICY}{more}" for page, more in (
            ("", ""), ("/entities", ""), ("/versions", ""), ("/tags", ""), ("/ldif", ""), ("/compare", "&version=v1"),
            ("/compare", "&version=v2"), ("/default", "&version=v1"), ("/delete-version", "&version=v1"),
            ("/attach", ""), ("/attach", "&kind=group"), ("/attach", "&kind=role&q=nobody"), ("/edit", ""),
            ("/edit", "&mode=json"), ("/delete", ""), ("/tags/edit", ""),
            ("/detach", "&entity=user/job&entity=group/TestPersonnel&entity=role/deployer"),
            ("/detach", "&entity=user/job"),
        )),
        f"{ABOUT_POLICY}/entities?arn={SYSTEM}/SupportUser", f"{ABOUT_POLICY}/delete?arn={SYSTEM}/SupportUser",
    ),
    "roles": (
        "roles", "roles?q=nobody", "create-role",
        *(f"roles/{name}{tab}" for name in ("deployer", "idle") for tab in ("", "/trust", "/tags")),
        *(f"roles/deployer/{page}" for page in (
            "ldif", "edit", "trust/edit", "boundary", "tags/edit", "delete", "attach", "inline", "inline/own",
            "inline/own/delete", f"detach?policy={POLICY}",
        )),
    ),
    "access": (
        "users/job/access", "users/new/access", "access/simulator", "access/simulator?kind=user&name=job",
        "access/simulator?kind=user&name=job&actions=ecs:GetServer%0Aiam:GetUser%0Anothing:*&resources=*",
        "access/simulator?kind=role&name=idle&service=iam", "access/simulator?kind=group&name=missing",
    ),
    "reports": ("dashboard", "credential-report", *(f"credential-report?only={part}" for part in (
        "mfa", "old", "password", "key")), "credential-report?q=nobody"),
}  # fmt: skip
UNLOOKED_AT = {"console.credential_report_file", "console.why"}
"""A file; and a page that a refusal leads to, which has a test of its own below."""


@pytest.fixture
def furnished(do: Do) -> str:
    """Everything that a page can show; the id of an access key."""
    do("create_policy", policy_name="deploy", policy_document=document(GIVES), description="部署", tags=_tags())
    do("create_policy_version", policy_arn=POLICY, policy_document=document(GIVES, DENIES, ALL), set_as_default=True)
    do("create_user", user_name="new")
    do("tag_user", user_name="job", tags=_tags())
    do("put_user_permissions_boundary", user_name="job", permissions_boundary=POLICY)
    do("create_group", group_name="empty")
    for role in ("deployer", "idle"):
        do("create_role", role_name=role, assume_role_policy_document=document(TRUST))
    do("tag_role", role_name="deployer", tags=_tags())
    do("put_role_permissions_boundary", role_name="deployer", permissions_boundary=POLICY)
    for kind, name in (("user", "job"), ("group", "TestPersonnel"), ("role", "deployer")):
        who = {f"{kind}_name": name}
        do(f"attach_{kind}_policy", **who, policy_arn=POLICY)
        do(f"put_{kind}_policy", **who, policy_name="own", policy_document=document(GIVES))
    key: str = do("create_access_key", user_name="job")["access_key"]["access_key_id"]
    return key


def _tags() -> list[dict[str, str]]:
    return [{"key": "部门", "value": "工程"}]


@pytest.fixture
def bob(visitor: Visitor, furnished: str) -> Visitor:
    """An administrator who reads Chinese."""
    visitor.sign_in("bob")
    visitor.client.set_cookie("bindery-language", "zh-Hans")
    for _ in range(100):  # until the credential report is made
        if b"data-watch" not in visitor.get("/console/credential-report").data:
            break
    return visitor


class _Read(HTMLParser):
    """What people read or hear on a page: texts, and attributes that stand for one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._as_it_is = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._as_it_is += tag in AS_IT_IS
        self.texts += [f"\n{value}\n" for name, value in attrs if name in READ and value]
        self.texts += [] if tag == "wbr" else ["\n"]

    def handle_endtag(self, tag: str) -> None:
        self._as_it_is -= tag in AS_IT_IS
        self.texts += [] if tag == "wbr" else ["\n"]

    def handle_data(self, data: str) -> None:
        if not self._as_it_is:
            self.texts.append(data)


@pytest.fixture
def known(do: Do, bob: Visitor) -> tuple[str, ...]:
    """Names that somebody has given, the longest first."""
    users = do("search_users", max_items=100)["users"]
    groups = do("search_groups", max_items=100)["groups"]
    policies = [policy["policy_name"] for policy in do("search_policies", max_items=100)["policies"]]
    people = [user[name] for user in users for name in ("user_name", "display_name") if user.get(name)]
    crowds = [group[name] for group in groups for name in ("group_name", "display_name") if group.get(name)]
    job = do("generate_service_last_accessed_details", arn=f"{OWN}user/job")["job_id"]
    reached = do("get_service_last_accessed_details", job_id=job)["services_last_accessed"]
    services = [each["service_name"] for each in reached]
    own = ["deployer", "deploy", "idle", "own", "nobody", "missing", *PEOPLE, *PRODUCTS, *_options(bob)]
    return tuple(sorted({*people, *crowds, *policies, *services, *own}, key=len, reverse=True))


def _options(bob: Visitor) -> Iterator[str]:
    """Names of services, as choices show them."""
    for page in ("access/simulator", "policies/create"):
        for text in re.findall(r"<option[^>]*>([^<]+)</option>", bob.get(f"/console/{page}").text):
            if text.isascii():
                yield text
                yield text.partition(" (")[0]
                yield text.rpartition(" (")[2].rstrip(")")


def english(response: TestResponse, known: tuple[str, ...]) -> set[str]:
    """The words on a page that are neither Chinese nor names."""
    assert response.status_code < 500
    assert 'lang="zh-Hans"' in response.text
    text = "".join(_Read(response.text).texts)
    for name in known:
        if " " in name:
            text = text.replace(name, "")
    pieces = {piece.strip("()[]<>,.:;!?'\"") for piece in PIECE.findall(text)}
    typed = NAMES | ELEMENTS if "finding-head" in response.text else NAMES
    return {piece for piece in pieces if WORD.fullmatch(piece)} - typed - set(known)


@pytest.mark.parametrize("area", AREAS)
def test_no_page_has_an_english_word(bob: Visitor, known: tuple[str, ...], furnished: str, area: str) -> None:
    pages = (page.replace(KEY, furnished) for page in PAGES[area])
    found = {page: words for page in pages if (words := english(bob.get(f"/console/{page}"), known))}
    assert found == {}


REFUSED: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "users": (
        ("users/job/edit", {"email": "x", "mobile_phone": "x", "path": "x", "remarks": "x" * 1001}),
        ("users/job/rename", {"new_name": ""}),
        ("users/job/rename", {"new_name": "two words"}),
        ("users/job/rename", {"new_name": "joy"}),
        ("users/job/tags/edit", {"tags-0-key": "x" * 129, "tags-0-value": "x" * 257}),
        ("users/job/groups/join", {}),
        ("users/job/attach", {}),
        ("users/job/inline", {"policy_name": "", "document": ""}),
        ("users/job/inline", {"policy_name": "x", "document": "{"}),
        ("users/job/inline", {"policy_name": "x", "document": document(GIVES | {"Action": "get"})}),
        ("users/job/password", {"how": "own", "password": ""}),
        ("users/job/password", {"how": "own", "password": "=x"}),
        ("users/job/password", {"how": "own", "password": "x"}),
        ("users/job/delete", {"typed": "x"}),
        ("delete-users?name=job", {"typed": "x"}),
        ("create-user", {"step": "details", "user_name": ""}),
        ("create-user", {"step": "details", "user_name": "x", "how": "bogus"}),
    ),
    "groups": (
        ("create-group", {"display_name": ""}),
        ("create-group", {"display_name": "!"}),
        ("create-group", {"display_name": "Test personnel", "group_name": "TestPersonnel"}),
        ("groups/TestPersonnel/edit", {"group_name": "", "path": "x"}),
        ("groups/TestPersonnel/delete", {"typed": "x"}),
        ("groups/admin/delete", {"typed": "admin"}),
        ("groups/TestPersonnel/add-users", {}),
    ),
    "policies": (
        ("policies/create", {"mode": "json", "document": "{", "act": "save", "policy_name": ""}),
        ("policies/create", {"mode": "json", "document": "{", "act": "visual"}),
        ("policies/create", {"mode": "json", "document": document(GIVES), "act": "save", "policy_name": "deploy"}),
        (f"{ABOUT_POLICY}/attach?arn={POLICY}", {}),
        (f"{ABOUT_POLICY}/delete?arn={POLICY}", {"typed": "x"}),
        (f"{ABOUT_POLICY}/delete?arn={POLICY}", {"typed": "deploy"}),
        (f"{ABOUT_POLICY}/delete-version?arn={POLICY}&version=v2", {}),
        (f"{ABOUT_POLICY}/edit?arn={POLICY}", {"mode": "json", "document": document(DENIES), "act": "check"}),
    ),
    "roles": (
        *(("create-role", {"step": "trust", "kind": kind, "go": "next"}) for kind in (
            "account", "users", "other", "service", "web", "saml", "custom")),
        ("create-role", {"step": "trust", "kind": "other", "account": "x", "external_id": "!", "go": "next"}),
        ("create-role", {"step": "role", "document": "{}", "role_name": "", "go": "next"}),
        ("roles/deployer/trust/edit", {"document": "{}", "act": "save"}),
        ("roles/deployer/delete", {"typed": "x"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("area", REFUSED)
def test_no_answer_to_a_form_has_an_english_word(bob: Visitor, known: tuple[str, ...], area: str) -> None:
    found = {}
    for page, fields in REFUSED[area]:
        answer = bob.submit(f"/console/{page}", fields)
        assert answer.status_code != 302, page
        if words := english(answer, (*known, "x" * 129, "x" * 257, "get")):
            found[page, str(fields)] = words
    assert found == {}


DONE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("users/job/edit", {"display_name": "Job", "path": "/"}),
    ("users/job/tags/edit", {"tags-0-key": "部门", "tags-0-value": "测试"}),
    ("users/job/boundary", {"boundary": ""}),
    ("users/new/groups/join", {"groups": "TestPersonnel"}),
    ("users/new/attach", {"policies": f"{SYSTEM}/ReadOnlyAccess"}),
    (f"users/new/detach?policy={SYSTEM}/ReadOnlyAccess", {}),
    ("users/job/inline/own", {"document": document(GIVES)}),
    ("users/job/inline/own/delete", {}),
    (f"users/job/keys/{KEY}/switch", {}),
    (f"users/job/keys/{KEY}/switch", {}),
    (f"users/job/keys/{KEY}/delete", {"typed": KEY}),
    ("users/job/password/remove", {}),
    ("users/new/rename", {"new_name": "newer"}),
    ("users/newer/delete", {"typed": "newer"}),
    ("create-group", {"group_name": "fresh", "path": "/"}),
    ("groups/fresh/edit", {"group_name": "fresh", "path": "/", "remarks": "新"}),
    ("groups/fresh/add-users", {"users": "job"}),
    ("groups/fresh/remove/job", {}),
    ("groups/fresh/delete", {"typed": "fresh"}),
    ("policies/create", {"mode": "json", "document": document(GIVES), "act": "save", "policy_name": "p1", "path": "/"}),
    (f"{ABOUT_POLICY}/edit?arn={POLICY}", {"mode": "json", "document": document(GIVES), "act": "save"}),
    (f"{ABOUT_POLICY}/default?arn={POLICY}&version=v1", {}),
    (f"{ABOUT_POLICY}/delete-version?arn={POLICY}&version=v2", {}),
    (f"{ABOUT_POLICY}/attach?arn={POLICY}", {"entities": "user/joy"}),
    (f"{ABOUT_POLICY}/detach?arn={POLICY}&entity=user/joy", {}),
    (f"{ABOUT_POLICY}/tags/edit?arn={POLICY}", {"tags-0-key": "部门", "tags-0-value": "测试"}),
    ("roles/deployer/edit", {"duration": "7200"}),
    ("roles/deployer/trust/edit", {"document": document(TRUST), "act": "save"}),
    ("roles/deployer/boundary", {"boundary": ""}),
    ("roles/idle/delete", {"typed": "idle"}),
)
"""Forms that are right, one after the other."""


def test_no_message_of_success_has_an_english_word(bob: Visitor, known: tuple[str, ...], furnished: str) -> None:
    names = (*known, "newer", "fresh")
    found = {}
    for page, fields in DONE:
        given = {name: value.replace(KEY, furnished) for name, value in fields.items()}
        answer = bob.submit(f"/console/{page.replace(KEY, furnished)}", given)
        assert answer.status_code == 302, (page, answer.text)
        shown = bob.get(answer.location)
        assert "notice-success" in shown.text, page
        if words := english(shown, names):
            found[page] = words
    assert found == {}


def test_no_page_of_the_users_wizard_has_an_english_word(bob: Visitor, known: tuple[str, ...]) -> None:
    details = {"user_name": "fresh", "console": "y", "how": "generated", "key": "y", "must_change": "y"}
    granted = {"way": "attach", "policies": f"{SYSTEM}/ReadOnlyAccess", "boundary": POLICY}
    steps = (details, granted, {})
    names = ("fresh_credentials", "fresh", *known)
    for count in range(1, len(steps) + 1):
        answer = wizard(bob, *steps[:count])
        secrets = re.findall(r'data-copy="([^"]+)"', answer.text)
        assert english(answer, (*secrets, *names)) == set(), count


def test_no_page_about_a_file_of_users_has_an_english_word(bob: Visitor, known: tuple[str, ...]) -> None:
    lines = "user_name,groups,console\r\nmary,TestPersonnel,yes\r\nbad name,Missing,maybe,x\r\nmary,,\r\n"
    answer = bob.submit("/console/create-users", {"file": (io.BytesIO(lines.encode()), "people.csv")})
    assert english(answer, ("mary", "bad name", "Missing", *known)) == set()
    for wrong in ("", "x,y\r\n1,2\r\n", "user_name,z\r\n1,2\r\n", '"\r\n'):
        answer = bob.submit("/console/create-users", {"file": (io.BytesIO(wrong.encode()), "people.csv")})
        assert english(answer, (*COLUMNS, "z", "unexpected end of data", *known)) == set(), wrong


def test_work_tells_its_results_in_the_language_of_whoever_started_it(bob: Visitor, known: tuple[str, ...]) -> None:
    started = bob.submit("/console/delete-users?name=joy&name=missing", {"typed": "删除"})
    for _ in range(1000):
        shown = bob.get(started.location)
        if "data-watch" not in shown.text:
            break
    assert "已删除" in shown.text
    assert "未删除" in shown.text
    assert english(shown, known) == set()


def test_a_refusal_and_its_explanation_have_no_english_word(visitor: Visitor, furnished: str, do: Do) -> None:
    do("delete_user_permissions_boundary", user_name="job")
    visitor.sign_in("job")
    visitor.client.set_cookie("bindery-language", "zh-Hans")
    names = ("TestPersonnel", "DevelopmentPersonnel", "Test personnel", "Development personnel", "deploy", "own", "job")
    for page in ("users", "dashboard", "groups/TestPersonnel/edit"):
        refused = visitor.get(f"/console/{page}")
        assert english(refused, names) == set(), page
        link = re.search(r'class="why" href="([^"]+)"', refused.text)
        if link:
            assert english(visitor.get(link[1]), names) == set()


def test_every_page_of_these_areas_is_looked_at(app: Flask) -> None:
    addresses = app.url_map.bind("localhost")
    pages = [page for area in PAGES.values() for page in area]
    seen = {addresses.match(f"/console/{quote(page.partition('?')[0])}".rstrip("/"), method="GET")[0] for page in pages}
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and _area(app, rule.endpoint) in (*AREAS, "holders")
    }
    assert there - seen == UNLOOKED_AT


def _area(app: Flask, endpoint: str) -> str:
    """The part of the console that a page's code stands in."""
    parts = app.view_functions[endpoint].__module__.split(".")
    return parts[2] if parts[:2] == ["web", "console"] and len(parts) > 2 else ""
