"""Every page of the console that there is, in the states that differ: who looks, where, and what they do there first.

An address may hold names in braces, which the furniture of the console fills in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.console import GIVEN_PASSWORD, LONG_NAME
from tests.documents import ECS_DEFINITION

Step = Callable[[Page], None]
CREDENTIALS = "credentials"
SIMULATED = "access/simulator?kind=user&name=job&actions=ecs:StartServers%0Aecs:DeleteServers%0Aiam:CreateUser"
PEOPLE = "ou=people,dc=example,dc=org"
POLICY = "policies/policy"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page in one state.

    Attributes:
        who: a persona of the gallery.
        path: below `/console/`.
        steps: what is done there.
        at: where that leads to, when it leads elsewhere; what differs between runs stands as any word.
    """

    who: str
    path: str
    steps: tuple[Step, ...] = ()
    at: str = ""

    @property
    def address(self) -> str:
        """Where the page is in the end, without what is asked of it."""
        return "/console/" + (self.at or self.path).partition("?")[0]


def press(button: str) -> Step:
    return lambda page: page.get_by_role("button", name=button, exact=True).click()


def follow(link: str) -> Step:
    return lambda page: page.get_by_role("link", name=link, exact=True).first.click()


def fill(label: str, text: str) -> Step:
    return lambda page: page.get_by_label(label, exact=True).fill(text)


def fill_id(element: str, text: str) -> Step:
    return lambda page: page.locator(f"#{element}").fill(text)


def tick(label: str) -> Step:
    return lambda page: page.get_by_label(label, exact=True).check()


def select(label: str, value: str) -> Step:
    return lambda page: page.get_by_label(label, exact=True).select_option(value) and None


def click(selector: str, text: str | None = None) -> Step:
    return lambda page: page.locator(selector, has_text=text).first.click()


def wait(selector: str) -> Step:
    return lambda page: page.locator(selector).first.wait_for()


def upload(text: str) -> Step:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    return lambda page: page.get_by_label("File", exact=True).set_input_files([file])


def _report_is_made(page: Page) -> None:
    page.locator("[data-watch]").wait_for(state="detached")
    page.wait_for_load_state("load")


def _guess(page: Page) -> None:
    """More wrong passwords than are taken."""
    address = page.url
    for _ in range(6):
        page.goto(address)
        for step in _wrong("somebody-who-is-guessed"):
            step(page)


def _wrong(name: str) -> tuple[Step, ...]:
    person = (fill("Account ID or alias", "123456789012"), fill("User name", name))
    return (*person, fill("Password", "wrong-password"), press("Sign in"))


_NEWCOMER = (fill("User name", "newcomer"), tick("Console access"))
_PERMITTED = (*_NEWCOMER, press("Next"))
_REVIEWED = (*_PERMITTED, click("label", "Test personnel"), press("Next"))
_CHOSEN = (
    select("Service", "ecs"),
    click("summary", "Write"),
    click("summary", "Regions"),
    click("summary", "Conditions"),
)
_DOCUMENT = '{"Statement": {"Effect": "Allow", "Action": "nonsense", "Resource": "*"}}'
_TOO_WEAK = (
    fill("Current password", GIVEN_PASSWORD),
    fill("New password", "short"),
    fill("New password again", "short"),
    press("Change password and sign in"),
)
_FILE = "user_name,groups,console\nmary,TestPersonnel,yes\nbad name,,\n"
_UPLOADED = (upload(_FILE), press("Upload and check"))

_DOOR = {
    "sign-in": Shot("stranger", "sign-in"),
    "sign-in-errors": Shot("stranger", "sign-in", (press("Sign in"),)),
    "sign-in-refused": Shot("stranger", "sign-in", _wrong("stranger")),
    "sign-in-too-many": Shot("stranger", "sign-in", (_guess,)),
    "sign-in-root": Shot("stranger", "sign-in/root"),
    "sign-in-code": Shot("ann-half", "sign-in/code"),
    "sign-in-code-errors": Shot("ann-half", "sign-in/code", (press("Sign in"),)),
    "new-password": Shot("eve", "new-password"),
    "new-password-errors": Shot("eve", "new-password", _TOO_WEAK),
    "enrol": Shot("newcomer-who-must", "enrol"),
    "confirm": Shot("ann-later", f"{CREDENTIALS}/keys/create", at="confirm"),
    "confirm-errors": Shot("ann-later", f"{CREDENTIALS}/keys/create", (press("Confirm"),), at="confirm"),
    "confirm-password": Shot("ben-later", "confirm"),
    "not-found": Shot("stranger", "nowhere"),
    "not-found-signed-in": Shot("job", "nowhere"),
}

