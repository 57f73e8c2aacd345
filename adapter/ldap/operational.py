"""Attributes that a directory keeps itself, by what becomes of them when entries go elsewhere; in lower case.

Source: RFC 4512 section 3.4; RFC 4530; draft-behera-ldap-password-policy; slapd's overlays.
"""

from __future__ import annotations

from typing import Final

CREATOR: Final = "creatorsname"
CONTEXT_CSN: Final = "contextcsn"
BOOKKEEPING: Final = frozenset(
    {CONTEXT_CSN, CREATOR, "entrycsn", "modifiersname", "modifytimestamp", "structuralobjectclass"}
)
"""What each server writes for itself, even of entries that another one dumped."""
OPERATIONAL: Final = BOOKKEEPING | {
    "createtimestamp",
    "entrydn",
    "entryuuid",
    "hassubordinates",
    "memberof",
    "subschemasubentry",
}
"""What is true of any entry and is nobody's content."""
NOT_TAKEN: Final = OPERATIONAL | {
    "authtimestamp",
    "pwdchangedtime",
    "pwdfailuretime",
    "pwdgraceusetime",
    "pwdhistory",
    "pwdlastsuccess",
}
"""What a server that runs takes from nobody; it is loaded while it is stopped, or not at all."""
