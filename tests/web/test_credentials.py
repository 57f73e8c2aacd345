"""My security credentials: everything for oneself, with one's own rights."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from adapter.server.tree import DEMO_PASSWORD
from tests.web.conftest import Do
from tests.web.factors import CREDENTIALS, SELF_SERVICE, give_app, grow_old, make_person, sign_in
from tests.web.visitor import HOME, ORIGIN, SIGN_IN, Visitor, target, text

NEW = "Chosen-by-me-22"
ALLOWED = "arn:aws:iam::aws:policy/IAMUserChangePassword"


@pytest.fixture
def ann(visitor: Visitor, do: Do) -> Visitor:
    """Ann, who has the self-service policy and has signed in with her device."""
    make_person(do, "ann", SELF_SERVICE)
    sign_in(visitor, "ann", give_app(do, "ann"))
    return visitor


@pytest.fixture
def root(another_visitor: Visitor, demo_directory: Any) -> Visitor:
    another_visitor.sign_in_as_root(demo_directory.root_email, demo_directory.root_password)
    return another_visitor


def page(visitor: Visitor) -> str:
    return text(visitor.get(CREDENTIALS))


def keys_of(do: Do, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = do("list_access_keys", user_name=name)["access_key_metadata"]
    return found


def change_password(visitor: Visitor, old: str = DEMO_PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    return visitor.submit(f"{CREDENTIALS}/password", {"old": old, "new": new, "confirm": again or new})


def test_the_self_service_policy_is_enough_for_every_part_of_the_page(ann: Visitor) -> None:
    shown = page(ann)
    assert "You may not" not in shown
    assert "You are not allowed" not in shown
    for part in ("Change password", "Add device", "Create access key", "Create app password", "Sign out everywhere"):
        assert part in shown


def test_without_mfa_that_policy_lets_one_set_it_up_and_says_what_is_missing(visitor: Visitor, do: Do) -> None:
    make_person(do, "ann", SELF_SERVICE)
    visitor.sign_in("ann")
    shown = page(visitor)
    assert "Add device" in shown
    assert "iam:ListAccessKeys" in shown
    assert "those who signed in with MFA" in shown


def test_somebody_without_rights_sees_the_page_and_why_it_is_empty(visitor: Visitor, do: Do) -> None:
    make_person(do, "nil")
    visitor.sign_in("nil")
    response = visitor.get(CREDENTIALS)
    assert response.status_code == 200
    assert "iam:ListMFADevices" in text(response)


def test_the_page_needs_few_round_trips(ann: Visitor, iam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ann.submit(f"{CREDENTIALS}/keys/create", {})
    pool = iam._store._pool
    asked = []
    original = pool.read
    monkeypatch.setattr(pool, "read", lambda act: asked.append(1) or original(act))
    ann.get(CREDENTIALS)
    assert len(asked) <= 15


def test_the_root_user_has_the_page_without_app_passwords(root: Visitor) -> None:
    shown = page(root)
    assert "App passwords" not in shown
    assert "Add device" in shown


def test_a_password_is_changed_and_the_session_goes_on_under_a_new_id(ann: Visitor) -> None:
    with ann.client.session_transaction(base_url=ORIGIN) as kept:
        before = kept["id"]
    time.sleep(1 - time.time() % 1)
    assert target(change_password(ann)) == ORIGIN + CREDENTIALS
    with ann.client.session_transaction(base_url=ORIGIN) as kept:
        assert kept["id"] != before
    assert "Your password has been changed" in page(ann)


def test_other_sessions_end_with_the_password(ann: Visitor, do: Do, app: Any) -> None:
    make_person(do, "joe", ALLOWED)
    sessions = [Visitor(app), Visitor(app)]
    for each in sessions:
        each.sign_in("joe")
    time.sleep(1 - time.time() % 1)
    change_password(sessions[0])
    assert sessions[0].is_signed_in()
    assert not sessions[1].is_signed_in()


def test_a_wrong_current_password_is_told_beside_its_field_and_counted(ann: Visitor) -> None:
    for _ in range(5):
        response = change_password(ann, old="wrong")
        assert response.status_code == 422
        assert 'id="old-error"' in response.get_data(as_text=True)
    assert change_password(ann).status_code == 429


@pytest.mark.parametrize(
    ("new", "again", "field"), [("short", None, "new"), (NEW, "other", "confirm"), (DEMO_PASSWORD, None, "new")]
)
def test_a_new_password_that_will_not_do_is_told_beside_its_field(
    ann: Visitor, new: str, again: str | None, field: str
) -> None:
    response = change_password(ann, new=new, again=again)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.get_data(as_text=True)
    assert DEMO_PASSWORD not in response.get_data(as_text=True)


def test_who_may_not_change_the_password_is_told_what_is_missing(visitor: Visitor, do: Do) -> None:
    make_person(do, "nil")
    visitor.sign_in("nil")
    response = change_password(visitor)
    assert response.status_code == 403
    assert "iam:ChangePassword" in text(response)


def test_the_root_user_changes_its_password(root: Visitor, demo_directory: Any) -> None:
    time.sleep(1 - time.time() % 1)
    assert target(change_password(root, demo_directory.root_password)) == ORIGIN + CREDENTIALS
    assert root.is_signed_in()
    root.sign_out()
    root.sign_in_as_root(demo_directory.root_email, NEW)
    assert root.is_signed_in()


def test_a_key_is_shown_once_and_can_be_downloaded(ann: Visitor, do: Do) -> None:
    shown = ann.submit(f"{CREDENTIALS}/keys/create", {})
    (key,) = keys_of(do, "ann")
    assert key["access_key_id"] in text(shown)
    body = shown.get_data(as_text=True)
    secret = body.split("Secret access key</dt>", 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert len(secret) == 40
    assert secret not in ann.get(CREDENTIALS).get_data(as_text=True)
    assert 'name="filename"' in body


def test_a_key_is_rotated_step_by_step(ann: Visitor, do: Do) -> None:
    ann.submit(f"{CREDENTIALS}/keys/create", {})
    old = keys_of(do, "ann")[0]["access_key_id"]
    walk = f"{CREDENTIALS}/keys/{old}/rotate"
    assert "Create new key" in text(ann.get(walk))
    assert f'href="{walk}"' in ann.submit(f"{CREDENTIALS}/keys/create?rotating={old}", {}).get_data(as_text=True)
    assert "has not been used yet" in text(ann.get(walk))
    switched = ann.submit(f"{CREDENTIALS}/keys/{old}/switch?rotating={old}", {})
    assert target(switched) == ORIGIN + walk
    assert "Delete old key" in text(ann.get(walk))
    ann.submit(f"{CREDENTIALS}/keys/{old}/delete", {"typed": old})
    assert target(ann.get(walk)) == ORIGIN + CREDENTIALS
    (left,) = keys_of(do, "ann")
    assert left["access_key_id"] != old


def test_a_key_is_deleted_only_when_its_id_is_typed(ann: Visitor, do: Do) -> None:
    ann.submit(f"{CREDENTIALS}/keys/create", {})
    key = keys_of(do, "ann")[0]["access_key_id"]
    assert ann.submit(f"{CREDENTIALS}/keys/{key}/delete", {"typed": "AKIA"}).status_code == 422
    assert keys_of(do, "ann")


def test_activating_a_key_takes_a_fresh_proof_and_deactivating_it_does_not(ann: Visitor, do: Do) -> None:
    ann.submit(f"{CREDENTIALS}/keys/create", {})
    key = keys_of(do, "ann")[0]["access_key_id"]
    grow_old(ann)
    ann.submit(f"{CREDENTIALS}/keys/{key}/switch", {})
    assert keys_of(do, "ann")[0]["status"] == "Inactive"
    assert "than five minutes old" in text(ann.submit(f"{CREDENTIALS}/keys/{key}/switch", {}))
    assert keys_of(do, "ann")[0]["status"] == "Inactive"


def test_somebody_else_s_key_is_not_found(ann: Visitor, do: Do) -> None:
    key = do("create_access_key", user_name="job")["access_key"]["access_key_id"]
    for action in ("switch", "delete"):
        assert ann.get(f"{CREDENTIALS}/keys/{key}/{action}").status_code == 404
    assert ann.get(f"{CREDENTIALS}/keys/{key}/rotate").status_code == 302


def test_a_third_key_is_refused_with_words(ann: Visitor) -> None:
    for _ in range(2):
        ann.submit(f"{CREDENTIALS}/keys/create", {})
    assert "Create access key" not in page(ann)
    response = ann.submit(f"{CREDENTIALS}/keys/create", {})
    assert response.status_code == 409
    assert "Nothing was changed" in text(response)


def test_an_app_password_is_made_reset_switched_and_deleted(ann: Visitor, do: Do) -> None:
    base = f"{CREDENTIALS}/app-passwords"
    made = ann.submit(f"{base}/create", {"service": "nextcloud", "days": "30"})
    assert "uid=ann,ou=nextcloud,ou=apps,ou=iam,dc=example,dc=org" in text(made)
    listed = do("list_service_specific_credentials", user_name="ann")["service_specific_credentials"]
    (credential,) = listed
    name = credential["service_specific_credential_id"]
    reset = ann.submit(f"{base}/{name}/reset", {})
    assert "New password for nextcloud" in text(reset)
    ann.submit(f"{base}/{name}/switch", {})
    assert "Inactive" in page(ann)
    assert ann.submit(f"{base}/{name}/delete", {"typed": "x"}).status_code == 422
    ann.submit(f"{base}/{name}/delete", {"typed": "nextcloud"})
    assert "You have no app passwords" in page(ann)


@pytest.mark.parametrize(("field", "value"), [("service", ""), ("service", "a b"), ("days", "0"), ("days", "x")])
def test_a_wrong_field_of_an_app_password_is_told_beside_it(ann: Visitor, field: str, value: str) -> None:
    response = ann.submit(f"{CREDENTIALS}/app-passwords/create", {"service": "mail", "days": ""} | {field: value})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.get_data(as_text=True)


def test_a_device_is_renamed_and_removed(ann: Visitor, do: Do) -> None:
    (device,) = do("list_mfa_devices", user_name="ann")["mfa_devices"]
    serial = device["serial_number"]
    ann.submit(f"{CREDENTIALS}/mfa/rename?device={serial}", {"label": "Old phone"})
    assert "Old phone" in page(ann)
    removing = ann.get(f"{CREDENTIALS}/mfa/remove?device={serial}")
    assert "your last device" in text(removing)
    ann.submit(f"{CREDENTIALS}/mfa/remove?device={serial}", {})
    assert do("list_mfa_devices", user_name="ann")["mfa_devices"] == []
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []


def test_somebody_else_s_device_is_not_found(ann: Visitor, do: Do) -> None:
    make_person(do, "joe")
    joes = give_app(do, "joe")
    for action in ("rename", "resync", "remove"):
        assert ann.get(f"{CREDENTIALS}/mfa/{action}?device={joes.serial}").status_code == 404


def test_a_device_that_was_given_up_on_is_gone(ann: Visitor, do: Do) -> None:
    ann.submit(f"{CREDENTIALS}/mfa/app", {"label": "Tablet"})
    assert len(do("list_virtual_mfa_devices", assignment_status="Unassigned")["virtual_mfa_devices"]) == 1
    kept = ann.submit(f"{CREDENTIALS}/mfa/app", {"label": "Tablet"}).get_data(as_text=True)
    blob = kept.split('name="kept"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    ann.submit(f"{CREDENTIALS}/mfa/app/drop", {"kept": blob}, page=CREDENTIALS)
    assert len(do("list_virtual_mfa_devices", assignment_status="Unassigned")["virtual_mfa_devices"]) == 1


def test_the_page_with_the_seed_is_not_kept_by_browsers(ann: Visitor) -> None:
    assert ann.submit(f"{CREDENTIALS}/mfa/app", {"label": "Tablet"}).headers["Cache-Control"] == "no-store"


def test_signing_out_everywhere_ends_every_session(ann: Visitor, do: Do, app: Any) -> None:
    make_person(do, "joe")
    sessions = [Visitor(app), Visitor(app)]
    for each in sessions:
        each.sign_in("joe")
    assert target(sessions[0].submit(f"{CREDENTIALS}/sign-out-everywhere", {})) == ORIGIN + SIGN_IN
    assert not any(each.is_signed_in() for each in sessions)
    assert ann.is_signed_in()


def test_an_administrator_requires_mfa_and_takes_that_back(visitor: Visitor, do: Do) -> None:
    visitor.sign_in("bob")
    response = visitor.submit("/console/sign-in-settings", {"mfa_required": "y"})
    assert response.status_code == 302
    assert do("describe_mfa")["mfa_required"]
    assert target(visitor.get(HOME)) == f"{ORIGIN}/console/enrol"


def test_who_may_not_change_the_settings_sees_them(visitor: Visitor) -> None:
    visitor.sign_in("ray")
    response = visitor.get("/console/sign-in-settings")
    shown = text(response)
    assert "Save settings" not in shown
    refused = visitor.submit("/console/sign-in-settings", {"mfa_required": "y"}, page=HOME)
    assert refused.status_code == 403


def test_everything_is_written_down_without_secrets(ann: Visitor, demo_directory: Any) -> None:
    ann.submit(f"{CREDENTIALS}/keys/create", {})
    lines = [json.loads(line) for line in (demo_directory.data / "audit.jsonl").read_text().splitlines()]
    made = [line for line in lines if line["event"] == "iam:CreateAccessKey"][-1]
    assert made["actor"].endswith(":user/ann")
    assert made["factor"] == "mfa"
