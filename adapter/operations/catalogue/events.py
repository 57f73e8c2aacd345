"""The account's events."""

from __future__ import annotations

from typing import Final

from adapter.operations import events
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import anything

ROWS: Final = (
    Operation(action="bindery:LookupEvents", run=events.lookup_events, resource=anything),
    Operation(
        action="bindery:LookupEvents", known_as="bindery:DescribeEvent", run=events.describe_event, resource=anything
    ),
    Operation(
        action="bindery:LookupEvents",
        known_as="bindery:DescribeSignIns",
        run=events.describe_sign_ins,
        resource=anything,
    ),
    Operation(action="bindery:VerifyEvents", run=events.verify_events, resource=anything),
)
"""Rows of the catalogue."""