_HOME = {
    "home": Shot("job", ""),
    "home-menu": Shot("job", "", (click(".user-fold summary"),)),
    "home-long-names": Shot("long", ""),
    "home-nobody": Shot("nobody", ""),
    "home-root": Shot("root", ""),
    "dashboard": Shot("bob", "dashboard", (_report_is_made,)),
    "dashboard-empty": Shot("founder", "dashboard", (_report_is_made,)),
    "dashboard-refused": Shot("job", "dashboard"),
    "credential-report": Shot("bob", "credential-report", (_report_is_made,)),
    "credential-report-none": Shot("bob", "credential-report?only=key", (_report_is_made,)),
}

_OWN = {
    "credentials": Shot("ann", CREDENTIALS),
    "credentials-without-device": Shot("ben", CREDENTIALS),
    "credentials-of-nobody": Shot("nobody", CREDENTIALS),
    "credentials-of-root": Shot("root", CREDENTIALS),
    "own-password": Shot("ann", f"{CREDENTIALS}/password"),
    "own-password-errors": Shot("ann", f"{CREDENTIALS}/password", (press("Change password"),)),
    "own-password-refused": Shot("nobody", f"{CREDENTIALS}/password"),
    "add-device": Shot("ann", f"{CREDENTIALS}/mfa/add"),
    "add-app": Shot("ann", f"{CREDENTIALS}/mfa/app"),
    "add-app-errors": Shot("ann", f"{CREDENTIALS}/mfa/app", (fill("Name of the device", ""), press("Next"))),
    "add-app-scan": Shot("ann", f"{CREDENTIALS}/mfa/app", (press("Next"),)),
    "add-passkey": Shot("ann", f"{CREDENTIALS}/mfa/passkey"),
    "rename-device": Shot("ann", CREDENTIALS + "/mfa/rename?device={my_device}"),
    "resync-device": Shot("ann", CREDENTIALS + "/mfa/resync?device={my_device}"),
    "remove-device": Shot("ann", CREDENTIALS + "/mfa/remove?device={my_device}"),
    "recovery-codes": Shot("ann", f"{CREDENTIALS}/recovery-codes"),
    "recovery-codes-shown": Shot("ann", f"{CREDENTIALS}/recovery-codes", (press("Make recovery codes"),)),
    "own-key": Shot("ann", f"{CREDENTIALS}/keys/create"),
    "own-key-rotate": Shot("ann", CREDENTIALS + "/keys/{my_key}/rotate"),
    "own-key-switch": Shot("ann", CREDENTIALS + "/keys/{my_key}/switch"),
    "own-key-delete": Shot("ann", CREDENTIALS + "/keys/{my_key}/delete", (press("Delete key"),)),
    "app-password": Shot("ann", f"{CREDENTIALS}/app-passwords/create"),
    "app-password-shown": Shot(
        "ann",
        f"{CREDENTIALS}/app-passwords/create",
        (fill("Application", "an-application-with-a-long-name"), press("Create app password")),
    ),
    "app-password-reset": Shot("ann", CREDENTIALS + "/app-passwords/{app}/reset"),
    "app-password-switch": Shot("ann", CREDENTIALS + "/app-passwords/{app}/switch"),
    "app-password-delete": Shot("ann", CREDENTIALS + "/app-passwords/{app}/delete"),
    "ldap-device": Shot("ann", f"{CREDENTIALS}/ldap-device/add"),
    "ldap-device-remove": Shot("ann", f"{CREDENTIALS}/ldap-device/remove"),
    "sign-out": Shot("ann", "sign-out"),
    "sign-out-everywhere": Shot("ann", f"{CREDENTIALS}/sign-out-everywhere"),
}

