"""The suffix: the DN below which everything is, held to a shape that is safe wherever it is written.

It ends up in DNs, quoted ACL clauses, LDAP URIs and regular expressions of slapd's configuration. Instead of four
ways of escaping, characters that mean something in one of these are refused: nobody needs them in a suffix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from adapter.ldap.noun import OBJECT_CLASS

_CLASSES = {
    "dc": ("dcObject", "organization"),
    "o": ("organization",),
    "ou": ("organizationalUnit",),
    "c": ("country",),
    "l": ("locality",),
    "st": ("locality",),
}
_PUNCTUATION = frozenset(" -_.'&")
_MAXIMUM = 200


@dataclass(frozen=True, slots=True)
class Suffix:
    """A suffix that has been checked."""

    rdns: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Suffix:
        """Takes a suffix apart.

        Raises:
            ValueError: it is not made of `dc= o= ou= c= l= st=` and plain values; the message says what is wrong.
        """
        if not text or len(text) > _MAXIMUM:
            raise ValueError(f"a suffix has 1 to {_MAXIMUM} characters, such as dc=example,dc=org")
        return cls(tuple(_rdn(part, text) for part in text.split(",")))

    def __str__(self) -> str:
        return ",".join(f"{kind}={value}" for kind, value in self.rdns)

    @property
    def uri(self) -> str:
        """As it stands in an LDAP URI."""
        return quote(str(self), safe="=,")

    @property
    def regex(self) -> str:
        """As it stands in a regular expression that is matched against a normalised DN."""
        return re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", str(self))

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """What the suffix's own entry holds."""
        kind, value = self.rdns[0]
        classes = [(OBJECT_CLASS, name) for name in _CLASSES[kind]]
        organization = [("o", value)] if kind == "dc" else []
        return [*classes, (kind, value), *organization]


def _rdn(part: str, whole: str) -> tuple[str, str]:
    kind, equals, value = part.strip(" ").partition("=")
    kind, value = kind.strip(" ").lower(), value.strip(" ")
    if not equals or kind not in _CLASSES:
        raise ValueError(f"suffix {whole!r}: {part!r} is none of {', '.join(f'{name}=' for name in _CLASSES)}")
    plain = all(character.isalnum() or character in _PUNCTUATION for character in value)
    if not value or not plain or "  " in value:
        raise ValueError(f"suffix {whole!r}: {value!r} may hold letters, digits, single spaces and - _ . ' & only")
    if kind == "dc" and not value.isascii():
        raise ValueError(f"suffix {whole!r}: {value!r} is not ASCII, which dc= asks for")
    if kind == "c" and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"suffix {whole!r}: c= is a country code of two letters")
    return kind, value
