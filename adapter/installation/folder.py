"""One installation as the operator's commands see it: a data folder and the `BINDERY_*` variables around it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adapter.server import FirstStart, ServerConfig, bootstrap
from adapter.server.state import State, read_state
from adapter.server.tree import DEMO_ACCOUNT_ID
from adapter.settings import DEFAULT_SUFFIX, Settings

FOREIGN: Final = "directory.env"
"""The file that says where the directory is, where that is none that Bindery runs."""


class UnusableSetting(Exception):
    """An option or a variable has a value that makes no sense; the message names it."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and the environment that commands run in."""

    data: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def state(self) -> State | None:
        """What the folder knows about itself; None when it holds no directory.

        Raises:
            UnusableFolder: it is damaged, or a newer version wrote it.
        """
        return read_state(self.data)

    @property
    def suffix(self) -> str:
        """The suffix that the environment asks for, else the one that the folder already has."""
        state = self.state
        known = self.foreign.get("BINDERY_SUFFIX") or (state.suffix if state else DEFAULT_SUFFIX)
        return self.environ.get("BINDERY_SUFFIX") or known

    @property
    def foreign(self) -> dict[str, str]:
        """The variables that lead to a directory that Bindery does not own, as `bindery init` wrote them down."""
        try:
            lines = (self.data / FOREIGN).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        return {name: value for name, _, value in (line.partition("=") for line in lines) if value}

    @property
    def settings(self) -> Settings:
        """What the library needs to reach the directory.

        Raises:
            UnusableSetting: a variable makes no sense.
        """
        with explained():
            return Settings.from_env({**self.environ, **self.variables})

    @property
    def variables(self) -> dict[str, str]:
        """The variables that a process of this installation is to have."""
        own = {"BINDERY_DATA": str(self.data.absolute()), "BINDERY_SUFFIX": self.suffix}
        return {name: value for name, value in self.foreign.items() if name not in self.environ} | own

    def server_config(self, **options: Any) -> ServerConfig:
        """How its private server is set up.

        Raises:
            UnusableSetting: an option makes no sense.
        """
        with explained():
            return ServerConfig(data=self.data.absolute(), suffix=self.suffix, **options)

    def bootstrap(self, *, demo: bool = False) -> FirstStart | None:
        """Makes the secrets of the first start; None when there is a directory already.

        Args:
            demo: a new account gets the demo's number, unless the environment gives one.

        Raises:
            UnusableSetting: a variable makes no sense.
        """
        defaults = {"BINDERY_ACCOUNT_ID": DEMO_ACCOUNT_ID} if demo else {}
        with explained():
            return bootstrap(self.data, {**defaults, **self.environ}, self.settings.master_key_path)


def text_in(file: Path) -> str:
    """What a file holds that an option or a variable names, without the end of its last line.

    Raises:
        UnusableSetting: it is no text.
        OSError: it can't be read.
    """
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UnusableSetting(f"{file} is not text in UTF-8 (at its octet {error.start:,})") from error


@contextmanager
def explained() -> Iterator[None]:
    """Says that a variable or an option makes no sense, where what takes it says so in its own way.

    Raises:
        UnusableSetting: it does not.
    """
    try:
        yield
    except ValueError as error:
        raise UnusableSetting(str(error)) from error