_USERS = {
    "users": Shot("bob", "users"),
    "users-columns": Shot("bob", "users", (click(".chooser summary"),)),
    "users-ticked": Shot("bob", "users", (tick("Select job"), tick("Select joy"))),
    "users-nothing-found": Shot("bob", "users?q=nobody-of-that-name"),
    "users-read-only": Shot("rita", "users"),
    "users-refused": Shot("nobody", "users"),
    "users-empty": Shot("founder", "users"),
    "user": Shot("bob", "users/{user}"),
    "user-read-only": Shot("rita", "users/job"),
    "user-groups": Shot("bob", "users/{user}/groups"),
    "user-tags": Shot("bob", "users/{user}/tags"),
    "user-credentials": Shot("bob", "users/{user}/credentials"),
    "user-credentials-none": Shot("bob", "users/nobody/credentials"),
    "user-access": Shot("bob", "users/{user}/access"),
    "user-accessed": Shot("bob", "users/{user}/last-accessed"),
    "user-nobody": Shot("bob", "users/nobody"),
    "user-attach": Shot("bob", "users/job/attach"),
    "user-attach-errors": Shot("bob", "users/job/attach", (press("Attach policies"),)),
    "user-attach-preview": Shot(
        "bob", "users/{user}/attach", (click("label", "AmazonEC2ReadOnlyAccess"), press("Show what changes"))
    ),
    "user-detach": Shot("bob", "users/{user}/detach?policy=arn:aws:iam::aws:policy/IAMUserChangePassword"),
    "user-new-inline": Shot("bob", "users/{user}/inline"),
    "user-inline": Shot("bob", "users/{user}/inline/inline-ecs"),
    "user-inline-errors": Shot(
        "bob", "users/{user}/inline/inline-ecs", (fill("Policy document", "{"), press("Save policy"))
    ),
    "user-inline-delete": Shot("bob", "users/{user}/inline/inline-ecs/delete"),
    "user-boundary": Shot("bob", "users/{user}/boundary"),
    "user-join": Shot("bob", "users/{user}/groups/join"),
    "user-edit": Shot("bob", "users/{user}/edit"),
    "user-edit-errors": Shot("bob", "users/{user}/edit", (fill_id("email", "no address"), press("Save details"))),
    "user-rename": Shot("bob", "users/{user}/rename"),
    "user-edit-tags": Shot("bob", "users/{user}/tags/edit"),
    "user-binding": Shot("bob", "users/{user}/binding"),
    "user-password": Shot("bob", "users/{user}/password"),
    "user-remove-password": Shot("bob", "users/{user}/password/remove"),
    "user-create-key": Shot("bob", "users/job/keys/create"),
    "user-switch-key": Shot("bob", "users/{user}/keys/{key}/switch"),
    "user-delete-key": Shot("bob", "users/{user}/keys/{idle}/delete"),
    "user-remove-device": Shot("bob", "users/{user}/mfa/remove?device={device}"),
    "user-delete": Shot("bob", "users/{user}/delete"),
    "user-delete-errors": Shot("bob", "users/{user}/delete", (press("Delete user"),)),
    "user-ldif": Shot("bob", "users/{user}/ldif"),
    "users-delete": Shot("bob", "users", (tick(f"Select {LONG_NAME}"), press("Delete selected")), at="delete-users"),
    "create-user": Shot("bob", "create-user", _NEWCOMER),
    "create-user-errors": Shot("bob", "create-user", (fill("User name", "two words"), press("Next"))),
    "create-user-permissions": Shot("bob", "create-user", _PERMITTED),
    "create-user-attach": Shot("bob", "create-user", (*_PERMITTED, click("label", "Attach policies"))),
    "create-user-review": Shot("bob", "create-user", _REVIEWED),
    "create-user-done": Shot("bob", "create-user", (*_REVIEWED, press("Create user"))),
    "create-users": Shot("bob", "create-users"),
    "create-users-errors": Shot("bob", "create-users", (press("Upload and check"),)),
    "create-users-preview": Shot("bob", "create-users", _UPLOADED),
    "create-users-results": Shot(
        "bob", "create-users", (*_UPLOADED, press("Create 1 user"), wait("text=Done: 1 of 1")), at="jobs/x"
    ),
}

_GROUPS = {
    "groups": Shot("bob", "groups"),
    "groups-refused": Shot("nobody", "groups"),
    "groups-empty": Shot("founder", "groups"),
    "group": Shot("bob", "groups/{group}"),
    "group-empty": Shot("founder", "groups/admin"),
    "group-permissions": Shot("bob", "groups/{group}/permissions"),
    "group-add-users": Shot("bob", "groups/{group}/add-users"),
    "group-add-users-errors": Shot("bob", "groups/{group}/add-users", (press("Add users"),)),
    "group-remove-user": Shot("bob", "groups/{group}/remove/{user}"),
    "group-attach": Shot("bob", "groups/{group}/attach"),
    "group-detach": Shot("bob", "groups/{group}/detach?policy={policy}"),
    "group-new-inline": Shot("bob", "groups/{group}/inline"),
    "group-inline": Shot("bob", "groups/{group}/inline/inline-ecs"),
    "group-inline-delete": Shot("bob", "groups/{group}/inline/inline-ecs/delete"),
    "group-edit": Shot("bob", "groups/{group}/edit"),
    "group-delete": Shot("bob", "groups/{group}/delete"),
    "group-ldif": Shot("bob", "groups/{group}/ldif"),
    "create-group": Shot("bob", "create-group"),
    "create-group-errors": Shot("bob", "create-group", (press("Create group"),)),
}

