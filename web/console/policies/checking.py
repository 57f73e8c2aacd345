"""What the policy engine has to say of a document, for the editor: with the page, and live while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.policy import Finding, Kind, MalformedDocument, Severity, check_document, document_size, read_document
from adapter.services.access import ServiceAccess, service_accesses
from adapter.services.lint import unknown_names
from web.console.policies import editing
from web.console.policies.words import access_words, service_title
from web.console.policy_sayings import said
from web.current import services
from web.throttle import Throttle

LIMITS: dict[Kind, int] = {"identity": 6144, "trust": 2048}
"""Characters without white space that AWS's quotas allow when nobody has changed them."""
_LABELS = {
    Severity.ERROR: ("bad", lazy_gettext("Error")),
    Severity.SECURITY_WARNING: ("warn", lazy_gettext("Security warning")),
    Severity.WARNING: ("warn", lazy_gettext("Warning")),
    Severity.SUGGESTION: ("none", lazy_gettext("Suggestion")),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of a document.

    Attributes:
        findings: for each one how bad it is, that in a word, and the finding.
        size: as the quota counts.
        gives: what it gives, service by service, and whether it allows that; where the document can be read.
    """

    findings: tuple[tuple[str, str, Finding], ...]
    size: int
    limit: int
    gives: tuple[tuple[str, bool], ...]

    @property
    def unsaid(self) -> Checked:
        """The same without findings, for a page on which nobody has entered anything yet."""
        return replace(self, findings=())

    @property
    def has_errors(self) -> bool:
        """Whether the door would refuse it."""
        return any(finding.severity is Severity.ERROR for _, _, finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """For the script."""
        return {
            "size": self.size,
            "limit": self.limit,
            "findings": [
                {
                    "kind": kind,
                    "label": str(label),
                    "path": finding.path,
                    "message": finding.message,
                    "detail": finding.detail,
                    "fix": finding.fix,
                }
                for kind, label, finding in self.findings
            ],
            "gives": [{"words": words, "allows": allows} for words, allows in self.gives],
        }


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds where the editor's script asks."""
    console.add_url_rule("/policies/check", "check_policy", check_policy, methods=["POST"])


def check_policy() -> ResponseReturnValue:
    """Findings on what a form holds; nothing is kept."""
    asked = request.form.get("kind", "identity")
    if asked not in LIMITS:
        abort(400)
    kind: Kind = "trust" if asked == "trust" else "identity"
    document = editing.read(request.form).document
    return jsonify(check(document, kind).as_json() | {"document": document})


def check(document: str, kind: Kind) -> Checked:
    """Everything there is to say about a document."""
    found = [*check_document(document, kind=kind), *_on_actions(document, kind)]
    return Checked(
        findings=tuple((*_LABELS[finding.severity], said(finding)) for finding in found),
        size=document_size(document),
        limit=LIMITS[kind],
        gives=_gives(document) if kind == "identity" else (),
    )


def _on_actions(document: str, kind: Kind) -> Iterator[Finding]:
    """What there is to say of actions that services do not have, of a document that can be read."""
    with suppress(MalformedDocument):
        yield from unknown_names(read_document(document, kind=kind), services())


def _gives(document: str) -> tuple[tuple[str, bool], ...]:
    try:
        read = read_document(document, kind="identity")
    except MalformedDocument:
        return ()
    return tuple((_given(each), each.allows) for each in service_accesses(read, services()))


def _given(access: ServiceAccess) -> str:
    words = {"service": service_title(access), "access": access_words(access)}
    return (
        gettext("%(service)s: %(access)s", **words)
        if access.allows
        else gettext("Denies %(service)s: %(access)s", **words)
    )
