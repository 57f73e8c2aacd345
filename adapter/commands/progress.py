"""A bar for what takes long, and a word to whoever interrupts it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapter.commands.common import remarks
from adapter.transfer.importing import Told


@contextmanager
def progress(words: str) -> Iterator[Told]:
    """A bar on standard error; an interruption says that it may be run again."""
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=remarks(), transient=True) as bar:
        task = bar.add_task(words, total=None)
        try:
            yield lambda done, total: bar.update(task, completed=done, total=total)
        except KeyboardInterrupt:
            bar.stop()
            remarks().print("Interrupted. What is done stays; run it again to go on.")
            raise
