"""The account's users and groups on Unix systems."""

from __future__ import annotations

from typing import Final

from adapter.operations import posix
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import a_user, anything

ROWS: Final = (
    Operation(action="bindery:GetPosixSettings", run=posix.get_posix_settings, resource=anything),
    Operation(action="bindery:UpdatePosixSettings", run=posix.update_posix_settings, resource=anything),
    Operation(action="bindery:AssignPosixNumbers", run=posix.assign_posix_numbers, resource=anything),
    Operation(action="bindery:UpdatePosixUser", run=posix.update_posix_user, resource=a_user),
)
"""Rows of the catalogue."""
