"""Virtual MFA devices: made, enabled, brought into step, taken away, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.errors import (
    AccessDenied,
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from tests.directory.authenticator import App, app_of, enrolled, new_device
from tests.directory.conftest import Do
from tests.directory.test_races import race
from tests.documents import allow

PNG = b"\x89PNG\r\n\x1a\n"
PHONE = "arn:aws:iam::123456789012:mfa/phone"


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")


def test_a_new_device_comes_with_its_seed_and_a_picture_of_it(do: Do) -> None:
    device = do("create_virtual_mfa_device", virtual_mfa_device_name="phone")["virtual_mfa_device"]
    assert device["serial_number"] == PHONE
    assert len(app_of({"virtual_mfa_device": device}).seed) == 20
    assert device["qr_code_png"].startswith(PNG)
    assert set(device) == {"serial_number", "base32_string_seed", "qr_code_png"}


def test_the_path_is_part_of_the_serial_number(do: Do) -> None:
    assert new_device(do, path="/eng/").serial == "arn:aws:iam::123456789012:mfa/eng/phone"
    assert new_device(do).serial == PHONE


def test_a_path_and_name_are_given_once_whatever_their_case(do: Do) -> None:
    new_device(do)
    with pytest.raises(EntityAlreadyExists, match="MFADevice entity at the same path and name already exists"):
        new_device(do, "PHONE")


def test_a_serial_number_that_would_be_too_long_is_refused(do: Do) -> None:
    with pytest.raises(ValidationError):
        new_device(do, "n" * 230)


def test_two_codes_in_a_row_give_a_device_to_a_user(do: Do) -> None:
    app = enrolled(do, "bob")
    (found,) = do("list_mfa_devices", user_name="bob")["mfa_devices"]
    assert (found["user_name"], found["serial_number"]) == ("bob", app.serial)
    assert abs(found["enable_date"] - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, -1), (-2, 0), (-9, -8), (8, 9)])
def test_other_codes_do_not(do: Do, first: int, second: int) -> None:
    app = new_device(do)
    codes = {"authentication_code1": app.code(ahead=first), "authentication_code2": app.code(ahead=second)}
    with pytest.raises(InvalidAuthenticationCode, match=r"Authentication code for device is not valid\."):
        do("enable_mfa_device", user_name="bob", serial_number=app.serial, **codes)
    assert do("list_mfa_devices", user_name="bob")["mfa_devices"] == []


def test_codes_that_a_device_was_enabled_with_enable_nothing_again(do: Do) -> None:
    app, now = new_device(do), datetime.now(UTC)
    do("enable_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(now))
    do("deactivate_mfa_device", user_name="bob", serial_number=app.serial)
    with pytest.raises(InvalidAuthenticationCode):
        do("enable_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(now))


def test_a_device_belongs_to_one_user_at_a_time(do: Do) -> None:
    app = enrolled(do, "bob")
    do("create_user", user_name="alice")
    with pytest.raises(EntityAlreadyExists, match=r"MFA Device is already in use\."):
        do("enable_mfa_device", user_name="alice", serial_number=app.serial, **app.pair(ahead=2))


def test_a_device_that_is_not_there_can_not_be_enabled(do: Do) -> None:
    app = App(PHONE, b"0" * 20)
    with pytest.raises(NoSuchEntity, match=f"VirtualMFADevice with serial number {PHONE} doesn't exist."):
        do("enable_mfa_device", user_name="bob", serial_number=PHONE, **app.pair())


def test_a_user_has_eight_devices_at_the_most(do: Do) -> None:
    for number in range(8):
        enrolled(do, "bob", f"phone{number}")
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for MFADevicesPerUser: 8"):
        enrolled(do, "bob", "phone8")


def test_the_root_user_has_devices_too(do: Do, iam: Iam, root: Caller) -> None:
    app = enrolled(do, "root")
    (listed,) = do("list_mfa_devices")["mfa_devices"]
    assert listed["serial_number"] == app.serial
    (found,) = do("list_virtual_mfa_devices", assignment_status="Assigned")["virtual_mfa_devices"]
    assert found["user"]["arn"] == "arn:aws:iam::123456789012:root"
    iam.execute(replace(root, mfa_time=datetime.now(UTC)), "deactivate_mfa_device", {"serial_number": app.serial})
    assert do("list_mfa_devices")["mfa_devices"] == []


def test_nobody_else_gives_the_root_user_a_device(do: Do, as_user: Any) -> None:
    do("put_user_policy", user_name="bob", policy_name="all", policy_document=allow("iam:*"))
    do("create_login_profile", user_name="bob", password="Bindery-demo-1")
    app = new_device(do)
    for name in ("root", "123456789012", "root@example.org"):
        with pytest.raises(NoSuchEntity):
            as_user("bob")("enable_mfa_device", user_name=name, serial_number=app.serial, **app.pair())


def test_a_deactivated_device_belongs_to_nobody_and_can_be_given_to_another(do: Do, iam: Iam, root: Caller) -> None:
    app = enrolled(do, "bob")
    do("create_user", user_name="alice")
    do("deactivate_mfa_device", user_name="bob", serial_number=app.serial)
    assert do("list_mfa_devices", user_name="bob")["mfa_devices"] == []
    later = RequestContext(now=datetime.now(UTC) + timedelta(minutes=2))
    params = {"user_name": "alice", "serial_number": app.serial, **app.pair(later.now)}
    iam.execute(root, "enable_mfa_device", params, later)
    assert len(do("list_mfa_devices", user_name="alice")["mfa_devices"]) == 1


def test_a_device_of_somebody_else_can_not_be_deactivated(do: Do) -> None:
    app = enrolled(do, "bob")
    do("create_user", user_name="alice")
    with pytest.raises(NoSuchEntity, match=r"MFA Device invalid for user\."):
        do("deactivate_mfa_device", user_name="alice", serial_number=app.serial)


def test_a_device_in_use_is_not_deleted(do: Do) -> None:
    app = enrolled(do, "bob")
    with pytest.raises(DeleteConflict, match=r"MFA VirtualDevice in use. Must deactivate first\."):
        do("delete_virtual_mfa_device", serial_number=app.serial)


def test_a_deleted_device_is_gone(do: Do) -> None:
    app = new_device(do)
    do("delete_virtual_mfa_device", serial_number=app.serial)
    with pytest.raises(NoSuchEntity, match=f"VirtualMFADevice with serial number {PHONE} doesn't exist."):
        do("delete_virtual_mfa_device", serial_number=app.serial)


def test_devices_are_listed_by_whether_they_have_an_owner(do: Do) -> None:
    enrolled(do, "bob", "b-phone")
    new_device(do, "A-phone")

    def listed(**params: Any) -> list[str]:
        found = do("list_virtual_mfa_devices", **params)["virtual_mfa_devices"]
        return [device["serial_number"].rpartition("/")[2] for device in found]

    assert listed() == listed(assignment_status="Any") == ["A-phone", "b-phone"]
    assert (listed(assignment_status="Assigned"), listed(assignment_status="Unassigned")) == (["b-phone"], ["A-phone"])


def test_a_list_of_devices_shows_owners_and_no_seed(do: Do) -> None:
    enrolled(do, "bob")
    (device,) = do("list_virtual_mfa_devices")["virtual_mfa_devices"]
    assert set(device) == {"serial_number", "enable_date", "user"}
    assert device["user"]["user_name"] == "bob"


def test_devices_are_listed_page_by_page(do: Do) -> None:
    for number in range(3):
        new_device(do, f"phone{number}")
    first = do("list_virtual_mfa_devices", max_items=2)
    rest = do("list_virtual_mfa_devices", max_items=2, marker=first["marker"])
    assert (len(first["virtual_mfa_devices"]), len(rest["virtual_mfa_devices"])) == (2, 1)
    assert (first["is_truncated"], rest["is_truncated"]) == (True, False)


def test_a_device_is_described(do: Do) -> None:
    app = enrolled(do, "bob")
    found = do("get_mfa_device", user_name="bob", serial_number=app.serial)
    assert (found["user_name"], found["serial_number"]) == ("bob", app.serial)
    assert found["enable_date"]


def test_a_device_has_tags(do: Do) -> None:
    app = new_device(do, tags=[{"key": "colour", "value": "red"}])
    do("tag_mfa_device", serial_number=app.serial, tags=[{"key": "size", "value": "small"}])
    do("untag_mfa_device", serial_number=app.serial, tag_keys=["colour"])
    assert do("list_mfa_device_tags", serial_number=app.serial)["tags"] == [{"key": "size", "value": "small"}]


def test_a_user_with_a_device_is_not_deleted(do: Do) -> None:
    app = enrolled(do, "bob")
    with pytest.raises(DeleteConflict, match=r"Cannot delete entity, must delete MFA device first\."):
        do("delete_user", user_name="bob")
    do("deactivate_mfa_device", user_name="bob", serial_number=app.serial)
    do("delete_user", user_name="bob")


def test_a_device_of_a_user_whom_an_ldap_tool_deleted_can_be_deleted(do: Do, directory: Any) -> None:
    app = enrolled(do, "bob")
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    (device,) = do("list_virtual_mfa_devices")["virtual_mfa_devices"]
    assert "user" not in device
    do("delete_virtual_mfa_device", serial_number=app.serial)


def test_a_user_made_again_does_not_get_the_device_of_the_one_before(do: Do, directory: Any) -> None:
    enrolled(do, "bob")
    directory.ldap("ldapdelete", "uid=bob,ou=people,dc=example,dc=org")
    do("create_user", user_name="bob")
    assert do("list_mfa_devices", user_name="bob")["mfa_devices"] == []
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []


def test_a_device_follows_its_user_to_another_name(do: Do) -> None:
    app = enrolled(do, "bob")
    do("update_user", user_name="bob", new_user_name="robert")
    (device,) = do("list_virtual_mfa_devices")["virtual_mfa_devices"]
    assert (device["serial_number"], device["user"]["user_name"]) == (app.serial, "robert")


def test_a_clock_that_is_wrong_is_allowed_for_after_two_codes_in_a_row(do: Do) -> None:
    app = enrolled(do, "bob")
    do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=40))
    with pytest.raises(InvalidAuthenticationCode):
        do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=40))


def test_a_clock_that_is_more_than_an_hour_wrong_is_not(do: Do) -> None:
    app = enrolled(do, "bob")
    with pytest.raises(InvalidAuthenticationCode):
        do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=130))


def test_wrong_codes_for_bringing_into_step_are_limited(do: Do) -> None:
    app = enrolled(do, "bob")
    for _ in range(5):
        with pytest.raises(InvalidAuthenticationCode):
            do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=500))
    with pytest.raises(LimitExceeded, match="Too many wrong authentication codes"):
        do("resync_mfa_device", user_name="bob", serial_number=app.serial, **app.pair(ahead=2))


def test_no_seed_is_stored_in_clear_and_no_code_is_logged(
    do: Do, directory: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = enrolled(do, "bob")
    dump = directory.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "*", "+").stdout
    answer = do("list_virtual_mfa_devices")
    trail = (directory.data / "audit.jsonl").read_text()
    codes = {app.code(ahead=ahead) for ahead in range(-4, 2)}
    for text in (dump, str(answer), trail, caplog.text):
        assert app.seed.hex() not in text
    assert not any(code in trail for code in codes)


def test_people_manage_the_device_that_carries_their_name(do: Do, as_user: Any) -> None:
    own = allow("iam:*MFADevice*", ["arn:aws:iam::*:mfa/${aws:username}", "arn:aws:iam::*:user/${aws:username}"])
    do("put_user_policy", user_name="bob", policy_name="mfa", policy_document=own)
    do("create_login_profile", user_name="bob", password="Bindery-demo-1")
    as_bob = as_user("bob")
    app = enrolled(as_bob, "bob", "bob")
    assert [device["serial_number"] for device in as_bob("list_mfa_devices")["mfa_devices"]] == [app.serial]
    with pytest.raises(AccessDenied, match="iam:CreateVirtualMFADevice on resource: arn:aws:iam::123456789012:mfa/al"):
        new_device(as_bob, "alice")


def test_of_sixteen_users_who_are_given_one_device_at_once_one_gets_it(do: Do, directory: Any) -> None:
    app, moment = new_device(do), RequestContext()
    codes = app.pair(moment.now)
    steps = []
    for number in range(16):
        do("create_user", user_name=f"user{number}")
        steps.append(("enable_mfa_device", {"user_name": f"user{number}", "serial_number": app.serial, **codes}))
    assert race(directory, steps, moment) == {"ok": 1, "EntityAlreadyExists": 15}


def test_of_sixteen_devices_given_to_one_user_at_once_eight_are(do: Do, directory: Any) -> None:
    apps, moment = [new_device(do, f"phone{number}") for number in range(16)], RequestContext()
    steps = [
        ("enable_mfa_device", {"user_name": "bob", "serial_number": app.serial, **app.pair(moment.now)}) for app in apps
    ]
    assert race(directory, steps, moment) == {"ok": 8, "LimitExceeded": 8}
    assert len(do("list_mfa_devices", user_name="bob")["mfa_devices"]) == 8


def test_a_user_deleted_while_given_a_device_leaves_none_that_counts(do: Do, directory: Any) -> None:
    app, moment = new_device(do), RequestContext()
    enable = ("enable_mfa_device", {"user_name": "bob", "serial_number": app.serial, **app.pair(moment.now)})
    outcome = race(directory, [enable, ("delete_user", {"user_name": "bob"})], moment)
    is_there = "bob" in {user["user_name"] for user in do("list_users")["users"]}
    assigned = do("list_virtual_mfa_devices", assignment_status="Assigned")["virtual_mfa_devices"]
    assert outcome["ok"] == 1
    assert bool(assigned) == is_there
