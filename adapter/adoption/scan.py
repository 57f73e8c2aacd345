"""What a tree holds that could become users and groups, and what stands in the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from adapter.adoption.maps import TreeMap
from adapter.errors import IamError
from adapter.ldap import GROUP, dn, filters
from adapter.ldap.layouts import GROUP_MARK, USER_MARK
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.search import Entry
from adapter.models import Account
from adapter.operations.parameters import check_parameters

Read = Callable[[str, filters.Filter, Sequence[str]], Iterable[Entry]]
"""Reads everything below a base for which a filter holds, with some attributes."""
_MOST_EXAMPLES: Final = 20


class Problem(StrEnum):
    """What may be wrong; the first ones keep an entry from being adopted."""

    NAMELESS = "has no name"
    SEVERAL_NAMES = "has several names, none of which names the entry"
    NAME_REFUSED = "has a name that IAM does not allow"
    NAME_TAKEN = "has the name of another one, without regard to case"
    NESTED = "has a group as a member, whose members do not count"
    MISSING = "has a member that does not exist"
    OUTSIDE = "has a member outside of where people are"
    NOT_ADOPTED = "has a member that can't be adopted"


BLOCKING: Final = frozenset({Problem.NAMELESS, Problem.SEVERAL_NAMES, Problem.NAME_REFUSED, Problem.NAME_TAKEN})


@dataclass(slots=True)
class Kind:
    """One kind of entries that were found: people or groups.

    Attributes:
        new: the DNs of those that can be adopted.
        adopted: of those that are.
    """

    new: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    blocked: int = 0


@dataclass(slots=True)
class Findings:
    """What was found.

    Attributes:
        problems: how often each occurs.
        examples: some of each, as text for people.
    """

    users: Kind = field(default_factory=Kind)
    groups: Kind = field(default_factory=Kind)
    problems: Counter[Problem] = field(default_factory=Counter)
    examples: dict[Problem, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, problem: Problem, what: str) -> None:
        """Takes down a problem."""
        self.problems[problem] += 1
        if len(self.examples[problem]) < _MOST_EXAMPLES:
            self.examples[problem].append(what)

    @property
    def blocked(self) -> int:
        """How many entries can't be adopted."""
        return self.users.blocked + self.groups.blocked


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry of a kind.

    Attributes:
        name: empty when a problem keeps it from having one.
    """

    entry: Entry
    name: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """How entries of a kind are named, and which class tells that one has been adopted."""

    naming: str
    mark: str
    operation: str
    parameter: str

    def allows(self, name: str) -> bool:
        """Whether IAM allows a name."""
        try:
            check_parameters("iam", self.operation, {self.parameter: name})
        except IamError:
            return False
        return True


def scan(account: Account, tree: TreeMap, read: Read, exists: Callable[[str], bool]) -> Findings:
    """Looks at everything below an account's bases.

    Args:
        account: whose bases.
        tree: what to look for.
        read: reads the directory.
        exists: whether there is an entry with a DN.
    """
    found = Findings()
    own = f",{dn.normalise(account.dn)}"

    def entries(base: str, classes: Sequence[str], mark: str, *names: str) -> Iterator[Entry]:
        everything = read(base, _any_class((*classes, mark)), (OBJECT_CLASS, *filter(None, names)))
        return (entry for entry in everything if not dn.normalise(entry.dn).endswith(own))

    people = entries(account.user_base, tree.user_classes, USER_MARK, tree.user_name)
    users = _sorted_out(found, found.users, people, _Rule(tree.user_name, USER_MARK, "GetUser", "user_name"))
    sets = entries(account.group_base, tree.group_classes, GROUP_MARK, GROUP.naming, *tree.members, tree.member_names)
    groups = _sorted_out(found, found.groups, sets, _Rule(GROUP.naming, GROUP_MARK, "GetGroup", "group_name"))
    known = _Known(
        account=account,
        people={key: bool(each.name) for key, each in users.items()},
        groups=groups.keys(),
        names={each.name for each in users.values() if each.name},
        exists=exists,
    )
    for each in groups.values():
        if each.name:
            _look_at_members(found, each.entry, tree, known)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    account: Account
    people: dict[str, bool]
    groups: Iterable[str]
    names: set[str]
    exists: Callable[[str], bool]

    def problem_of(self, member: str) -> Problem | None:
        """What is wrong with a member."""
        try:
            key = dn.normalise(member)
        except ValueError:
            return Problem.MISSING
        if key in self.people:
            return None if self.people[key] else Problem.NOT_ADOPTED
        if key in self.groups:
            return Problem.NESTED
        if self.account.layout and dn.same(member, self.account.layout.placeholder):
            return None
        if not self.exists(member):
            return Problem.MISSING
        return Problem.NOT_ADOPTED if dn.is_below(member, self.account.user_base) else Problem.OUTSIDE


def _sorted_out(found: Findings, kind: Kind, entries: Iterable[Entry], rule: _Rule) -> dict[str, _Found]:
    """Entries by their normalised DNs; those that can't be adopted are taken down and have no name."""
    named = [_Found(entry, _name(found, entry, rule)) for entry in entries]
    often = Counter(dn.prepared(each.name) for each in named if each.name)
    result: dict[str, _Found] = {}
    for each in named:
        name = each.name
        if name and often[dn.prepared(name)] > 1:
            found.note(Problem.NAME_TAKEN, f"{each.entry.dn} ({name})")
            name = ""
        classes = {value.decode().lower() for value in each.entry.values(OBJECT_CLASS)}
        if not name:
            kind.blocked += 1
        elif rule.mark.lower() in classes:
            kind.adopted.append(each.entry.dn)
        else:
            kind.new.append(each.entry.dn)
        result[dn.normalise(each.entry.dn)] = _Found(each.entry, name)
    return result


def _name(found: Findings, entry: Entry, rule: _Rule) -> str:
    values = [value.decode(errors="replace") for value in entry.values(rule.naming)]
    name = values[0] if len(values) == 1 else dn.naming_value(entry.dn, rule.naming)
    if not values:
        found.note(Problem.NAMELESS, entry.dn)
    elif name is None:
        found.note(Problem.SEVERAL_NAMES, f"{entry.dn} ({', '.join(values)})")
    elif not rule.allows(name):
        found.note(Problem.NAME_REFUSED, f"{entry.dn} ({name})")
    else:
        return name
    return ""


def _look_at_members(found: Findings, entry: Entry, tree: TreeMap, known: _Known) -> None:
    for attribute in tree.members:
        for value in entry.values(attribute):
            member = value.decode(errors="replace")
            problem = known.problem_of(member)
            if problem:
                found.note(problem, f"{entry.dn}: {member}")
    for value in entry.values(tree.member_names) if tree.member_names else ():
        name = value.decode(errors="replace")
        if name not in known.names:
            found.note(Problem.MISSING, f"{entry.dn}: {name}")


def _any_class(names: Iterable[str]) -> filters.Filter:
    return filters.any_of(*(filters.equals(OBJECT_CLASS, name.encode()) for name in names))
