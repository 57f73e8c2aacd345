"""What a data folder knows about itself: a small JSON file that is replaced as a whole.

Which folder holds the database stands here, so that replacing the file is what puts a restored database in force.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from adapter.files import write_whole

_FILE = "directory.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A directory's state.

    Attributes:
        database: folder of the database, below `directory`.
        configuration, indexes, content: fingerprints of what was last put in force.
    """

    suffix: str
    account_id: str
    database: str
    configuration: str = ""
    indexes: str = ""
    content: str = ""
    format: int = _FORMAT


class UnusableFolder(Exception):
    """A data folder can't be used as it is; the message says why and what to do."""


def read_state(data: Path) -> State | None:
    """The state of a data folder; None when there is no directory in it yet.

    Raises:
        UnusableFolder: it was written by a newer version, or is damaged.
    """
    try:
        text = (data / _FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        state = State(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise UnusableFolder(f"{data / _FILE} is damaged or was written by a newer version: {error}") from error
    if state.format > _FORMAT:
        raise UnusableFolder(f"{data} was written by a newer version (format {state.format}, this one knows {_FORMAT})")
    return state


def write_state(data: Path, state: State) -> None:
    """Puts a state in force, whole or not at all."""
    write_whole(data / _FILE, json.dumps(asdict(state), indent=2).encode(), mode=0o644)
