"""Refusals and the check-up in the reader's language: every message that is recognised is one that the library has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapter.models import PasswordPolicy
from adapter.operations.passwords import password_demands
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text
from web.console import refused
from web.console.directory import sayings as checkup
from web.console.refused import demand_words, error_words, layer_words
from web.console.sayings import Sayings

ADAPTER = Path(__file__).parents[2] / "adapter"
LIBRARY = sorted(ADAPTER.rglob("*.py"))
EXPLAINED = (ast.Module, ast.ClassDef, ast.FunctionDef)
HOLE = re.compile(r"\ue000+")


def shapes(node: ast.AST) -> Iterator[str]:
    """A text of the library, a private character standing for what it tells of the case at hand."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield HOLE.sub("\ue000", re.sub(r"\{[^{}]*\}", "\ue000", node.value))
    elif isinstance(node, ast.JoinedStr):
        pieces = (each.value if isinstance(each, ast.Constant) else "\ue000" for each in node.values)
        yield HOLE.sub("\ue000", "".join(map(str, pieces)))
        return
    for child in ast.iter_child_nodes(node):
        yield from shapes(child)


@pytest.fixture(scope="module")
def said_by_the_library() -> str:
    return "\n".join(shape for file in LIBRARY for shape in shapes(ast.parse(file.read_text())))


def pattern(saying: str) -> re.Pattern[str]:
    """What a saying can be, whatever is put into its holes."""
    return re.compile(".+?".join(re.escape(piece) for piece in re.split(r"%\(\w+\)s", saying)))


TABLES = {
    "errors": refused._ERRORS,
    "places": refused._PLACES,
    "demands": refused._DEMANDS,
    "first steps": refused._FIRST_STEPS,
    "layers": refused._LAYERS,
    "checks": checkup._CHECKS,
    "findings of the check-up": checkup._FINDINGS,
    "advice": checkup._ADVICE,
}
ENGLISH_WORDS = re.compile(r"[a-z]{3,} [a-z]{3,}")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_is_recognised_is_said_by_the_library(table: Sayings, said_by_the_library: str) -> None:
    assert [text for text in table.texts if not pattern(text).search(said_by_the_library)] == []


def test_everything_that_the_check_up_says_is_recognised() -> None:
    tree = ast.parse((ADAPTER / "installation/doctor.py").read_text())
    explained = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, EXPLAINED)}
    said = {shape for shape in shapes(tree) if ENGLISH_WORDS.search(shape)} - explained
    known = [text for table in (checkup._CHECKS, checkup._FINDINGS, checkup._ADVICE) for text in table.texts]
    assert {text for text in said if not any(pattern(saying).fullmatch(text) for saying in known)} == set()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The user with name bob cannot be found.", "找不到名为 bob 的用户。"),
        ("User with name a.%(name)s already exists.", "名为 a.%(name)s 的用户已存在。"),
        ("Cannot exceed quota for GroupsPerUser: 10", "不能超出 GroupsPerUser 的配额：10"),
        (
            "Password does not conform to the account password policy. It needs at least 8 characters, a digit (0-9).",
            "密码不符合账户的密码策略。还需要：至少 8 个字符、一个数字 (0-9)。",
        ),
        (
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: "
            "Member must have length less than or equal to 64",
            "检测到 1 个验证错误：“userName”的值不满足约束：长度必须小于或等于 64",
        ),
        ("Nobody has thought of this.", "Nobody has thought of this."),
    ],
)
def test_an_error_is_said_in_chinese(chinese: None, message: str, words: str) -> None:
    assert error_words(message) == words


def test_what_a_password_needs_is_said_in_chinese(chinese: None) -> None:
    assert demand_words("a symbol (! @ #)") == "一个符号 (! @ #)"


@pytest.mark.parametrize(("kept", "words"), [(1, "your last password"), (3, "your last 3 passwords")])
def test_what_a_password_needs_minds_numbers_of_one(kept: int, words: str) -> None:
    *_, demand = password_demands(PasswordPolicy(password_reuse_prevention=kept))
    assert demand == f"to differ from {words}"
    assert any(pattern(saying).fullmatch(demand) for saying in refused._DEMANDS.texts)


def test_the_kind_of_a_policy_is_said_in_chinese(chinese: None) -> None:
    assert layer_words("identity-based policy") == "基于身份的策略"


def in_chinese(visitor: Visitor) -> Visitor:
    visitor.client.set_cookie("bindery-language", "zh-Hans")
    return visitor


def test_a_refusal_names_the_missing_permission_in_chinese(visitor: Visitor) -> None:
    in_chinese(visitor).sign_in("job")
    page = text(visitor.get("/console/events/verify"))
    assert "您无权执行此操作" in page
    assert "没有适用于您的基于身份的策略允许该操作" in page


def test_a_name_that_is_taken_is_refused_in_chinese(visitor: Visitor, do: Do) -> None:
    do("create_group", group_name="taken")
    in_chinese(visitor).sign_in("alice")
    page = text(visitor.submit("/console/create-group", {"group_name": "taken"}))
    assert "名为 taken 的用户组已存在。" in page
    assert "请另选名称" in page


def test_the_check_up_is_said_in_chinese(visitor: Visitor, demo_directory: object) -> None:
    in_chinese(visitor).sign_in("alice")
    page = text(visitor.get("/console/directory"))
    assert "未登录者看不到任何内容" in page
    assert not ENGLISH_WORDS.search(page.replace("bindery doctor", "")), page
