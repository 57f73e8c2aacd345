"""The map between entries and models for accounts on Unix systems.

Source: RFC 2307; draft-howard-rfc2307bis-02.
"""

from __future__ import annotations

from typing import Final

from adapter.ldap import codecs
from adapter.ldap.noun import Field

POSIX_OF_USER: Final = (
    Field(name="uid_number", attribute="uidNumber", codec=codecs.INT, read_only=True),
    Field(name="gid_number", attribute="gidNumber", codec=codecs.INT, read_only=True),
    Field(name="home_directory", attribute="homeDirectory", read_only=True),
    Field(name="login_shell", attribute="loginShell", read_only=True),
)
POSIX_OF_GROUP: Final = (Field(name="gid_number", attribute="gidNumber", codec=codecs.INT, read_only=True),)
"""Written by `Numbering`: the classes insist on all of them together."""
POSIX_OF_ACCOUNT: Final = (
    Field(name="posix_next_number", attribute="iamPosixNextNumber", codec=codecs.INT),
    Field(name="posix_group", attribute="iamPosixGroup"),
    Field(name="posix_home", attribute="iamPosixHome"),
    Field(name="posix_shell", attribute="iamPosixShell"),
)
