"""Whom an identity provider vouches for, as far as assuming a role needs to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapter.errors import InvalidIdentityToken
from adapter.models import Tag

Keys = Mapping[str, str | tuple[str, ...]]
SKEW: Final = 60
"""Seconds by which an identity provider's clock may differ from ours."""
MOST_TAGS: Final = 50
_LONGEST_KEY: Final = 128
_LONGEST_VALUE: Final = 256
_SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedIdentity:
    """Somebody whom an identity provider vouches for.

    Attributes:
        principal: how trust policies name the provider (`Federated`): its ARN, or a well-known name.
        keys: context keys that a trust policy may ask for.
        session_keys: those that all requests of the session have.
        issuer: as the provider names itself.
        audience: whom it was said to.
        transitive_tag_keys: which of the tags later sessions of a role chain inherit.
        session_name: what the session is to be called, where the provider says so.
        seconds: how long the session is to last, where the provider says so.
        ends_at: when the session has to be over, where the provider says so.
    """

    principal: str
    subject: str
    issuer: str
    audience: str
    keys: Keys
    session_keys: Keys = field(default_factory=dict)
    tags: tuple[Tag, ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    session_name: str = ""
    seconds: int | None = None
    ends_at: datetime | None = None


def checked_tags(pairs: Iterable[tuple[str, str]]) -> tuple[Tag, ...]:
    """Session tags as a provider gives them.

    Raises:
        InvalidIdentityToken: there are too many, or one is empty or too long.
    """
    tags = tuple(Tag(key=key, value=value) for key, value in pairs)
    if len(tags) > MOST_TAGS:
        raise InvalidIdentityToken(f"There are more than {MOST_TAGS} session tags.")
    if not all(0 < len(tag.key) <= _LONGEST_KEY and len(tag.value) <= _LONGEST_VALUE for tag in tags):
        raise InvalidIdentityToken("The key or the value of a session tag is too long.")
    return tags


def checked_source_identity(text: str) -> str:
    """A source identity as a provider gives it.

    Raises:
        InvalidIdentityToken: it has characters that it may not have, or starts with `aws:`.
    """
    if not _SESSION_NAME.fullmatch(text) or text.lower().startswith("aws:"):
        raise InvalidIdentityToken(
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
        )
    return text


def is_session_name(text: str) -> bool:
    """Whether a session may be called that."""
    return _SESSION_NAME.fullmatch(text) is not None
