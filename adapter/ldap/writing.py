"""The store's writes: each is one atomic operation, guarded by the revision that the caller has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from adapter.errors import InvalidInput, ServiceUnavailable
from adapter.ldap import ber, controls, dn, errors, filters
from adapter.ldap.codecs import TEXT, TIME
from adapter.ldap.connection import Pool
from adapter.ldap.controls import Control
from adapter.ldap.credential_mapping import OWNED_CLASSES
from adapter.ldap.errors import AlreadyThere, ClassMissing, NotThere
from adapter.ldap.filters import Filter
from adapter.ldap.groundwork import Groundwork
from adapter.ldap.mapping import TOUCHED, noun_of
from adapter.ldap.noun import OBJECT_CLASS, REVISION_ATTRIBUTE, M, Noun
from adapter.ldap.reading import Reading, with_password_time
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Outcome, Scope, Search, decode_entry, selection
from adapter.ldap.transaction import Step, adding, deleting, modifying, renaming, transaction
from adapter.ldap.where import Change
from adapter.ldap.wire import ADD, DELETE, REPLACE, Modification, Wire
from adapter.models import Account, Record

_ONLY_CLASSES = selection([OBJECT_CLASS])


class Writing(Reading):
    """Writes to one directory."""

    def __init__(self, pool: Pool, suffix: str) -> None:
        super().__init__(pool, suffix)
        self._groundwork = Groundwork(suffix)

    def add(
        self,
        noun: Noun[M],
        account: Account,
        model: M,
        *,
        referring_to: Record | None = None,
        changing_it: Iterable[Change] = (),
    ) -> M:
        """Creates an entry, which starts without anything that an earlier one of that name had.

        References that a plain `ldapdelete` left behind are removed in one transaction with the creation, so that
        there is no moment at which they come alive.

        Args:
            referring_to: what the new entry refers to; it is guarded and marked as `link` does it.
            changing_it: what else changes in that.

        Raises:
            AlreadyThere: the name or the id is taken.
            Stale: what it refers to has been written to since it was read.
            NotThere: what it refers to is gone.
            InvalidInput: a value can't be stored.
        """
        at = _child(noun, noun.name_of(model), noun.base(account, self._suffix))
        attributes = noun.encode(model)
        cleaning = self._cleaning(noun, at)
        if referring_to or cleaning:
            with self._naming(noun, account, noun.name_of(model)):
                self._add_together(referring_to, changing_it, [adding(at, attributes), *cleaning])
            return self._again(noun, account, at, model)
        found = self._written(noun, at, lambda wire, extra: wire.add(at, attributes, extra))
        return self._result(noun, account, model, found, at)

    def plant(self, entries: Iterable[tuple[str, Mapping[str, list[bytes]]]]) -> None:
        """Creates a whole subtree, parents first: all of it or nothing.

        Raises:
            AlreadyThere, InvalidInput: the first entry is there, or a value can't be stored.
        """
        self._together([adding(at, attributes) for at, attributes in entries])

    def change(self, noun: Noun[M], account: Account, model: M, *changes: Change, guard: bool = True) -> M:
        """Changes an entry, all of it or nothing.

        Args:
            guard: refuse when the entry has been written to since `model` was read.

        Raises:
            Stale: the guard does not hold, or a value to remove is not there.
            AlreadyThere: a value to add is there.
            NotThere: the entry is gone.
        """
        modifications = noun.modifications(changes)
        guards = guarding(model) if guard else ()

        def modify(more: list[Modification]) -> Entry | None:
            return self._written(
                noun, model.dn, lambda wire, extra: wire.modify(model.dn, [*more, *modifications], (*guards, *extra))
            )

        try:
            found = modify([])
        except ClassMissing:
            found = modify(self._missing_class(noun, model.dn, modifications))
        return self._result(noun, account, model, found, model.dn)

    def rename(self, noun: Noun[M], account: Account, model: M, new_name: str) -> M:
        """Gives an entry another name; whatever refers to it follows in the same transaction.

        Raises:
            AlreadyThere: the name is taken.
            Stale: the entry has changed since it was read.
            NotThere: the entry is gone.
        """
        new_dn = _child(noun, new_name, dn.parent(model.dn))
        keep_old = dn.naming_value(model.dn, noun.naming) is None
        steps = [
            renaming(model.dn, dn.rdn(noun.naming, new_name), keep_old=keep_old),
            *self._renaming_mirrors(noun, model, new_dn, new_name),
        ]
        if not dn.same(new_dn, model.dn):
            steps += [*self._cleaning(noun, new_dn), *self._moving(noun, model.dn, new_dn)]
        with self._naming(noun, account, new_name, but=model.dn):
            self._guarded(noun, model, steps)
        return self._again(noun, account, new_dn, model)

    def delete(self, noun: Noun[M], account: Account, model: M) -> None:
        """Removes an entry.

        Raises:
            Stale: it has changed since it was read.
            NotThere: it is gone.
        """
        self._pool.write(lambda wire: accepted(wire.delete(model.dn, guarding(model))))

    def _add_together(self, referring_to: Record | None, changes: Iterable[Change], steps: list[Step]) -> None:
        if referring_to is None:
            self._together(steps)
        else:
            self._guarded(noun_of(referring_to), referring_to, steps, changes)

    def _guarded(self, noun: Noun[Any], record: Record, steps: list[Step], changes: Iterable[Change] = ()) -> None:
        """Carries out steps together if an entry is as it was read; changes and marks that one first."""
        also = noun.modifications(changes)
        try:
            self._together([guard_step(record, also), *steps])
        except ClassMissing:
            missing = self._missing_class(noun, record.dn, also)
            self._together([guard_step(record, [*missing, *also]), *steps])

    @contextmanager
    def _naming(self, noun: Noun[Any], account: Account, name: str, but: str = "") -> Iterator[None]:
        """Tells a taken name from an impossible one: in a transaction slapd's answer is the same for both."""
        try:
            yield
        except InvalidInput as error:
            condition = filters.all_of(noun.marker, filters.equals(noun.naming, name.encode()))
            found = self._ask(Search(noun.base(account, self._suffix), Scope.SUBTREE, condition, NO_ATTRIBUTES))
            if any(not dn.same(entry.dn, but) for entry in found):
                raise AlreadyThere("The name is taken.", errors.CONSTRAINT_VIOLATION) from error
            raise

    def _together(self, steps: list[Step]) -> None:
        self._groundwork.ensure(self._pool)
        self._pool.write(lambda wire: transaction(wire, steps))

    def _written(self, noun: Noun[M], at: str, act: Callable[[Wire, tuple[Control, ...]], Outcome]) -> Entry | None:
        """Carries out a change and returns the entry as it is then, if the server tells."""
        extra = (controls.post_read(noun.selection()),)
        outcome = self._pool.write(lambda wire: accepted(act(wire, extra)))
        found = outcome.controls.get(controls.POST_READ)
        return decode_entry(found, ber.header(found, 0)[1]) if found else None

    def _result(self, noun: Noun[M], account: Account, before: M, found: Entry | None, at: str) -> M:
        """The model after a change. Its password is as it was: no change made here touches one."""
        model = noun.decode(found, account.account_id) if found else None
        if model is None:
            return self._again(noun, account, at, before)
        return with_password_time(noun, model, getattr(before, "password_changed", None))

    def _again(self, noun: Noun[M], account: Account, at: str, before: M) -> M:
        """Reads what has just been written."""
        try:
            entries = self._ask(Search(at, Scope.BASE, noun.marker, noun.selection()))
        except ServiceUnavailable as error:
            raise ServiceUnavailable(errors.DONE_BUT_SILENT) from error
        models = self._models(noun, account.account_id, entries)
        if not models:
            raise NotThere(f"{at} is gone", errors.NO_SUCH_OBJECT)
        return with_password_time(noun, models[0], getattr(before, "password_changed", None))

    def _missing_class(self, noun: Noun[Any], at: str, changed: Iterable[Modification] = ()) -> list[Modification]:
        """What gives an entry the auxiliary classes that it lacks for a change; nothing when it has them."""
        wanted = sorted(noun.auxiliary_classes(attribute for attribute, _, _ in changed))
        everything = Search(at, Scope.BASE, filters.present(OBJECT_CLASS), selection([OBJECT_CLASS]))
        for entry in self._ask(everything):
            present = {value.lower() for value in entry.attributes.get(OBJECT_CLASS.lower(), [])}
            missing = [name.encode() for name in wanted if name.lower().encode() not in present]
            return [(OBJECT_CLASS, ADD, missing)] if missing else []
        return []

    def _referring(self, noun: Noun[Any], at: str) -> list[Entry]:
        """The entries that refer to a DN; of their references only those to that DN."""
        if not noun.referrers:
            return []
        octets = at.encode()
        condition = filters.any_of(*(filters.equals(attribute, octets) for attribute in noun.referrers))
        return self._ask(Search(self._suffix, Scope.SUBTREE, condition, _ONLY_CLASSES))

    def _cleaning(self, noun: Noun[Any], at: str) -> list[Step]:
        """What removes every reference to a DN, and the credentials of what was there."""
        steps: list[Step] = []
        for entry in self._referring(noun, at):
            if OWNED_CLASSES & _classes(entry):
                steps.append(deleting(entry.dn))
            else:
                steps += [
                    modifying(entry.dn, [(attribute, DELETE, [at.encode()])])
                    for attribute in self._attributes_referring(noun, entry, at)
                ]
        return steps

    def _moving(self, noun: Noun[Any], old: str, new: str) -> list[Step]:
        """What makes every reference to a DN one to another DN."""
        return [
            modifying(entry.dn, [(attribute, DELETE, [old.encode()]), (attribute, ADD, [new.encode()])])
            for entry in self._referring(noun, old)
            for attribute in self._attributes_referring(noun, entry, old)
        ]

    def _attributes_referring(self, noun: Noun[Any], entry: Entry, at: str) -> list[str]:
        """Which attributes of an entry refer to a DN; members are asked for one by one, as there may be very many."""
        found = []
        for attribute in noun.referrers:
            condition = filters.equals(attribute, at.encode())
            if self._ask(Search(entry.dn, Scope.BASE, condition, NO_ATTRIBUTES)):
                found.append(attribute)
        return found

    def _renaming_mirrors(self, noun: Noun[M], model: M, new_dn: str, new_name: str) -> list[Step]:
        """What renews the attributes that merely repeat the name."""
        old, new = TEXT.encode(noun.name_of(model)), TEXT.encode(new_name) or b""
        if not noun.name_mirrors:
            return []
        search = Search(model.dn, Scope.BASE, noun.marker, selection(noun.name_mirrors))
        return [
            modifying(new_dn, [(attribute, REPLACE, [new])])
            for entry in self._ask(search)
            for attribute in noun.name_mirrors
            if entry.attributes.get(attribute) == [old]
        ]


