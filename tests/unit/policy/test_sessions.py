"""Session policies laid over policies that are compiled already."""

from __future__ import annotations

import itertools

import pytest

from adapter.policy import CompiledPolicy, LayerKind, Policies, Request, compile_policy, evaluate, parse_document
from tests.documents import allow, deny

SESSION = "arn:aws:sts::123456789012:assumed-role/deploy/bob"
DOCUMENTS = {"list": allow("iam:List*"), "all": allow("*"), "deny": deny("iam:ListUsers"), "other": allow("s3:*")}


def compiled(name: str) -> CompiledPolicy:
    return compile_policy(parse_document(DOCUMENTS[name], kind="identity"), name=name)


@pytest.mark.parametrize(("own", "limit"), itertools.product(DOCUMENTS, repeat=2))
def test_a_session_laid_over_decides_as_one_given_from_the_start(own: str, limit: str) -> None:
    request = Request(SESSION, "iam:ListUsers", "*")
    laid = Policies(identity=(compiled(own),)).with_session((compiled(limit),))
    given = Policies(identity=(compiled(own),), session=(compiled(limit),))
    decisions = [evaluate(request, policies) for policies in (laid, given)]
    assert decisions[0].effect is decisions[1].effect
    assert decisions[0].refusal() == decisions[1].refusal()


def test_a_session_without_policies_of_its_own_may_do_nothing() -> None:
    decision = evaluate(Request(SESSION, "iam:ListUsers", "*"), Policies(identity=(compiled("all"),)).with_session(()))
    assert (decision.allowed, decision.missing_layer) == (False, LayerKind.SESSION)


def test_the_policies_underneath_stay_as_they_were() -> None:
    own = Policies(identity=(compiled("all"),))
    own.with_session((compiled("deny"),))
    assert evaluate(Request(SESSION, "iam:ListUsers", "*"), own).allowed
