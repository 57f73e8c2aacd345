"""What AWS refuses to store, though its meaning is clear.

Source: messages of the IAM API (`MalformedPolicyDocument`); IAM user guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from adapter.policy import values
from adapter.policy.document import CURRENT_VERSION, Document, Statement
from adapter.policy.findings import Finding, Severity
from adapter.policy.operators import parse_operator

Check = Callable[[Document], Iterable[Finding]]

_VENDOR = re.compile(r"[A-Za-z0-9.-]+")
_SID = re.compile(r"[A-Za-z0-9]*")
_PARTITIONS = re.compile(r"aws(?:-[a-z]+)*|\*")
_ACCOUNT = re.compile(r"[0-9]{12}")
_PRINCIPAL_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::[0-9]{12}:(?:root|(?:user|role)/.+)|sts::[0-9]{12}:(?:assumed-role|federated-user)/.+)"
)
_UNIQUE_ID = re.compile(r"(?:AIDA|AROA|AGPA|AIPA|ANPA)[A-Z0-9]{16,}|AROA[A-Z2-7]{17}:[\w+=,.@-]+", re.ASCII)
_IAM_RESOURCES = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
)  # fmt: skip


def _error(code: str, path: str, message: str, fix: str, detail: str = "") -> Finding:
    return Finding(Severity.ERROR, code, path, message, fix, detail)


def place(document: Document, statement: Statement, element: str = "") -> str:
    """The path of a statement, or of one of its elements."""
    base = f"Statement[{statement.index}]"
    return f"{base}.{element}" if element else base


def check_version(document: Document) -> Iterator[Finding]:
    """Identity policies need the current version of the language."""
    if document.kind == "identity" and document.declared_version != CURRENT_VERSION:
        yield _error("OLD_VERSION", "Version", "Policy document must be version 2012-10-17 or greater.",
                     f'Write "Version": "{CURRENT_VERSION}".')  # fmt: skip


def check_statements(document: Document) -> Iterator[Finding]:
    """A policy has a statement."""
    if not document.statements:
        yield _error("EMPTY_STATEMENT", "Statement", "Syntax errors in policy.", "Add a statement.",
                     "there is no statement")  # fmt: skip


def check_dates(document: Document) -> Iterator[Finding]:
    """Values of date operators are dates."""
    for statement in document.statements:
        for clause in statement.conditions:
            operator = parse_operator(clause.operator)
            if operator is None or not operator.base.startswith("date"):
                continue
            for value in clause.values:
                if values.moment(value) is None:
                    path = place(document, statement, f"Condition.{clause.operator}.{clause.key}")
                    yield _error("INVALID_DATE", path, "The policy failed legacy parsing",
                                 "Write a date such as 2026-11-20T06:00:00Z.",
                                 f"{value[:80]!r} is not a date")  # fmt: skip


def check_sids(document: Document) -> Iterator[Finding]:
    """Sids are alphanumeric and unique in a policy."""
    seen: set[str] = set()
    for statement in document.statements:
        path = place(document, statement, "Sid")
        sid = statement.sid or ""
        if document.kind != "resource" and not _SID.fullmatch(sid):
            yield _error("INVALID_SID", path,
                         "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
                         "expression [0-9A-Za-z]*", "Use letters and digits only.")  # fmt: skip
        if sid and sid in seen:
            yield _error("DUPLICATE_SID", path, "Statement IDs (SID) in a single policy must be unique.",
                         "Give each statement a Sid of its own.", f"{sid[:80]!r} stands twice")  # fmt: skip
        seen.add(sid)


def check_presence(document: Document) -> Iterator[Finding]:
    """Lists of actions and resources are not empty."""
    for statement in document.statements:
        if not statement.actions:
            element = "NotAction" if statement.not_action else "Action"
            yield _error("EMPTY_ACTION", place(document, statement, element),
                         "Policy statement must contain actions.", "Name an action.", "the list is empty")  # fmt: skip
        if document.kind == "identity" and not statement.resources:
            element = "NotResource" if statement.not_resource else "Resource"
            yield _error("EMPTY_RESOURCE", place(document, statement, element),
                         "Policy statement must contain resources.", "Name a resource.",
                         "the list is empty")  # fmt: skip
        if document.kind == "trust" and statement.resources is not None:
            yield _error("PROHIBITED_RESOURCE", place(document, statement, "Resource"), "Has prohibited field Resource",
                         "Remove it: a trust policy is about its own role.")  # fmt: skip


def check_resources(document: Document) -> Iterator[Finding]:
    """Resources are ARNs or `*`."""
    for statement in document.statements:
        element = "NotResource" if statement.not_resource else "Resource"
        for text in statement.resources or ():
            message = _resource_error(text)
            if message:
                yield _error("INVALID_ARN", place(document, statement, element), message,
                             'Write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE or "*".')  # fmt: skip


def _resource_error(text: str) -> str | None:
    if text == "*":
        return None
    parts = text.split(":", 5)
    if len(parts) < 2 or parts[0] != "arn":
        return f'Resource {text} must be in ARN format or "*".'
    if not _PARTITIONS.fullmatch(parts[1]):
        padded = ":".join((*parts[2:], *"****")[:4])
        return f'Partition "{parts[1]}" is not valid for resource "arn:{parts[1]}:{padded}".'
    if len(parts) < 3 or not parts[2]:
        return "Resource vendor must be fully qualified and cannot contain regexes."
    if len(parts) < 6 and not text.endswith("*"):
        return "The policy failed legacy parsing"
    return _iam_resource_error(text, parts) if parts[2] == "iam" else None


def _iam_resource_error(text: str, parts: list[str]) -> str | None:
    if len(parts) > 3 and parts[3] not in ("", "*"):
        return f"IAM resource {text} cannot contain region information."
    resource = parts[5] if len(parts) > 5 else ""
    if resource and not _may_be_iam(resource):
        return f'IAM resource path must either be "*" or start with {", ".join(_IAM_RESOURCES)}.'
    return None


def _may_be_iam(resource: str) -> bool:
    """Whether some IAM resource could match; `root` is one though AWS's own message forgets it."""
    head = re.split(r"[*?$]", resource, maxsplit=1)[0]
    if head == resource:
        return resource == "root" or resource.startswith(_IAM_RESOURCES)
    return any(kind.startswith(head) or head.startswith(kind) for kind in _IAM_RESOURCES)


