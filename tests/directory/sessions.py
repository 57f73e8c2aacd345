"""How tests use credentials: a request that is signed with them becomes a caller, as in the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter import Caller, Iam, RequestContext
from adapter.crypto.canonical import HttpRequest

ACCOUNT = "123456789012"
_URL = "http://bindery.example/"


def user_arn(name: str, account_id: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account_id}:user/{name}"


def role_arn(name: str, account_id: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account_id}:role/{name}"


def trust(
    principal: str, *actions: str, conditions: Mapping[str, Any] | None = None, also: list[dict[str, Any]] | None = None
) -> str:
    """A trust policy that lets a principal assume the role."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": ["sts:AssumeRole", *actions],
    }
    if conditions:
        statement["Condition"] = conditions
    return json.dumps({"Version": "2012-10-17", "Statement": [statement, *(also or [])]})


@dataclass(frozen=True)
class Signer:
    """Signs with credentials as STS or CreateAccessKey answer them, and calls operations as whoever they are."""

    iam: Iam
    credentials: Mapping[str, Any]
    service: str = "sts"

    @property
    def caller(self) -> Caller:
        """Who has signed, as the API finds out."""
        given = self.credentials
        request = AWSRequest("POST", _URL, data=b"", headers={"Host": "bindery.example"})
        keys = Credentials(given["access_key_id"], given["secret_access_key"], given.get("session_token"))
        SigV4Auth(keys, self.service, "eu-central-1").add_auth(request)
        headers = tuple((name, str(value)) for name, value in request.headers.items())
        return self.iam.authenticate(HttpRequest("POST", b"/", headers=headers), datetime.now(UTC)).caller

    def __call__(self, operation: str, *, at: datetime | None = None, **params: Any) -> dict[str, Any]:
        """Calls an operation; `at` moves the clock of what is issued, not of the signature."""
        context = RequestContext(now=at, region="eu-central-1") if at else RequestContext(region="eu-central-1")
        return self.iam.execute(self.caller, operation, params, context)

    def assume(self, role: str, name: str = "session", **params: Any) -> Signer:
        """Assumes a role and goes on as its session."""
        arn = role if role.startswith("arn:") else role_arn(role)
        answer = self("assume_role", role_arn=arn, role_session_name=name, **params)
        return Signer(self.iam, answer["credentials"])
