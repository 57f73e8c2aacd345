"""What a trial tells while it goes on; it ends at the first thing that is not so."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import click
import requests

PATIENCE: Final = 60


def step(words: str, act: Callable[[], object]) -> None:
    began = time.monotonic()
    act()
    click.echo(f"  {words} ({time.monotonic() - began:.0f} s)")


def hold(words: str, is_so: bool, why: str = "") -> None:
    if not is_so:
        raise SystemExit(f"compose-test: FAILED: {words}: it is not so. {why}")
    click.echo(f"  {words}")


def until(words: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if is_so():
                hold(words, True)
                return
        time.sleep(0.2)
    hold(words, False, f"Not within {PATIENCE} s.")
