"""The directory in the console: its server, and the tree."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from adapter.ldap.wire import Wire
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text

SERVER = "/console/directory"
TREE = "/console/tree"
SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"


def tree(visitor: Visitor, dn: str = "", **more: str) -> str:
    return visitor.get(TREE, query_string={"dn": dn} | more).get_data(as_text=True)


def names(page: str) -> list[str]:
    """What the tree shows, in order."""
    part = page.split('aria-label="Tree"')[1].split("</nav>", maxsplit=1)[0].replace("<wbr>", "")
    return re.findall(r"</svg><span>([^<]+?)(?: <span|</span)", part)


def test_the_server_shows_how_it_is(bob: Visitor) -> None:
    page = text(bob.get(SERVER))
    for words in ("State Answers", "Version slapd 2.", "Your part of the tree dc=example,dc=org", "Provider"):
        assert words in page
    assert "Schema Fine The directory knows all" in page


def test_what_has_to_be_done_comes_first(bob: Visitor, demo_directory: Any) -> None:
    demo_directory.settings.master_key_path.chmod(0o644)
    page = text(bob.get(SERVER))
    assert "Found Permissions Mend this Others can get at" in page


def test_the_tree_opens_step_by_step(bob: Visitor) -> None:
    top = tree(bob)
    assert names(top) == [SUFFIX, "ou=groups", "ou=iam", "ou=people"]
    people = tree(bob, PEOPLE)
    assert names(people)[:5] == [SUFFIX, "ou=groups", "ou=iam", "ou=people", "uid=alice"]
    assert names(tree(bob, f"uid=job,{PEOPLE}")) == names(people)


def test_an_entry_shows_as_ldif(bob: Visitor) -> None:
    page = text(bob.get(TREE, query_string={"dn": f"uid=job,{PEOPLE}"}))
    assert f"dn: uid=job,{PEOPLE} objectClass: inetOrgPerson" in page
    assert "assword:" not in page


def test_a_large_level_goes_page_by_page_and_stays_there(bob: Visitor, do: Do) -> None:
    for number in range(60):
        do("create_user", user_name=f"clerk-{number:02}")
    first = tree(bob, PEOPLE)
    assert "(65)" in first
    assert "uid=clerk-47" in names(first)
    assert "uid=clerk-50" not in names(first)
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    second = bob.get(following[1].replace("&amp;", "&").split("#")[0]).get_data(as_text=True)
    assert "uid=clerk-50" in names(second)
    assert "uid=clerk-47" not in names(second)
    leaf = re.search(r'href="([^"]*clerk-50[^"]*)"', second)
    assert leaf
    opened = bob.get(leaf[1].replace("&amp;", "&").split("#")[0]).get_data(as_text=True)
    assert names(opened) == names(second)
    assert "From the beginning" in opened


def test_an_entry_on_another_page_shows_all_the_same(bob: Visitor, do: Do) -> None:
    for number in range(60):
        do("create_user", user_name=f"clerk-{number:02}")
    assert names(tree(bob, f"uid=ray,{PEOPLE}"))[-1] == "uid=ray"


@pytest.mark.parametrize("dn", [f"uid=nobody,{PEOPLE}", "cn=config", "nonsense", "(uid=*)", "x" * 5000, "<script>"])
def test_a_dn_that_leads_nowhere_is_said_beside_its_field(bob: Visitor, dn: str) -> None:
    response = bob.get(TREE, query_string={"dn": dn})
    assert response.status_code == 404
    assert "There is no such entry" in text(response)
    assert "<script>alert" not in response.get_data(as_text=True)


def test_what_somebody_else_wrote_stays_text(bob: Visitor, demo_directory: Any) -> None:
    name = "<img src=x onerror=alert(1)>"
    escaped = name.replace("<", "\\<").replace(">", "\\>").replace("=", "\\=")
    ldif = f"dn: ou={escaped},{SUFFIX}\nobjectClass: organizationalUnit\nou: {name}\n"
    demo_directory.ldap("ldapadd", stdin=ldif.replace("ou: <", "ou:: PGltZyBzcmM9eCBvbmVycm9yPWFsZXJ0KDEpPg==\n#<"))
    assert "<img" not in tree(bob)


def test_the_directory_is_for_those_who_may_see_it(visitor: Visitor) -> None:
    visitor.sign_in("joy")
    for path, action in ((SERVER, "bindery:DescribeDirectory"), (TREE, "bindery:DescribeEntry")):
        response = visitor.get(path)
        assert response.status_code == 403
        assert action in text(response)


def test_the_pages_take_few_questions(bob: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = (SERVER, TREE, f"{TREE}?dn=uid=job,{PEOPLE}", f"{TREE}?dn=cn=admin,ou=groups,{SUFFIX}")
    asked: list[Any] = []
    search, own = Wire.search, threading.current_thread()

    def count(wire: Wire, *more: Any) -> Any:
        asked.extend([more] if threading.current_thread() is own else [])  # what goes on beside is no part of the page
        return search(wire, *more)

    monkeypatch.setattr(Wire, "search", count)
    for path in paths:
        asked.clear()
        assert bob.get(path).status_code == 200
        assert len(asked) <= 15, path
