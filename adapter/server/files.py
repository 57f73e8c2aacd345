"""Where the LDIF files are: beside the packages in a checkout, inside the package once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "_ldif", _PACKAGE.parent / "ldif")


def ldif_root() -> Path:
    """The folder with every LDIF file.

    Raises:
        FileNotFoundError: the installation is not complete.
    """
    for place in _PLACES:
        if (place / "config" / "global.ldif").is_file():
            return place
    raise FileNotFoundError(f"the LDIF files are neither in {_PLACES[0]} nor in {_PLACES[1]}: install Bindery again")
