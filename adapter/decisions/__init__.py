"""Decisions for other services: whether a user, a role or a session may do what it is about to do there."""

from adapter.decisions.answers import Answer, Semantic
from adapter.decisions.decisions import Decisions
from adapter.decisions.enforcing import Act, Enforcement
from adapter.decisions.entities import Action, InvalidQuestion, Question, Resource, Subject
from adapter.decisions.search import Page, Search, SearchResults, Wanted
from adapter.decisions.subjects import NoSuchSubject

__all__ = [
    "Act", "Action", "Answer", "Decisions", "Enforcement", "InvalidQuestion", "NoSuchSubject", "Page", "Question",
    "Resource", "Search", "SearchResults", "Semantic", "Subject", "Wanted",
]  # fmt: skip
