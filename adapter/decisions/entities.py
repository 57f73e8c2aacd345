"""What other services ask about: a subject, an action, a resource and the circumstances, and what IAM calls them.

A service that knows IAM names actions (`ecs:CreateServers`) and resources (ARNs) as policies do. For one that does
not, the type of the resource stands for the service:

    action can_read, resource document 42   ->   document:can_read on arn:aws:document::ACCOUNT:document/42
    action CreateServers, resource ecs:server web-1   ->   ecs:CreateServers on the ARN that service `ecs` registered

Properties become condition keys: `subject:NAME`, `action:NAME`, `resource:NAME` and `context:NAME`; a context key that
has a colon in it, such as `aws:SourceIp`, is taken as it is.

Source: OpenID Authorization API 1.0, "Information model".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapter.errors import IamError
from adapter.names import PARTITION, is_arn
from adapter.operations.resources import ContextKeys
from adapter.services.registry import Services

_ACTION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_.-]{1,128}", re.ASCII)
_TYPE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}(:[A-Za-z0-9_.-]{1,64})?", re.ASCII)
_LONGEST: Final = 2048
_MOST_KEYS: Final = 200
_DEEPEST: Final = 4
_OURS: Final = re.compile(
    r"aws:(Principal|userid|username|MultiFactorAuth|TokenIssueTime|CurrentTime|EpochTime|SourceIdentity|FederatedProvider"
    r"|ViaAWSService|ResourceAccount)|(iam|sts|bindery):|(subject|action|resource|context):",
    re.IGNORECASE,
)
"""What Bindery itself knows of a subject and of the time; nobody else can say it."""


class InvalidQuestion(IamError):
    """A question is not written as it has to be; the message names the place."""

    code, status = "InvalidRequest", 400


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked about.

    Attributes:
        type: `user`, `role` or `session`.
        id: a name, an ARN, a DN, a unique id or an entryUUID; of a session its access key id.
        properties: what the asking service knows; of a session its `session_token`.
    """

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Action:
    """What would be done."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Resource:
    """What it would be done with."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `context` holds the circumstances."""

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)


def iam_action(action: Action, resource: Resource) -> str:
    """What policies call an action.

    Raises:
        InvalidQuestion: no policy could name it.
    """
    service = resource.type.partition(":")[0]
    name = action.name if ":" in action.name else f"{service}:{action.name}"
    if not _ACTION.fullmatch(name):
        raise InvalidQuestion(f"action.name {action.name[:80]!r} does not make an action that a policy can name.")
    return name


def resource_arn(services: Services, resource: Resource, account_id: str, region: str) -> str:
    """The ARN of a resource; one that is given as its id is taken as it is.

    Raises:
        InvalidQuestion: no policy could name it.
    """
    if len(resource.id) > _LONGEST:
        raise InvalidQuestion(f"resource.id is longer than {_LONGEST} characters.")
    if resource.id.startswith("arn:"):
        if not is_arn(resource.id):
            raise InvalidQuestion(f"resource.id: {resource.id[:80]!r} is not an ARN.")
        return resource.id
    if not _TYPE.fullmatch(resource.type):
        raise InvalidQuestion(f"resource.type {resource.type[:80]!r} is no service and no SERVICE:TYPE.")
    if not resource.id.isprintable():
        raise InvalidQuestion("resource.id has characters that can't be printed.")
    service, _, kind = resource.type.partition(":")
    kind = kind or service
    known = services.arn(service, kind, account_id=account_id, region=region, name=resource.id)
    return known or f"arn:{PARTITION}:{service}::{account_id}:{kind}/{resource.id}"


def context_keys(question: Question) -> ContextKeys:
    """The condition keys that a question brings along.

    Raises:
        InvalidQuestion: there are too many, they are nested too deeply, or they tell what only Bindery can know.
    """
    keys: ContextKeys = {}
    for name, value in question.context.items():
        if ":" in name:
            _hold_foreign(name)
            keys.update(_flat(name, value, 1))
        else:
            keys.update(_flat(f"context:{name}", value, 1))
    for part, entity in (("subject", question.subject), ("action", question.action), ("resource", question.resource)):
        for name, value in entity.properties.items():
            if name != "session_token":
                keys.update(_flat(f"{part}:{name}", value, 1))
    if len(keys) > _MOST_KEYS:
        raise InvalidQuestion(f"The properties and the context have more than {_MOST_KEYS} values.")
    return keys


def _hold_foreign(name: str) -> None:
    if _OURS.match(name):
        raise InvalidQuestion(f"context: {name[:80]} is not for the asking service to tell.")


def _flat(name: str, value: Any, depth: int) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """A JSON value as condition keys: objects become paths, arrays several values."""
    if value is None:
        return
    if isinstance(value, Mapping):
        if depth == _DEEPEST:
            raise InvalidQuestion(f"{name[:80]} is nested too deeply.")
        for inner, one in value.items():
            yield from _flat(f"{name}/{inner}", one, depth + 1)
    elif isinstance(value, list | tuple):
        yield name, tuple(_text(name, one) for one in value)
    else:
        yield name, _text(name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise InvalidQuestion(f"{name[:80]} holds something other than text, numbers and truth values.")
