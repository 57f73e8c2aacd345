"""Explaining refusals: to those concerned, and no more than they may read."""

from __future__ import annotations

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.authorize import Refused
from adapter.explanation import Explanation
from adapter.policy import Effect, LayerKind, Request
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import READ_ONLY, allow, deny, document

ALICE = "arn:aws:iam::123456789012:user/alice"
READ_OWN = {"Effect": "Allow", "Action": "iam:Get*Policy*", "Resource": "*"}


@pytest.fixture
def bob(iam: Iam, directory: object, do: Do) -> Caller:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    return sign_in(iam, "123456789012", "bob", DEMO_PASSWORD)


def _refused(iam: Iam, caller: Caller) -> Explanation:
    with pytest.raises(Refused) as refused:
        iam.execute(caller, "delete_user", {"user_name": "alice"})
    request = refused.value.request
    assert request is not None
    return iam.explain(caller, request)


def test_nothing_allows_it(iam: Iam, bob: Caller) -> None:
    found = _refused(iam, bob)
    assert (found.action, found.effect, found.missing) == (
        "iam:DeleteUser",
        Effect.IMPLICITLY_DENIED,
        LayerKind.IDENTITY,
    )
    assert [layer.policy_count for layer in found.layers] == [0]


def test_the_denying_statement_is_shown_to_who_may_read_it(iam: Iam, bob: Caller, do: Do) -> None:
    text = document(READ_OWN, {"Sid": "Hands", "Effect": "Deny", "Action": "iam:Delete*", "Resource": "*"})
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=text)
    (layer,) = _refused(iam, bob).layers
    (statement,) = layer.statements
    assert (statement.index, statement.sid, statement.allows, statement.document) == (1, "Hands", False, text)


def test_of_a_policy_that_one_may_not_read_only_the_name_is_told(iam: Iam, bob: Caller, do: Do) -> None:
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=deny("iam:Delete*"))
    (layer,) = _refused(iam, bob).layers
    (statement,) = layer.statements
    assert (statement.policy_name, statement.allows) == ("own", False)
    assert (statement.index, statement.sid, statement.document) == (None, None, None)


def test_what_came_close_tells_what_it_lacked(iam: Iam, bob: Caller, do: Do) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    close = {"Effect": "Allow", "Action": "iam:DeleteUser", "Resource": "*", "Condition": condition}
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=document(READ_OWN, close))
    (statement,) = _refused(iam, bob).layers[0].statements
    assert not statement.matches
    assert statement.reason is not None
    assert "aws:MultiFactorAuthPresent" in statement.reason


def test_what_came_close_is_not_told_to_who_may_not_read_it(iam: Iam, bob: Caller, do: Do) -> None:
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow("iam:DeleteUser", f"{ALICE}2"))
    assert _refused(iam, bob).layers[0].statements == ()


def test_a_boundary_that_lacks_it_is_named(iam: Iam, bob: Caller, do: Do) -> None:
    do("put_user_permissions_boundary", user_name="bob", permissions_boundary=READ_ONLY)
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow("iam:*"))
    found = _refused(iam, bob)
    assert found.missing is LayerKind.BOUNDARY
    assert [(layer.kind, layer.allows) for layer in found.layers] == [
        (LayerKind.IDENTITY, True),
        (LayerKind.BOUNDARY, False),
    ]


def test_a_policy_of_a_group_is_read_with_the_right_to_the_group(iam: Iam, bob: Caller, do: Do) -> None:
    do("create_group", group_name="temps")
    do("add_user_to_group", user_name="bob", group_name="temps")
    do("put_group_policy", group_name="temps", policy_name="hands-off", policy_document=deny("iam:Delete*"))
    rights = allow("iam:GetGroupPolicy", "arn:aws:iam::123456789012:group/temps")
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=rights)
    (statement,) = _refused(iam, bob).layers[0].statements
    assert (statement.via, statement.document) == ("group temps", deny("iam:Delete*"))


def test_the_question_s_own_context_does_not_open_policies(iam: Iam, bob: Caller, do: Do) -> None:
    """Whoever asks may claim a second factor for the request; the right to read is decided by the facts."""
    only_with_factor = {**READ_OWN, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    text = document(only_with_factor, {"Effect": "Deny", "Action": "iam:Delete*", "Resource": "*"})
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=text)
    claimed = Request(bob.arn, "iam:DeleteUser", ALICE, {"aws:MultiFactorAuthPresent": "true"})
    (statement,) = iam.explain(bob, claimed, RequestContext()).layers[0].statements
    assert statement.document is None


def test_the_root_user_is_allowed_everything(iam: Iam, root: Caller) -> None:
    assert iam.explain(root, Request(root.arn, "iam:DeleteUser", ALICE)).effect is Effect.ALLOWED
