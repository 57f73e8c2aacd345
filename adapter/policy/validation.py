"""Holding documents to what AWS stores: refusals with AWS's own texts, and advice as an access analyser gives it.

Every check is one function that yields findings; CHECKS is the list of them, in the order in which AWS refuses.

Source: IAM user guide, "Grammar of the IAM JSON policy language", "IAM Access Analyzer policy check reference".
"""

from __future__ import annotations

from adapter.policy import advice, refusals, spelling
from adapter.policy.document import Document, Kind, read_document
from adapter.policy.findings import Finding, MalformedDocument, Severity


def parse_document(text: str | bytes, *, kind: Kind) -> Document:
    """Reads a document and holds it to everything that AWS holds it to when it is stored.

    Raises:
        MalformedDocument: AWS would refuse it; `message` is AWS's text.
    """
    document = read_document(text, kind=kind)
    errors = [finding for check in refusals.CHECKS for finding in check(document)]
    if errors:
        raise MalformedDocument(errors)
    return document


def check_document(text: str | bytes, *, kind: Kind) -> list[Finding]:
    """Everything there is to say about a document, the worst first; empty when it is beyond reproach."""
    try:
        document = read_document(text, kind=kind)
    except MalformedDocument as error:
        return list(error.findings)
    found = [finding for check in (*refusals.CHECKS, *advice.CHECKS, *spelling.CHECKS) for finding in check(document)]
    order = list(Severity)
    return sorted(found, key=lambda finding: order.index(finding.severity))
