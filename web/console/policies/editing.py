"""What the policy editor's form holds: JSON, or statements as choices, and the button that was pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from web.console.documents import pretty
from web.console.policies.visual import (
    Condition,
    VisualStatement,
    from_document,
    to_document,
    with_service,
)

SAVE = "save"
_MOST_STATEMENTS = 60
_MOST_CONDITIONS = 20
Fields = MultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The editor as it stands.

    Attributes:
        document: the policy as JSON, in either mode.
        is_visual: whether the choices are shown.
        wants_save: the button that saves was pressed.
        notice: why something was not done.
        open_statement: the one that was worked on last.
    """

    document: str
    statements: tuple[VisualStatement, ...] = ()
    is_visual: bool = True
    wants_save: bool = False
    notice: str = ""
    open_statement: int = 0


def begin(document: str, *, visually: bool) -> Editing:
    """An editor with a document in it; as JSON where it can't be shown otherwise."""
    statements = from_document(document) if visually else None
    if statements is None:
        return Editing(document=pretty(document), is_visual=False)
    return Editing(document=to_document(statements), statements=statements)


def read(fields: Fields) -> Editing:
    """The editor as the form has it, after what the pressed button does."""
    act, _, number = fields.get("act", SAVE).partition("-")
    if fields.get("mode") != "visual":
        return _read_json(fields.get("document", ""), act)
    statements = [_statement(fields, each) for each in _numbers(fields)]
    place = int(number) if number.isdigit() and int(number) < len(statements) else 0
    change = _CHANGES.get(act)
    if change:
        statements = change(statements, place)
    opened = len(statements) - 1 if act in ("add", "addjson") else min(place, max(0, len(statements) - 1))
    document = to_document(statements)
    return Editing(
        document=document,
        statements=tuple(statements),
        is_visual=act != "json",
        wants_save=act == SAVE,
        open_statement=opened,
    )


def _read_json(document: str, act: str) -> Editing:
    if act == "visual":
        found = begin(document, visually=True)
        words = gettext(
            "The visual editor cannot show this document: mend what is wrong with it first, or go on as JSON."
        )
        return found if found.is_visual else replace(found, notice=words)
    shown = pretty(document) if act == "format" else document
    return Editing(document=shown, is_visual=False, wants_save=act == SAVE)


def _numbers(fields: Fields) -> list[int]:
    return [int(each) for each in fields.getlist("statement") if each.isdigit()][:_MOST_STATEMENTS]


def _statement(fields: Fields, number: int) -> VisualStatement:
    def one(name: str) -> str:
        return fields.get(f"s{number}-{name}", "").strip()

    def lines(name: str) -> list[str]:
        return [line.strip() for line in one(name).replace(",", "\n").splitlines() if line.strip()]

    if f"s{number}-raw" in fields:
        return VisualStatement(raw=one("raw"))
    was, service = one("was"), one("service")
    chosen = [*fields.getlist(f"s{number}-action"), *lines("more")]
    statement = VisualStatement(
        sid=one("sid"),
        allows=one("effect") != "Deny",
        service=was,
        actions=tuple(dict.fromkeys(chosen)),
        resources=tuple(_resource_lines(one("resources"))),
        conditions=tuple(_conditions(fields, number)),
        regions=tuple(fields.getlist(f"s{number}-region")),
    )
    return with_service(statement, service)


def _resource_lines(text: str) -> Iterable[str]:
    """ARNs, one a line; a comma may be part of one."""
    return (line.strip() for line in text.splitlines() if line.strip())


def _conditions(fields: Fields, number: int) -> Iterable[Condition]:
    for place in range(_MOST_CONDITIONS):
        beginning = f"s{number}-c{place}"
        operator, key = (fields.get(f"{beginning}-{part}", "").strip() for part in ("operator", "key"))
        values = tuple(value.strip() for value in fields.get(f"{beginning}-values", "").replace(",", "\n").splitlines())
        if operator or key or any(values):
            yield Condition(operator, key, tuple(value for value in values if value))


Change = Callable[[list[VisualStatement], int], list[VisualStatement]]


def _add(statements: list[VisualStatement], _place: int) -> list[VisualStatement]:
    return [*statements, VisualStatement()][:_MOST_STATEMENTS]


def _add_json(statements: list[VisualStatement], _place: int) -> list[VisualStatement]:
    example = '{\n  "Effect": "Allow",\n  "Action": "SERVICE:ACTION",\n  "Resource": "*"\n}'
    return [*statements, VisualStatement(raw=example)][:_MOST_STATEMENTS]


def _remove(statements: list[VisualStatement], place: int) -> list[VisualStatement]:
    return [*statements[:place], *statements[place + 1 :]] or [VisualStatement()]


def _copy(statements: list[VisualStatement], place: int) -> list[VisualStatement]:
    twin = replace(statements[place], sid="")
    return [*statements[: place + 1], twin, *statements[place + 1 :]][:_MOST_STATEMENTS]


_CHANGES: dict[str, Change] = {"add": _add, "addjson": _add_json, "remove": _remove, "copy": _copy}
