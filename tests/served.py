"""Something that runs in front of a directory, as tests of whole systems see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Directory


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes:
        url: where it is, without a slash at the end.
        log: what its process has written.
    """

    url: str
    directory: Directory
    log: Path

    def at(self, path: str) -> str:
        return f"{self.url}{path}"
