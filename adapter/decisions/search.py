"""Searches: who may do that, with what may they do it, and what may they do with it.

A page looks at a bounded number of candidates, so that it costs the same in a directory of any size; it may be short,
even empty, while there are more. Subjects are looked through in the order of their names.

Source: OpenID Authorization API 1.0, "Search APIs".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

from adapter.caller import Caller, caller_of
from adapter.decisions.entities import Action, InvalidQuestion, Question, Resource, Subject, iam_action
from adapter.decisions.paging import DEFAULT_LIMIT, PageTokens
from adapter.decisions.sitting import LISTING, Knowledge, Sitting
from adapter.decisions.subjects import caller_of_role
from adapter.graph import Principal
from adapter.ldap import GROUP, POLICY, ROLE, USER, Noun, Store
from adapter.models import Account, Role, User

MOST_RESULTS: Final = 1000
_MOST_LOOKED_AT: Final = 500
_OWN_SERVICE: Final = "iam"


class Wanted(StrEnum):
    """What a search looks for."""

    SUBJECT = "subject"
    RESOURCE = "resource"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Search:
    """A question with one part left out: that part's `id` or `name` does not count."""

    wanted: Wanted
    question: Question

    @property
    def spelling(self) -> str:
        """What tells it from any other search.

        Raises:
            InvalidQuestion: it is nested too deeply.
        """
        subject, action, resource = self.question.subject, self.question.action, self.question.resource
        parts = [
            [self.wanted, subject.type, subject.id, action.name, resource.type, resource.id],
            [subject.properties, action.properties, resource.properties, self.question.context],
        ]
        try:
            return json.dumps(parts, sort_keys=True)
        except RecursionError as error:
            raise InvalidQuestion("The properties or the context are nested too deeply.") from error


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the results.

    Attributes:
        token: what the part before ended with; empty for the first.
        limit: at most so many; None where it is not said, and then as many as the part before.
    """

    token: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Subjects, resources or actions, and where to go on; an empty token ends the list."""

    found: tuple[Subject | Resource | Action, ...]
    next_token: str = ""


