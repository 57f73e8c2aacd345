"""Policy documents that tests use, as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> str:
    return document({"Effect": "Allow", "Action": action, "Resource": resource, **more})


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> str:
    return document({"Effect": "Deny", "Action": action, "Resource": resource, **more})


TRUST = document(
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
)
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
CHANGE_PASSWORD = "arn:aws:iam::aws:policy/IAMUserChangePassword"
ECS_DEFINITION = (Path(__file__).parent / "clients/ecs/ecs.toml").read_text()
"""What the sample service says of itself."""