def accepted(outcome: Outcome) -> Outcome:
    """The outcome of a write that was carried out; otherwise raises what its result code stands for."""
    if outcome.code != errors.SUCCESS:
        raise errors.refusal(outcome.code, outcome.diagnostic)
    return outcome


def guarding(record: Record) -> tuple[Control, ...]:
    """The control that lets a write through only while an entry is as it was read."""
    condition: Filter = filters.equals(REVISION_ATTRIBUTE, record.revision.encode())
    return (controls.assertion(condition),)


def _marking() -> Modification:
    return TOUCHED, REPLACE, [TIME.encode(datetime.now(UTC)) or b""]


def guard_step(record: Record, also: Iterable[Modification] = (), *, guard: bool = True) -> Step:
    """The first step of a transaction: fails unless an entry is as it was read, and changes its revision.

    The guard can't go with a rename or an addition itself: slapd's unique overlay would apply it to its own search.
    """
    return modifying(record.dn, [*also, _marking()], guarding(record) if guard else ())


def _classes(entry: Entry) -> set[bytes]:
    return {value.lower() for value in entry.attributes.get(OBJECT_CLASS.lower(), [])}


def _child(noun: Noun[Any], name: str, parent: str) -> str:
    try:
        return dn.child(noun.naming, name, parent)
    except ValueError as error:
        raise InvalidInput(f"The name of a {noun.label} can't be stored: {error}") from error
