"""Forms that take several steps to send."""

from __future__ import annotations

import io

from werkzeug.test import TestResponse

from tests.documents import allow
from tests.web.factors import hidden as hidden_fields
from tests.web.matrix import ME
from tests.web.people import hidden, wizard
from tests.web.personas import Cast, Facts
from tests.web.visitor import HOME, Visitor


def all_pages(visitor: Visitor, facts: Facts, _cast: Cast, _persona: str) -> TestResponse:
    details = {"user_name": f"made-{facts['n']}", "path": "/", "how": "generated"}
    return wizard(visitor, details, {"way": "groups"}, {})


def upload(visitor: Visitor, facts: Facts, _cast: Cast, _persona: str) -> TestResponse:
    content = io.BytesIO(f"user_name\nfiled-{facts['n']}\n".encode())
    token = hidden(visitor.get("/console/create-users"), "csrf_token")
    return visitor.post("/console/create-users", {"csrf_token": token, "file": (content, "people.csv")})


def start(visitor: Visitor, facts: Facts, cast: Cast, persona: str) -> TestResponse:
    preview = upload(visitor, facts, cast, persona)
    if preview.status_code != 200:
        return preview
    fields = {"csrf_token": hidden(preview, "csrf_token"), "lines": hidden(preview, "lines")}
    return visitor.post("/console/create-users/start", fields)


def resync(visitor: Visitor, facts: Facts, cast: Cast, persona: str) -> TestResponse:
    codes = cast.spare.pair() if persona == "ann" and cast.spare else {"code1": "000000", "code2": "000000"}
    return visitor.submit(f"/console/{ME}/mfa/resync?device={facts['spare']}", codes, page=HOME)


def scan(visitor: Visitor, facts: Facts) -> TestResponse:
    return visitor.submit(f"/console/{ME}/mfa/app", {"label": f"tablet-{facts['n']}"}, page=HOME)


def drop(visitor: Visitor, facts: Facts, _cast: Cast, _persona: str) -> TestResponse:
    shown = scan(visitor, facts)
    if shown.status_code != 200:
        return shown
    return visitor.submit(f"/console/{ME}/mfa/app/drop", hidden_fields(shown), page=HOME)


def codes(visitor: Visitor, facts: Facts, _cast: Cast, _persona: str) -> TestResponse:
    shown = scan(visitor, facts)
    if shown.status_code != 200:
        return shown
    wrong = hidden_fields(shown) | {"code1": "000000", "code2": "000001"}
    return visitor.submit(f"/console/{ME}/mfa/app/codes", wrong, page=HOME)


def password(visitor: Visitor, facts: Facts, cast: Cast, persona: str) -> TestResponse:
    old = cast.root[1] if persona == "root" else cast.passwords.get(persona, "Bindery-demo-1")
    new = f"Chosen-by-{facts['n']}"
    response = visitor.submit(f"/console/{ME}/password", {"old": old, "new": new, "confirm": new}, page=HOME)
    if response.status_code == 302:
        cast.passwords[persona] = new
        cast.root = (cast.root[0], new) if persona == "root" else cast.root
    return response


def file(visitor: Visitor, facts: Facts, cast: Cast, persona: str) -> TestResponse:
    key = visitor.submit(f"/console/{ME}/keys/create", {}, page=HOME)
    if key.status_code != 200:
        return key
    return visitor.post(
        "/console/credentials.csv", {name: hidden(key, name) for name in ("csrf_token", "content", "filename")}
    )


def check(visitor: Visitor, facts: Facts, _cast: Cast, _persona: str) -> TestResponse:
    return visitor.submit("/console/policies/check", {"kind": "identity", "document": allow("s3:*")}, page=HOME)
