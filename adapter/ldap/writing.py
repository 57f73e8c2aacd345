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
from adapter.ldap.errors import AlreadyThere, ClassMissing, NotThere
from adapter.ldap.filters import Filter
from adapter.ldap.groundwork import Groundwork
from adapter.ldap.layouts import home, within
from adapter.ldap.mapping import TOUCHED, noun_of
from adapter.ldap.noun import OBJECT_CLASS, REVISION_ATTRIBUTE, M, Noun
from adapter.ldap.reading import with_password_time
from adapter.ldap.references import References, child_of, references_to, renamed
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Outcome, Scope, Search, decode_entry, selection
from adapter.ldap.transaction import Step, adding, modifying, sequence, transaction
from adapter.ldap.where import Change
from adapter.ldap.wire import ADD, REPLACE, Modification, Wire
from adapter.models import Account, Record

_NOWHERE = "cn=.nowhere"
"""A DN that nothing refers to."""


class Writing(References):
    """Writes to one directory.

    Attributes:
        has_transactions: False where several changes are carried out one after the other instead.
    """

    has_transactions = True

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
        noun = within(noun, account)
        at = child_of(noun, noun.name_of(model), home(noun, account, self._suffix))
        attributes = noun.encode(model)
        if account.layout is not None:
            self._hold_to_free(noun, account, at, noun.name_of(model))
        cleaning = self._cleaning(noun, account, at, noun.name_of(model))
        if referring_to or cleaning:
            steps = [adding(at, attributes), *cleaning]
            with self._naming(noun, account, noun.name_of(model)):
                self._add_together(referring_to, changing_it, steps if self.has_transactions else steps[::-1])
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
            InvalidInput: a value can't be stored, or not in an entry of these classes.
        """
        noun = within(noun, account)
        modifications = self._changed(noun, account, model, changes)
        guards = guarding(model) if guard else ()

        def modify(more: list[Modification]) -> Entry | None:
            return self._written(
                noun, model.dn, lambda wire, extra: wire.modify(model.dn, [*more, *modifications], (*guards, *extra))
            )

        try:
            found = modify([])
        except ClassMissing:
            filling = self._filling(account, model.dn, modifications)
            more = filling or self._missing_class(noun, model.dn, modifications)
            try:
                found = modify(more)
            except ClassMissing as error:
                raise InvalidInput(f"The object classes of this {noun.label}'s entry do not allow that.") from error
        return self._result(noun, account, model, found, model.dn)

    def rename(self, noun: Noun[M], account: Account, model: M, new_name: str) -> M:
        """Gives an entry another name; whatever refers to it follows in the same transaction.

        Raises:
            AlreadyThere: the name is taken.
            Stale: the entry has changed since it was read.
            NotThere: the entry is gone.
        """
        noun = within(noun, account)
        old_name = noun.name_of(model)
        new_dn, step = renamed(noun, model.dn, old_name, new_name, adopted=account.layout is not None)
        steps = [step, *self._renaming_mirrors(noun, model, new_dn, new_name)]
        old, new = references_to(noun, model.dn, old_name), references_to(noun, new_dn, new_name)
        if not dn.same(new_dn, model.dn) or noun.name_referrers:
            steps += [
                *self._cleaning_for_rename(noun, account, model, new_dn, new_name),
                *self._moving(account, old, new),
            ]
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
            noun = within(noun, account)
            condition = filters.all_of(noun.marker, filters.equals(noun.naming, name.encode()))
            found = self._ask(Search(noun.base(account, self._suffix), Scope.SUBTREE, condition, NO_ATTRIBUTES))
            if any(not dn.same(entry.dn, but) for entry in found):
                raise AlreadyThere("The name is taken.", errors.CONSTRAINT_VIOLATION) from error
            raise

    def _cleaning_for_rename(self, noun: Noun[M], account: Account, model: M, new_dn: str, new_name: str) -> list[Step]:
        """What removes references to what had the new name before; a name that only differs by case is the same one."""
        if dn.prepared(new_name) == dn.prepared(noun.name_of(model)):
            return []
        if account.layout is not None:
            self._hold_to_free(noun, account, new_dn, new_name, but=model.dn)
        return self._cleaning(noun, account, new_dn if new_dn != model.dn else _NOWHERE, new_name)

    def _together(self, steps: list[Step]) -> None:
        if not self.has_transactions:
            self._pool.write(lambda wire: sequence(wire, steps))
            return
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