def check_actions(document: Document) -> Iterator[Finding]:
    """Actions are `*` or `vendor:Name`."""
    for statement in document.statements:
        element = "NotAction" if statement.not_action else "Action"
        for action in statement.actions:
            message = _action_error(action)
            if message:
                yield _error("INVALID_ACTION", place(document, statement, element), message,
                             "Write SERVICE:Action, such as iam:GetUser.", f"{action[:80]!r}")  # fmt: skip
            elif document.kind == "trust" and not action.lower().startswith("sts:"):
                yield _error("INVALID_TRUST_ACTION", place(document, statement, element),
                             "AssumeRole policy may only specify STS AssumeRole actions.",
                             "Write sts:AssumeRole.", f"{action[:80]!r}")  # fmt: skip


def _action_error(action: str) -> str | None:
    vendor, *names = action.split(":")
    if action == "*":
        return None
    if not names or not names[0]:
        return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    if len(names) > 1:
        return "Actions/Condition can contain only one colon."
    if vendor != "*" and not _VENDOR.fullmatch(vendor):
        return f"Vendor {vendor} is not valid"
    return None


def check_principals(document: Document) -> Iterator[Finding]:
    """AWS principals are accounts, users, roles and sessions, whole and without wildcards; a group never is one."""
    for statement in document.statements:
        if statement.principals is None:
            continue
        element = "NotPrincipal" if statement.principals.negated else "Principal"
        if not statement.principals.entries:
            yield _error("EMPTY_PRINCIPAL", place(document, statement, element), "Missing required field Principal",
                         "Name a principal.")  # fmt: skip
        for kind, text in statement.principals.entries:
            if kind == "AWS" and not _is_principal(text):
                yield _error("INVALID_PRINCIPAL", place(document, statement, f"{element}.AWS"),
                             f'Invalid principal in policy: "AWS":"{text}"', _principal_fix(text))  # fmt: skip


def _is_principal(text: str) -> bool:
    if text == "*" or _ACCOUNT.fullmatch(text) or _UNIQUE_ID.fullmatch(text):
        return True
    return bool(_PRINCIPAL_ARN.fullmatch(text)) and "*" not in text and "?" not in text


def _principal_fix(text: str) -> str:
    if ":group/" in text:
        return "A group is no principal: name its users, or attach an identity policy to the group."
    if "*" in text or "?" in text:
        return "A wildcard can't stand for part of a principal: name it whole, or use a condition on aws:PrincipalArn."
    return "Name an account (12 digits), or the ARN of a user, role or session."


CHECKS: tuple[Check, ...] = (
    check_statements, check_version, check_dates, check_sids, check_presence, check_resources, check_actions,
    check_principals,
)  # fmt: skip
