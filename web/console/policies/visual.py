"""The visual editor's view of a policy: statements as choices of a service, actions, resources and conditions.

A statement that cannot be shown so (NotAction, NotResource, a wildcard for the service's name …) is kept as JSON in its
place, so that nothing is lost on the way from JSON to choices and back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from adapter.services.definition import AccessLevel
from web.current import services

VERSION = "2012-10-17"
EVERYTHING = "*"
OPERATORS = (
    "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "Bool", "IpAddress", "NotIpAddress", "ArnLike",
    "ArnNotLike", "NumericEquals", "NumericLessThan", "NumericGreaterThan", "DateLessThan", "DateGreaterThan", "Null",
)  # fmt: skip
KEYS = (
    "aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:CurrentTime", "aws:SecureTransport",
    "aws:PrincipalTag/", "aws:ResourceTag/", "aws:RequestTag/", "aws:TagKeys", "aws:PrincipalArn", "aws:username",
    "iam:PermissionsBoundary", "iam:PolicyARN", "iam:PassedToService",
)  # fmt: skip
_REGION_KEY = "aws:RequestedRegion"
_REGION = re.compile(r"[a-z0-9-]{2,32}", re.ASCII)
_SHOWN = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a condition."""

    operator: str = ""
    key: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it says something."""
        return bool(self.operator and self.key and self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisualStatement:
    """One statement as choices.

    Attributes:
        service: the prefix of the actions; `*` for every service, empty while none is chosen.
        actions: names and patterns without the service.
        regions: those that requests have to be for; none means any.
        raw: the statement as JSON, where it can't be shown as choices.
    """

    sid: str = ""
    allows: bool = True
    service: str = ""
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    regions: tuple[str, ...] = ()
    raw: str | None = None

    @property
    def levels(self) -> Mapping[AccessLevel, tuple[str, ...]]:
        """The service's actions by what kind of access they give."""
        return services().actions_by_level(self.service)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The actions that are no single known ones."""
        known = {*services().actions(self.service), EVERYTHING}
        return tuple(action for action in self.actions if action not in known)

    @property
    def title(self) -> str:
        """The service's name."""
        if self.service == EVERYTHING:
            return gettext("All services")
        return services().title(self.service)

    @property
    def resource_forms(self) -> tuple[str, ...]:
        """What ARNs of the service's resources look like."""
        return services().arns(self.service)

    @property
    def region_choices(self) -> tuple[str, ...]:
        """The regions where the service is, and those that are chosen; every region of a service that names none."""
        known = services().service_regions(self.service) or services().regions()
        return tuple(dict.fromkeys((*known, *self.regions)))

    @property
    def key_choices(self) -> tuple[str, ...]:
        """The service's own condition keys, then those that requests for any service have."""
        return (*services().condition_keys(self.service), *KEYS)

    def as_json(self) -> Any:
        """The statement as it stands in a document; text where what was typed as JSON is none."""
        if self.raw is not None:
            try:
                return json.loads(self.raw)
            except (ValueError, RecursionError):
                return self.raw
        whole: dict[str, Any] = {"Sid": self.sid} if self.sid else {}
        whole["Effect"] = "Allow" if self.allows else "Deny"
        whole["Action"] = _one_or_all(self._full_names())
        whole["Resource"] = _one_or_all(self.resources or (EVERYTHING,))
        conditions: dict[str, dict[str, Any]] = {}
        for one in (*self.conditions, *self._region_condition()):
            if one.is_complete:
                conditions.setdefault(one.operator, {})[one.key] = _one_or_all(one.values)
        return whole | ({"Condition": conditions} if conditions else {})

    def _full_names(self) -> tuple[str, ...]:
        if self.service == EVERYTHING:
            return (EVERYTHING,)
        names = (EVERYTHING,) if EVERYTHING in self.actions else self.actions
        return tuple(f"{self.service}:{name}" for name in names) if self.service else ()

    def _region_condition(self) -> Iterator[Condition]:
        if self.regions:
            yield Condition("StringEquals", _REGION_KEY, self.regions)


def to_document(statements: Iterable[VisualStatement]) -> str:
    """A document of some statements, set out for reading."""
    whole = {"Version": VERSION, "Statement": [statement.as_json() for statement in statements]}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def from_document(text: str) -> tuple[VisualStatement, ...] | None:
    """The statements of a document; None where it can't be shown, because it is no document or has an Id."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or not whole.keys() <= {"Version", "Statement"}:
        return None
    found = whole.get("Statement", [])
    listed = found if isinstance(found, list) else [found]
    return tuple(shown for one in listed for shown in _shown(one)) or None


def _shown(one: Any) -> list[VisualStatement]:
    """A statement as choices, one for each service that it speaks of; as JSON where that can't be."""
    try:
        return list(_by_service(one))
    except (AttributeError, KeyError, TypeError, ValueError):
        return [VisualStatement(raw=json.dumps(one, indent=2, ensure_ascii=False))]


def _by_service(one: dict[str, Any]) -> Iterator[VisualStatement]:
    if not one.keys() <= _SHOWN or one["Effect"] not in ("Allow", "Deny"):
        raise ValueError(one)
    services: dict[str, list[str]] = {}
    for action in _texts(one["Action"]):
        prefix, colon, name = action.partition(":")
        if action != EVERYTHING and (not colon or not name or "*" in prefix or "?" in prefix):
            raise ValueError(action)
        services.setdefault(prefix if colon else EVERYTHING, []).append(name or EVERYTHING)
    if not services:
        services[""] = []
    conditions, regions = _conditions(one.get("Condition", {}))
    sid = str(one.get("Sid", ""))
    for number, (service, names) in enumerate(services.items()):
        yield VisualStatement(
            sid=sid if not number else f"{sid}{service.capitalize()}" if sid else "",
            allows=one["Effect"] == "Allow",
            service=service,
            actions=tuple(dict.fromkeys(names)),
            resources=_texts(one["Resource"]),
            conditions=conditions,
            regions=regions,
        )


def _conditions(block: dict[str, dict[str, Any]]) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    conditions: list[Condition] = []
    regions: tuple[str, ...] = ()
    for operator, keys in block.items():
        for key, values in keys.items():
            given = _texts(values)
            if operator == "StringEquals" and key.lower() == _REGION_KEY.lower() and all(map(_REGION.fullmatch, given)):
                regions = given
            else:
                conditions.append(Condition(operator, key, given))
    return tuple(conditions), regions


def _texts(value: Any) -> tuple[str, ...]:
    """One value or several, as texts."""
    listed = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list) or each is None for each in listed):
        raise TypeError(value)
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in listed)


def _one_or_all(values: Iterable[str]) -> Any:
    listed = list(values)
    return listed[0] if len(listed) == 1 else listed


def with_service(statement: VisualStatement, service: str) -> VisualStatement:
    """A statement about another service; its actions go, because they are the other service's."""
    if service == statement.service:
        return statement
    return replace(statement, service=service, actions=(EVERYTHING,) if service == EVERYTHING else ())
