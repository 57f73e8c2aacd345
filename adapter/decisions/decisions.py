"""Answers questions of other services, by the engine and the policies that Bindery's own door asks.

A service needs `bindery:Evaluate` on the resource that it asks about; the condition key `bindery:Action` holds the
action, so that a service can be kept to questions about itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from adapter.caller import Caller, RequestContext
from adapter.crypto.sealing import Keyring
from adapter.decisions.answers import Answer, Semantic
from adapter.decisions.entities import Question
from adapter.decisions.paging import PageTokens
from adapter.decisions.search import Looking, Page, Search, SearchResults, find
from adapter.decisions.sitting import Knowledge, Sitting
from adapter.decisions.subjects import NoSuchSubject, Subjects
from adapter.errors import AccessDenied, IamError
from adapter.graph import Graph
from adapter.ldap import Store
from adapter.usage.services import LastAccesses


class Decisions:
    """Answers questions about the subjects of one directory.

    Args:
        store: lists subjects, for searches.
        graph: knows principals and their policies.
        keyring: opens session tokens, and seals those of pages.
        accesses: takes down who tried to use which service.
    """

    def __init__(self, store: Store, graph: Graph, keyring: Keyring, accesses: LastAccesses) -> None:
        self._store = store
        self._graph = graph
        self._keyring = keyring
        self._know = Knowledge(graph=graph, subjects=Subjects(graph, keyring), accesses=accesses)

    def evaluate(self, asker: Caller, question: Question, context: RequestContext) -> Answer:
        """Answers one question.

        Args:
            asker: the service that asks.
            question: what it asks.
            context: the circumstances of the asking.

        Raises:
            AccessDenied: the asker may not ask about that resource.
            InvalidQuestion: the question can't be understood.
        """
        return _answered(self._sitting(asker, context), question)

    def evaluate_all(
        self,
        asker: Caller,
        questions: Iterable[Callable[[], Question]],
        context: RequestContext,
        semantic: Semantic = Semantic.EXECUTE_ALL,
    ) -> Iterator[Answer]:
        """Answers several questions in their order; what is wrong with one of them is its answer.

        Args:
            asker: the service that asks.
            questions: read one by one; reading one may raise IamError.
            context: the circumstances of the asking.
            semantic: after which answer to stop.

        Raises:
            AccessDenied: the asker does not exist any more.
            ServiceUnavailable: the directory does not answer.
        """
        sitting = self._sitting(asker, context)
        for question in questions:
            answer = _answer(sitting, question)
            yield answer
            if semantic.ends_with(answer):
                return

    def search(self, asker: Caller, search: Search, page: Page, context: RequestContext) -> SearchResults:
        """Looks for subjects, resources or actions to which the answer is yes.

        Args:
            asker: the service that asks.
            search: a question with one of its parts left out.
            page: which part of the results.
            context: the circumstances of the asking.

        Raises:
            AccessDenied: the asker does not exist any more.
            InvalidQuestion: the search can't be understood.
            NoSuchSubject: it is about somebody who does not exist, and the asker may know that.
        """
        sitting = self._sitting(asker, context)
        look = Looking(self._store, self._know, sitting.account, sitting)
        try:
            return find(look, search, page, PageTokens(self._keyring, asker.unique_id, search.spelling))
        except NoSuchSubject:
            if sitting.may_know(search.question.subject):
                raise
            return SearchResults(())

    def hold_to_asking(self, asker: Caller, action: str, arn: str, context: RequestContext) -> None:
        """Refuses a service that may not ask about an action on a resource, without answering anything.

        Raises:
            AccessDenied: it may not, or does not exist any more.
        """
        self._sitting(asker, context).hold(action, arn)

    def _sitting(self, asker: Caller, context: RequestContext) -> Sitting:
        account = self._graph.account(asker.account_id)
        principal = self._graph.principal(account, asker) if account else None
        if account is None or principal is None:
            raise AccessDenied(f"{asker.arn} does not exist any more or is disabled.")
        return Sitting(self._know, account, principal, context)


def _answered(sitting: Sitting, question: Question) -> Answer:
    try:
        return sitting.answer(question)
    except NoSuchSubject as error:
        return sitting.answer_about_nobody(question, error)


def _answer(sitting: Sitting, question: Callable[[], Question]) -> Answer:
    try:
        return _answered(sitting, question())
    except IamError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return Answer(allowed=False, error=error)
