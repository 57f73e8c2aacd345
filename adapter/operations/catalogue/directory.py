"""The directory itself."""

from __future__ import annotations

from typing import Final

from adapter.operations import directory
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import anything

ROWS: Final = (
    Operation(action="bindery:DescribeDirectory", run=directory.describe_directory, resource=anything),
    Operation(action="bindery:DescribeEntry", run=directory.describe_entry, resource=anything),
)
"""Rows of the catalogue."""
