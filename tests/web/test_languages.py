"""Languages: which one a page is in, how it is chosen, and that the catalogues are whole."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from adapter.errors import NoSuchEntity
from tests.web.visitor import HOME, SIGN_IN, Visitor
from web.console import jobs
from web.languages import remember
from web.presentation import number

COOKIE = "bindery-language"
CHOOSE = "/console/language"


def html_lang(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found
    return found[1]


def asked(visitor: Visitor, header: str) -> str:
    return html_lang(visitor.client.get(SIGN_IN, headers={"Accept-Language": header}).text)


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("ZH-cn,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
        ("de-DE,de;q=0.9,zh-CN;q=0.8,en;q=0.7", "zh-Hans"),
        ("de,fr", "en"),
        ("zh;q=0", "en"),
        ("*", "en"),
        ("", "en"),
        (";;,--,zh-" + "x" * 500, "zh-Hans"),
        ("\xff\xfe,zh;q=nan", "en"),
        ("x," * 500 + "zh", "en"),
    ],
)
def test_the_first_of_the_browsers_languages_that_there_is_is_taken(visitor: Visitor, header: str, tag: str) -> None:
    assert asked(visitor, header) == tag


def test_a_choice_wins_over_what_the_browser_asks_for(visitor: Visitor) -> None:
    visitor.client.set_cookie(COOKIE, "en")
    assert asked(visitor, "zh-CN") == "en"


def test_a_choice_of_a_language_that_there_is_not_counts_for_nothing(visitor: Visitor) -> None:
    visitor.client.set_cookie(COOKIE, "../../etc")
    assert asked(visitor, "zh-CN") == "zh-Hans"


def test_caches_are_told_what_a_page_depends_on(visitor: Visitor) -> None:
    vary = visitor.client.get(SIGN_IN).vary
    assert {"accept-language", "cookie"} <= {each.lower() for each in vary}


def test_a_static_file_is_the_same_in_every_language(visitor: Visitor) -> None:
    assert "accept-language" not in visitor.client.get("/static/bindery.css").vary


def choose(visitor: Visitor, tag: str, here: str = SIGN_IN) -> TestResponse:
    return visitor.submit(CHOOSE, {"language": tag, "here": here}, page=SIGN_IN)


def test_a_choice_is_kept_and_leads_back_to_the_page(visitor: Visitor) -> None:
    page = f"{SIGN_IN}?account=acme"
    assert choose(visitor, "zh-Hans", page).location == page
    assert asked(visitor, "en") == "zh-Hans"


def test_a_choice_outlives_the_session(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    visitor.submit(CHOOSE, {"language": "zh-Hans"}, page=HOME)
    visitor.sign_out()
    assert asked(visitor, "en") == "zh-Hans"


def test_a_choice_ends_no_session(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    visitor.submit(CHOOSE, {"language": "zh-Hans"}, page=HOME)
    assert html_lang(visitor.get(HOME).text) == "zh-Hans"


@pytest.mark.parametrize("tag", ["", "fr", "../en", "zh-Hans\r\nX: y"])
def test_a_language_that_there_is_not_is_refused(visitor: Visitor, tag: str) -> None:
    response = choose(visitor, tag)
    assert response.status_code == 400
    assert visitor.cookie(COOKIE) is None


@pytest.mark.parametrize("here", ["//evil.example", "https://evil.example/console/", "/\\evil.example", "/api", ""])
def test_a_choice_leads_to_no_other_site(visitor: Visitor, here: str) -> None:
    assert choose(visitor, "en", here).location == HOME


def test_a_choice_without_the_token_is_refused(visitor: Visitor) -> None:
    visitor.get(SIGN_IN)
    assert visitor.post(CHOOSE, {"language": "zh-Hans"}).status_code == 400
    assert visitor.cookie(COOKIE) is None


def test_a_choice_that_another_site_sends_is_refused(visitor: Visitor) -> None:
    assert visitor.post(CHOOSE, {"language": "zh-Hans"}, origin="https://evil.example").status_code in {400, 403}
    assert visitor.cookie(COOKIE) is None


def test_the_switch_names_the_page_that_can_be_asked_for_again(visitor: Visitor) -> None:
    refused = visitor.submit(f"{SIGN_IN}?account=a", {"account": "a", "name": "b", "password": "c"})
    assert f'name="here" value="{SIGN_IN}"' in refused.text


def test_an_answer_that_only_a_form_gets_leads_home(visitor: Visitor) -> None:
    assert f'name="here" value="{HOME}"' in visitor.post(f"{SIGN_IN}/passkey", {}).text


def test_an_error_page_is_in_the_language_too(visitor: Visitor) -> None:
    page = visitor.client.get("/console/nothing", headers={"Accept-Language": "zh"})
    assert html_lang(page.text) == "zh-Hans"


def test_the_cookie_is_guarded_like_the_others(https_app: Flask) -> None:
    with https_app.test_request_context("/console/", base_url="https://localhost"):
        response = https_app.make_response("")
        assert remember(response, "zh-Hans")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-bindery-language=zh-Hans;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_what_form_fields_say_by_themselves_is_translated(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    visitor.client.set_cookie(COOKIE, "zh-Hans")
    path = "/console/credentials/app-passwords/create"
    page = visitor.submit(path, {"service": "mail", "days": "soon"})
    assert "不是有效的整数" in page.text


def test_long_work_tells_in_the_language_of_whoever_started_it(app: Flask) -> None:
    def steps() -> Iterator[tuple[str, ...]]:
        yield (number(1234),)
        raise NoSuchEntity("The user with name bob cannot be found.")

    work = jobs.Job(owner="", title="", header=("",), total=2, back="")
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        jobs.start(work, steps())
    for thread in threading.enumerate():
        if thread.name == "console-job":
            thread.join()
    assert (work.results, work.failure) == ([("1,234",)], "找不到名为 bob 的用户。")


def test_programs_are_answered_in_english_whatever_they_ask_for(visitor: Visitor) -> None:
    answer = visitor.client.post("/", data={"Action": "GetUser"}, headers={"Accept-Language": "zh-CN"})
    assert "Request is missing Authentication Token" in answer.text
    assert "accept-language" not in answer.vary
