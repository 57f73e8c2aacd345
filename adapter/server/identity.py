"""Who the private server runs as: ourselves, or, when started by root, an ordinary user.

Files are handed over without following symbolic links, because the folder belongs to a process that is less trusted.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_ORDINARY = ("openldap", "ldap", "nobody")


class ProcessOptions(TypedDict, total=False):
    """Arguments of subprocess that make a child drop its rights."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and group; `name` is empty when nothing has to be dropped."""

    uid: int
    gid: int
    name: str = ""

    @classmethod
    def choose(cls) -> Identity:
        """Ourselves, or for root the first ordinary user that exists.

        Raises:
            LookupError: root, and there is no ordinary user to drop to.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in _ORDINARY:
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(user.pw_uid, user.pw_gid, name)
        raise LookupError(f"slapd does not run as root, and none of the users {', '.join(_ORDINARY)} exists")

    @property
    def process_options(self) -> ProcessOptions:
        """What makes a child process run as this identity; its current folder is entered before rights are dropped."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.name else {}

    def make_folder(self, folder: Path) -> None:
        """Makes a private folder, unless it is there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.own(folder)

    def own(self, folder: Path) -> None:
        """Hands over a folder and all that is in it."""
        if not self.name:
            return
        for parent, folders, files in os.walk(folder):
            for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):  # noqa: PTH118
                status = os.lstat(path)
                if (status.st_uid, status.st_gid) != (self.uid, self.gid):
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)
