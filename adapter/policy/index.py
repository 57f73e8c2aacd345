"""Finding the statements that can matter: by action, by how their resources start and end, by what StringEquals wants.

A decision looks only at these, so a principal with a thousand statements is decided about as fast as one with ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from adapter.policy.compiled import CompiledPolicy, CompiledStatement, ResourceTest
from adapter.policy.conditions import Condition, Holds
from adapter.policy.request import Request

_MOST_ACTIONS = 256
"""How many actions a layer remembers; a caller has to name many to reach it, and it only costs a fresh look."""
_FEW = 4
"""So many entries are asked faster than they are looked up."""


class Entry(NamedTuple):
    """What is left to ask of a statement once its action is known to match and its resource may match."""

    test: ResourceTest | None
    conditions: tuple[Condition, ...]


class Asked(NamedTuple):
    """An entry as the decision asks it."""

    test: ResourceTest | None
    holds: tuple[Holds, ...]


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

    def matches(self, request: Request) -> bool:
        """Whether any of them means the request."""
        if self.others and _any_holds(self.others, request):
            return True
        if self.by_value is None:
            return False
        key, by_value = self.by_value
        value = request.folded.get(key, ())
        return any(
            _any_holds(by_value[one], request)
            for one in ((value,) if isinstance(value, str) else value)
            if one in by_value
        )


class Candidates:
    """The statements of one effect that mean one action."""

    __slots__ = ("always", "shaped", "shapes", "wholes")

    def __init__(self, statements: Iterable[CompiledStatement]) -> None:
        always: list[Entry] = []
        wholes: dict[str, list[Entry]] = {}
        shaped: dict[tuple[str, str], list[Entry]] = {}
        for compiled in statements:
            if compiled.resources is None:
                always.append(Entry(compiled.covers_resource if compiled.excluded else None, compiled.conditions))
            for pattern in compiled.resources or ():
                entry = Entry(pattern.test, compiled.conditions)
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

    def matches(self, request: Request) -> bool:
        """Whether any of the statements means the request."""
        if self.always is not None and self.always.matches(request):
            return True
        resource = request.resource
        found = self.wholes.get(resource)
        if found is not None and found.matches(request):
            return True
        for head, tail in self.shapes:
            found = self.shaped.get((resource[:head], resource[-tail:] if tail else ""))
            if found is not None and found.matches(request):
                return True
        return False


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
    asked = [Asked(test, tuple(condition.holds for condition in conditions)) for test, conditions in entries]
    return tuple(sorted(asked, key=lambda entry: (entry.test is not None) + len(entry.holds)))


def _any_holds(entries: Iterable[Asked], request: Request) -> bool:
    for test, conditions in entries:
        if test is not None and not test(request):
            continue
        if not conditions:
            return True
        context = request.folded
        for holds in conditions:
            if not holds(context):
                break
        else:
            return True
    return False


class Verdict(IntEnum):
    """What a layer says to a request."""

    SILENT = 0
    ALLOWS = 1
    DENIES = 2


class Layer:
    """The policies of one layer, put together for one principal; it remembers what it gathered for an action."""

    __slots__ = ("_by_action", "policies")

    def __init__(self, policies: Sequence[CompiledPolicy]) -> None:
        self.policies = tuple(policies)
        self._by_action: dict[str, tuple[Candidates, Candidates]] = {}

    def judge(self, request: Request) -> Verdict:
        """The layer's verdict: a deny that means the request, else an allow that does, else silence."""
        action = request.action.lower()
        denies, allows = self._by_action.get(action) or self._gather(action)
        if denies.matches(request):
            return Verdict.DENIES
        return Verdict.ALLOWS if allows.matches(request) else Verdict.SILENT

    def _gather(self, action: str) -> tuple[Candidates, Candidates]:
        found = [compiled for policy in self.policies for compiled in policy.for_action(action)]
        denies = Candidates(compiled for compiled in found if not compiled.statement.allows)
        allows = Candidates(compiled for compiled in found if compiled.statement.allows)
        if len(self._by_action) >= _MOST_ACTIONS:
            self._by_action.clear()
        self._by_action[action] = denies, allows
        return denies, allows
