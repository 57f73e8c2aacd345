"""What can go wrong between here and the directory: one table, from LDAP's result codes to our errors."""

from __future__ import annotations

import logging
from types import MappingProxyType

from adapter.errors import InvalidInput, ServiceFailure, ServiceUnavailable

log = logging.getLogger(__name__)

SUCCESS, TIME_LIMIT, SIZE_LIMIT, REFERRAL = 0, 3, 4, 10
NO_SUCH_ATTRIBUTE, VALUE_EXISTS = 16, 20
CONSTRAINT_VIOLATION, INVALID_SYNTAX = 19, 21
NO_SUCH_OBJECT, INVALID_DN = 32, 34
INVALID_CREDENTIALS, INSUFFICIENT_ACCESS = 49, 50
NAMING_VIOLATION, OBJECT_CLASS_VIOLATION, NOT_ALLOWED_ON_NONLEAF, ALREADY_EXISTS = 64, 65, 66, 68
ASSERTION_FAILED = 122

UNREACHABLE = "The directory does not answer. Nothing has been changed."
UNKNOWN_FATE = "The directory stopped answering during a change. It is not known whether the change has been made."
DONE_BUT_SILENT = "The change has been made, but the directory stopped answering afterwards."
BUSY = "The directory is busy. Nothing has been changed."


class DirectoryRefusal(Exception):
    """The directory refused an operation in a way that callers decide about.

    Attributes:
        code: the LDAP result code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Stale(DirectoryRefusal):
    """The entry has changed since it was read, or a value that should be replaced is no longer there."""


class AlreadyThere(DirectoryRefusal):
    """The name, the id or the value is taken."""


class NotThere(DirectoryRefusal):
    """There is no such entry."""


class ClassMissing(DirectoryRefusal):
    """The entry lacks the object class that the written attribute belongs to."""


class PasswordRefused(DirectoryRefusal):
    """The directory's password policy does not accept the new password."""


class Unreachable(Exception):
    """No connection could be made; nothing was sent."""


class ConnectionLost(Exception):
    """A connection broke or fell silent after something was sent."""


class NotWritable(Exception):
    """The server refers writes to another one; nothing was changed."""


_REFUSALS = MappingProxyType(
    {
        NO_SUCH_ATTRIBUTE: Stale,
        ASSERTION_FAILED: Stale,
        VALUE_EXISTS: AlreadyThere,
        ALREADY_EXISTS: AlreadyThere,
        NO_SUCH_OBJECT: NotThere,
        OBJECT_CLASS_VIOLATION: ClassMissing,
    }
)
_INVALID = MappingProxyType(
    {
        CONSTRAINT_VIOLATION: "The directory does not accept a value: it breaks a rule on its form or size.",
        INVALID_SYNTAX: "The directory does not accept a value: it contains characters that are not allowed there.",
        INVALID_DN: "The directory does not accept a name: it contains characters that are not allowed there.",
        NAMING_VIOLATION: "The directory does not accept a name.",
    }
)
_PASSING = MappingProxyType(
    {
        TIME_LIMIT: "The directory took too long. Nothing has been changed.",
        51: BUSY,
        52: UNREACHABLE,
    }
)
_TAKEN = ("some attributes not unique", "non-unique attributes found")
"""How slapd's unique overlay words a constraint violation, in 2.4 and in 2.5."""


def refusal(code: int, diagnostic: str) -> Exception:
    """The exception that stands for a result code other than success.

    Args:
        code: LDAP's result code.
        diagnostic: the server's own words; logged, never shown, as they may quote data.
    """
    if code == REFERRAL:
        return NotWritable(diagnostic)
    if code == CONSTRAINT_VIOLATION and diagnostic.startswith(_TAKEN):
        return AlreadyThere("The name or id is taken.", code)
    if code in _REFUSALS:
        return _REFUSALS[code](diagnostic, code)
    if code in _INVALID:
        return InvalidInput(_INVALID[code])
    log.error("the directory refused an operation: result %d, %s", code, diagnostic)
    if code in _PASSING:
        return ServiceUnavailable(_PASSING[code])
    return ServiceFailure(f"The directory refused the operation (LDAP result {code}).")
