"""Leaving a directory as it was: the IAM data is exported, then exactly that is taken away which Bindery added."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapter.adoption.changes import Journal, Note, note_of, unordered
from adapter.adoption.export import export_entries
from adapter.adoption.installing import JOURNAL
from adapter.adoption.stripping import Marked, forget, marked, strip
from adapter.adoption.target import Doors, Target
from adapter.installation.folder import FOREIGN
from adapter.ldap import errors, places
from adapter.ldap.foreign import ANYTHING, Connection, ForeignServerError, Refused, Survey, survey
from adapter.ldap.layouts import USER_MARK
from adapter.ldap.search import Entry, Scope
from adapter.ldap.wire import DELETE
from adapter.transfer.importing import Told

_STAYS: Final = re.compile(r"cn=(\{\d+\})?[\w-]+,cn=schema,cn=config", re.IGNORECASE)
_LOADED: Final = "olcModuleLoad"
_NOT_OURS_ANY_MORE: Final = frozenset({errors.NO_SUCH_OBJECT, errors.NOT_ALLOWED_ON_NONLEAF})
"""Somebody else has taken it away, or has put something below it."""


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What would be taken away.

    Attributes:
        marked: entries with IAM on them.
        own: the entries below `ou=iam`, children first.
        notes: what was added to the server.
    """

    target: Target
    survey: Survey
    marked: tuple[Marked, ...]
    own: tuple[Entry, ...]
    notes: tuple[Note, ...]
    keep_people: bool

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.marked or self.own or self.notes)

    @property
    def made_here(self) -> list[Marked]:
        """Entries that Bindery made and that go."""
        return [each for each in self.marked if each.is_ours and not self.keep_people]

    @property
    def stripped(self) -> list[Marked]:
        """Entries that stay and lose what is IAM's."""
        return [each for each in self.marked if not each.is_ours or self.keep_people]

    @property
    def staying(self) -> list[str]:
        """What slapd can't give up while it runs."""
        schema = [note.dn for note in self.notes if not note.attribute and _STAYS.fullmatch(note.dn)]
        return [*schema, *(f"module {note.value}" for note in self.notes if note.attribute == _LOADED)]

    @property
    def described(self) -> dict[str, Any]:
        """For programs."""
        return {
            "suffix": self.survey.suffix,
            "adopted": [each.entry.dn for each in self.stripped],
            "made_by_bindery": [each.entry.dn for each in self.made_here],
            "entries": [entry.dn for entry in self.own],
            "configuration": [f"{note.dn} {note.attribute}".strip() for note in self.notes],
            "stays": self.staying,
        }

    @property
    def lines(self) -> list[str]:
        """For people."""
        made = [each.entry.dn for each in self.made_here]
        shown = f": {', '.join(made[:5])}{' …' if len(made) > 5 else ''}" if made else ""
        return [
            f"Adopted people and groups, which lose what is IAM's and stay: {len(self.stripped)}",
            f"People and groups that Bindery made, which are deleted: {len(made)}{shown}",
            f"Entries of {places.account(self.survey.suffix)}, which are deleted: {len(self.own)}",
            f"Additions to the server's configuration, which are taken back: {len(self.notes)}",
            *(f"Stays, empty of meaning, until slapd is started anew without it: {each}" for each in self.staying),
        ]


@dataclass(frozen=True, slots=True)
class Removal:
    """What has been done.

    Attributes:
        export: where the IAM data is.
        left: what the server did not give up.
    """

    export: Path
    left: tuple[str, ...]


def plan_removal(target: Target, doors: Doors, *, keep_people: bool = False) -> RemovalPlan:
    """Looks at what Bindery added to a server.

    Args:
        keep_people: people and groups that Bindery made stay, as plain ones.

    Raises:
        ForeignServerError: the server can't be looked at.
    """
    found = survey(doors.data, doors.config, target.suffix)
    if found.iam and not found.account_id:
        raise ForeignServerError(f"{found.iam.dn} is not Bindery's: there is nothing to take away")
    own = doors.data.search(places.account(found.suffix), Scope.SUBTREE, ANYTHING) if found.iam else []
    notes = dict.fromkeys([*Journal(target.data / JOURNAL).read(), *map(note_of, found.installed)])
    return RemovalPlan(
        target=target,
        survey=found,
        marked=tuple(marked(doors.data, found.suffix)) if USER_MARK.lower() in found.names else (),
        own=tuple(sorted(own, key=lambda entry: entry.dn.count(","), reverse=True)),
        notes=tuple(notes),
        keep_people=keep_people,
    )


