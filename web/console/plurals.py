"""Texts that depend on a number, for tables of what is said later."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import ngettext


@dataclass(frozen=True, slots=True)
class Plural:
    """A text in English for one and for several; `make translations` finds it by this name."""

    one: str
    several: str

    def said(self, count: int, **values: object) -> str:
        """The text for so many, in the reader's language; `%(num)s` stands for the number."""
        return ngettext(self.one, self.several, count, **values)
