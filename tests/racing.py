"""Racers: threads that all start at the same moment, and processes that have everything imported already."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from adapter.operations.parameters import service_model

for _service in ("iam", "sts"):
    service_model(_service)  # read once, in the process that the others are forked from


Outcome = TypeVar("Outcome")


def at_once(count: int, act: Callable[[int], Outcome]) -> list[Outcome]:
    """Does something so many times, as nearly at the same moment as threads can; each is told its number."""
    start = Barrier(count)

    def run(number: int) -> Outcome:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def racers(count: int) -> ProcessPoolExecutor:
    """So many processes, each of which takes one thing at a time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["adapter", "tests.conftest", "tests.racing"])
    return ProcessPoolExecutor(count, mp_context=context)
