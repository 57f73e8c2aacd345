"""The Security Token Service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from adapter.operations import sts
from adapter.operations.call import Result
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import ResourceRule, anything, oneself


def _sts(name: str, run: Callable[..., Result], resource: ResourceRule, **more: Any) -> Operation:
    """A row for an operation of the STS API."""
    return Operation(action=f"sts:{name}", run=run, resource=resource, **more)


ROWS: Final = (
    _sts("GetCallerIdentity", sts.get_caller_identity, oneself, open_to_caller=True),
    _sts("GetAccessKeyInfo", sts.get_access_key_info, anything),
)
"""Rows of the catalogue."""
