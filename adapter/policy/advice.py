"""What AWS stores but a careful author would mend.

Source: IAM user guide, "IAM Access Analyzer policy check reference"; our own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adapter.policy import values
from adapter.policy.document import Clause, Document, Statement
from adapter.policy.findings import Finding, Severity
from adapter.policy.match import Matcher, compile_text
from adapter.policy.operators import Operator, Quantifier, parse_operator
from adapter.policy.refusals import Check, place
from adapter.policy.templates import parse_pattern, split_arn_head

_MULTIVALUED = frozenset(
    name.lower()
    for name in (
        "aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths",
        "aws:SourceOrgPaths", "aws:TagKeys", "dynamodb:Attributes", "dynamodb:LeadingKeys", "sts:TransitiveTagKeys",
    )
)  # fmt: skip
_SINGLE_VALUED_PREFIXES = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
_SINGLE_VALUED = frozenset(
    name.lower()
    for name in (
        "aws:CurrentTime", "aws:EpochTime", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalType", "aws:RequestedRegion",
        "aws:SecureTransport", "aws:SourceIp", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username",
    )
)  # fmt: skip
_MOST_COMPARISONS = 250_000
_READERS: dict[str, Callable[[str], object]] = {
    "numeric": values.number,
    "date": values.moment,
    "ip": values.network,
    "binary": values.binary,
    "bool": values.boolean,
    "null": values.boolean,
}


def _clauses(statement: Statement) -> Iterator[tuple[Clause, Operator]]:
    for clause in statement.conditions:
        operator = parse_operator(clause.operator)
        if operator is not None:
            yield clause, operator


def _matcher(pattern: str) -> Matcher:
    return compile_text(parse_pattern(pattern.lower()))


def _means(patterns: tuple[str, ...], text: str) -> bool:
    return any(_matcher(pattern)(text) for pattern in patterns)


def check_not_principal(document: Document) -> Iterator[Finding]:
    """Allow with NotPrincipal lets in everybody else, even without signing in."""
    for statement in document.statements:
        if statement.allows and statement.principals is not None and statement.principals.negated:
            yield Finding(Severity.SECURITY_WARNING, "ALLOW_WITH_NOT_PRINCIPAL",
                          place(document, statement, "NotPrincipal"),
                          "Allow with NotPrincipal lets in everybody who is not listed.",
                          "Name those whom you trust in Principal.")  # fmt: skip


def check_everybody(document: Document) -> Iterator[Finding]:
    """Allow for everybody needs a condition."""
    for statement in document.statements:
        principals = statement.principals
        if principals is None or principals.negated or statement.conditions or not statement.allows:
            continue
        if any(text == "*" for _, text in principals.entries):
            yield Finding(Severity.SECURITY_WARNING, "PUBLIC_PRINCIPAL", place(document, statement, "Principal"),
                          "Everybody is allowed, in every account.",
                          "Name principals, or add a condition such as aws:PrincipalOrgID.")  # fmt: skip


def check_pass_role(document: Document) -> Iterator[Finding]:
    """Whoever may pass every role has the rights of every role."""
    for statement in document.statements:
        passes = _means(statement.actions, "iam:passrole") is not statement.not_action
        if not statement.allows or not passes or statement.resources is None:
            continue
        if statement.not_resource or "*" in statement.resources:
            element = "NotResource" if statement.not_resource else "Resource"
            yield Finding(Severity.SECURITY_WARNING, "PASS_ROLE_WITH_STAR", place(document, statement, element),
                          "iam:PassRole on every role gives the rights of every role.",
                          "Name the roles, and add a condition on iam:PassedToService.")  # fmt: skip


def check_inversions(document: Document) -> Iterator[Finding]:
    """Allow with NotAction or NotResource grows with every new service."""
    for statement in document.statements:
        for is_used, element in ((statement.not_action, "NotAction"), (statement.not_resource, "NotResource")):
            if statement.allows and is_used:
                yield Finding(Severity.WARNING, f"ALLOW_WITH_{element.upper()}", place(document, statement, element),
                              f"Allow with {element} also allows what comes to exist later.",
                              f"Use {element.removeprefix('Not')}, or an effect of Deny.")  # fmt: skip


def check_everything(document: Document) -> Iterator[Finding]:
    """Every action on every resource is for administrators."""
    for statement in document.statements:
        is_narrowed = statement.not_action or statement.not_resource or statement.conditions or statement.principals
        covers_all = "*" in statement.actions and "*" in (statement.resources or ())
        if statement.allows and covers_all and not is_narrowed:
            yield Finding(Severity.WARNING, "ALLOWS_EVERYTHING", place(document, statement),
                          "It allows every action on every resource.", "Grant what the work needs.")  # fmt: skip


def check_values(document: Document) -> Iterator[Finding]:
    """Condition values that can't be read by their operator match nothing."""
    for statement in document.statements:
        for clause, operator in _clauses(statement):
            path = place(document, statement, f"Condition.{clause.operator}.{clause.key}")
            if not clause.values:
                yield Finding(Severity.WARNING, "EMPTY_CONDITION_VALUES", path, "The list of values is empty.",
                              "Name a value, or remove the condition.")  # fmt: skip
            for value in clause.values:
                problem = _value_problem(operator, value, document.has_variables)
                if problem:
                    yield Finding(Severity.WARNING, "UNREADABLE_VALUE", path, problem, "Correct the value.",
                                  f"{value[:80]!r}")  # fmt: skip


