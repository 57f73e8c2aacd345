"""One request of a service, with one or many questions: what they have in common is looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from adapter.authorize import decide, global_keys
from adapter.caller import Caller, RequestContext
from adapter.decisions.answers import Answer
from adapter.decisions.entities import (
    InvalidQuestion,
    Question,
    Resource,
    Subject,
    context_keys,
    iam_action,
    resource_arn,
)
from adapter.decisions.reasons import reason_of
from adapter.decisions.subjects import Subjects
from adapter.errors import AccessDenied
from adapter.graph import Graph, Principal
from adapter.models import Account
from adapter.operations.resources import ContextKeys
from adapter.policy import Request, evaluate
from adapter.usage.services import LastAccesses

REGION: Final = "aws:RequestedRegion"
_ASK: Final = "bindery:Evaluate"
_CIRCUMSTANCES: Final = ("aws:SourceIp", "aws:UserAgent", "aws:SecureTransport", REGION)
"""What only the service knows that got the request; the asking itself comes from elsewhere."""

_REFUSAL: Final = "User: {} is not authorized to perform: {} on resource: {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What answers rest on.

    Attributes:
        graph: knows principals and their policies.
        subjects: finds who is asked about.
        accesses: takes down who tried to use which service.
    """

    graph: Graph
    subjects: Subjects
    accesses: LastAccesses


@dataclass(frozen=True, slots=True)
class _Met:
    """A subject with what does not change from question to question.

    Attributes:
        keys: what policies can ask about it.
        group_arns: of its groups, by name.
    """

    principal: Principal
    keys: ContextKeys
    group_arns: dict[str, str]


class Sitting:
    """Answers the questions of one request.

    Args:
        knowledge: what answers rest on.
        account: the account of the service that asks; nobody else's subjects are found.
        asker: the service that asks.
        context: the circumstances of the asking.
    """

    def __init__(self, knowledge: Knowledge, account: Account, asker: Principal, context: RequestContext) -> None:
        self._know = knowledge
        self.account = account
        self._asker = asker
        self._context = context
        self.services = knowledge.graph.services()
        self._asker_keys = global_keys(asker, context)
        self._subjects: dict[tuple[str, str, Any], _Met] = {}
        self._asking: dict[str, Request] = {}
        self._may_read: dict[tuple[str, str], bool] = {}
        self._questions: dict[tuple[int, ...], tuple[Question, _Met, Request]] = {}
        self._noted: set[tuple[str, str]] = set()

    def answer(self, question: Question) -> Answer:
        """Answers a question.

        Raises:
            AccessDenied: the service may not ask about that resource.
            InvalidQuestion: it can't be understood.
            NoSuchSubject: there is nobody of that name.
        """
        action = iam_action(question.action, question.resource)
        arn = self.arn(question.resource, question.context)
        self.hold(action, arn)
        met, request = self._request(question, action, arn)
        decision = evaluate(request, met.principal.policies)
        self._note(met.principal.caller, action, request)
        return Answer(decision.allowed, reason_of(decision, met.principal, met.group_arns, self._asker_may_read))

    def _request(self, question: Question, action: str, arn: str) -> tuple[_Met, Request]:
        """The subject and what is asked about it; questions that differ in the resource's id alone share the rest."""
        resource = question.resource
        alike = (id(question.subject), id(question.action), id(question.context), id(resource.properties))
        if alike in self._questions:
            first, met, request = self._questions[alike]
            if first.resource.type == resource.type and not self._told_of(resource):
                return met, request.on(arn)
        met = self._meet(question.subject)
        caller = met.principal.caller
        request = Request(caller.arn, action, arn, met.keys | self.keys_in(question), caller.account_id)
        if not self._told_of(resource):
            self._questions[alike] = question, met, request
        return met, request

    def _told_of(self, resource: Resource) -> bool:
        service, _, kind = resource.type.partition(":")
        return bool(self.services.properties(service, kind or service, resource.id))

    def _note(self, caller: Caller, action: str, request: Request) -> None:
        """Takes down once that the subject tried to use the action."""
        if (caller.arn, action) not in self._noted:
            self._noted.add((caller.arn, action))
            region = request.context.get(REGION, "")
            where = region if isinstance(region, str) else ""
            self._know.accesses.note(self.account, caller, action, where, self._context.now)

    def would_allow(self, principal: Principal, action: str, arn: str, keys: ContextKeys) -> bool:
        """Whether a subject may, without a word why and without a trace: for looking through many."""
        return decide(principal, action, arn, self.keys_of(principal) | keys).allowed

    def keys_in(self, question: Question) -> ContextKeys:
        """The condition keys of a question; where it is silent, what a service has told of its resource counts.

        Raises:
            InvalidQuestion: there are too many, or some that are not for the service to tell.
        """
        service, _, kind = question.resource.type.partition(":")
        known = self.services.properties(service, kind or service, question.resource.id)
        if known:
            given = question.resource.properties
            question = replace(question, resource=replace(question.resource, properties={**known, **given}))
        return context_keys(question)

    def keys_of(self, principal: Principal) -> ContextKeys:
        """What policies can ask about a subject, without the circumstances of the asking."""
        keys = global_keys(principal, self._context)
        return {name: value for name, value in keys.items() if name not in _CIRCUMSTANCES}

    def may_ask(self, action: str, arn: str) -> bool:
        """Whether the service may ask about an action on a resource."""
        base = self._asking.get(action)
        if base is None:
            caller = self._asker.caller
            keys = self._asker_keys | {"bindery:Action": action}
            base = self._asking[action] = Request(caller.arn, _ASK, arn, keys, caller.account_id)
        return evaluate(base.on(arn), self._asker.policies).allowed

    def hold(self, action: str, arn: str) -> None:
        """Refuses what the service may not ask about.

        Raises:
            AccessDenied: as the service's policies have it.
        """
        if not self.may_ask(action, arn):
            raise AccessDenied(_REFUSAL.format(self._asker.caller.arn, _ASK, arn))

    def hold_to_reading(self, action: str) -> None:
        """Refuses searches whose results the service could not list otherwise.

        Raises:
            AccessDenied: the service may not list them.
        """
        if not self._asker_may_read(action, "*"):
            raise AccessDenied(_REFUSAL.format(self._asker.caller.arn, action, "*"))

    def arn(self, resource: Resource, context: Mapping[str, Any]) -> str:
        """The ARN of a resource that is asked about."""
        region = context.get(REGION, "")
        if not isinstance(region, str):
            raise InvalidQuestion(f"context: {REGION} is not one text.")
        return resource_arn(self.services, resource, self.account.account_id, region)

    def principal(self, subject: Subject) -> Principal:
        """The subject with its policies.

        Raises:
            InvalidQuestion, NoSuchSubject: as `answer`.
        """
        return self._meet(subject).principal

    def _meet(self, subject: Subject) -> _Met:
        key = (subject.type, subject.id, subject.properties.get("session_token"))
        found = self._subjects.get(key)
        if found is None:
            principal = self._know.subjects.principal(self.account, subject, self._context.now)
            groups = self._know.graph.groups(self.account, principal.caller.dn) if principal.user else ()
            arns = {group.group_name: group.arn for group in groups}
            found = self._subjects[key] = _Met(principal, self.keys_of(principal), arns)
        return found

    def _asker_may_read(self, action: str, arn: str) -> bool:
        key = (action, arn)
        if key not in self._may_read:
            self._may_read[key] = decide(self._asker, action, arn, self._asker_keys).allowed
        return self._may_read[key]
