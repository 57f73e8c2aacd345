"""The table of all operations: what each is called, what it acts on, and the function that does it.

`Iam.execute` knows no other way to run anything, so a row here is the only way for an operation to exist, and every
row has an action and a resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from adapter.operations.catalogue import (
    account,
    binding,
    credentials,
    directory,
    events,
    identities,
    overviews,
    policies,
    posix,
    profiles,
    providers,
    reports,
    services,
    sign_in,
    simulation,
    sts,
    understanding,
)
from adapter.operations.catalogue.operation import Operation

CATALOGUE: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        row.name: row
        for row in (
            *identities.ROWS,
            *policies.ROWS,
            *credentials.ROWS,
            *profiles.ROWS,
            *providers.ROWS,
            *account.ROWS,
            *binding.ROWS,
            *posix.ROWS,
            *events.ROWS,
            *directory.ROWS,
            *sign_in.ROWS,
            *simulation.ROWS,
            *sts.ROWS,
            *overviews.ROWS,
            *understanding.ROWS,
            *reports.ROWS,
            *services.ROWS,
        )
    }
)
"""Every operation by Bindery's name."""

__all__ = ["CATALOGUE", "Operation"]
