"""What an operation works with: the store, the account, the caller, and look-ups that say what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from adapter.background import Background
from adapter.caller import Caller, CallerKind, RequestContext
from adapter.crypto.sealing import Keyring
from adapter.errors import InvalidInput, NoSuchEntity, UnmodifiableEntity, ValidationError
from adapter.federation.federation import Federation
from adapter.federation.identity import FederatedIdentity
from adapter.ldap import GROUP, POLICY, ROLE, SYSTEM_POLICY, USER, Noun, ServerInfo, Store
from adapter.models import Account, Group, Policy, Record, Role, User
from adapter.names import SYSTEM_ACCOUNT, Arn
from adapter.operations.reach import Holder, Reach, reach_of
from adapter.services.registry import Services
from adapter.trail.history import History

M = TypeVar("M", bound=Record)
SERVICE_PATH: Final = "/aws-service-role/"
"""Where the roles are that are linked to services."""
_IAM_ARN: Final = re.compile(r"arn:aws:iam::(?:[0-9]{12}|aws):([a-z-]+)/[!-~]+")
Result = dict[str, Any]
"""The members of an operation's answer, snake-cased, holding plain values."""
CheckUp = Callable[[ServerInfo], list[dict[str, str]]]
"""Looks at the installation, given what the directory tells of itself, and tells what it finds."""


def parse_iam_arn(text: str, kind: str = "policy") -> Arn:
    """The ARN of something in IAM, taken apart.

    Raises:
        InvalidInput: it is none, or not one of that kind.
    """
    found = _IAM_ARN.fullmatch(text)
    if found is None or found[1] != kind:
        raise InvalidInput(f"ARN {text} is not valid.")
    return Arn.parse(text)


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of one operation.

    What it looks up is remembered, because the resource is needed for the authorization and again by
    the operation itself.
    """

    store: Store
    account: Account
    caller: Caller
    context: RequestContext
    keyring: Keyring = field(repr=False)
    background: Background
    federation: Federation
    history: History
    check_up: CheckUp
    services: Callable[[], Services]
    identity: FederatedIdentity | None = None
    _seen: dict[tuple[int, str], Any] = field(default_factory=dict)
    _reaches: dict[str, Reach] = field(default_factory=dict)

    def find(self, noun: Noun[M], name: str) -> M | None:
        """A record by name, or None."""
        key = (id(noun), name.casefold())
        if key not in self._seen:
            self._seen[key] = self.store.get(noun, self.account, name)
        found: M | None = self._seen[key]
        return found

    def reach(self, holder: Holder) -> Reach:
        """Which policies reach a user, a group or a role."""
        if holder.dn not in self._reaches:
            self._reaches[holder.dn] = reach_of(self.store, self.account, holder)
        return self._reaches[holder.dn]

    def user(self, name: str | None) -> User:
        """The user of that name; without one, the calling user.

        Raises:
            NoSuchEntity: there is none.
        """
        wanted = name or self.own_user_name
        found = self.find(USER, wanted)
        if found is None:
            raise NoSuchEntity(f"The user with name {wanted} cannot be found.")
        return found

    @property
    def own_user_name(self) -> str:
        """The caller's user name, for operations whose UserName is optional.

        Raises:
            ValidationError: the caller is no user.
        """
        if self.caller.kind is not CallerKind.USER:
            raise ValidationError("Must specify userName when calling with non-User credentials")
        return self.caller.name

    def group(self, name: str) -> Group:
        """The group of that name.

        Raises:
            NoSuchEntity: there is none.
        """
        found = self.find(GROUP, name)
        if found is None:
            raise NoSuchEntity(f"The group with name {name} cannot be found.")
        return found

    def role(self, name: str) -> Role:
        """The role of that name.

        Raises:
            NoSuchEntity: there is none.
        """
        found = self.find(ROLE, name)
        if found is None:
            raise NoSuchEntity(f"The role with name {name} cannot be found.")
        return found

    def role_to_change(self, name: str) -> Role:
        """The role of that name, if it may be changed.

        Raises:
            NoSuchEntity: there is none.
            UnmodifiableEntity: it is linked to a service.
        """
        role = self.role(name)
        if role.path.startswith(SERVICE_PATH):
            raise UnmodifiableEntity(
                f"Cannot perform the operation on the protected role '{role.role_name}' - "
                "this role is only modifiable by AWS"
            )
        return role

    def role_of_arn(self, arn: str) -> tuple[Account, Role] | None:
        """The role of that ARN with its account, which may be any; None when there is none."""
        key = (id(ROLE), arn)
        if key not in self._seen:
            self._seen[key] = self._look_up_role(arn)
        found: tuple[Account, Role] | None = self._seen[key]
        return found

    def _look_up_role(self, arn: str) -> tuple[Account, Role] | None:
        try:
            parsed = Arn.parse(arn)
        except ValueError:
            return None
        is_own = parsed.account == self.account.account_id
        account = self.account if is_own else self.store.account(parsed.account)
        role = self.store.get(ROLE, account, parsed.resource.rpartition("/")[2]) if account else None
        return (account, role) if account and role and role.arn == arn else None

    def find_policy(self, arn: str) -> Policy | None:
        """The managed policy of that ARN, the account's own or system-defined, or None.

        Raises:
            InvalidInput: it is no ARN of a managed policy.
        """
        parsed = parse_iam_arn(arn)
        noun = SYSTEM_POLICY if parsed.account == SYSTEM_ACCOUNT else POLICY
        found = self.find(noun, parsed.resource.rpartition("/")[2])
        return found if found is not None and found.arn.casefold() == arn.casefold() else None

    def policy(self, arn: str) -> Policy:
        """The managed policy of that ARN.

        Raises:
            InvalidInput: it is no ARN of a managed policy.
            NoSuchEntity: there is none.
        """
        found = self.find_policy(arn)
        if found is None:
            raise NoSuchEntity(f"Policy {arn} was not found.")
        return found

    def policies_by_dn(self, dns: Iterable[str]) -> dict[str, Policy]:
        """The managed policies at these DNs; a DN where there is none any more is left out."""
        wanted = tuple(dns)
        if not wanted:
            return {}
        key = (id(POLICY), "\n".join(wanted))
        if key not in self._seen:
            own = self.store.load_many(POLICY, self.account, wanted)
            self._seen[key] = own | self.store.load_many(SYSTEM_POLICY, self.account, wanted)
        found: dict[str, Policy] = self._seen[key]
        return found

    def policies_at(self, dns: Iterable[str]) -> list[Policy]:
        """The managed policies at these DNs, sorted by name."""
        return sorted(self.policies_by_dn(dns).values(), key=lambda policy: policy.policy_name.casefold())
