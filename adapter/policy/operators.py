"""The names of condition operators: a base, perhaps a set qualifier in front, perhaps `IfExists` behind.

Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued
context keys".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Quantifier(Enum):
    """How several values of the request count."""

    NONE = ""
    ALL = "forallvalues:"
    ANY = "foranyvalue:"


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator's name, taken apart.

    Attributes:
        base: lower-case name of the positive operator, such as `stringequals`.
        negated: it is the base's `Not` form.
    """

    base: str
    negated: bool = False
    quantifier: Quantifier = Quantifier.NONE
    if_exists: bool = False


_BASES: dict[str, tuple[str, bool]] = {
    "stringequals": ("stringequals", False),
    "stringnotequals": ("stringequals", True),
    "stringequalsignorecase": ("stringequalsignorecase", False),
    "stringnotequalsignorecase": ("stringequalsignorecase", True),
    "stringlike": ("stringlike", False),
    "stringnotlike": ("stringlike", True),
    "numericequals": ("numericequals", False),
    "numericnotequals": ("numericequals", True),
    "numericlessthan": ("numericlessthan", False),
    "numericlessthanequals": ("numericlessthanequals", False),
    "numericgreaterthan": ("numericgreaterthan", False),
    "numericgreaterthanequals": ("numericgreaterthanequals", False),
    "dateequals": ("dateequals", False),
    "datenotequals": ("dateequals", True),
    "datelessthan": ("datelessthan", False),
    "datelessthanequals": ("datelessthanequals", False),
    "dategreaterthan": ("dategreaterthan", False),
    "dategreaterthanequals": ("dategreaterthanequals", False),
    "bool": ("bool", False),
    "binaryequals": ("binaryequals", False),
    "ipaddress": ("ipaddress", False),
    "notipaddress": ("ipaddress", True),
    "arnequals": ("arnlike", False),
    "arnlike": ("arnlike", False),
    "arnnotequals": ("arnlike", True),
    "arnnotlike": ("arnlike", True),
    "null": ("null", False),
}
_IF_EXISTS = "ifexists"


_LONGEST = 64


def parse_operator(text: str) -> Operator | None:
    """Takes an operator's name apart; None when there is no such operator. Case does not matter."""
    return _parse(text.lower()) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parse(name: str) -> Operator | None:
    quantifier = next((q for q in (Quantifier.ALL, Quantifier.ANY) if name.startswith(q.value)), Quantifier.NONE)
    name = name.removeprefix(quantifier.value)
    if_exists = name.endswith(_IF_EXISTS)
    name = name.removesuffix(_IF_EXISTS)
    if name not in _BASES or (name == "null" and if_exists):
        return None
    base, negated = _BASES[name]
    return Operator(base, negated, quantifier, if_exists)
