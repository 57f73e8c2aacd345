"""Setting up a second factor, of one’s own will or because the account requires one."""

from __future__ import annotations

import base64
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapter import Iam
from adapter.crypto.totp import code_at, current_step
from tests.web.conftest import Do
from tests.web.factors import (
    CODE,
    CONFIRM,
    CREDENTIALS,
    KEYS,
    SELF_SERVICE,
    App,
    begin,
    give_app,
    grow_old,
    hidden,
    make_person,
    sign_in,
)
from tests.web.visitor import HOME, ORIGIN, SIGN_IN, Visitor, target, text


def test_where_mfa_is_required_everything_leads_to_enrolment(visitor: Visitor, do: Do) -> None:
    make_person(do, "cleo")
    do("update_sign_in_settings", mfa_required=True)
    begin(visitor, "cleo")
    for address in (HOME, CREDENTIALS, "/console/users", KEYS):
        assert target(visitor.get(address)) == f"{ORIGIN}/console/enrol"
    assert "Set up MFA" in text(visitor.get("/console/enrol"))


def test_somebody_without_any_rights_enrols_and_is_in(visitor: Visitor, do: Do) -> None:
    make_person(do, "cleo")
    do("update_sign_in_settings", mfa_required=True)
    begin(visitor, "cleo")
    enrol(visitor)
    assert visitor.is_signed_in()
    assert "10 recovery codes" not in text(visitor.get(CREDENTIALS))
    assert "Your recovery codes" in text(visitor.submit(f"{CREDENTIALS}/recovery-codes", {}))


def enrol(visitor: Visitor) -> App:
    """Adds an authenticator app in the console."""
    page = visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "Phone"})
    shown = re.findall(r'class="id">(?:<wbr>)?([A-Z2-7 ]{39})<', page.get_data(as_text=True))[0]
    seed = base64.b32decode(shown.replace(" ", ""))
    app = App("", seed, current_step(datetime.now(UTC)) - 2)
    done = visitor.post(f"{CREDENTIALS}/mfa/app/codes", hidden(page) | app_codes(app))
    assert done.status_code == 302, text(done)
    return app


def app_codes(app: App) -> dict[str, str]:
    first = app.last + 1
    app.last = first + 1
    return {"code1": code_at(app.seed, first), "code2": code_at(app.seed, first + 1)}


def test_enrolment_without_the_password_is_refused(visitor: Visitor, do: Do, app_of_ann: App) -> None:
    begin(visitor, "ann")
    for address in ("/console/enrol", f"{CREDENTIALS}/mfa/app", f"{CREDENTIALS}/mfa/passkey"):
        assert target(visitor.get(address)).startswith(ORIGIN + SIGN_IN)
    answer = visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "x"}, page=CODE)
    assert target(answer).startswith(ORIGIN + SIGN_IN)


def test_a_second_device_takes_a_fresh_proof_of_the_first(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    grow_old(visitor)
    for address in (f"{CREDENTIALS}/mfa/app", f"{CREDENTIALS}/mfa/passkey", f"{CREDENTIALS}/mfa/add"):
        assert target(visitor.get(address)).startswith(ORIGIN + CONFIRM)


def test_a_session_from_before_a_device_can_not_add_another(visitor: Visitor, do: Do) -> None:
    make_person(do, "ann", SELF_SERVICE)
    begin(visitor, "ann")
    give_app(do, "ann")
    assert target(visitor.get(f"{CREDENTIALS}/mfa/app")).startswith(ORIGIN + CONFIRM)


def test_somebody_else_s_enrolment_page_is_of_no_use(
    visitor: Visitor, another_visitor: Visitor, do: Do, app_of_ann: App
) -> None:
    make_person(do, "cleo", SELF_SERVICE)
    begin(another_visitor, "cleo")
    page = another_visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "Phone"})
    sign_in(visitor, "ann", app_of_ann)
    own = hidden(visitor.get(f"{CREDENTIALS}/mfa/app"))
    stolen = own | {"kept": hidden(page)["kept"], "code1": "123456", "code2": "234567"}
    assert target(visitor.post(f"{CREDENTIALS}/mfa/app/codes", stolen)) == f"{ORIGIN}{CREDENTIALS}/mfa/app"


def test_no_secret_of_a_second_factor_is_in_any_log(
    visitor: Visitor, do: Do, iam: Iam, demo_directory: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make_person(do, "ann", SELF_SERVICE)
    caplog.set_level(logging.DEBUG)
    begin(visitor, "ann")
    app = enrol(visitor)
    page = visitor.submit(f"{CREDENTIALS}/recovery-codes", {}).get_data(as_text=True)
    codes = page.split('class="recovery-codes"', 1)[1].split("</ol>")[0].split("<li>")[1:]
    key = hidden(visitor.submit(KEYS, {}))["content"]
    secrets = [base64.b32encode(app.seed).decode(), key, *(code.split("<")[0] for code in codes)]
    written = caplog.text + Path(demo_directory.data / "audit.jsonl").read_text()
    assert "ann" in written
    for secret in secrets:
        assert secret not in written
        assert secret.replace("-", "") not in written
