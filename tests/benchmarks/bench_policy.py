"""Decisions per second of CPU time, side by side with the engines that a Python user could pick instead.

Run it with `python -m tests.benchmarks.bench_policy`.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import chain, islice, repeat

from adapter.policy import evaluate_cases
from tests.benchmarks.policy_workload import ACTION, ENGINES, USER, Decide, Workload

_SECONDS = 1.0
_BATCH = 50
_ROUNDS = 3


def say(text: str) -> None:
    """Prints a line."""
    sys.stdout.write(text + "\n")


def rate(decide: Decide) -> float:
    """Decisions per CPU second: the best of some rounds, because other work on the machine only ever slows it down."""
    if not decide():
        raise AssertionError("the engine refuses what the last statement allows")
    best = 0.0
    for _ in range(_ROUNDS):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < _SECONDS / _ROUNDS:
            for _ in range(_BATCH):
                decide()
            done += _BATCH
        best = max(best, done / spent)
    return best


def compare() -> None:
    """Prints one row for each engine."""
    say("10 policies x 5 statements, the last one matches; decisions per CPU second")
    say(f"{'':12}{'plain':>12}{'conditions':>12}")
    for name, engine in ENGINES.items():
        plain, conditions = (rate(engine(Workload(has_conditions=flag))) for flag in (False, True))
        say(f"{name:12}{plain:12,.0f}{conditions:12,.0f}")


def scale() -> None:
    """Prints what a decision costs when there are more and more statements."""
    say("\nbindery by number of statements, with conditions")
    for count in (10, 50, 100, 1000):
        decide = ENGINES["bindery"](Workload(policies=count // 5, has_conditions=True))
        say(f"{count:12,}{rate(decide):12,.0f}/s{1e6 / rate(decide):8.2f} us")


def cases() -> None:
    """Prints how many case lines are answered in a second, policies parsed anew for each."""
    work = Workload(policies=2, statements=3, has_conditions=True)
    request = {"principal": USER, "action": ACTION, "resource": work.resource, "context": next(work.contexts())}
    line = json.dumps({"request": request, "identityPolicies": work.documents()})
    number = 5000
    start = time.process_time()
    answered = sum("decision" in result for result in islice(evaluate_cases(chain(repeat(line, number))), number))
    say(f"\ncase lines (2 policies x 3 statements each): {answered / (time.process_time() - start):,.0f}/s")


def main() -> None:
    """Runs all of it."""
    say(f"Python {sys.version.split()[0]}")
    compare()
    scale()
    cases()


if __name__ == "__main__":
    main()
