"""Finds texts that people read, and among them those that nobody can translate: they stand outside `_()`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

TRANSLATING = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "Plural"})
ATTRIBUTES = frozenset({"alt", "aria-label", "aria-description", "content", "data-label", "placeholder", "title"})
"""Those whose values people read or hear."""
AS_IT_IS = frozenset({"code", "pre", "script", "style", "kbd", "samp"})
"""Elements for what is typed or copied, and so is the same in every language."""
NAMES = frozenset({"Bindery", "ARN", "JSON", "LDIF", "CSV", "UTC", "MFA", "LDAP", "OK", "AWS", "IAM", "DN", "ID"})
_HOLE = re.compile("\ue000(\\d+)\ue001")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SAID = re.compile(r"[A-Za-z]{2,}[,:]? [a-z]+[ .?!]?[a-z]|^[A-Z][a-z]+ [a-z]")
_FOR_PROGRAMS = frozenset({"compile", "info", "warning", "error", "debug", "exception", "command"})
"""What takes patterns, lines of the log and shell commands."""
_SENTENCE = re.compile(r"^\W*[A-Z][a-z]+|[A-Za-z]{2,},? [a-z]{2,}")


def in_template(environment: Environment, source: str) -> list[str]:
    """The texts of a template that are not translated."""
    flat = _Flat()
    flat.take(environment.parse(source))
    found = [text for each in flat.elsewhere for text in _spoken(each)]
    page = _Texts()
    page.feed("".join(flat.pieces))
    page.close()
    for text in page.found:
        found += [word for word in _WORD.findall(_HOLE.sub(" ", text)) if word not in NAMES][:1] and [text.strip()]
        found += [said for hole in _HOLE.findall(text) for said in _spoken(flat.holes[int(hole)])]
    return found


class _Flat:
    """A template as one piece of HTML: all branches one after the other, expressions as numbered holes."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.holes: list[nodes.Node] = []
        self.elsewhere: list[nodes.Node] = []

    def take(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            self.pieces.append(node.data)
        elif isinstance(node, nodes.Output):
            for each in node.nodes:
                self.take(each)
        elif isinstance(node, nodes.Expr):
            self.pieces.append(f"\ue000{len(self.holes)}\ue001")
            self.holes.append(node)
        elif isinstance(node, nodes.Assign | nodes.ExprStmt):
            self.elsewhere.append(node)
        elif isinstance(node, nodes.Block) and node.name.endswith("_class"):
            pass  # stands in an attribute that nobody reads
        elif isinstance(node, nodes.CallBlock):
            self.elsewhere.append(node.call)
            self._body(node)
        else:
            self._body(node)

    def _body(self, node: nodes.Node) -> None:
        for name in ("body", "elif_", "else_"):
            for each in getattr(node, name, None) or ():
                self.take(each)
        self.elsewhere += getattr(node, "defaults", ())


def _spoken(node: nodes.Node) -> Iterator[str]:
    """The strings in an expression that look like words for people."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        if _SENTENCE.search(node.value) and node.value not in NAMES and not node.value.startswith("aws "):
            yield node.value
    elif not _translates(node) and not isinstance(node, nodes.Compare | nodes.Getitem | nodes.Test):
        children = [node.test, node.expr1, node.expr2] if isinstance(node, nodes.CondExpr) else node.iter_child_nodes()
        for child in children:
            if child is not None:
                yield from _spoken(child)


def _translates(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING


class _Texts(HTMLParser):
    """Text between tags, and the attributes that are read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._as_it_is = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._as_it_is += tag in AS_IT_IS
        given = dict(attrs)
        self.found += [given[name] or "" for name in ATTRIBUTES & set(given) if tag != "meta"]
        if tag == "option":
            self.found.append(given.get("label") or "")

    def handle_endtag(self, tag: str) -> None:
        self._as_it_is -= tag in AS_IT_IS

    def handle_data(self, data: str) -> None:
        if not self._as_it_is and data.strip():
            self.found.append(data)


def in_page(html: str) -> list[str]:
    """What a page says, piece by piece, with what is only heard; names, commands and documents are left out."""
    page = _Texts()
    page.feed(html)
    page.close()
    return page.found


def in_code(file: Path) -> list[str]:
    """The sentences of a module that are not translated; docstrings and what only programs read are left out."""
    tree = ast.parse(file.read_text())
    left_out = {id(each) for node in ast.walk(tree) for each in _not_said(node)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    said = [text.value for text in texts if id(text) not in left_out and _SAID.search(text.value)]
    return said + [text for node in ast.walk(tree) if id(node) not in left_out for text in _before_a_hole(node)]


def _before_a_hole(node: ast.AST) -> Iterator[str]:
    """A word in an f-string that something else follows: "By {name}"."""
    if isinstance(node, ast.JoinedStr):
        for text in node.values:
            if isinstance(text, ast.Constant) and re.fullmatch(r"[A-Z][a-z]+ ", text.value):
                yield text.value


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node and is not said to people."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value  # a docstring
    if isinstance(node, ast.keyword) and node.arg == "salt":
        yield from ast.walk(node.value)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "_EXTENSION":
        yield from ast.walk(node)  # a key among Flask's extensions
    if isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key is not None)
    if isinstance(node, ast.Raise):
        yield from ast.walk(node)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in TRANSLATING | _FOR_PROGRAMS:
            yield from ast.walk(node)
