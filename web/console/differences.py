"""What a change of policies gives and takes: the actions that are allowed only afterwards, and those only before.

Actions are told apart, resources and conditions are not: what is allowed on some resources counts as allowed, and only
a denial of everything, always, counts as one. The simulator answers the exact question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from flask_babel import gettext

from adapter.errors import AccessDenied, NoSuchEntity
from adapter.policy import Document, MalformedDocument, Statement, read_document
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.definition import AccessLevel
from adapter.services.summary import denies_always
from web.console.components import do
from web.current import services

_EVERYTHING = "*"
_ARNS = {
    "user": ("describe_user", "user"),
    "group": ("list_members", "group"),
    "role": ("get_role", "role"),
}
"""For each kind of holder of policies, which operation tells its ARN, and where."""


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """Actions of one service that are gained, or lost.

    Attributes:
        levels: how many there are of each kind of access.
    """

    title: str
    levels: tuple[tuple[AccessLevel, int], ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of somebody's rights.

    Attributes:
        bounded: the name of the policy that nothing gained goes beyond.
    """

    gained: tuple[ServiceChange, ...]
    lost: tuple[ServiceChange, ...]
    bounded: str | None = None


def of_attaching(kind: str, name: str, arns: Sequence[str]) -> Change | None:
    """What attaching managed policies changes; None for somebody who may not read what there is."""
    return _change(kind, name, lambda has: [*has.values(), *(_managed(arn) for arn in arns)])


def of_detaching(kind: str, name: str, *, arn: str | None = None, inline: str | None = None) -> Change | None:
    """What taking away a managed or an inline policy changes; None for somebody who may not read what there is."""
    gone = (kind, name, arn or inline)
    return _change(kind, name, lambda has: [text for key, text in has.items() if key != gone])


Reaching = dict[tuple[str, str, str | None], str]
"""The documents that reach somebody, by whose they are (a group's or their own) and by ARN or name."""


def _change(kind: str, name: str, afterwards: Callable[[Reaching], list[str]]) -> Change | None:
    try:
        operation, member = _ARNS[kind]
        more = {"max_items": 1} if kind == "group" else {}
        arn = do(operation, **{f"{kind}_name": name}, **more)[member]["arn"]
        found = do("describe_reach", policy_source_arn=arn)
        has: Reaching = {
            (each["holder_kind"], each["holder_name"], each["policy_arn"] or each["policy_name"]): each["document"]
            for each in found["policies"]
        }
        after = afterwards(has)
    except (AccessDenied, NoSuchEntity):
        return None
    boundary = found["boundary"]
    limits = _read([boundary["document"]]) if boundary else None
    return compare(_read(has.values()), _read(after), limits, boundary["policy_name"] if boundary else None)


def compare(
    before: Sequence[Document],
    after: Sequence[Document],
    limits: Sequence[Document] | None = None,
    bounded: str | None = None,
) -> Change:
    """Compares what two sets of documents allow.

    Args:
        before, after: the documents.
        limits: those of the boundary; None where there is none.
        bounded: the boundary's name.
    """
    names = dict(_names([*before, *after]))
    allowed = [_allowed(documents, names) for documents in (before, after)]
    if limits is not None:
        within = _allowed(limits, names)
        allowed = [each & within for each in allowed]
    then, now = allowed
    return Change(_by_service(now - then, names), _by_service(then - now, names), bounded)


def _managed(arn: str) -> str:
    version = do("get_policy", policy_arn=arn)["policy"]["default_version_id"]
    return unquote(do("get_policy_version", policy_arn=arn, version_id=version)["policy_version"]["document"])


def _read(texts: Iterable[str]) -> list[Document]:
    """Documents as far as they are any; one that is broken denies everything, which is told elsewhere."""
    documents = []
    for text in texts:
        try:
            documents.append(read_document(text, kind="identity"))
        except MalformedDocument:
            continue
    return documents


def _names(documents: Sequence[Document]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The actions of every service that documents speak of, in small letters, with service and spelling."""
    patterns = {pattern for document in documents for each in document.statements for pattern in each.actions}
    known = services()
    for pattern in patterns:
        prefix, _, action = pattern.partition(":")
        if not action or "*" in prefix or "?" in prefix:
            yield _EVERYTHING, (_EVERYTHING, _EVERYTHING)
            continue
        for name in known.actions(prefix.lower()) or (action,):
            yield f"{prefix}:{name}".lower(), (prefix.lower(), name)


def _allowed(documents: Iterable[Document], names: Iterable[str]) -> set[str]:
    statements = [each for document in documents for each in document.statements]
    granted = {name for each in statements if each.allows for name in _matched(each, names)}
    denied = {name for each in statements if denies_always(each) for name in _matched(each, names)}
    return granted - denied


def _matched(statement: Statement, names: Iterable[str]) -> set[str]:
    tests = [compile_text(parse_pattern(pattern.lower())) for pattern in statement.actions]
    return {name for name in names if any(test(name) for test in tests) is not statement.not_action}


def _by_service(changed: set[str], names: dict[str, tuple[str, str]]) -> tuple[ServiceChange, ...]:
    known, found = services(), dict[str, list[str]]()
    for name in changed:
        prefix, action = names[name]
        found.setdefault(prefix, []).append(action)
    rows = []
    for prefix, actions in found.items():
        levels = [known.level(prefix, action) for action in actions]
        counts = tuple((level, levels.count(level)) for level in AccessLevel if level in levels)
        title = gettext("All services") if prefix == _EVERYTHING else known.title(prefix)
        rows.append(ServiceChange(title, () if prefix == _EVERYTHING else counts, tuple(sorted(actions))))
    return tuple(sorted(rows, key=lambda row: row.title.casefold()))
