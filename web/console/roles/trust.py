"""Trust policies: made for each kind of who may assume a role, and read back into words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask_babel import gettext, lazy_gettext

from adapter.policy import MalformedDocument, Statement, read_document

SERVICES = (
    ("ec2.amazonaws.com", lazy_gettext("EC2 servers")),
    ("ecs-tasks.amazonaws.com", lazy_gettext("ECS tasks")),
    ("lambda.amazonaws.com", lazy_gettext("Lambda functions")),
    ("events.amazonaws.com", lazy_gettext("EventBridge rules")),
    ("states.amazonaws.com", "Step Functions"),
    ("codebuild.amazonaws.com", lazy_gettext("CodeBuild projects")),
)
"""Services that roles are usually for; any other one can be named."""

_NAMED = {
    "user": (lazy_gettext("User %(name)s"), lazy_gettext("User %(name)s of account %(account)s")),
    "role": (lazy_gettext("Role %(name)s"), lazy_gettext("Role %(name)s of account %(account)s")),
}
"""Users and roles in words: of this account, and of another one."""

Values = Mapping[str, Any]
Trust = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trusted:
    """Somebody whom a trust policy names.

    Attributes:
        kind: `account`, `user`, `role`, `service`, `provider`, `everybody` or `other`.
        denies: a statement denies it instead.
    """

    kind: str
    words: str
    denies: bool = False


def _statement(principal: Any, action: str, conditions: Mapping[str, Mapping[str, str]]) -> Trust:
    kept = {operator: dict(keys) for operator, keys in conditions.items() if keys}
    whole = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [whole | ({"Condition": kept} if kept else {})]}


def _factor(values: Values) -> dict[str, dict[str, str]]:
    return {"Bool": {"aws:MultiFactorAuthPresent": "true"}} if values.get("mfa") else {}


def _this_account(values: Values, account_id: str) -> Trust:
    return _statement({"AWS": f"arn:aws:iam::{account_id}:root"}, "sts:AssumeRole", _factor(values))


def _users(values: Values, account_id: str) -> Trust:
    arns = [name if name.startswith("arn:") else f"arn:aws:iam::{account_id}:user/{name}" for name in values["users"]]
    return _statement({"AWS": arns[0] if len(arns) == 1 else arns}, "sts:AssumeRole", _factor(values))


def _other_account(values: Values, _account_id: str) -> Trust:
    outside = {"StringEquals": {"sts:ExternalId": values["external_id"]}} if values.get("external_id") else {}
    principal = {"AWS": f"arn:aws:iam::{values['account']}:root"}
    return _statement(principal, "sts:AssumeRole", outside | _factor(values))


def _service(values: Values, _account_id: str) -> Trust:
    return _statement({"Service": values["service"]}, "sts:AssumeRole", {})


def _web_identity(values: Values, _account_id: str) -> Trust:
    issuer = values["oidc_provider"].partition("oidc-provider/")[2]
    exact = {f"{issuer}:aud": values["audience"]}
    if values.get("subject"):
        exact |= {f"{issuer}:sub": values["subject"]}
    return _statement({"Federated": values["oidc_provider"]}, "sts:AssumeRoleWithWebIdentity", {"StringEquals": exact})


def _saml(values: Values, _account_id: str) -> Trust:
    audience = {"StringEquals": {"SAML:aud": values["saml_audience"]}} if values.get("saml_audience") else {}
    return _statement({"Federated": values["saml_provider"]}, "sts:AssumeRoleWithSAML", audience)


_MAKERS: Mapping[str, Callable[[Values, str], Trust]] = {
    "account": _this_account,
    "users": _users,
    "other": _other_account,
    "service": _service,
    "web": _web_identity,
    "saml": _saml,
}


def trust_policy(kind: str, values: Values, account_id: str) -> str:
    """The trust policy for a kind of principal, set out for reading.

    Args:
        kind: `account`, `users`, `other`, `service`, `web` or `saml`.
        values: what the form asks for that kind.
    """
    return json.dumps(_MAKERS[kind](values, account_id), indent=2)


def trusted_by(encoded: str, account_id: str) -> tuple[Trusted, ...]:
    """Whom a trust policy names, each once; nobody where it can't be read."""
    try:
        document = read_document(unquote(encoded), kind="trust")
    except MalformedDocument:
        return ()
    found = (one for statement in document.statements for one in _named(statement, account_id))
    return tuple(dict.fromkeys(found))


def _named(statement: Statement, account_id: str) -> Iterator[Trusted]:
    if statement.principals is None:
        return
    denies = not statement.allows
    if statement.principals.negated:
        yield Trusted("everybody", gettext("Everybody but some"), denies)
        return
    for kind, text in statement.principals.entries:
        yield Trusted(*_words(kind, text, account_id), denies)


def _words(kind: str, text: str, account_id: str) -> tuple[str, str]:
    if text == "*":
        return "everybody", gettext("Everybody")
    if kind == "Service":
        return "service", str(dict(SERVICES).get(text, text))
    if kind == "Federated":
        return "provider", text.rpartition("-provider/")[2] or text
    if kind == "AWS":
        return _aws(text, account_id)
    return "other", text


def _aws(text: str, account_id: str) -> tuple[str, str]:
    account = text if text.isdigit() else text.split(":")[4] if text.count(":") >= 5 else ""
    resource = "root" if text.isdigit() else text.rpartition(":")[2]
    if resource == "root":
        is_this = account == account_id
        return "account", gettext("This account") if is_this else gettext("Account %(account)s", account=account)
    kind, slash, name = resource.partition("/")
    if kind in _NAMED and slash:
        here, elsewhere = _NAMED[kind]
        words = here if account == account_id else elsewhere
        return kind, str(words) % {"name": name.rpartition("/")[2], "account": account}
    return "other", text


def needs_external_id(encoded: str) -> bool:
    """Whether a trust policy asks for an external id."""
    try:
        statements: Sequence[Statement] = read_document(unquote(encoded), kind="trust").statements
    except MalformedDocument:
        return False
    return any(clause.key.lower() == "sts:externalid" for one in statements for clause in one.conditions)
