"""What a slip of the pen makes of a policy: keys that no request has, variables without their brace, keys twice.

AWS stores all of it, and it silently matches nothing, or not what was meant.

Source: IAM user guide, "AWS global condition context keys", "IAM Access Analyzer policy check reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapter.policy.document import Document, Statement
from adapter.policy.findings import Finding, Severity
from adapter.policy.refusals import Check, place
from adapter.policy.templates import parse_template, variable_names

_GLOBAL_KEYS = frozenset(
    f"aws:{name.lower()}"
    for name in (
        "AssumedRoot", "CalledVia", "CalledViaFirst", "CalledViaLast", "ChatbotSourceArn", "CurrentTime",
        "Ec2InstanceSourcePrivateIPv4", "Ec2InstanceSourceVpc", "EpochTime", "FederatedProvider",
        "MultiFactorAuthAge", "MultiFactorAuthPresent", "PrincipalAccount", "PrincipalArn", "PrincipalIsAWSService",
        "PrincipalOrgID", "PrincipalOrgPaths", "PrincipalServiceName", "PrincipalServiceNamesList", "PrincipalType",
        "Referer", "RequestedRegion", "ResourceAccount", "ResourceOrgID", "ResourceOrgPaths", "SecureTransport",
        "SourceAccount", "SourceArn", "SourceIdentity", "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceOwner",
        "SourceVpc", "SourceVpcArn", "SourceVpce", "TagKeys", "TokenIssueTime", "UserAgent", "UserId", "UserName",
        "ViaAWSService", "VpceAccount", "VpceOrgID", "VpceOrgPaths", "VpcSourceIp",
    )
)  # fmt: skip
_TAG_KEYS = ("aws:principaltag", "aws:requesttag", "aws:resourcetag")
_OPEN_VARIABLE = re.compile(r"\$\{[^{}]*(?:\$\{|\Z)")


def check_global_keys(document: Document) -> Iterator[Finding]:
    """A key that begins with `aws:` is one of a known list."""
    for statement in document.statements:
        for clause in statement.conditions:
            problem = _key_problem(clause.key)
            if problem:
                yield Finding(Severity.WARNING, "UNKNOWN_GLOBAL_KEY",
                              place(document, statement, f"Condition.{clause.operator}.{clause.key}"), problem,
                              "Mind the spelling; the guide lists the global condition keys.")  # fmt: skip


def check_variable_names(document: Document) -> Iterator[Finding]:
    """A variable is such a key too, and ends with a brace."""
    for path, text in _texts(document):
        if _OPEN_VARIABLE.search(text):
            yield Finding(Severity.WARNING, "MISSING_BRACE", path, "A policy variable lacks its closing brace.",
                          "Write ${key}.", f"{text[:80]!r}")  # fmt: skip
        for name in variable_names(parse_template(text, variables=True, wildcards=False)):
            problem = _key_problem(name)
            if problem:
                yield Finding(Severity.WARNING, "UNKNOWN_VARIABLE", path, problem,
                              "Mind the spelling: a variable without a value matches nothing.")  # fmt: skip


def check_keys_twice(document: Document) -> Iterator[Finding]:
    """Keys ignore case, so two that differ in case alone are one key with two conditions."""
    for statement in document.statements:
        seen: set[tuple[str, str]] = set()
        for clause in statement.conditions:
            path = place(document, statement, f"Condition.{clause.operator}.{clause.key}")
            if (clause.operator, clause.key.lower()) in seen:
                yield Finding(Severity.WARNING, "KEY_TWICE", path,
                              "The key stands twice under its operator, in another case: both have to hold.",
                              "Put the values into one list.")  # fmt: skip
            seen.add((clause.operator, clause.key.lower()))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Where variables may stand, with the text there; none before the language knew variables."""
    for statement in document.statements if document.has_variables else ():
        yield from ((place(document, statement, _resource_element(statement)), t) for t in statement.resources or ())
        for clause in statement.conditions:
            path = place(document, statement, f"Condition.{clause.operator}.{clause.key}")
            yield from ((path, value) for value in clause.values)


def _resource_element(statement: Statement) -> str:
    return "NotResource" if statement.not_resource else "Resource"


def _key_problem(key: str) -> str:
    folded = key.lower()
    name, slash, tag = folded.partition("/")
    if name in _TAG_KEYS:
        return "" if slash and tag else f"{key[:80]} lacks the key of a tag, as in {name}/team."
    if folded.startswith("aws:") and folded not in _GLOBAL_KEYS:
        return f"There is no global condition key {key[:80]}."
    return ""


CHECKS: tuple[Check, ...] = (check_global_keys, check_variable_names, check_keys_twice)
