"""What the tests of the console's pages about users and groups share."""

from __future__ import annotations

import html
import re
from typing import Any

from werkzeug.test import TestResponse

from tests.web.visitor import Visitor, text

USERS = "/console/users"
GROUPS = "/console/groups"
SYSTEM = "arn:aws:iam::aws:policy/"
READ_ONLY = f"{SYSTEM}ReadOnlyAccess"
DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}'


def user(name: str, rest: str = "") -> str:
    return f"{USERS}/{name}{rest}"


def group(name: str, rest: str = "") -> str:
    return f"{GROUPS}/{name}{rest}"


def follow(visitor: Visitor, response: TestResponse) -> str:
    """What the page says that a redirect leads to."""
    assert response.status_code == 302, text(response)
    return text(visitor.get(response.location))


def hidden(response: TestResponse, name: str) -> str:
    """The value of a field that the page carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.get_data(as_text=True))
    assert found, text(response)
    return html.unescape(found[1])


def secret_on(response: TestResponse, label: str) -> str:
    """A secret that the page shows this once."""
    page = response.get_data(as_text=True)
    number = re.search(rf'id="(once-\d+)-label">{label}<', page)
    assert number, text(response)
    found = re.search(rf'value="([^"]*)" id="{number[1]}"', page)
    assert found
    return html.unescape(found[1])


def wizard(visitor: Visitor, *pages: dict[str, Any]) -> TestResponse:
    """Goes through the pages on which a user is created; the answer to the last one that was sent."""
    response = visitor.get("/console/create-user")
    for fields in pages:
        carried = {name: hidden(response, name) for name in ("csrf_token", "state", "step")}
        response = visitor.post("/console/create-user", carried | {"go": "next"} | fields)
    return response
