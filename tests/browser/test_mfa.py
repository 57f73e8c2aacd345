"""Second factors in a real browser: codes without JavaScript, passkeys, the keyboard alone, every look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.conftest import OpenPage
from tests.browser.console import Console, serving
from tests.browser.pages import PHONE, fill_in, fill_in_as_root
from tests.browser.people import (
    CREDENTIALS,
    SELF_SERVICE,
    App,
    authenticator,
    by_name,
    give_app,
    grow_old,
    make_person,
    require_mfa,
    set_up,
    sign_in_with,
)
from tests.conftest import running_copy


@pytest.fixture(scope="module")
def people(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Console, dict[str, App]]]:
    """A console at the name localhost, where ann has an app and a key, and ben has nothing."""
    folder = tmp_path_factory.mktemp("people")
    for directory in running_copy(demo_template, folder / "data"):
        with serving(directory, folder) as console:
            for name in ("ann", "ben", "cleo", "dora", "eli", "fay"):
                make_person(console, name, SELF_SERVICE)
            apps = {name: give_app(console, name) for name in ("ann", "dora", "eli", "fay")}
            yield by_name(console), apps


def enrol_app(page: Page) -> App:
    """Adds an authenticator app, from the page that asks for its name."""
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Type the secret instead").click()
    return set_up(page, "First code", "Second code", "Add Phone")


def test_a_virtual_device_is_set_up_and_asked_for_from_then_on(own_console: Console, open_page: OpenPage) -> None:
    make_person(own_console, "ann", SELF_SERVICE)
    page = open_page()
    fill_in(page, own_console, "ann")
    page.goto(own_console.at(CREDENTIALS))
    page.get_by_role("link", name="Add device").click()
    page.get_by_role("link", name="Authenticator app").click()
    app = enrol_app(page)
    expect(page.get_by_text("Phone has been added.")).to_be_visible()
    page.get_by_role("button", name="Make recovery codes").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    again = open_page()
    sign_in_with(again, own_console, "ann", app)
    again.goto(own_console.at(CREDENTIALS))
    expect(again.get_by_text("10 recovery codes left")).to_be_visible()


def test_without_javascript_a_code_signs_in_and_devices_are_added(
    people: tuple[Console, dict[str, App]], open_page: OpenPage
) -> None:
    console, apps = people
    page = open_page(java_script_enabled=False)
    sign_in_with(page, console, "dora", apps["dora"])
    page.goto(console.at(f"{CREDENTIALS}/mfa/app"))
    page.get_by_label("Name of the device").fill("Tablet")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("img", name="QR code for Tablet")).to_be_visible()
    page.get_by_text("Type the secret instead").click()
    set_up(page, "First code", "Second code", "Add Tablet")
    expect(page.get_by_text("Tablet has been added.")).to_be_visible()
    page.goto(console.at(f"{CREDENTIALS}/mfa/passkey"))
    expect(page.get_by_text("Passkeys need JavaScript.")).to_be_visible()


def test_sign_in_with_a_code_by_the_keyboard_alone(people: tuple[Console, dict[str, App]], page: Page) -> None:
    console, apps = people
    page.goto(console.at("/console/sign-in"))
    for part in (console.directory.account_id, "eli"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Authentication code")).to_be_focused()
    page.keyboard.type(apps["eli"].code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("eli")


def test_a_passkey_is_made_signs_in_and_confirms(people: tuple[Console, dict[str, App]], page: Page) -> None:
    console, _ = people
    authenticator(page)
    fill_in(page, console, "cleo")
    page.goto(console.at(f"{CREDENTIALS}/mfa/passkey"))
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_text("Laptop has been added.")).to_be_visible()
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()
    fill_in(page, console, "cleo")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.locator(".user-fold")).to_be_visible()
    grow_old(page, console)
    page.goto(console.at(f"{CREDENTIALS}/keys/create"))
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="Create access key").click()
    expect(page.get_by_role("heading", name="Keep this now")).to_be_visible()


def test_a_passkey_that_the_device_keeps_signs_in_without_a_name(own_console: Console, open_page: OpenPage) -> None:
    console = by_name(own_console)
    make_person(console, "ann", SELF_SERVICE)
    page = open_page()
    authenticator(page)
    fill_in(page, console, "ann")
    page.goto(console.at(f"{CREDENTIALS}/mfa/passkey"))
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_text("Passkey has been added.")).to_be_visible()
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ann")


def test_without_a_passkey_the_button_says_so_and_the_password_still_works(own_console: Console, page: Page) -> None:
    console = by_name(own_console)
    session, device = authenticator(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(console.at("/console/sign-in"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("cancelled, or took too long")).to_be_visible()
    fill_in(page, console, "job")
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")


def test_a_cancelled_passkey_says_so_and_leaves_the_other_ways(own_console: Console, open_page: OpenPage) -> None:
    console = by_name(own_console)
    make_person(console, "ann", SELF_SERVICE)
    page = open_page()
    session, device = authenticator(page)
    fill_in(page, console, "ann")
    page.goto(console.at(f"{CREDENTIALS}/mfa/passkey"))
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_text("Passkey has been added.")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()
    fill_in(page, console, "ann")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("cancelled, or took too long")).to_be_visible()


def test_at_an_ip_address_a_passkey_says_where_it_works(own_console: Console, page: Page) -> None:
    make_person(own_console, "ann", SELF_SERVICE)
    authenticator(page)
    fill_in(page, own_console, "ann")
    page.goto(own_console.at(f"{CREDENTIALS}/mfa/passkey"))
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_text("but not at an IP address")).to_be_visible()


def test_where_mfa_is_required_enrolment_comes_first(own_console: Console, open_page: OpenPage) -> None:
    make_person(own_console, "ben")
    require_mfa(own_console)
    page = open_page(viewport=PHONE)
    fill_in(page, own_console, "ben")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up MFA")
    page.goto(own_console.at("/console/users"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up MFA")
    page.get_by_role("link", name="Authenticator app").click()
    enrol_app(page)
    page.goto(own_console.at("/console/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("ben")


def test_what_was_typed_survives_the_question_for_a_proof(people: tuple[Console, dict[str, App]], page: Page) -> None:
    console, apps = people
    sign_in_with(page, console, "fay", apps["fay"])
    page.goto(console.at(f"{CREDENTIALS}/app-passwords/create"))
    page.get_by_label("Application").fill("nextcloud")
    grow_old(page, console)
    page.get_by_role("button", name="Create app password").click()
    page.get_by_label("Authentication code").fill(apps["fay"].code())
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("heading", name="New password for nextcloud")).to_be_visible()


def test_the_strength_of_a_password_is_told_without_sending_it(
    people: tuple[Console, dict[str, App]], page: Page
) -> None:
    console, _ = people
    fill_in_as_root(page, console)
    page.goto(console.at(f"{CREDENTIALS}/password"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/static/" not in request.url else None)
    field = page.get_by_label("New password", exact=True)
    for typed, word in (("password1", "Weak"), ("kornblume-7", "Fair"), ("correct horse battery staple", "Strong")):
        field.fill(typed)
        expect(page.locator(".strength strong")).to_have_text(word)
    assert sent == []