def _value_problem(operator: Operator, value: str, has_variables: bool) -> str:
    if "${" in value and has_variables:
        takes_variables = operator.base.startswith(("string", "arn", "bool"))
        return "" if takes_variables else "This operator takes no policy variables."
    for prefix, read in _READERS.items():
        if operator.base.startswith(prefix) and read(value) is None:
            return "The operator can't read this value, so it matches nothing."
    if operator.base == "arnlike" and value.count(":") < 5:
        return "An ARN has six parts; this value matches nothing."
    if operator.base.startswith("stringequals") and "*" in value:
        return "StringEquals knows no wildcards; the * is an ordinary character."
    return ""


def check_sets(document: Document) -> Iterator[Finding]:
    """Set operators belong to multivalued keys, and to those alone."""
    for statement in document.statements:
        for clause, operator in _clauses(statement):
            key = clause.key.lower()
            path = place(document, statement, f"Condition.{clause.operator}.{clause.key}")
            is_set = operator.quantifier is not Quantifier.NONE
            if not is_set and key in _MULTIVALUED and operator.base != "null":
                yield Finding(Severity.WARNING, "MISSING_SET_OPERATOR", path, f"{clause.key} can have several values.",
                              "Put ForAllValues: or ForAnyValue: in front of the operator.")  # fmt: skip
            if is_set and (key in _SINGLE_VALUED or key.startswith(_SINGLE_VALUED_PREFIXES)):
                severity = Severity.SECURITY_WARNING if operator.quantifier is Quantifier.ALL else Severity.WARNING
                yield Finding(severity, "SET_OPERATOR_ON_SINGLE_VALUE", path, f"{clause.key} has one value at most.",
                              "Use the operator without ForAllValues: or ForAnyValue:.")  # fmt: skip


def check_all_values(document: Document) -> Iterator[Finding]:
    """ForAllValues is true for a request without the key, so Allow needs a Null check beside it."""
    for statement in document.statements:
        checked = {c.key.lower() for c, o in _clauses(statement) if o.base == "null"}
        for clause, operator in _clauses(statement):
            if statement.allows and operator.quantifier is Quantifier.ALL and clause.key.lower() not in checked:
                yield Finding(Severity.SECURITY_WARNING, "FOR_ALL_VALUES_WITHOUT_NULL",
                              place(document, statement, f"Condition.{clause.operator}.{clause.key}"),
                              "ForAllValues is also true when the request lacks the key.",
                              f'Add "Null": {{"{clause.key}": "false"}}.')  # fmt: skip


def check_unused(document: Document) -> Iterator[Finding]:
    """A service's condition keys are only there in that service's requests."""
    for statement in document.statements:
        services = {action.lower().partition(":")[0] for action in statement.actions}
        if statement.not_action or any("*" in service for service in services):
            continue
        for clause, _ in _clauses(statement):
            owner = clause.key.lower().partition(":")[0]
            if ":" in clause.key and "." not in owner and owner not in {"aws", "saml", *services}:
                yield Finding(Severity.WARNING, "UNUSED_CONDITION",
                              place(document, statement, f"Condition.{clause.operator}.{clause.key}"),
                              f"No action of this statement has the key {clause.key}.",
                              "Remove the condition, or split the statement.")  # fmt: skip


def check_variables(document: Document) -> Iterator[Finding]:
    """`${…}` where it is mere text."""
    for statement in document.statements:
        texts = [*(statement.resources or ()), *(value for clause in statement.conditions for value in clause.values)]
        if not document.has_variables and any("${" in text for text in texts):
            yield Finding(Severity.WARNING, "VARIABLES_NEED_VERSION", place(document, statement),
                          "Policy variables are plain text before version 2012-10-17.",
                          'Write "Version": "2012-10-17".')  # fmt: skip
        if any("${" in split_arn_head(text)[0] for text in statement.resources or ()):
            yield Finding(Severity.WARNING, "VARIABLE_IN_ARN_HEAD", place(document, statement, "Resource"),
                          "A policy variable works only after the fifth colon of an ARN.",
                          "Use a wildcard there.")  # fmt: skip


def check_redundancy(document: Document) -> Iterator[Finding]:
    """Actions that another entry of the same list already means."""
    for statement in document.statements:
        element = "NotAction" if statement.not_action else "Action"
        names = [action.lower() for action in statement.actions]
        wider = {name: _matcher(name) for name in names if "*" in name or "?" in name}
        if len(wider) * len(names) > _MOST_COMPARISONS:
            continue
        seen: set[str] = set()
        for index, name in enumerate(names):
            covered = name in seen or any(matches(name) for pattern, matches in wider.items() if pattern != name)
            seen.add(name)
            if covered:
                yield Finding(Severity.SUGGESTION, "REDUNDANT_ACTION", place(document, statement, element),
                              f"{statement.actions[index]} is already covered by another entry.",
                              "Remove it.")  # fmt: skip


def check_names(document: Document) -> Iterator[Finding]:
    """An Id has no place in identity policies."""
    if document.kind == "identity" and document.id is not None:
        yield Finding(Severity.SUGGESTION, "ID_IN_IDENTITY_POLICY", "Id", "Identity policies have no Id.", "Remove it.")


CHECKS: tuple[Check, ...] = (
    check_not_principal, check_everybody, check_pass_role, check_inversions, check_everything, check_values, check_sets,
    check_all_values, check_unused, check_variables, check_redundancy, check_names,
)  # fmt: skip
