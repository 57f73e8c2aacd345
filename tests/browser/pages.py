"""Every page of the console that there is, and how to get there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.console import GIVEN_PASSWORD, LONG_GROUP, LONG_NAME, LONG_ROLE, Console

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium where it is, else Playwright's own."""
    path = CHROMIUM if Path(CHROMIUM).exists() else None
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def fill_in(page: Page, console: Console, name: str, password: str = DEMO_PASSWORD) -> None:
    """Signs in as a user, whatever comes of it."""
    page.goto(console.at("/console/sign-in"))
    page.get_by_label("Account ID or alias").fill(console.directory.account_id)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def fill_in_as_root(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in/root"))
    page.get_by_label("Account e-mail or ID").fill(console.directory.root_email)
    page.get_by_label("Password", exact=True).fill(console.directory.root_password)
    page.get_by_role("button", name="Sign in").click()


def _sign_in(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in"))


def _sign_in_with_errors(page: Page, console: Console) -> None:
    _sign_in(page, console)
    page.get_by_role("button", name="Sign in").click()


def _sign_in_refused(page: Page, console: Console) -> None:
    fill_in(page, console, f"stranger-{id(page)}", "wrong-password")


def _root_sign_in(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in/root"))


def _new_password(page: Page, console: Console) -> None:
    fill_in(page, console, "eve", GIVEN_PASSWORD)


def _new_password_with_errors(page: Page, console: Console) -> None:
    _new_password(page, console)
    page.get_by_label("Current password", exact=True).fill(GIVEN_PASSWORD)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("short")
    page.get_by_role("button", name="Change password").click()


def _home(page: Page, console: Console) -> None:
    fill_in(page, console, "job")


def _home_menu(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.locator(".user-fold summary").click()


def _home_long_names(page: Page, console: Console) -> None:
    fill_in(page, console, LONG_NAME)


def _home_of_nobody(page: Page, console: Console) -> None:
    fill_in(page, console, "nobody")


def _home_of_root(page: Page, console: Console) -> None:
    fill_in_as_root(page, console)


def _signed_out(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()


def _not_found(page: Page, console: Console) -> None:
    page.goto(console.at("/console/nowhere"))


def _not_found_signed_in(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.goto(console.at("/console/nowhere"))


def _too_many(page: Page, console: Console) -> None:
    name = f"guessed-{id(page)}"
    for _ in range(6):
        fill_in(page, console, name, "wrong-password")


Way = Callable[[Page, Console], None]


def _as_bob(path: str) -> Way:
    """A page that the administrator sees."""

    def go(page: Page, console: Console) -> None:
        fill_in(page, console, "bob")
        page.goto(console.at(f"/console/{path}"))

    return go


def _users_refused(page: Page, console: Console) -> None:
    fill_in(page, console, "nobody")
    page.goto(console.at("/console/users"))


def _users_chooser(page: Page, console: Console) -> None:
    _as_bob("users")(page, console)
    page.locator(".chooser summary").click()


def _create_user(page: Page, console: Console, *, name: str = "newcomer") -> None:
    _as_bob("create-user")(page, console)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Console access").check()


def _create_user_with_errors(page: Page, console: Console) -> None:
    _create_user(page, console, name="two words")
    page.get_by_role("button", name="Next").click()


def _create_user_permissions(page: Page, console: Console, *, name: str = "newcomer") -> None:
    _create_user(page, console, name=name)
    page.get_by_role("button", name="Next").click()


def _create_user_review(page: Page, console: Console, *, name: str = "newcomer") -> None:
    _create_user_permissions(page, console, name=name)
    page.get_by_label("Test personnel").check()
    page.get_by_role("button", name="Next").click()


def _create_user_done(page: Page, console: Console) -> None:
    _create_user_review(page, console, name=f"made-{id(page)}")
    page.get_by_role("button", name="Create user").click()


def _delete_user_with_errors(page: Page, console: Console) -> None:
    _as_bob(f"users/{LONG_NAME}/delete")(page, console)
    page.get_by_role("button", name="Delete user").click()


LONG_POLICY = (
    "arn:aws:iam::123456789012:policy/engineering/teams/"
    "deploy-to-the-staging-environment-of-every-region-and-then-some-more"
)
POLICY = f"policies/policy?arn={LONG_POLICY}"


def _create_policy(page: Page, console: Console) -> None:
    _as_bob("policies/create")(page, console)
    page.get_by_label("Service", exact=True).select_option("ecs")
    page.locator("summary", has_text="Read").click()
    page.locator("summary", has_text="Regions").click()
    page.locator("summary", has_text="Conditions").click()


def _create_policy_as_json(page: Page, console: Console) -> None:
    _as_bob("policies/create")(page, console)
    page.get_by_role("button", name="JSON", exact=True).click()
    page.get_by_label("Policy document").fill('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
    page.locator(".finding-bad").wait_for()


def _create_policy_with_errors(page: Page, console: Console) -> None:
    _as_bob("policies/create")(page, console)
    page.get_by_role("button", name="Create policy").click()


def _create_role(page: Page, console: Console) -> None:
    _as_bob("create-role")(page, console)
    page.get_by_label("Another account").check()
    page.get_by_label("Account ID").fill("12")
    page.get_by_role("button", name="Next").click()


def _create_role_second(page: Page, console: Console) -> None:
    _as_bob("create-role")(page, console)
    page.get_by_role("button", name="Next").click()


def _why(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.goto(console.at("/console/users"))
    page.get_by_role("link", name="Why?").click()


def _dashboard_refused(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.goto(console.at("/console/dashboard"))


def _report(path: str) -> Way:
    """A page that waits for the credential report."""

    def go(page: Page, console: Console) -> None:
        _as_bob(path)(page, console)
        page.locator("[data-watch]").wait_for(state="detached")
        page.wait_for_load_state("load")

    return go


SIMULATED = "access/simulator?kind=user&name=job&actions=ecs:StartServers%0Aecs:DeleteServers%0Aiam:CreateUser"

def _event(page: Page, console: Console) -> None:
    _as_bob("events?event=CreatePolicy")(page, console)
    page.locator(".row-link").first.click()


def _account_of_nobody(page: Page, console: Console) -> None:
    fill_in(page, console, "nobody")
    page.goto(console.at("/console/account"))


def _alias_with_errors(page: Page, console: Console) -> None:
    _as_bob("account/alias")(page, console)
    page.get_by_label("Account alias").fill("Two Words")
    page.get_by_role("button", name="Save alias").click()


def _password_policy_with_errors(page: Page, console: Console) -> None:
    _as_bob("account/password-policy")(page, console)
    page.get_by_label("Minimum length").fill("3")
    page.get_by_label("Passwords expire").check()
    page.get_by_role("button", name="Save password policy").click()


PEOPLE = "ou=people,dc=example,dc=org"

PAGES: dict[str, Way] = {
    "sign-in": _sign_in,
    "sign-in-errors": _sign_in_with_errors,
    "sign-in-refused": _sign_in_refused,
    "sign-in-root": _root_sign_in,
    "new-password": _new_password,
    "new-password-errors": _new_password_with_errors,
    "home": _home,
    "home-menu": _home_menu,
    "home-long-names": _home_long_names,
    "home-nobody": _home_of_nobody,
    "home-root": _home_of_root,
    "signed-out": _signed_out,
    "not-found": _not_found,
    "not-found-signed-in": _not_found_signed_in,
    "too-many-attempts": _too_many,
    "users": _as_bob("users"),
    "users-columns": _users_chooser,
    "users-nothing-found": _as_bob("users?q=nobody-of-that-name"),
    "users-refused": _users_refused,
    "user": _as_bob(f"users/{LONG_NAME}"),
    "user-groups": _as_bob("users/job/groups"),
    "user-tags": _as_bob("users/job/tags"),
    "user-credentials": _as_bob("users/job/credentials"),
    "user-accessed": _as_bob("users/bob/last-accessed"),
    "user-attach": _as_bob("users/job/attach"),
    "user-inline": _as_bob(f"users/{LONG_NAME}/inline/inline-ecs"),
    "user-edit": _as_bob("users/job/edit"),
    "user-rename": _as_bob("users/job/rename"),
    "user-password": _as_bob("users/job/password"),
    "user-delete": _delete_user_with_errors,
    "user-ldif": _as_bob("users/job/ldif"),
    "create-user": _create_user,
    "create-user-errors": _create_user_with_errors,
    "create-user-permissions": _create_user_permissions,
    "create-user-review": _create_user_review,
    "create-user-done": _create_user_done,
    "create-users": _as_bob("create-users"),
    "groups": _as_bob("groups"),
    "group": _as_bob("groups/DevelopmentPersonnel"),
    "group-permissions": _as_bob(f"groups/{LONG_GROUP}/permissions"),
    "group-add-users": _as_bob("groups/TestPersonnel/add-users"),
    "group-delete": _as_bob("groups/DevelopmentPersonnel/delete"),
    "create-group": _as_bob("create-group"),
    "policies": _as_bob("policies"),
    "policies-none": _as_bob("policies/customer?q=nothing"),
    "policy": _as_bob(POLICY),
    "policy-system": _as_bob("policies/policy?arn=arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys"),
    "policy-entities": _as_bob(POLICY.replace("?", "/entities?")),
    "policy-attach": _as_bob(POLICY.replace("?", "/attach?")),
    "policy-versions": _as_bob(POLICY.replace("?", "/versions?")),
    "policy-version": _as_bob(POLICY.replace("?", "/compare?version=v1&")),
    "policy-tags": _as_bob(POLICY.replace("?", "/tags?")),
    "policy-edit": _as_bob(POLICY.replace("?", "/edit?")),
    "policy-delete": _as_bob(POLICY.replace("?", "/delete?")),
    "create-policy": _create_policy,
    "create-policy-json": _create_policy_as_json,
    "create-policy-errors": _create_policy_with_errors,
    "roles": _as_bob("roles"),
    "role": _as_bob(f"roles/{LONG_ROLE}"),
    "role-trust": _as_bob(f"roles/{LONG_ROLE}/trust"),
    "role-trust-edit": _as_bob(f"roles/{LONG_ROLE}/trust/edit"),
    "role-edit": _as_bob(f"roles/{LONG_ROLE}/edit"),
    "role-delete": _as_bob(f"roles/{LONG_ROLE}/delete"),
    "create-role": _create_role,
    "create-role-second": _create_role_second,
    "user-access": _as_bob(f"users/{LONG_NAME}/access"),
    "simulator": _as_bob("access/simulator"),
    "simulator-results": _as_bob(SIMULATED),
    "simulator-errors": _as_bob("access/simulator?name=stranger&actions=iam:GetUser"),
    "why": _why,
    "events": _as_bob("events"),
    "events-errors": _as_bob("events?first=2026-13-01&actor=nobody"),
    "event": _event,
    "events-verify": _as_bob("events/verify"),
    "account": _as_bob("account"),
    "account-nobody": _account_of_nobody,
    "account-quotas": _as_bob("account/quotas"),
    "account-alias-errors": _alias_with_errors,
    "account-remove-alias": _as_bob("account/remove-alias"),
    "password-policy": _as_bob("account/password-policy"),
    "password-policy-errors": _password_policy_with_errors,
    "directory": _as_bob("directory"),
    "tree": _as_bob("tree"),
    "tree-entry": _as_bob(f"tree?dn=uid=job,{PEOPLE}"),
    "tree-missing": _as_bob(f"tree?dn=uid=stranger,{PEOPLE}"),
    "dashboard": _report("dashboard"),
    "dashboard-refused": _dashboard_refused,
    "credential-report": _report("credential-report"),
    "credential-report-none": _report("credential-report?only=key"),
}