_ROLES = {
    "roles": Shot("bob", "roles"),
    "roles-empty": Shot("founder", "roles"),
    "role": Shot("bob", "roles/{role}"),
    "role-trust": Shot("bob", "roles/{role}/trust"),
    "role-trust-edit": Shot("bob", "roles/{role}/trust/edit"),
    "role-trust-errors": Shot(
        "bob", "roles/{role}/trust/edit", (fill_id("document", "{}"), press("Save trust policy"))
    ),
    "role-tags": Shot("bob", "roles/{role}/tags"),
    "role-edit-tags": Shot("bob", "roles/{role}/tags/edit"),
    "role-edit": Shot("bob", "roles/{role}/edit"),
    "role-attach": Shot("bob", "roles/{role}/attach"),
    "role-detach": Shot("bob", "roles/{role}/detach?policy={policy}"),
    "role-boundary": Shot("bob", "roles/{role}/boundary"),
    "role-new-inline": Shot("bob", "roles/{role}/inline"),
    "role-inline": Shot("bob", "roles/{role}/inline/inline-ecs"),
    "role-inline-delete": Shot("bob", "roles/{role}/inline/inline-ecs/delete"),
    "role-delete": Shot("bob", "roles/{role}/delete"),
    "role-ldif": Shot("bob", "roles/{role}/ldif"),
    "create-role": Shot("bob", "create-role"),
    "create-role-errors": Shot(
        "bob", "create-role", (click("label", "Another account"), fill("Account ID", "12"), press("Next"))
    ),
    "create-role-permissions": Shot("bob", "create-role", (press("Next"),)),
    "create-role-name-errors": Shot("bob", "create-role", (press("Next"), press("Create role"))),
}

_POLICIES = {
    "policies": Shot("bob", "policies"),
    "policies-customer": Shot("bob", "policies/customer"),
    "policies-empty": Shot("founder", "policies/customer"),
    "policies-nothing-found": Shot("bob", "policies?q=no-such-policy"),
    "policy": Shot("bob", POLICY + "?arn={policy}"),
    "policy-system": Shot("bob", f"{POLICY}?arn=arn:aws:iam::aws:policy/ReadOnlyAccess"),
    "policy-read-only": Shot("rita", POLICY + "?arn={policy}"),
    "policy-entities": Shot("bob", POLICY + "/entities?arn={policy}"),
    "policy-entities-empty": Shot("bob", f"{POLICY}/entities?arn=arn:aws:iam::aws:policy/SecurityAudit"),
    "policy-versions": Shot("bob", POLICY + "/versions?arn={policy}"),
    "policy-compare": Shot("bob", POLICY + "/compare?arn={policy}&version=v1"),
    "policy-default": Shot("bob", POLICY + "/default?arn={policy}&version=v1"),
    "policy-delete-version": Shot("bob", POLICY + "/delete-version?arn={policy}&version=v1"),
    "policy-tags": Shot("bob", POLICY + "/tags?arn={policy}"),
    "policy-edit-tags": Shot("bob", POLICY + "/tags/edit?arn={policy}"),
    "policy-attach": Shot("bob", POLICY + "/attach?arn={policy}"),
    "policy-detach": Shot(
        "bob",
        POLICY + "/entities?arn={policy}",
        (click("tbody input"), press("Detach selected")),
        at=f"{POLICY}/detach",
    ),
    "policy-delete": Shot("bob", POLICY + "/delete?arn={policy}"),
    "policy-edit": Shot("bob", POLICY + "/edit?arn={policy}"),
    "policy-ldif": Shot("bob", POLICY + "/ldif?arn={policy}"),
    "create-policy": Shot("bob", "policies/create", _CHOSEN),
    "create-policy-json": Shot(
        "bob",
        "policies/create",
        (press("JSON"), fill("Policy document", _DOCUMENT), wait("text=must be prefaced")),
    ),
    "create-policy-errors": Shot("bob", "policies/create", (press("Create policy"),)),
}

