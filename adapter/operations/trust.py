"""Trust policies between what callers write and what is kept.

A user, role or session that a trust policy names is kept as its unique id, so that whoever makes a namesake later is
not trusted. Answers show the ARN again, and the bare id once nobody has it any more. A document that another LDAP tool
wrote may hold ARNs; those hold as they are written.

Source: IAM user guide, "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from adapter.errors import MalformedPolicyDocument
from adapter.ldap import ROLE, USER, Noun, Set, Where
from adapter.models import Account, Role, User
from adapter.names import PARTITION, Arn, IdPrefix, root_arn, session_arn
from adapter.operations.call import Call
from adapter.operations.documents import checked_document
from adapter.operations.quotas import hold_to_quota
from adapter.policy import aws_principals, document_size, exchange_principals, principal_id

_NOUNS: Final[dict[str, Noun[Any]]] = {"user": USER, "role": ROLE}
_SESSION: Final = "assumed-role"
_SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def trust_to_keep(call: Call, document: str) -> str:
    """A trust policy as it is kept.

    Raises:
        MalformedPolicyDocument: it is not valid, or names somebody who does not exist.
        LimitExceeded: it is too long.
    """
    checked_document(document, "trust")
    hold_to_quota(call.account, "ACLSizePerRole", document_size(document))
    kept: dict[str, str] = {}
    for text in aws_principals(document):
        found = _kept(call, text)
        if found is None:
            raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{text}"')
        kept[text] = found
    return exchange_principals(document, kept.__getitem__)


def as_shown(call: Call, roles: Iterable[Role]) -> list[Role]:
    """Roles with their trust policies as answers show them."""
    roles = list(roles)
    principals = {text for role in roles for text in aws_principals(role.assume_role_policy_document)}
    wanted = {found[0] for text in principals if (found := principal_id(text))}
    if not wanted:
        return roles
    arns = _arns(call, wanted)

    def shown(text: str) -> str:
        unique_id, session = principal_id(text) or ("", "")
        return _of_session(arns[unique_id], session) if unique_id in arns else text

    documents = (exchange_principals(role.assume_role_policy_document, shown) for role in roles)
    return [replace(role, assume_role_policy_document=text) for role, text in zip(roles, documents, strict=True)]


def _kept(call: Call, text: str) -> str | None:
    """What is kept of one principal; None when there is no such principal."""
    by_id = principal_id(text)
    if text == "*" or by_id is not None:
        return text if by_id is None or _arns(call, {by_id[0]}) else None
    try:
        arn = Arn.parse(root_arn(text) if text.isdigit() else text)
    except ValueError:
        return None
    account = call.account if arn.account == call.account.account_id else call.store.account(arn.account)
    if account is None or arn.partition != PARTITION:
        return None
    kind, _, name = arn.resource.partition("/")
    if kind in _NOUNS:
        return _id_of(call, _NOUNS[kind], account, name.rpartition("/")[2], str(arn))
    if kind == _SESSION:
        role_name, _, session = name.partition("/")
        role_id = _id_of(call, ROLE, account, role_name)
        return f"{role_id}:{session}" if role_id and _SESSION_NAME.fullmatch(session) else None
    return str(arn)


def _id_of(call: Call, noun: Noun[Any], account: Account, name: str, arn: str | None = None) -> str | None:
    """The unique id of the user or role of a name, or of an ARN; None when there is none."""
    found: User | Role | None = call.store.get(noun, account, name)
    if found is None or (arn is not None and found.arn != arn):
        return None
    unique_id = found.user_id if isinstance(found, User) else found.role_id
    id_field = f"{noun.label}_id"
    if not call.store.exists(noun, account, Where.equals(id_field, unique_id)):
        # An entry that another LDAP tool wrote stores no id: the one that follows from it could not be searched for.
        # Unguarded, because slapd would hold the guard against what it compares a unique attribute with.
        call.store.change(noun, account, found, Set(id_field, unique_id), guard=False)
    return unique_id


def _arns(call: Call, unique_ids: set[str]) -> dict[str, str]:
    """The ARNs of the users and roles that have these ids, in whichever account, own ones first."""
    own = call.account
    missing, arns = set(unique_ids), dict[str, str]()
    for account in _own_first(call, own):
        arns |= {user.user_id: user.arn for user in _with_ids(call, USER, account, missing, IdPrefix.USER)}
        arns |= {role.role_id: role.arn for role in _with_ids(call, ROLE, account, missing, IdPrefix.ROLE)}
        missing -= arns.keys()
        if not missing:
            break
    return arns


def _own_first(call: Call, own: Account) -> Iterable[Account]:
    yield own
    yield from (account for account in call.store.accounts() if account.account_id != own.account_id)


def _with_ids(call: Call, noun: Noun[Any], account: Account, ids: set[str], prefix: IdPrefix) -> Sequence[Any]:
    wanted = sorted(unique_id for unique_id in ids if unique_id.startswith(prefix))
    return call.store.find(noun, account, Where.any_of(f"{noun.label}_id", wanted)) if wanted else ()


def _of_session(arn: str, session: str) -> str:
    """The ARN of a role's session, or the role's own when there is none."""
    parsed = Arn.parse(arn)
    name = parsed.resource.rpartition("/")[2]
    return session_arn(parsed.account, _SESSION, f"{name}/{session}") if session else arn
