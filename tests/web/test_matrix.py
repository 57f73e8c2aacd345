"""Five kinds of people at every page and every form: what each sees, and what the door lets each do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.matrix import Deed, See
from tests.web.matrix_deeds import DEEDS
from tests.web.matrix_pages import PAGES
from tests.web.personas import PERSONAS, Cast, Facts, casting
from tests.web.visitor import HOME, SIGN_IN, Visitor, text

_REFUSAL = re.compile(r"Action (iam|bindery):\w+")
_ENABLED = re.compile(r'<a class="btn [^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_DISABLED = re.compile(r'<button type="button" class="btn [^"]*" disabled>(.*?)</button>', re.DOTALL)
_REASON = re.compile(r'class="refused-why">You may not <code>\w+:\w+</code> <a class="why"')
_ELSEWHERE = {SIGN_IN, "/console/confirm", "/console/enrol"}
_TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def cast(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """One console for the whole matrix; each deed is done to things of its own."""
    yield from casting(demo_template, tmp_path_factory.mktemp("matrix"))


def _labels(pattern: re.Pattern[str], page: str) -> set[str]:
    return {" ".join(_TAG.sub("", label).split()) for label in pattern.findall(page)}


def _mark_of_page(response: TestResponse, buttons: tuple[str, ...]) -> str:
    if response.status_code == 403:
        return "x" if _REFUSAL.search(text(response)) else "no reason"
    if response.status_code != 200:
        return {302: ">", 303: ">", 404: "?"}.get(response.status_code, "!")
    if not buttons:
        return "o"
    page = response.get_data(as_text=True)
    enabled, disabled = _labels(_ENABLED, page), _labels(_DISABLED, page)
    if set(buttons) <= enabled:
        return "+"
    if not set(buttons) & (enabled | disabled):
        return "."
    reasons = len(_REASON.findall(page))
    return "-" if set(buttons) <= disabled and reasons >= len(disabled) else f"enabled {enabled}, disabled {disabled}"


def _mark_of_deed(response: TestResponse) -> str:
    if response.status_code == 403:
        return "x" if _REFUSAL.search(text(response)) else "!"
    if response.status_code in {302, 303}:
        return ">" if response.location.partition("?")[0] in _ELSEWHERE else "+"
    return {200: "+", 404: "?"}.get(response.status_code, "!")


def _filled(value: Any, facts: Facts) -> Any:
    if isinstance(value, list):
        return [_filled(each, facts) for each in value]
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), value)


def _do(cast: Cast, deed: Deed, persona: str) -> TestResponse:
    visitor = cast.visitor(persona)  # who signs in again gets another device: before anything is made
    facts = cast.given(persona, deed.given)
    if deed.send:
        response = deed.send(visitor, facts, cast, persona)
    else:
        fields = {name: _filled(value, facts) for name, value in deed.fields.items()}
        response = visitor.submit(f"/console/{_filled(deed.path, facts)}", fields, page=HOME)
    if deed.ends_session:
        cast.forget(persona)
    return response


@pytest.mark.parametrize("see", PAGES, ids=lambda see: f"{see.endpoint}:{see.path.partition('?')[0]}")
def test_everybody_sees_what_is_for_them(cast: Cast, see: See) -> None:
    visitors = {persona: cast.visitor(persona) for persona in PERSONAS}
    facts = {persona: cast.given(persona, see.given) for persona in PERSONAS}
    answers = {
        persona: visitors[persona].get(f"/console/{_filled(see.path, facts[persona])}", buffered=True)
        for persona in PERSONAS
    }
    marks = [_mark_of_page(answers[persona], see.buttons) for persona in PERSONAS]
    assert (see.endpoint, *marks) == (see.endpoint, *see.gets)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.endpoint)
def test_the_door_lets_everybody_do_what_they_may_and_nothing_else(cast: Cast, deed: Deed) -> None:
    answers = {persona: _do(cast, deed, persona) for persona in reversed(PERSONAS)}
    marks = [_mark_of_deed(answers[persona]) for persona in PERSONAS]
    assert (deed.endpoint, *marks) == (deed.endpoint, *deed.gets)
    if marks[PERSONAS.index("rita")] == "x":
        assert f"Action {deed.right}" in text(answers["rita"])


def _routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint.removeprefix("console."), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_no_page_and_no_form_is_left_out(cast: Cast) -> None:
    held = {(see.endpoint, "GET") for see in PAGES} | {(deed.endpoint, "POST") for deed in DEEDS}
    assert _routes(cast.app) == held


_FOR_EVERYBODY = {"sign_in", "sign_in_as_root", "sign_in_by_passkey", "language"}
_HALF_DONE = {"mfa_code", "new_password"}
"""Public, but lead back to the sign-in of whoever has not begun one."""


def test_who_is_not_signed_in_gets_nothing_but_the_door(cast: Cast) -> None:
    stranger = Visitor(cast.app)
    for see in PAGES:
        response = stranger.get(f"/console/{_filled(see.path, {})}")
        if see.endpoint in _FOR_EVERYBODY:
            assert response.status_code == 200
        else:
            assert response.status_code == 302, see
            assert response.location.startswith(SIGN_IN), see


def test_who_is_not_signed_in_can_send_no_form(cast: Cast) -> None:
    for deed in DEEDS:
        if deed.endpoint not in _FOR_EVERYBODY:
            stranger = Visitor(cast.app)
            response = stranger.submit(f"/console/{_filled(deed.path, {})}", {"typed": "x"}, page=SIGN_IN)
            assert response.status_code == 302, deed
            assert response.location.startswith(SIGN_IN), deed
