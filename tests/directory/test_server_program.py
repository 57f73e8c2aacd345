"""What is made of the slapd that a machine has, whichever way its packagers built it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapter.server import ServerConfig, SlapdError
from adapter.server.config import render_configuration
from adapter.server.program import SlapdProgram, find_slapd

ALL = frozenset({"mdb", "syncprov", "unique", "constraint", "ppolicy", "dynlist", "otp", "lastbind"})


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """An executable that answers -VVV as another build of slapd would."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    def write(answer: str) -> Path:
        path = tmp_path / "slapd"
        path.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{answer}\nEND\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def modules(tmp_path: Path) -> Callable[..., Path]:
    """A module folder with the given files in it."""

    def write(*names: str) -> Path:
        folder = tmp_path / "modules"
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        return folder

    return write


def loaded(program: SlapdProgram, tmp_path: Path) -> list[str]:
    """The modules and the hash that a configuration for a build names."""
    entries = render_configuration(ServerConfig(data=tmp_path), program, "db-1").entries
    names = ("olcModuleLoad", "olcPasswordHash")
    return [value.decode() for entry in entries for name in names for value in entry.values(name)]


def test_the_installed_slapd_is_found() -> None:
    found = find_slapd()
    assert found.version >= (2, 5)
    assert found.password_hash.scheme == "{ARGON2}"


def test_what_is_compiled_in_is_seen(program: Callable[[str], Path]) -> None:
    version, *lists = "@(#) $OpenLDAP: slapd 2.6.8 $", "Included static overlays:", "    ppolicy", "    unique"
    found = find_slapd([str(program("\n".join([version, *lists, "Included static backends:", "    mdb"])))])
    assert found.version == (2, 6, 8)
    assert found.builtin == {"ppolicy", "unique", "mdb"}


@pytest.mark.parametrize("answer", ["@(#) $OpenLDAP: slapd 2.4.57 $", "something else"])
def test_one_that_is_too_old_or_none_at_all_is_refused(program: Callable[[str], Path], answer: str) -> None:
    with pytest.raises(SlapdError, match=r"2\.5 or newer is needed"):
        find_slapd([str(program(answer))])


def test_a_build_without_modules_loads_none_and_has_the_fallback_hash(tmp_path: Path) -> None:
    build = replace(find_slapd(), builtin=ALL, module_folder=None)
    assert loaded(build, tmp_path) == ["{SSHA}"]


def test_only_what_is_not_compiled_in_is_loaded(tmp_path: Path, modules: Callable[..., Path]) -> None:
    folder = modules("dynlist.la", "argon2.la")
    build = replace(find_slapd(), builtin=ALL - {"dynlist"}, module_folder=folder)
    assert loaded(build, tmp_path) == ["dynlist", "argon2 m=19456 t=3 p=1", "{ARGON2}"]


def test_the_best_hash_of_those_there_is_taken(tmp_path: Path, modules: Callable[..., Path]) -> None:
    build = replace(find_slapd(), builtin=ALL, module_folder=modules("pw-pbkdf2.so"))
    assert loaded(build, tmp_path) == ["pw-pbkdf2", "{PBKDF2-SHA512}"]


def test_a_missing_overlay_is_named(tmp_path: Path, modules: Callable[..., Path]) -> None:
    build = replace(find_slapd(), builtin=ALL - {"ppolicy"}, module_folder=modules("argon2.so"))
    with pytest.raises(SlapdError, match="module ppolicy is missing"):
        loaded(build, tmp_path)
