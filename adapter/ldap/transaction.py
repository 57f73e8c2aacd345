"""Several changes as one: all of them are carried out, or none.

slapd tells replicas about steps that precede a failing one, even though it takes them back. So the first step carries
the guard, and later steps are such that they hardly ever fail.

Source: RFC 5805.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adapter.ldap import controls, errors
from adapter.ldap.controls import PART_OF_TRANSACTION, Control
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.search import Outcome
from adapter.ldap.wire import Modification, Wire

Step = Callable[[Wire, tuple[Control, ...]], Outcome]
"""One change, to be sent with the control that makes it part of a transaction."""


def adding(dn: str, attributes: Mapping[str, Sequence[bytes]]) -> Step:
    """Creates an entry."""
    return lambda wire, extra: wire.add(dn, attributes, extra)


def modifying(dn: str, changes: Sequence[Modification], extra: tuple[Control, ...] = ()) -> Step:
    """Changes an entry."""
    return lambda wire, more: wire.modify(dn, changes, (*more, *extra))


def deleting(dn: str) -> Step:
    """Removes an entry."""
    return lambda wire, extra: wire.delete(dn, extra)


def renaming(dn: str, new_rdn: str, *, keep_old: bool) -> Step:
    """Gives an entry another name."""
    return lambda wire, extra: wire.rename(dn, new_rdn, keep_old=keep_old, extra=extra)


def transaction(wire: Wire, steps: Sequence[Step]) -> None:
    """Carries out the steps together.

    Raises:
        Unreachable: the connection broke before the commit was sent, so nothing has been changed.
        ConnectionLost: the connection broke during the commit.
    """
    try:
        _accepted(wire.extended(controls.TRANSACTION_START))
        for step in steps:
            _accept_step(wire, step(wire, (PART_OF_TRANSACTION,)))
    except ConnectionLost as error:
        raise Unreachable(str(error)) from error
    _accepted(wire.extended(controls.TRANSACTION_END, controls.COMMIT))


def sequence(wire: Wire, steps: Sequence[Step]) -> None:
    """Carries out the steps one after the other, for servers on which transactions can't be had or relied on.

    The first one carries the guard here, too. What is cut off in the middle leaves at worst references to what is no
    more, which count for nothing and which the next change clears away.
    """
    for step in steps:
        _accepted(step(wire, ()))


def _accept_step(wire: Wire, outcome: Outcome) -> None:
    """A step that is refused before the commit ends the transaction."""
    if outcome.code != errors.SUCCESS:
        wire.extended(controls.TRANSACTION_END, controls.ABORT)
        raise errors.refusal(outcome.code, outcome.diagnostic)


def _accepted(outcome: Outcome) -> None:
    if outcome.code != errors.SUCCESS:
        raise errors.refusal(outcome.code, outcome.diagnostic)
