"""Entries as LDIF for people to read: everything that is no secret.

Source: RFC 2849.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapter.ldap import mapping
from adapter.ldap.codecs import OCTETS
from adapter.ldap.noun import Noun
from adapter.ldap.operational import OPERATIONAL
from adapter.ldap.search import Entry

_WIDTH = 78
_MOST_VALUES = 500
_UNSAFE_FIRST = frozenset(b" :<")
_OURS = "iam"
_HIDDEN = frozenset({"userpassword", "pwdhistory", "authpassword", "sambantpassword", "krbprincipalkey"})
_SPELLINGS = (
    "objectClass",
    "givenName",
    "telephoneNumber",
    "employeeNumber",
    "jpegPhoto",
    "contextCSN",
    "createTimestamp",
    "creatorsName",
    "entryCSN",
    "entryDN",
    "entryUUID",
    "hasSubordinates",
    "memberOf",
    "modifiersName",
    "modifyTimestamp",
    "structuralObjectClass",
    "subschemaSubentry",
    "pwdChangedTime",
    "pwdLastSuccess",
    "pwdFailureTime",
    "pwdReset",
    "pwdAccountLockedTime",
    "pwdPolicySubentry",
)


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Which attributes may be shown, and how they are spelt.

    Of our own attributes only those are shown that a table of `mapping` knows and that are not sealed; so that one
    which is added later stays hidden until somebody has thought about it.

    Attributes:
        open: our own attributes that may be shown, in lower case.
        spellings: by attribute in lower case.
    """

    open: frozenset[str]
    spellings: dict[str, str]

    @classmethod
    def of_all_nouns(cls) -> Secrecy:
        """By the tables of `mapping`."""
        nouns = [value for value in vars(mapping).values() if isinstance(value, Noun)]
        fields = [field for noun in nouns for field in noun.all_fields]
        shown = [field for field in fields if not field.searched_only and field.codec is not OCTETS]
        spellings = {word.lower(): word for word in _SPELLINGS} | {field.key: field.attribute for field in fields}
        extra = {mapping.TOUCHED.lower(): mapping.TOUCHED}
        return cls(frozenset({field.key for field in shown} | extra.keys()), spellings | extra)

    def hides(self, attribute: str) -> bool:
        """Whether an attribute is a secret or might be one."""
        name = attribute.partition(";")[0].lower()
        return name in _HIDDEN or (name.startswith(_OURS) and name not in self.open)

    def spelt(self, attribute: str) -> str:
        """An attribute as people write it."""
        return self.spellings.get(attribute, attribute)


def record_text(entry: Entry, secrecy: Secrecy) -> str:
    """One entry as LDIF: its own attributes first, then what the directory keeps of it."""
    lines = list(_value_lines("dn", entry.dn.encode()))
    for attribute in sorted(entry.attributes, key=_place):
        if secrecy.hides(attribute):
            continue
        values = entry.attributes[attribute]
        for value in values[:_MOST_VALUES]:
            lines += _value_lines(secrecy.spelt(attribute), value)
        if len(values) > _MOST_VALUES:
            lines.append(f"# and {len(values) - _MOST_VALUES:,} more values of {secrecy.spelt(attribute)}")
    return "\n".join(lines) + "\n"


def _place(attribute: str) -> tuple[int, str]:
    """Where an attribute stands: class, names, the rest, what the directory keeps."""
    if attribute in ("objectclass", "uid", "cn", "sn"):
        return ("objectclass", "uid", "cn", "sn").index(attribute), ""
    return (9 if attribute in OPERATIONAL or attribute.startswith("pwd") else 5), attribute


def _value_lines(attribute: str, value: bytes) -> Iterable[str]:
    safe = all(0x20 <= octet < 0x7F for octet in value) and not (value and value[0] in _UNSAFE_FIRST)
    if safe and not value.endswith(b" "):
        return _folded(f"{attribute}: {value.decode('ascii')}")
    return _folded(f"{attribute}:: {base64.b64encode(value).decode('ascii')}")


def _folded(line: str) -> Iterator[str]:
    yield line[:_WIDTH]
    for start in range(_WIDTH, len(line), _WIDTH - 1):
        yield " " + line[start : start + _WIDTH - 1]
