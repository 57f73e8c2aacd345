"""Distinguished names: built with every special character escaped, taken apart, and compared.

Source: RFC 4514 (string form), RFC 4518 (how names are compared: case and repeated spaces do not count).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Rdn = tuple[tuple[str, str], ...]
"""One step of a name: attribute and value, several of them when the step is multi-valued."""

_SPECIAL = re.compile(r'[,+"\\<>;=\x00]')
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*")
_ESCAPED_SELF = ',+"\\<>;= #'
_LONGEST = 8192
"""Characters; no directory holds longer names, and looking at each character of a huge text takes long."""
_HEX_PAIR = re.compile("[0-9A-Fa-f]{2}")
_UNESCAPED = re.compile(r'[^,+;\\"<>\x00]+')


def escape(value: str) -> str:
    """The value as it may stand in a name's text.

    Raises:
        ValueError: the value is empty or is not Unicode text.
    """
    if not value:
        raise ValueError("a name can't be empty")
    value.encode()
    text = _SPECIAL.sub(lambda match: "\\00" if match[0] == "\0" else "\\" + match[0], value)
    if text[0] in " #":
        text = "\\" + text
    return text[:-1] + "\\ " if value.endswith(" ") and len(value) > 1 else text


def rdn(attribute: str, value: str) -> str:
    """One step of a name, such as `uid=bob`."""
    return f"{attribute}={escape(value)}"


def child(attribute: str, value: str, parent: str) -> str:
    """The name of something directly below a parent."""
    return f"{rdn(attribute, value)},{parent}"


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[Rdn, ...]:
    """Takes a name apart, the nearest step first; attributes in lower case, values unescaped.

    Raises:
        ValueError: the text is not a distinguished name.
    """
    if len(text) > _LONGEST:
        raise ValueError("a distinguished name is too long")
    rdns: list[Rdn] = []
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        attribute, value, position, separator = _pair(text, position)
        pairs.append((attribute, value))
        if separator != "+":
            rdns.append(tuple(pairs))
            pairs = []
        if separator and position >= len(text):
            raise ValueError("a distinguished name ends with a separator")
    return tuple(rdns)


def _pair(text: str, position: int) -> tuple[str, str, int, str]:
    """Reads `type=value`; tells where reading goes on and which separator ended it."""
    equals = text.find("=", position)
    attribute = text[position:equals].strip() if equals >= 0 else ""
    if not _TYPE.fullmatch(attribute):
        raise ValueError(f"a distinguished name has no attribute at position {position}")
    value, end = _value(text, equals + 1)
    if not value:
        raise ValueError(f"a distinguished name has an empty value at position {equals + 1}")
    return attribute.lower(), value, end + 1, text[end : end + 1]


def _value(text: str, position: int) -> tuple[str, int]:
    """Reads and unescapes a value up to an unescaped separator."""
    octets = bytearray()
    kept = 0
    """How much of the value is not trailing white space that may be dropped."""
    while position < len(text) and text[position] == " ":
        position += 1
    while position < len(text) and text[position] not in ",+;":
        plain = _plain(text, position)
        if plain:
            octets += plain.encode()
            kept = len(octets) - (len(plain) - len(plain.rstrip(" "))) if plain.strip(" ") else kept
            position += len(plain)
        else:
            octets += (found := _escaped(text, position))[0]
            kept, position = len(octets), found[1]
    return octets[:kept].decode(), position


def _plain(text: str, position: int) -> str:
    """The characters up to the next one that means something."""
    match = _UNESCAPED.match(text, position)
    return match[0] if match else ""


def _escaped(text: str, position: int) -> tuple[bytes, int]:
    """Reads one escaped character or one escaped octet."""
    if text[position] != "\\":
        raise ValueError(f"a distinguished name has an unescaped character at position {position}")
    pair = text[position + 1 : position + 3]
    if _HEX_PAIR.fullmatch(pair):
        return bytes.fromhex(pair), position + 3
    if pair[:1] and pair[0] in _ESCAPED_SELF:
        return pair[0].encode(), position + 2
    raise ValueError(f"a distinguished name has a wrong escape at position {position}")


def prepared(value: str) -> str:
    """A value as directories compare it: case, width and repeated spaces do not count."""
    if value.isascii():
        return " ".join(value.lower().split())
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold()).split())


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """The one text that all spellings of a name share; for comparing, not for showing.

    Raises:
        ValueError: the text is not a distinguished name.
    """
    return ",".join(_normal_rdn(step) for step in parse(text))


def comparable(text: str) -> str:
    """Like `normalise`; a text that is no name stands for itself, without regard to case."""
    try:
        return normalise(text)
    except ValueError:
        return text.casefold()


def _normal_rdn(step: Rdn) -> str:
    return "+".join(sorted(rdn(attribute, prepared(value) or value) for attribute, value in step))


def same(left: str, right: str) -> bool:
    """Whether two texts name the same entry; a text that is no name equals nothing."""
    try:
        return normalise(left) == normalise(right)
    except ValueError:
        return False


def is_below(text: str, base: str) -> bool:
    """Whether a name lies below a base (the base itself does not); a text that is no name lies nowhere."""
    try:
        name, tail = normalise(text), normalise(base)
    except ValueError:
        return False
    # An equals sign within a value is escaped here, so that no value can look like the steps of a base.
    return name.endswith(f",{tail}") if tail else bool(name)


def naming_value(text: str, attribute: str) -> str | None:
    """The value of an attribute in the first step of a name."""
    return dict(parse(text)[0]).get(attribute.lower())


def parent(text: str) -> str:
    """The text of the name without its first step.

    Raises:
        ValueError: the text is not a distinguished name, or has a single step.
    """
    position = 0
    separator = "+"
    while separator == "+":
        _, _, position, separator = _pair(text, position)
    if not separator:
        raise ValueError("a distinguished name of one step has no parent")
    return text[position:].lstrip()


def name_below(text: str, attribute: str, base: str) -> str | None:
    """The value of an attribute in the first step of a name that lies below a base; quick where many share a parent.

    Args:
        base: normalised.
    """
    try:
        pairs: list[tuple[str, str]] = []
        position, separator = 0, "+"
        while separator == "+":
            kind, value, position, separator = _pair(text, position)
            pairs.append((kind, value))
        rest = normalise(text[position:]) if separator else ""
    except ValueError:
        return None
    return dict(pairs).get(attribute.lower()) if f",{rest}".endswith(f",{base}") else None


def first_step(text: str) -> str:
    """The first step of the name as it is written, such as `uid=bob`; all of a name that has no other.

    Raises:
        ValueError: the text is not a distinguished name.
    """
    position = 0
    separator = "+"
    while separator == "+":
        _, _, position, separator = _pair(text, position)
    return text[: position - 1].rstrip() if separator else text
