"""The installed slapd: where it is, what it can do, and running its tools.

Every tool is the same program (`slapd -Tadd` is slapadd), so that only one file has to be found.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adapter.server.identity import Identity

_MINIMUM = (2, 5)
_INSTALL = (
    "install it: `apt install slapd`, `dnf install openldap-servers`, `brew install openldap`, or "
    "`apk add openldap openldap-back-mdb openldap-passwd-argon2 openldap-overlay-all`"
)
_PROGRAMS = (
    "/usr/sbin/slapd",
    "/usr/libexec/slapd",
    "/usr/lib/openldap/slapd",
    "/usr/local/libexec/slapd",
    "/opt/homebrew/opt/openldap/libexec/slapd",
    "/usr/local/opt/openldap/libexec/slapd",
    "/home/linuxbrew/.linuxbrew/opt/openldap/libexec/slapd",
)
_MODULE_FOLDERS = (
    "/usr/lib/ldap",
    "/usr/lib64/openldap",
    "/usr/lib/openldap",
    "/usr/libexec/openldap",
    "/usr/local/libexec/openldap",
)
_SCHEMA_FOLDERS = (
    "/etc/ldap/schema",
    "/etc/openldap/schema",
    "/opt/homebrew/etc/openldap/schema",
    "/usr/local/etc/openldap/schema",
    "/home/linuxbrew/.linuxbrew/etc/openldap/schema",
)
_LIBRARY_ENDINGS = (".so", ".la")


class SlapdError(Exception):
    """slapd is missing, too old, or refused to do something; the message says what to do."""


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """How passwords are stored: the scheme, the module that brings it and the module's arguments."""

    scheme: str
    module: str | None = None
    arguments: str = ""

    @property
    def load(self) -> str | None:
        """What stands behind olcModuleLoad."""
        return f"{self.module} {self.arguments}".strip() if self.module else None


# Best first. The module's own default for argon2 (m=4096) is weak; these parameters are OWASP's. The last row is a
# fallback for builds without modules (Homebrew's): good enough to try things on a laptop.
_HASHES = (
    PasswordHash("{ARGON2}", "argon2", "m=19456 t=3 p=1"),
    PasswordHash("{ARGON2}", "pw-argon2", "m=19456 t=3 p=1"),
    PasswordHash("{PBKDF2-SHA512}", "pw-pbkdf2"),
    PasswordHash("{SSHA}"),
)


@dataclass(frozen=True, slots=True)
class SlapdProgram:
    """A slapd that has been found.

    Attributes:
        version: such as (2, 5, 13).
        builtin: overlays and backends that are compiled in.
        module_folder: where the others are; None when this build has none.
        schema_folder: the standard schema in LDIF.
    """

    path: Path
    version: tuple[int, ...]
    builtin: frozenset[str]
    module_folder: Path | None
    schema_folder: Path

    def has_module(self, name: str) -> bool:
        """Whether a module file of that name is there."""
        folder = self.module_folder
        return folder is not None and any((folder / f"{name}{ending}").exists() for ending in _LIBRARY_ENDINGS)

    @property
    def password_hash(self) -> PasswordHash:
        """The best password hash of this installation."""
        return next(row for row in _HASHES if row.module is None or self.has_module(row.module))

    def tool(self, name: str, *arguments: str, folder: Path, identity: Identity, stdin: str = "") -> str:
        """Runs one of slapd's tools (`add`, `cat`, `index`, `modify`, `passwd`) and returns what it prints.

        Args:
            folder: the current folder of the tool, which relative paths start from.
            identity: who the tool runs as.
            stdin: what it reads.

        Raises:
            SlapdError: the tool failed; the message holds its last lines.
        """
        result = subprocess.run(
            self.command(name, *arguments),
            input=stdin.encode(),
            capture_output=True,
            cwd=folder,
            check=False,
            **identity.process_options,
        )
        if result.returncode:
            raise tool_failed(name, result.returncode, result.stderr)
        return result.stdout.decode()

    def command(self, tool: str, *arguments: str) -> list[str]:
        """The command line of one of slapd's tools."""
        return [str(self.path), f"-T{tool}", *arguments]


def tool_failed(tool: str, status: int, stderr: bytes) -> SlapdError:
    """The error for a tool that ended with something else than 0."""
    lines = stderr.decode(errors="replace").strip().splitlines()[-5:]
    # slapd writes its database through memory: where the disk has no room for a page, the system ends it so.
    said = " / ".join(lines) or ("the disk is full" if -status == signal.SIGBUS else "it said nothing")
    return SlapdError(f"slap{tool} failed ({status}): {said}")


def find_slapd(programs: Iterable[str] = _PROGRAMS) -> SlapdProgram:
    """Finds slapd and looks at what it can do.

    Raises:
        SlapdError: it is not installed or too old; the message says how to install it.
    """
    on_path = shutil.which("slapd")
    for candidate in (*((on_path,) if on_path else ()), *programs):
        if os.access(candidate, os.X_OK):
            return _inspect(Path(candidate).resolve())
    raise SlapdError(f"OpenLDAP's server slapd is not installed: {_INSTALL}")


@lru_cache
def _inspect(path: Path) -> SlapdProgram:
    result = subprocess.run([str(path), "-VVV"], capture_output=True, text=True, check=False)
    text = result.stderr + result.stdout
    found = re.search(r"slapd (\d+)\.(\d+)\.(\d+)", text)
    version = tuple(int(number) for number in found.groups()) if found else ()
    if version < _MINIMUM:
        raise SlapdError(
            f"{path} is version {'.'.join(map(str, version)) or 'unknown'}, 2.5 or newer is needed: {_INSTALL}"
        )
    prefix = path.parent.parent
    return SlapdProgram(
        path=path,
        version=version,
        builtin=frozenset(re.findall(r"^\s{4,}(\S+)$", text, re.MULTILINE)),
        module_folder=_first_folder(prefix / "libexec" / "openldap", *map(Path, _MODULE_FOLDERS)),
        schema_folder=_schema_folder(path),
    )


def _first_folder(*folders: Path) -> Path | None:
    return next((folder for folder in folders if folder.is_dir()), None)


def _schema_folder(program: Path) -> Path:
    for folder in map(Path, _SCHEMA_FOLDERS):
        if (folder / "core.ldif").is_file():
            return folder
    raise SlapdError(f"the standard schema (core.ldif) of {program} is in none of {', '.join(_SCHEMA_FOLDERS)}")
