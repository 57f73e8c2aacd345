"""A service that asks the decision point, with requests signed by botocore."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.clients.conftest import Api, Key


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class DecisionPoint:
    """The decision point of a server, asked with a key."""

    api: Api
    key: Key | None

    def post(
        self, path: str, body: Any, content_type: str = "application/json", service: str = "bindery", **headers: str
    ) -> Reply:
        """Asks; a body that is no bytes is written as JSON."""
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": content_type} | {name.replace("_", "-"): text for name, text in headers.items()}
        request = AWSRequest("POST", f"{self.api.url}{path}", data=octets, headers=sent)
        if self.key is not None:
            SigV4Auth(Credentials(self.key.id, self.key.secret), service, "us-east-1").add_auth(request)
        signed = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
        status, found, answer = self.api.http(octets, path=path, **{**signed, "Content-Type": content_type})
        return Reply(status, found, json.loads(answer))

    def evaluate(self, subject: Any, action: Any, resource: Any, **more: Any) -> Any:
        """One question's answer."""
        reply = self.post("/access/v1/evaluation", {"subject": subject, "action": action, "resource": resource, **more})
        assert reply.status == 200, reply
        return reply.body

    def evaluate_all(self, **body: Any) -> Any:
        """Several questions' answers."""
        reply = self.post("/access/v1/evaluations", body)
        assert reply.status == 200, reply
        return reply.body

    def search(self, wanted: str, **body: Any) -> Any:
        """What a search finds."""
        reply = self.post(f"/access/v1/search/{wanted}", body)
        assert reply.status == 200, reply
        return reply.body


def user(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "user", "id": name, **({"properties": properties} if properties else {})}


def action(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name, **({"properties": properties} if properties else {})}


def record(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "record", "id": name, **({"properties": properties} if properties else {})}