@dataclass(slots=True)
class _Candidate:
    """Something that may be among the results; `name` is where a next page goes on after."""

    name: str
    result: Subject | Resource | Action
    is_allowed: Callable[[], bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Looking:
    """What a search works with."""

    store: Store
    know: Knowledge
    account: Account
    sitting: Sitting


def find(look: Looking, search: Search, page: Page, tokens: PageTokens) -> SearchResults:
    """Looks through the candidates of a search, from where the page before ended.

    Raises:
        AccessDenied: the service may not ask about this, or may not list such subjects.
        InvalidQuestion: the search can't be understood.
    """
    place = tokens.read(page.token, page.limit)
    candidates = _SEARCHES[search.wanted](look, search.question, place.after)
    most = min(place.limit, MOST_RESULTS)
    if not most:
        return SearchResults((), "" if next(candidates, None) is None else tokens.make(place))
    found: list[Subject | Resource | Action] = []
    for looked_at, candidate in enumerate(candidates, start=1):
        if candidate.is_allowed():
            found.append(candidate.result)
        if len(found) == most or looked_at == _MOST_LOOKED_AT:
            has_more = next(candidates, None) is not None
            return SearchResults(tuple(found), tokens.make(replace(place, after=candidate.name)) if has_more else "")
    return SearchResults(tuple(found))


def _subjects(look: Looking, question: Question, after: str | None) -> Iterator[_Candidate]:
    action = iam_action(question.action, question.resource)
    arn = look.sitting.arn(question.resource, question.context)
    look.sitting.hold(action, arn)
    noun, reading = _SUBJECT_NOUNS.get(question.subject.type, (None, ""))
    if noun is None:
        raise InvalidQuestion(f"subject.type has to be one of {', '.join(_SUBJECT_NOUNS)}.")
    look.sitting.hold_to_reading(reading)
    keys = look.sitting.keys_in(question)
    for record in _records(look, noun, after):
        principal = look.know.graph.principal(look.account, _caller(look.account, record))
        if principal is not None:
            name = noun.name_of(record)
            yield _Candidate(
                name.casefold(),
                Subject(question.subject.type, name),
                partial(look.sitting.would_allow, principal, action, arn, keys),
            )


def _resources(look: Looking, question: Question, after: str | None) -> Iterator[_Candidate]:
    principal = look.sitting.principal(question.subject)
    for resource in _known_resources(look, question, after):
        asked = replace(question, resource=resource)
        result = Resource(resource.type, resource.id)
        yield _Candidate(resource.id.casefold(), result, partial(_is_yes, look, principal, asked))


def _actions(look: Looking, question: Question, after: str | None) -> Iterator[_Candidate]:
    principal = look.sitting.principal(question.subject)
    service = question.resource.type.partition(":")[0]
    names = {*look.sitting.services.actions(service), *_named_actions(principal, service)}
    for name in sorted(names, key=str.casefold):
        if after is None or name.casefold() > after:
            asked = replace(question, action=Action(name))
            yield _Candidate(name.casefold(), Action(name), partial(_is_yes, look, principal, asked))


def _is_yes(look: Looking, principal: Principal, question: Question) -> bool:
    action = iam_action(question.action, question.resource)
    arn = look.sitting.arn(question.resource, question.context)
    if not look.sitting.may_ask(action, arn):
        return False
    return look.sitting.would_allow(principal, action, arn, look.sitting.keys_in(question))


def _known_resources(look: Looking, question: Question, after: str | None) -> Iterator[Resource]:
    """The resources of a type: entries of the directory, or what a service has told of."""
    type_ = question.resource.type
    service, _, kind = type_.partition(":")
    if service == _OWN_SERVICE:
        noun, reading = _RESOURCE_NOUNS.get(kind, (None, ""))
        if noun is None:
            raise InvalidQuestion(f"resource.type has to be one of {', '.join(f'iam:{k}' for k in _RESOURCE_NOUNS)}.")
        look.sitting.hold_to_reading(reading)
        for record in _records(look, noun, after):
            yield Resource(type_, record.arn)
        return
    for known in look.sitting.services.resources(service, kind or service):
        if after is None or known.id.casefold() > after:
            yield Resource(type_, known.id, question.resource.properties)


def _records(look: Looking, noun: Noun[Any], after: str | None) -> Iterator[Any]:
    while True:
        records, is_more = look.store.page(noun, look.account, after=after, size=DEFAULT_LIMIT)
        yield from records
        if not is_more:
            return
        after = noun.name_of(records[-1]).casefold()


def _named_actions(principal: Principal, service: str) -> Iterable[str]:
    """Actions that the subject's policies name in full: all that is known of a service that has told nothing."""
    prefix = f"{service}:"
    for policy in principal.policies.identity:
        for compiled in policy.statements:
            for action in compiled.statement.actions:
                if action.startswith(prefix) and not {"*", "?"} & set(action):
                    yield action.removeprefix(prefix)


def _caller(account: Account, record: User | Role) -> Caller:
    return caller_of(account, record) if isinstance(record, User) else caller_of_role(account, record)


_SUBJECT_NOUNS: Final[dict[str, tuple[Noun[Any], str]]] = {
    "user": (USER, LISTING["user"]),
    "role": (ROLE, LISTING["role"]),
}
"""By the type of a subject: what is looked through, and what the service has to be allowed for that."""
_RESOURCE_NOUNS: Final[dict[str, tuple[Noun[Any], str]]] = {
    **_SUBJECT_NOUNS,
    "group": (GROUP, "iam:ListGroups"),
    "policy": (POLICY, "iam:ListPolicies"),
}
_SEARCHES: Final = {Wanted.SUBJECT: _subjects, Wanted.RESOURCE: _resources, Wanted.ACTION: _actions}
