"""The console in Chinese: from sign-in on, with and without JavaScript, on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.support import Translations
from playwright.sync_api import Page, expect

import web
from adapter.server.tree import DEMO_PASSWORD
from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import PHONE, fill_in
from tests.browser.people import CREDENTIALS, set_up

CATALOGUE = Translations.load(Path(web.__file__).parent / "translations", ["zh_Hans"])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DRAWN = """characters => new Set([...characters].map(character => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.font = "32px " + getComputedStyle(document.body).fontFamily;
  pen.fillText(character, 4, 40);
  return canvas.toDataURL();
})).size"""
"""How many different pictures characters make: what a font lacks is the same box every time."""


def zh(text: str, **parts: str) -> str:
    """A text of the console in Chinese."""
    found = CATALOGUE.ugettext(text)
    assert CHINESE.search(found), text
    return found % parts if parts else found


def switch(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in"))
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def sign_in(page: Page, console: Console, name: str) -> None:
    page.get_by_label("账户 ID 或别名").fill(console.directory.account_id)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".user-fold")).to_be_visible()


def test_somebody_signs_in_sets_mfa_up_and_creates_a_user_in_chinese(own_console: Console, page: Page) -> None:
    switch(page, own_console)
    sign_in(page, own_console, "bob")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator(".user-fold summary").click()
    page.get_by_role("link", name="我的安全凭证").click()
    page.get_by_role("link", name=zh("Add device")).click()
    page.get_by_role("link", name="身份验证器应用").click()
    page.get_by_role("button", name=zh("Next")).click()
    page.get_by_text(zh("Type the secret instead")).click()
    set_up(page, "第一个验证码", "第二个验证码", "添加 手机")
    expect(page.get_by_text("手机 已添加。")).to_be_visible()
    page.get_by_role("link", name="用户", exact=True).click()
    page.get_by_role("link", name="创建用户").click()
    page.get_by_label("用户名").fill("小明")
    page.get_by_role("button", name=zh("Next")).click()
    wrong = zh("%(label)s can have only letters, digits and + = , . @ _ -", label="用户名")
    expect(page.locator(".field-error")).to_contain_text(wrong)
    page.get_by_label("用户名").fill("xiaoming")
    page.get_by_role("button", name=zh("Next")).click()
    page.get_by_role("button", name=zh("Next")).click()
    page.get_by_role("button", name="创建用户").click()
    expect(page.locator(".notice-success")).to_contain_text("用户 xiaoming 已创建")


def test_the_switch_works_without_javascript_and_keeps_the_page(office: Console, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    fill_in(page, office, "bob")
    page.goto(office.at("/console/users?q=bob"))
    page.locator(".language-fold summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page).to_have_url(office.at("/console/users?q=bob"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("用户")
    page.locator(".language-fold summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Users")


def test_a_chinese_browser_gets_chinese_without_asking(office: Console, open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto(office.at("/console/sign-in"))
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_dates_are_written_as_chinese_readers_write_them(office: Console, open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto(office.at("/console/sign-in"))
    sign_in(page, office, "bob")
    created = page.locator("time").first
    expect(created).to_have_attribute("title", re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d:\d\d UTC$"))
    expect(created).to_contain_text(re.compile(r"前|刚刚"))


def test_characters_are_drawn(office: Console, open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto(office.at("/console/sign-in"))
    assert page.evaluate(DRAWN, "用户策略角色密钥") == 8


def test_what_scripts_say_is_chinese(office: Console, open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto(office.at("/console/sign-in"))
    sign_in(page, office, "bob")
    page.goto(office.at(f"{CREDENTIALS}/password"))
    page.get_by_label("新密码", exact=True).fill("short")
    expect(page.locator(".strength strong")).to_have_text("弱")
    page.goto(office.at("/console/"))
    page.locator("[data-copy]").nth(1).click()
    expect(page.locator("#said")).to_have_text("已复制")


@pytest.mark.parametrize(
    "path",
    ["", "users", "create-user", "users/bob", "policies", "roles", "account", "events", "directory", "credentials"],
)
def test_nothing_scrolls_sideways_on_a_phone(office: Console, open_page: OpenPage, path: str) -> None:
    page = open_page(locale="zh-CN", viewport=PHONE)
    page.goto(office.at("/console/sign-in"))
    sign_in(page, office, "bob")
    page.goto(office.at(f"/console/{path}"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
