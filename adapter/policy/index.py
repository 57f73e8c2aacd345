"""Finding the statements that can matter: by action, by how their resources start and end, by what StringEquals wants.

A decision looks only at these, so a principal with a thousand statements is decided about as fast as one with ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from adapter.policy.compiled import CompiledPolicy, CompiledStatement, ResourceTest
from adapter.policy.conditions import Condition, Conditions
from adapter.policy.request import Request

_MOST_ACTIONS = 256
"""How many actions a layer remembers; a caller has to name many to reach it, and it only costs a fresh look."""
_FEW = 4
"""So many entries are asked faster than they are looked up."""


class Entry(NamedTuple):
    """What is left to ask of a statement once its action is known to match and its resource may match."""

    test: ResourceTest | None
    conditions: tuple[Condition, ...]
    statement: CompiledStatement


class Asked(NamedTuple):
    """An entry as the decision asks it."""

    test: ResourceTest | None
    conditions: Conditions | None
    statement: CompiledStatement


class Entries:
    """Some entries; where there are many, those with a StringEquals are found by the value that it wants."""

    __slots__ = ("by_value", "others")

    def __init__(self, entries: Sequence[Entry]) -> None:
        key = _selecting_key(entries) if len(entries) > _FEW else None
        others: list[Entry] = []
        by_value: dict[str, list[Entry]] = {}
        for entry in entries:
            wanted = _wanted(entry, key)
            if wanted is None:
                others.append(entry)
            else:
                for value in wanted:
                    by_value.setdefault(value, []).append(entry)
        self.others = _cheapest_first(others)
        self.by_value = (key, {value: _cheapest_first(found) for value, found in by_value.items()}) if key else None

    @property
    def ignore_resources(self) -> bool:
        """Whether none of them has a question about the resource left."""
        groups = (self.others, *(self.by_value[1].values() if self.by_value else ()))
        return all(entry.test is None for group in groups for entry in group)

    def find(self, request: Request) -> CompiledStatement | None:
        """One of them that means the request; None when none does."""
        found = _first_that_holds(self.others, request) if self.others else None
        if found is not None or self.by_value is None:
            return found
        key, by_value = self.by_value
        value = request.folded.get(key, ())
        for one in (value,) if isinstance(value, str) else value:
            found = _first_that_holds(by_value.get(one, ()), request)
            if found is not None:
                return found
        return None


class Candidates:
    """The statements of one effect that mean one action."""

    __slots__ = ("always", "shaped", "shapes", "wholes")

    def __init__(self, statements: Iterable[CompiledStatement]) -> None:
        always: list[Entry] = []
        wholes: dict[str, list[Entry]] = {}
        shaped: dict[tuple[str, str], list[Entry]] = {}
        for compiled in statements:
            if compiled.resources is None:
                test = compiled.covers_resource if compiled.excluded else None
                always.append(Entry(test, compiled.conditions, compiled))
            for pattern in compiled.resources or ():
                entry = Entry(pattern.test, compiled.conditions, compiled)
                if pattern.is_whole:
                    wholes.setdefault(pattern.head, []).append(entry)
                elif pattern.head or pattern.tail:
                    shaped.setdefault((pattern.head, pattern.tail), []).append(entry)
                else:
                    always.append(entry)
        self.always = Entries(always) if always else None
        self.wholes = {text: Entries(found) for text, found in wholes.items()}
        self.shaped = {shape: Entries(found) for shape, found in shaped.items()}
        self.shapes = sorted({(len(head), len(tail)) for head, tail in shaped})

    @property
    def ignore_resources(self) -> bool:
        """Whether every one of them means all resources."""
        return not (self.wholes or self.shaped) and (self.always is None or self.always.ignore_resources)

    def find(self, request: Request) -> CompiledStatement | None:
        """One of the statements that means the request; None when none does."""
        found = self.always.find(request) if self.always is not None else None
        if found is not None:
            return found
        resource = request.resource
        entries = self.wholes.get(resource)
        if entries is not None and (found := entries.find(request)) is not None:
            return found
        for head, tail in self.shapes:
            entries = self.shaped.get((resource[:head], resource[-tail:] if tail else ""))
            if entries is not None and (found := entries.find(request)) is not None:
                return found
        return None


def _selecting_key(entries: Iterable[Entry]) -> str | None:
    """The key on which StringEquals tells the entries apart best."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        for condition in entry.conditions:
            if condition.only is not None:
                wanted.setdefault(condition.key, set()).update(condition.only)
    return max(wanted, key=lambda key: len(wanted[key]), default=None)


def _wanted(entry: Entry, key: str | None) -> frozenset[str] | None:
    return next((c.only for c in entry.conditions if c.only is not None and c.key == key), None)


def _cheapest_first(entries: Iterable[Entry]) -> tuple[Asked, ...]:
    """What needs no further question settles the matter at once, so it is asked first."""
    by_cost = sorted(entries, key=lambda entry: (entry.test is not None) + len(entry.conditions))
    return tuple(Asked(test, Conditions(found) if found else None, statement) for test, found, statement in by_cost)


def _first_that_holds(entries: Iterable[Asked], request: Request) -> CompiledStatement | None:
    for test, conditions, statement in entries:
        if test is not None and not test(request):
            continue
        if conditions is None or request.meets(conditions):
            return statement
    return None


class Layer:
    """The policies of one layer, put together for one principal; it remembers what it gathered for an action."""

    __slots__ = ("_by_action", "_owners", "policies")

    def __init__(self, policies: Sequence[CompiledPolicy]) -> None:
        self.policies = tuple(policies)
        self._by_action: dict[str, tuple[Candidates, Candidates]] = {}
        self._owners: dict[CompiledStatement, CompiledPolicy] = {}

    def judge(self, request: Request) -> CompiledStatement | None:
        """What the layer says: a deny that means the request, else an allow that does; None when it is silent."""
        denies, allows = self._candidates(request.action)
        return denies.find(request) or allows.find(request)

    def ignores_resources(self, action: str) -> bool:
        """Whether the layer says the same of an action on every resource."""
        return all(candidates.ignore_resources for candidates in self._candidates(action))

    def owner(self, statement: CompiledStatement) -> CompiledPolicy:
        """The policy that a statement of this layer is in."""
        if not self._owners:
            self._owners = {each: policy for policy in self.policies for each in policy.statements}
        return self._owners[statement]

    def _candidates(self, action: str) -> tuple[Candidates, Candidates]:
        """The denies and the allows that mean an action."""
        folded = action.lower()
        return self._by_action.get(folded) or self._gather(folded)

    def _gather(self, action: str) -> tuple[Candidates, Candidates]:
        found = [compiled for policy in self.policies for compiled in policy.for_action(action)]
        denies = Candidates(compiled for compiled in found if not compiled.statement.allows)
        allows = Candidates(compiled for compiled in found if compiled.statement.allows)
        if len(self._by_action) >= _MOST_ACTIONS:
            self._by_action.clear()
        self._by_action[action] = denies, allows
        return denies, allows
