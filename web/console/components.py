"""What the console's pages have in common: asking the door, tables, commands, tabs, what to say about a refusal."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_login import current_user

from adapter import Caller
from adapter.authorize import Refused
from adapter.errors import AccessDenied
from web.console.questions import why_url
from web.current import context, iam

Params = Mapping[str, Any]
Result = dict[str, Any]


def do(operation: str, **params: Any) -> Result:
    """Runs an operation for the person who is signed in.

    Raises:
        IamError: it was refused; nothing was changed.
    """
    return iam().execute(asker(), operation, params, context())


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a call would be allowed: true or false, and in the latter case with an explanation."""

    refusal: AccessDenied | None

    def __bool__(self) -> bool:
        return self.refusal is None

    @property
    def why(self) -> str | None:
        """Where the refusal is explained; None when there is none, or none that may be explained."""
        return why_url(self.refusal) if self.refusal else None


def may(**calls: tuple[str, Params]) -> dict[str, Permission]:
    """Which calls would be allowed, by names of one's own choice; for hiding buttons, never for protecting anything.

    >>> may(delete=("delete_user", {"user_name": "bob"}), tag=("tag_user", {"user_name": "bob", "tags": []}))
    """
    refusals = iam().refusals(asker(), calls, context())
    return {key: Permission(refusal) for key, refusal in refusals.items()}


def may_some(**calls: tuple[str, Params]) -> dict[str, Permission]:
    """As `may`, for calls whose names stand for any: allowed where they would be for some name."""
    return {key: _for_some(permission) for key, permission in may(**calls).items()}


def _for_some(permission: Permission) -> Permission:
    refusal = permission.refusal
    request = refusal.request if isinstance(refusal, Refused) else None
    return Permission(None) if request and iam().might(asker(), request) else permission


def asker() -> Caller:
    """The person who is signed in."""
    caller: Caller = current_user.caller
    return caller


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language separates them."""
    return gettext(", ").join(names)


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page; the page itself has no address."""

    label: str
    url: str | None = None


def crumbs(*steps: tuple[str, str], here: str) -> tuple[Crumb, ...]:
    """The way to a page: labels and endpoints of what is above it, then the page itself."""
    return (*(Crumb(label, url_for(endpoint)) for label, endpoint in steps), Crumb(here))


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a detail page.

    Attributes:
        count: shown behind the label, where it is known.
    """

    key: str
    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button that leads somewhere.

    Attributes:
        allowed: false shows it switched off, with the reason.
        needs: the action that policies call it by, for the reason.
        kind: `primary`, `plain` or `danger`.
    """

    label: str
    url: str
    allowed: bool | Permission = True
    needs: str = ""
    kind: str = "plain"
    icon: str = ""


def command(*words: str, **options: object) -> str:
    """The equivalent `aws` command; options that are None or empty are left out, True stands for a flag.

    >>> command("iam", "create-user", user_name="bob", tags=["Key=team,Value=a b"])
    "aws iam create-user --user-name bob --tags 'Key=team,Value=a b'"
    """
    parts = ["aws", *words]
    for name, value in options.items():
        if value in (None, "", [], (), False):
            continue
        parts.append("--" + name.replace("_", "-"))
        if value is not True:
            values: Sequence[object] = value if isinstance(value, list | tuple) else [value]
            parts += [placeholder_or_quoted(str(each)) for each in values]
    return " ".join(parts)


def placeholder_or_quoted(text: str) -> str:
    """Quotes for the shell; what stands in capitals is for the reader to fill in anyway."""
    return text if text.isupper() and text.replace("_", "").isalnum() else shlex.quote(text)
