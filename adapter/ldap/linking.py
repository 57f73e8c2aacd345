"""Making one entry refer to another one such that neither can vanish or change unnoticed in between."""

from __future__ import annotations

from adapter.ldap.errors import ClassMissing
from adapter.ldap.layouts import within
from adapter.ldap.mapping import noun_of
from adapter.ldap.noun import M, Noun
from adapter.ldap.transaction import Step, deleting, modifying
from adapter.ldap.where import Change
from adapter.ldap.wire import Modification
from adapter.ldap.writing import Writing, guard_step, guarding
from adapter.models import Account, Record


class Linking(Writing):
    """References from entry to entry."""

    def link(  # noqa: PLR0913 (two entries and how each is guarded)
        self,
        target: Record,
        noun: Noun[M],
        account: Account,
        holder: M,
        *changes: Change,
        guard_target: bool = True,
        guard_holder: bool = True,
    ) -> None:
        """Changes a holder so that it refers to a target, and marks the target as referred to, in one transaction.

        Marking changes the target's revision: a guarded delete that has not seen the new reference is then refused.

        Args:
            target: what is to be referred to.
            noun: what kind of thing the holder is.
            holder: what is to refer to it.
            guard_target: refuse when the target has been written to since it was read.
            guard_holder: refuse when the holder has; left out where others may add to it at the same time.

        Raises:
            Stale: a guard does not hold.
            AlreadyThere: the holder refers to the target already.
            NotThere: one of the two is gone.
        """
        holder_guards = guarding(holder) if guard_holder and holder.revision else ()
        noun = within(noun, account)
        changed = self._changed(noun, account, holder, changes)

        def steps(target_class: list[Modification], holder_class: list[Modification]) -> list[Step]:
            return [
                guard_step(target, target_class, guard=guard_target),
                modifying(holder.dn, [*holder_class, *changed], holder_guards),
            ]

        try:
            self._together(steps([], []))
        except ClassMissing:
            target_class = self._missing_class(noun_of(target), target.dn)
            self._together(steps(target_class, self._missing_class(noun, holder.dn)))

    def unlink(self, target: Record, holder: Record, *changes: Change) -> None:
        """Removes an entry that refers to a target, and changes the target, in one transaction.

        Args:
            target: what is referred to; refused when it has been written to since it was read.
            holder: what is removed; it can't have changed without the target.
            changes: of the target.

        Raises:
            Stale: the guard does not hold.
            NotThere: one of the two is gone.
        """
        self._guarded(noun_of(target), target, [deleting(holder.dn)], changes)
