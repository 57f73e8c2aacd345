"""A process of Bindery's that follows what others change, or waits for its turn, until its standard input ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapter import Settings, open_iam


@contextmanager
def followers(settings: Settings, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many of them, all of which have started."""
    command = [sys.executable, "-m", "tests.following", str(settings.data), settings.suffix]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        yield started
    finally:
        for process in started:
            process.communicate(timeout=60)


def main(data: str, suffix: str) -> None:
    """Follows one directory."""
    door = open_iam(Settings(data=Path(data), suffix=suffix))
    door.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    door.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
