"""A proxy that asks about the requests to a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.documents import allow
from tests.web.visitor import Visitor

ASK = "/access/v1/forward-auth"
HOST = "portal.example.org"
SITES = f"""
[[site]]
host = "{HOST}"
service = "ecs"

[[site.route]]
path = "/ecs/help"
public = true

[[site.route]]
path = "/ecs/{{region}}/servers"
action = "ecs:ListServers"
resource = "*"
context = {{ "aws:RequestedRegion" = "{{region}}" }}

[[site.route]]
methods = ["POST"]
path = "/ecs/{{region}}/servers"
action = "ecs:CreateServers"
resource = "arn:aws:ecs:{{region}}:{{account}}:server/*"
context = {{ "aws:RequestedRegion" = "{{region}}" }}

[[site.route]]
path = "/ecs/{{region}}/files/{{path...}}"
action = "ecs:GetFile"
resource = "arn:aws:ecs:{{region}}:{{account}}:file/{{path}}"
"""
TOLD = [f"X-Auth-Request-{name}" for name in ("User", "Arn", "Account", "Factor", "Id")]
READ = allow("ecs:List*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-de"}})


@dataclass(frozen=True)
class Proxy:
    """A proxy that asks on behalf of a visitor."""

    visitor: Visitor

    def ask(self, method: str = "GET", uri: str = "/ecs/eu-de/servers", at: str = ASK, **more: Any) -> TestResponse:
        """Asks about one request; `more` adds headers or, with None, leaves them out."""
        headers = {
            "X-Forwarded-Method": method,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": HOST,
            "X-Forwarded-Uri": uri,
            "X-Forwarded-For": "198.51.100.7",
        }
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return self.visitor.get(at, headers={name: value for name, value in headers.items() if value is not None})
