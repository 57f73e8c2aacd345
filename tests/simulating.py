"""Asking the policy simulator, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.documents import document

Do = Callable[..., dict[str, Any]]
ME = "arn:aws:iam::123456789012:user/bob"
ROLE = "arn:aws:iam::123456789012:role/deployer"
GROUP = "arn:aws:iam::123456789012:group/developers"
BUCKET, OBJECT = "arn:aws:s3:::reports", "arn:aws:s3:::reports/2026.csv"


def simulate(do: Do, *policies: str, action: str = "s3:GetObject", **more: Any) -> dict[str, Any]:
    """The one result of simulating one action with policies given as text."""
    answer = do("simulate_custom_policy", policy_input_list=policies, action_names=[action], **more)
    assert answer["is_truncated"] is False
    (result,) = answer["evaluation_results"]
    return dict(result)


def simulate_for(do: Do, arn: str, action: str = "s3:DeleteObject", **more: Any) -> dict[str, Any]:
    """The one result of simulating one action with the policies of a user, group or role."""
    answer = do("simulate_principal_policy", policy_source_arn=arn, action_names=[action], **more)
    (result,) = answer["evaluation_results"]
    return dict(result)


def sources(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["source_policy_id"], one["source_policy_type"]) for one in result["matched_statements"]]


def entry(name: str, kind: str, *given: str) -> dict[str, Any]:
    return {"context_key_name": name, "context_key_type": kind, "context_key_values": list(given)}


def trusting(who: str, action: str = "s3:*", effect: str = "Allow") -> str:
    return document({"Effect": effect, "Principal": {"AWS": who}, "Action": action, "Resource": f"{BUCKET}/*"})
