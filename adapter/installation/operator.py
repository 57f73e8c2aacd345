"""The operator, who runs commands where the data is: the directory at hand, who calls, and what the trail tells of it.

Some of what an operator does is no operation of the API: there is no caller yet, or nobody else may. It is written down
all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

from adapter.caller import Caller, CallerKind, RequestContext
from adapter.errors import ConcurrentModification, NoSuchEntity
from adapter.ldap import AlreadyThere, NotThere, Stale, Store, places
from adapter.models import Account
from adapter.names import root_arn
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail

_ACTOR: Final = "operator"


def operator(account: Account, program: str) -> Caller:
    """Who may do anything in an account: the root user, by the name of the command.

    Args:
        account: whose root user.
        program: the command, such as `bindery demo`.
    """
    return Caller(
        kind=CallerKind.ROOT,
        account_id=account.account_id,
        arn=root_arn(account.account_id),
        unique_id=account.account_id,
        name=program,
        dn=places.root_user(account.dn),
    )


@contextmanager
def opened(settings: Settings, account_id: str | None = None) -> Iterator[tuple[Store, Account, AuditTrail]]:
    """A directory that runs, one of its accounts, and the trail that changes are written to.

    Args:
        settings: where directory and trail are.
        account_id: the first account when not given.

    Raises:
        NoSuchEntity: there is no such account.
        ServiceUnavailable: the directory does not answer.
    """
    with closing(Store.open(settings)) as store:
        yield store, _find_account(store, account_id), AuditTrail.of(settings)


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Says it in an operator's words when somebody else was faster.

    Raises:
        ConcurrentModification: they were.
    """
    try:
        yield
    except (AlreadyThere, NotThere, Stale) as error:
        raise ConcurrentModification(
            f"Somebody else changed {what} meanwhile. Run the command again: it goes on from there."
        ) from error


def _find_account(store: Store, account_id: str | None = None) -> Account:
    """An account by its number; the directory's first one when none is given.

    Raises:
        NoSuchEntity: there is no such account.
        ServiceUnavailable: the directory does not answer.
    """
    for account in store.accounts():
        if account.account_id == account_id or (account_id is None and store.is_first(account)):
            return account
    if account_id is None:
        raise NoSuchEntity("The directory has no account yet: bindery init makes one.")
    raise NoSuchEntity(f"There is no account {account_id}: bindery account list shows which there are.")


def write_down(
    trail: AuditTrail,
    account_id: str,
    event: str,
    params: Mapping[str, Any] | None = None,
    resources: tuple[str, ...] = (),
) -> None:
    """Writes down what the operator has done.

    Args:
        trail: where to.
        account_id: the account that it was done to.
        event: what was done, such as `CreateAccount`.
        params: how; no secret may be among them.
        resources: ARNs or DNs.

    Raises:
        OSError: it could not be written.
    """
    trail.write(RequestContext().record(account_id, _ACTOR, event, resources=resources, params=params))