def remove(
    plan: RemovalPlan,
    doors: Doors,
    tell: Callable[[str, str], None],
    progress: Told = lambda _done, _total: None,
) -> Removal:
    """Exports the IAM data and takes everything away; what an interruption leaves, the next run takes.

    Args:
        tell: called with what has been done and, where it was refused, why.
        progress: called with how many entries are as they were, and of how many.

    Raises:
        ForeignServerError: the server refused something of the tree.
    """
    entries = (*plan.own, *(each.entry for each in plan.marked))
    export = export_entries(plan.target.data, "iam-before-removal", entries)
    tell(f"Exported to {export}", "")
    journal = Journal(plan.target.data / JOURNAL)
    known = set(journal.read())
    journal.append(note for note in plan.notes if note not in known)  # the directory's own copy is about to go
    try:
        for each in plan.made_here:
            forget(doors.data, each.entry, plan.survey.suffix)
        for number, each in enumerate(plan.stripped):
            strip(doors.data, each.entry, plan.survey.suffix, plan.survey.placeholder)
            progress(number + 1, len(plan.stripped))
        tell("Adopted people and groups", "")
        _delete(doors.data, [*(each.entry.dn for each in plan.made_here), *(entry.dn for entry in plan.own)])
        tell("Bindery's own entries", "")
    except Refused as error:
        raise ForeignServerError(str(error)) from error
    left = [refusal for note in reversed(plan.notes) if (refusal := _take_back(note, plan, doors))]
    for refusal in left:
        tell("Configuration", refusal)
    if not left:
        tell("Configuration", "")
        journal.discard()
        (plan.target.data / FOREIGN).unlink(missing_ok=True)
    return Removal(export, tuple(left))


def _delete(data: Connection, places: Iterable[str]) -> None:
    for at in places:
        try:
            data.delete(at)
        except Refused as error:
            if error.code != errors.NO_SUCH_OBJECT:
                raise


def _take_back(note: Note, plan: RemovalPlan, doors: Doors) -> str:
    """Takes one addition away; tells why it stays, if it does and should not."""
    is_config = note.dn.lower().endswith(places.CONFIG)
    if note.attribute == _LOADED or _STAYS.fullmatch(note.dn):
        return ""
    connection = doors.config if is_config else doors.data
    if connection is None:
        return f"{note.dn} {note.attribute}: cn=config can't be reached; name who may change it with --config-dn"
    try:
        if note.attribute:
            _take_value(note, connection)
        elif is_config:
            _take_entry(note, connection)
        else:
            connection.delete(note.dn)
    except Refused as error:
        return "" if error.code in _NOT_OURS_ANY_MORE else str(error)
    return ""


def _take_value(note: Note, connection: Connection) -> None:
    entry = connection.read(note.dn, (note.attribute,))
    values = entry.values(note.attribute) if entry else []
    wanted = note.value.encode().split()
    found = [value for value in values if unordered(value).split() == wanted]
    if found:
        connection.modify(note.dn, [(note.attribute, DELETE, found[:1])])


def _take_entry(note: Note, connection: Connection) -> None:
    """Deletes an entry; slapd may have put a number into the name of one in cn=config."""
    first, _, parent = note.dn.partition(",")
    kind, _, value = first.partition("=")
    children = connection.search(parent, Scope.ONE, ANYTHING, ("1.1",)) if parent else []
    same = re.compile(rf"{re.escape(kind)}=(\{{-?\d+\}})?{re.escape(value)}", re.IGNORECASE)
    for child in children:
        if same.fullmatch(child.dn.partition(",")[0]):
            connection.delete(child.dn)
