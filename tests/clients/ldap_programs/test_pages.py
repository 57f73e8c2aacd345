"""The recipes' pages say what each of them has to say, and which of them are tried."""

from __future__ import annotations

import re

import pytest

from tests.clients.ldap_programs.recipes import FOLDER
from tests.clients.ldap_programs.test_programs import PROGRAMS

PAGES = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")
TRIED = {program.recipe for program in PROGRAMS} | {"ldap-utils"}
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
READER = "cn=reader,ou=iam,"


def page(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_the_index_lists_every_page_and_says_truly_whether_it_is_tried() -> None:
    listed = dict(re.findall(r"^\| \[[\w-]+\]\(([\w-]+)\.md\) \|.*\| (tested|untested) \|$", INDEX, re.MULTILINE))
    assert listed == {name: "tested" if name in TRIED else "untested" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_begins_by_saying_whether_it_is_tried(name: str) -> None:
    assert page(name).split("\n")[1].startswith("Tested with Debian 12's" if name in TRIED else "Untested")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_of_filters_accounts_and_those_who_are_disabled_or_renamed(name: str) -> None:
    text = page(name).casefold()
    for words in ("filter", "bind account", "disabled", "ou=people" if name != "nginx" else "nslcd-pam.md"):
        assert words in text
    assert READER in text or name == "nginx"


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"images", "ldap-utils"}))
def test_a_page_advises_on_renaming_and_on_second_factors(name: str) -> None:
    assert "renamed user |" in page(name)
    assert "| second factor |" in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_s_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page(name)):
        assert (FOLDER / target).exists()
