"""Definitions of services that commands are given as files."""

from __future__ import annotations

from pathlib import Path

from adapter.services.checks import InvalidDefinition
from adapter.services.definition import Service
from adapter.services.reading import read_definition


def definition_in(file: Path, title: str | None = None) -> Service:
    """The service that a file describes.

    Args:
        file: TOML, JSON, or AWS's service reference.
        title: what people call the service, instead of what the file says.

    Raises:
        InvalidDefinition: says what is wrong, and where.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDefinition(f"{file} is not text in UTF-8 (at its octet {error.start:,}).") from error
    return read_definition(text, title=title)
