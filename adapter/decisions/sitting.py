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
from adapter.decisions.reasons import Reason, Reasons, plain
from adapter.decisions.subjects import NoSuchSubject, Subjects
from adapter.errors import AccessDenied
from adapter.graph import Graph, Principal
from adapter.models import Account
from adapter.operations.resources import ContextKeys
from adapter.policy import Policies, Request, Series, evaluate
from adapter.services.definition import KnownResource
from adapter.usage.services import LastAccesses

REGION: Final = "aws:RequestedRegion"
LISTING: Final = {"user": "iam:ListUsers", "role": "iam:ListRoles"}
"""By the type of a subject: what tells which ones there are."""
_ASK: Final = "bindery:Evaluate"
_CIRCUMSTANCES: Final = ("aws:SourceIp", "aws:UserAgent", "aws:SecureTransport", REGION)
"""What only the service knows that got the request; the asking itself comes from elsewhere."""


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
    """

    principal: Principal
    keys: ContextKeys
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class _Alike:
    """Questions that differ in the resource's id alone.

    Attributes:
        first: the first of them; it stays here because others are compared with its parts.
        asking: whether the service may ask.
        kind, told_of: their type of resource, and what its service has told of: about such a resource more is known.
    """

    first: Question
    reasons: Reasons
    asking: Series
    answers: Series
    kind: str
    told_of: Mapping[tuple[str, str], KnownResource]


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
        self._subjects: dict[tuple[str, str, str | None], _Met] = {}
        self._asking: dict[str, Series] = {}
        self._may_read: dict[tuple[str, str], bool] = {}
        self._alike: dict[tuple[str, tuple[int, ...]], _Alike] = {}
        self._noted: set[tuple[str, str]] = set()

    def answer(self, question: Question) -> Answer:
        """Answers a question.

        Raises:
            AccessDenied: the service may not ask about that resource.
            InvalidQuestion: it can't be understood.
            NoSuchSubject: there is nobody of that name.
        """
        resource = question.resource
        parts = id(question.subject), id(question.action), id(question.context), id(resource.properties)
        key = (resource.type, parts)
        arn = self.arn(resource, question.context)
        alike = self._alike.get(key)
        if alike is None or (alike.kind, resource.id) in alike.told_of:
            alike = self._read(question, arn)
            if (alike.kind, resource.id) not in alike.told_of:
                self._alike[key] = alike
        elif not alike.asking.on(arn).allowed:
            raise self._refusal(_ASK, arn)
        decision = alike.answers.on(arn)
        return Answer(decision.allowed, alike.reasons.of(decision))

    def answer_about_nobody(self, question: Question, error: NoSuchSubject) -> Answer:
        """The answer about somebody who cannot be found.

        To a service that may not list such subjects it is somebody who may do nothing.
        """
        if self.may_know(question.subject):
            return Answer(allowed=False, error=error)
        action = iam_action(question.action, question.resource)
        arn = self.arn(question.resource, question.context)
        nobody = Request(self._asker.caller.arn, action, arn, resource_account=self.account.account_id)
        decision = evaluate(nobody, Policies())
        return Answer(decision.allowed, Reason(decision.effect, plain(decision)))

    def may_know(self, subject: Subject) -> bool:
        """Whether the service may know which subjects of a type there are; nobody guesses a session."""
        listing = LISTING.get(subject.type)
        return listing is None or self._asker_may_read(listing, "*")

    def _read(self, question: Question, arn: str) -> _Alike:
        """What a question has in common with those that differ in the resource's id alone, if it may be asked."""
        action = iam_action(question.action, question.resource)
        self.hold(action, arn)
        met = self._meet(question.subject)
        caller = met.principal.caller
        request = Request(caller.arn, action, arn, self.keys_in(question) | met.keys, caller.account_id)
        self._note(caller, action, request)
        kind, told_of = self._told_of(question.resource)
        answers = Series(request, met.principal.policies)
        return _Alike(question, met.reasons, self._asking[action], answers, kind, told_of)

    def _told_of(self, resource: Resource) -> tuple[str, Mapping[tuple[str, str], KnownResource]]:
        """The type of a resource within its service, and all resources that the service has told of."""
        service, _, kind = resource.type.partition(":")
        return kind or service, self.services.known(service)

    def _note(self, caller: Caller, action: str, request: Request) -> None:
        """Takes down once that the subject tried to use the action."""
        if (caller.arn, action) not in self._noted:
            self._noted.add((caller.arn, action))
            region = request.context.get(REGION, "")
            where = region if isinstance(region, str) else ""
            self._know.accesses.note(self.account, caller, action, where, self._context.now)

    def would_allow(self, principal: Principal, action: str, arn: str, keys: ContextKeys) -> bool:
        """Whether a subject may, without a word why and without a trace: for looking through many."""
        return decide(principal, action, arn, keys | self.keys_of(principal)).allowed

    def keys_in(self, question: Question) -> ContextKeys:
        """The condition keys of a question; where it is silent, what a service has told of its resource counts.

        Raises:
            InvalidQuestion: there are too many, or some that are not for the service to tell.
        """
        resource = question.resource
        kind, told_of = self._told_of(resource)
        known = told_of.get((kind, resource.id))
        if known is not None:
            properties = {**known.properties, **resource.properties}
            question = replace(question, resource=replace(resource, properties=properties))
        return context_keys(question)

    def keys_of(self, principal: Principal) -> ContextKeys:
        """What policies can ask about a subject, without the circumstances of the asking."""
        keys = global_keys(principal, self._context)
        return {name: value for name, value in keys.items() if name not in _CIRCUMSTANCES}

    def may_ask(self, action: str, arn: str) -> bool:
        """Whether the service may ask about an action on a resource."""
        series = self._asking.get(action)
        if series is None:
            caller = self._asker.caller
            keys = self._asker_keys | {"bindery:Action": action}
            request = Request(caller.arn, _ASK, arn, keys, caller.account_id)
            series = self._asking[action] = Series(request, self._asker.policies)
        return series.on(arn).allowed

    def hold(self, action: str, arn: str) -> None:
        """Refuses what the service may not ask about.

        Raises:
            AccessDenied: as the service's policies have it.
        """
        if not self.may_ask(action, arn):
            raise self._refusal(_ASK, arn)

    def hold_to_reading(self, action: str) -> None:
        """Refuses searches whose results the service could not list otherwise.

        Raises:
            AccessDenied: the service may not list them.
        """
        if not self._asker_may_read(action, "*"):
            raise self._refusal(action, "*")

    def _refusal(self, action: str, arn: str) -> AccessDenied:
        return AccessDenied(f"User: {self._asker.caller.arn} is not authorized to perform: {action} on resource: {arn}")

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
        token = subject.properties.get("session_token")
        key = (subject.type, subject.id, token if isinstance(token, str) else None)
        found = self._subjects.get(key)
        if found is None:
            principal = self._know.subjects.principal(self.account, subject, self._context.now)
            groups = self._know.graph.groups(self.account, principal.caller.dn) if principal.user else ()
            arns = {group.group_name: group.arn for group in groups}
            reasons = Reasons(principal, arns, self._asker_may_read)
            found = self._subjects[key] = _Met(principal, self.keys_of(principal), reasons)
        return found

    def _asker_may_read(self, action: str, arn: str) -> bool:
        key = (action, arn)
        if key not in self._may_read:
            self._may_read[key] = decide(self._asker, action, arn, self._asker_keys).allowed
        return self._may_read[key]
