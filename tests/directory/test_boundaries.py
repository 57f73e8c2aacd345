"""Permissions boundaries of users and roles."""

from __future__ import annotations

import pytest

from adapter.errors import NoSuchEntity
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, TRUST

pytestmark = pytest.mark.parametrize("kind", ["user", "role"])


def make(do: Do, kind: str, **more: str) -> dict[str, str]:
    trust = {"assume_role_policy_document": TRUST} if kind == "role" else {}
    do(f"create_{kind}", **{f"{kind}_name": "x"}, **trust, **more)
    return {f"{kind}_name": "x"}


def test_a_boundary_is_set_and_taken_away(do: Do, kind: str) -> None:
    name = make(do, kind)
    do(f"put_{kind}_permissions_boundary", permissions_boundary=READ_ONLY, **name)
    boundary = do(f"get_{kind}", **name)[kind]["permissions_boundary"]
    assert boundary == {"permissions_boundary_arn": READ_ONLY, "permissions_boundary_type": "Policy"}
    do(f"delete_{kind}_permissions_boundary", **name)
    assert "permissions_boundary" not in do(f"get_{kind}", **name)[kind]


def test_a_boundary_can_be_there_from_the_start(do: Do, kind: str) -> None:
    name = make(do, kind, permissions_boundary=READ_ONLY)
    assert do(f"get_{kind}", **name)[kind]["permissions_boundary"]["permissions_boundary_arn"] == READ_ONLY


def test_a_boundary_that_does_not_exist_is_refused_and_nothing_is_made(do: Do, kind: str) -> None:
    with pytest.raises(NoSuchEntity, match="^Scope ARN: arn:.*:policy/ghost does not exist or is not attachable"):
        make(do, kind, permissions_boundary="arn:aws:iam::123456789012:policy/ghost")
    assert do(f"list_{kind}s")[f"{kind}s"] == []
