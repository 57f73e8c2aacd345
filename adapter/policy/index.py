"""Finding the statements that can matter: by action, then by the text that their resources start with.

A decision looks only at these, so a principal with a thousand statements is decided about as fast as one with ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from adapter.policy.compiled import CompiledPolicy, CompiledStatement, ResourceTest
from adapter.policy.conditions import Holds
from adapter.policy.request import Request

_MOST_ACTIONS = 256
"""How many actions a layer remembers; a caller has to name many to reach it, and it only costs a fresh look."""

Entry = tuple[ResourceTest | None, tuple[Holds, ...]]
"""What is left to ask of a statement once its action is known to match and its resource may match."""


class ByResource:
    """The statements of one effect that mean one action, found by the text that their resources start with."""

    __slots__ = ("always", "heads", "lengths", "wholes")

    def __init__(self, statements: Iterable[CompiledStatement]) -> None:
        always: list[Entry] = []
        wholes: dict[str, list[Entry]] = {}
        heads: dict[str, list[Entry]] = {}
        for compiled in statements:
            conditions = tuple(condition.holds for condition in compiled.conditions)
            if compiled.resources is None:
                always.append((compiled.covers_resource if compiled.excluded else None, conditions))
                continue
            for pattern in compiled.resources:
                entry = (pattern.test, conditions)
                if pattern.is_whole:
                    wholes.setdefault(pattern.head, []).append(entry)
                elif pattern.head:
                    heads.setdefault(pattern.head, []).append(entry)
                else:
                    always.append(entry)
        self.always = _cheapest_first(always)
        self.wholes = {text: _cheapest_first(found) for text, found in wholes.items()}
        self.heads = {text: _cheapest_first(found) for text, found in heads.items()}
        self.lengths = sorted({len(head) for head in heads})

    def matches(self, request: Request) -> bool:
        """Whether any of the statements means the request."""
        resource = request.resource
        if self.always and _any_holds(self.always, request):
            return True
        found = self.wholes.get(resource)
        if found and _any_holds(found, request):
            return True
        for length in self.lengths:
            found = self.heads.get(resource[:length])
            if found and _any_holds(found, request):
                return True
        return False


def _cheapest_first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """What needs no further question settles the matter at once, so it is asked first."""
    return tuple(sorted(entries, key=lambda entry: (entry[0] is not None) + len(entry[1])))


def _any_holds(entries: Iterable[Entry], request: Request) -> bool:
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
        self._by_action: dict[str, tuple[ByResource, ByResource]] = {}

    def judge(self, request: Request) -> Verdict:
        """The layer's verdict: a deny that means the request, else an allow that does, else silence."""
        action = request.action.lower()
        denies, allows = self._by_action.get(action) or self._gather(action)
        if denies.matches(request):
            return Verdict.DENIES
        return Verdict.ALLOWS if allows.matches(request) else Verdict.SILENT

    def _gather(self, action: str) -> tuple[ByResource, ByResource]:
        found = [compiled for policy in self.policies for compiled in policy.for_action(action)]
        denies = ByResource(compiled for compiled in found if not compiled.statement.allows)
        allows = ByResource(compiled for compiled in found if compiled.statement.allows)
        if len(self._by_action) >= _MOST_ACTIONS:
            self._by_action.clear()
        self._by_action[action] = denies, allows
        return denies, allows
