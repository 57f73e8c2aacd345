"""Where the LDIF files are: beside the packages, in a checkout and once installed."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent / "ldif"


def ldif_root() -> Path:
    """The folder with every LDIF file.

    Raises:
        FileNotFoundError: the installation is not complete.
    """
    if not (_ROOT / "config" / "global.ldif").is_file():
        raise FileNotFoundError(f"the LDIF files are not in {_ROOT}: install Bindery again")
    return _ROOT
