"""Questions about refusals, in a form that an address can carry: signed, and good only for whom it was made for."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from adapter import IamError
from adapter.authorize import Refused
from adapter.policy import Request
from web.current import caller


def why_url(error: IamError) -> str | None:
    """Where a refusal is explained; None for one that is not explained, or when nobody is signed in."""
    asker = caller()
    if asker is None or not isinstance(error, Refused) or error.request is None:
        return None
    asked = error.request
    told = [asker.unique_id, asked.action, asked.resource, dict(asked.context), asked.resource_account]
    return url_for("console.why", question=_signer().dumps(told))


def read_question(text: str) -> Request | None:
    """What was refused; None for what is no question of the person who is signed in."""
    asker = caller()
    try:
        told: Any = _signer().loads(text)
    except BadSignature:
        return None
    if asker is None or told[0] != asker.unique_id:
        return None
    context = {key: value if isinstance(value, str) else tuple(value) for key, value in told[3].items()}
    return Request(asker.arn, told[1], told[2], context, told[4])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="why it was refused")
