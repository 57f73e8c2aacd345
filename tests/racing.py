"""Processes that race each other: real ones, started from one that has everything imported already."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from adapter.operations.parameters import service_model

for _service in ("iam", "sts"):
    service_model(_service)  # read once, in the process that the others are forked from


def racers(count: int) -> ProcessPoolExecutor:
    """So many processes, each of which takes one thing at a time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["adapter", "tests.conftest", "tests.racing"])
    return ProcessPoolExecutor(count, mp_context=context)