_PROVIDERS = {
    "providers": Shot("bob", "providers"),
    "providers-empty": Shot("founder", "providers"),
    "providers-read-only": Shot("rita", "providers"),
    "provider": Shot("bob", "providers/provider?arn={oidc}"),
    "provider-saml": Shot("bob", "providers/provider?arn={saml}"),
    "provider-edit": Shot("bob", "providers/provider/edit?arn={oidc}"),
    "provider-edit-saml": Shot("bob", "providers/provider/edit?arn={saml}"),
    "provider-edit-tags": Shot("bob", "providers/provider/tags?arn={oidc}"),
    "provider-ldif": Shot("bob", "providers/provider/ldif?arn={oidc}"),
    "provider-delete": Shot("bob", "providers/provider/delete?arn={oidc}"),
    "create-provider": Shot("bob", "create-provider/oidc"),
    "create-provider-errors": Shot("bob", "create-provider/oidc", (press("Add provider"),)),
    "create-provider-saml-errors": Shot("bob", "create-provider/saml", (press("Add provider"),)),
}

_DEFINITION = ECS_DEFINITION.replace("[actions.StopServers]", "[actions.PauseServers]")
_SERVICES = {
    "services": Shot("bob", "services"),
    "services-registered": Shot("bob", "services/of/registered"),
    "services-empty": Shot("founder", "services/of/registered"),
    "services-read-only": Shot("rita", "services"),
    "services-refused": Shot("job", "services"),
    "services-nothing-found": Shot("bob", "services?q=zebra"),
    "service": Shot("bob", "services/ecs"),
    "service-shipped": Shot("bob", "services/ec2"),
    "service-found-actions": Shot("bob", "services/iam?q=Policy"),
    "service-resources": Shot("bob", "services/ecs/resources"),
    "service-policies": Shot("bob", "services/ecs/policies"),
    "service-ldif": Shot("bob", "services/ecs/ldif"),
    "service-remove": Shot("bob", "services/ecs/remove"),
    "service-remove-errors": Shot("bob", "services/ecs/remove", (press("Remove service"),)),
    "register-service": Shot("bob", "register-service"),
    "register-service-errors": Shot(
        "bob", "register-service", (fill("Definition", "prefix = 'iam'\ntitle = 'Mine'"), press("Check definition"))
    ),
    "register-service-changes": Shot(
        "bob", "register-service", (fill("Definition", _DEFINITION), press("Check definition"))
    ),
}

_REST = {
    "simulator": Shot("bob", "access/simulator"),
    "simulator-results": Shot("bob", SIMULATED),
    "simulator-errors": Shot("bob", "access/simulator?name=stranger&actions=iam:GetUser"),
    "why": Shot("job", "users", (follow("Why?"),), at="access/why"),
    "events": Shot("bob", "events"),
    "events-errors": Shot("bob", "events?first=2026-13-01&actor=nobody"),
    "events-refused": Shot("job", "events"),
    "event": Shot("bob", "events?event=CreatePolicy", (click(".row-link"),), at="events/x"),
    "events-verify": Shot("bob", "events/verify"),
    "account": Shot("bob", "account"),
    "account-read-only": Shot("rita", "account"),
    "account-nobody": Shot("nobody", "account"),
    "account-quotas": Shot("bob", "account/quotas"),
    "account-alias": Shot("bob", "account/alias"),
    "account-alias-errors": Shot("bob", "account/alias", (fill("Account alias", "Two Words"), press("Save alias"))),
    "account-remove-alias": Shot("bob", "account/remove-alias"),
    "password-policy": Shot("bob", "account/password-policy"),
    "password-policy-errors": Shot(
        "bob",
        "account/password-policy",
        (fill("Minimum length", "3"), tick("Passwords expire"), press("Save password policy")),
    ),
    "password-policy-default": Shot("bob", "account/default-password-policy"),
    "sign-in-settings": Shot("root", "sign-in-settings"),
    "account-ldap": Shot("bob", "account/ldap"),
    "account-ldap-binding": Shot("bob", "account/ldap/binding"),
    "account-ldap-posix": Shot("bob", "account/ldap/posix"),
    "directory": Shot("bob", "directory"),
    "directory-refused": Shot("job", "directory"),
    "tree": Shot("bob", "tree"),
    "tree-entry": Shot("bob", f"tree?dn=uid=job,{PEOPLE}"),
    "tree-missing": Shot("bob", f"tree?dn=uid=stranger,{PEOPLE}"),
}

SHOTS: dict[str, Shot] = _DOOR | _HOME | _OWN | _USERS | _GROUPS | _ROLES | _POLICIES | _PROVIDERS | _SERVICES | _REST
