"""What there is to say about a policy document: where, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is, in the words of IAM Access Analyzer."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a document, or could be better.

    Attributes:
        code: names the check, such as `PASS_ROLE_WITH_STAR`.
        path: the place in the JSON, such as `Statement[0].Condition.Bool`; empty for the whole document.
        message: what is wrong; for an ERROR it is AWS's own text.
        fix: how to mend it.
        detail: what AWS's text leaves unsaid.
    """

    severity: Severity
    code: str
    path: str
    message: str
    fix: str
    detail: str = ""


class MalformedDocument(ValueError):
    """The document can't be used.

    Attributes:
        message: AWS's own short text.
        path: the first place that is wrong.
        detail: what is wrong there.
        findings: every place that is wrong.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        self.message, self.path, self.detail = first.message, first.path, first.detail
        self.findings = tuple(findings)
        super().__init__(f"{first.message} ({self.place})" if self.place else first.message)

    @property
    def place(self) -> str:
        """Where the document is wrong and what is wrong there, in one phrase."""
        return ": ".join(filter(None, (self.path, self.detail)))
