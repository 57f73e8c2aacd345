"""The recipes' own configuration: what a page shows is what is run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "ldif/recipes"
_BLOCK = re.compile(r"^`/(?P<path>(?:etc|var)/[^`]+)`[^\n]*:\n+```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Values:
    """What stands in the place of a page's example values."""

    uri: str
    reader_password: str

    def put_in(self, text: str) -> str:
        """A page's text for this server."""
        address = self.uri.partition("://")[2]
        replaced = text.replace("ldaps://ldap.example.org", self.uri).replace("ldap.example.org:636", address)
        return replaced.replace("READER-PASSWORD", self.reader_password)


@dataclass(frozen=True)
class Step:
    """A command of a page and what it is said to answer."""

    command: str
    answer: tuple[str, ...]


def files(name: str, values: Values) -> dict[str, str]:
    """The files that a page says to write, by their paths."""
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    found = {match["path"]: values.put_in(match["text"]) for match in _BLOCK.finditer(page)}
    assert found, f"{name}.md has no configuration"
    return found


def steps(name: str, values: Values) -> list[Step]:
    """The commands that a page shows, in order; a line that ends in a backslash goes on."""
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    text = values.put_in("".join(_CONSOLE.findall(page))).replace("\\\n", "")
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *answer = part.rstrip().split("\n")
        found.append(Step(command, tuple(line for line in answer if line.strip())))
    return found
