"""Creating a user as the wizard's pages ask for it: one operation after the other, with a report of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from flask_babel import gettext

from adapter import IamError
from adapter.errors import PasswordPolicyViolation
from web.console.components import Params, Result
from web.console.refusals import Problem, attempt, explain
from web.console.secrets_once import Credentials

Do = Any
"""Runs an operation for somebody: `do(operation, **params)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What gives a user its permissions; policies by ARN."""

    groups: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    boundary: str = ""
    copied_from: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing is given."""
        return not (self.groups or self.policies or self.inline)


@dataclass(slots=True)
class Created:
    """What came of it.

    Attributes:
        refused: what could not be done, in words, with the reason.
    """

    credentials: Credentials
    refused: list[tuple[str, Problem]] = field(default_factory=list)


def copied_grant(do: Do, user_name: str, boundary: str) -> Grant:
    """What another user has: groups, attached and inline policies, and the boundary unless another one is chosen.

    Raises:
        IamError: it may not be read, or there is no such user.
    """
    found = do("list_policies_for_user", user_name=user_name)
    own = [policy for policy in found["policies"] if policy["via"] == "directly"]
    return Grant(
        groups=tuple(group["group_name"] for group in found["groups"]),
        policies=tuple(policy["policy_arn"] for policy in own if policy["policy_arn"]),
        inline=tuple(policy["policy_name"] for policy in own if not policy["policy_arn"]),
        boundary=boundary or (found["boundary"] or {}).get("policy_arn", ""),
        copied_from=user_name,
    )


def create(do: Do, user: Params, grant: Grant, password: Params | None, with_key: bool) -> Created:
    """Creates a user, then its password, its permissions and its key.

    A refused user or password leaves nothing behind. What is refused afterwards is reported; the user stays.

    Args:
        do: runs an operation.
        user: parameters of `create_user`.
        grant: what it gets.
        password: further parameters of `create_login_profile`; None for no console access.
        with_key: also make an access key.

    Raises:
        IamError: the user could not be created.
        PasswordPolicyViolation: the password is not good enough.
    """
    name = user["user_name"]
    grants = list(_grants(do, name, grant))
    do("create_user", **user, **({"permissions_boundary": grant.boundary} if grant.boundary else {}))
    refused: list[tuple[str, Problem]] = []
    if password is not None:
        refused += _give_password(do, name, password)
    given = password["password"] if password and not refused else ""
    for words, operation, params in grants:
        problem = attempt(do, operation, **params)
        refused += [(words, problem)] if problem else []
    key: Result = {}
    if with_key:
        problem = attempt(lambda: key.update(do("create_access_key", user_name=name)["access_key"]))
        refused += [(gettext("Access key"), problem)] if problem else []
    shown = Credentials(
        user_name=name,
        password=given,
        access_key_id=key.get("access_key_id", ""),
        secret_access_key=key.get("secret_access_key", ""),
    )
    return Created(shown, refused)


def _give_password(do: Do, name: str, password: Params) -> list[tuple[str, Problem]]:
    """Gives the new user its password; one that is too weak can be chosen anew, so the user goes again."""
    try:
        do("create_login_profile", user_name=name, **password)
    except PasswordPolicyViolation:
        do("delete_user", user_name=name)
        raise
    except IamError as error:
        return [(gettext("Console access"), explain(error))]
    return []


def _grants(do: Do, name: str, grant: Grant) -> Iterator[tuple[str, str, Params]]:
    """What gives the permissions: in words, and as an operation with its parameters."""
    user = {"user_name": name}
    for group in grant.groups:
        yield gettext("Group %(name)s", name=group), "add_user_to_group", user | {"group_name": group}
    for arn in grant.policies:
        yield gettext("Policy %(name)s", name=arn.rpartition("/")[2]), "attach_user_policy", user | {"policy_arn": arn}
    for policy in grant.inline:
        source = do("get_user_policy", user_name=grant.copied_from, policy_name=policy)
        document = unquote(source["policy_document"])
        words = gettext("Inline policy %(name)s", name=policy)
        yield words, "put_user_policy", user | {"policy_name": policy, "policy_document": document}
