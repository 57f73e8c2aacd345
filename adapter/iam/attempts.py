"""A call of an operation, and how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapter.caller import Caller, RequestContext
from adapter.errors import InvalidAction
from adapter.operations.catalogue import CATALOGUE, Operation
from adapter.operations.catalogue.coverage import ABSENT_BY_NAME
from adapter.operations.parameters import check_parameters
from adapter.operations.resources import Target

Params = Mapping[str, Any]

_UNKNOWN: Final = Target(())


@dataclass(slots=True)
class Attempted:
    """A call, and how far its authorization came.

    Attributes:
        row: the operation.
        target: what it is about, for the audit trail; nothing until that is known.
    """

    row: Operation
    caller: Caller
    context: RequestContext
    target: Target = _UNKNOWN

    @classmethod
    def of(cls, caller: Caller, operation: str, context: RequestContext | None) -> Attempted:
        """A call of an operation by its name, under the circumstances of one made on the server itself by default.

        Raises:
            InvalidAction: there is no such operation.
        """
        return cls(_row(operation), caller, context or RequestContext())

    def checked(self, params: Params) -> dict[str, Any]:
        """The parameters, if their form is right.

        Raises:
            ValidationError: it is not.
        """
        return check_parameters(self.row.service, self.row.wire_name, params)


def _row(operation: str) -> Operation:
    try:
        return CATALOGUE[operation]
    except KeyError:
        if operation in ABSENT_BY_NAME:
            raise ABSENT_BY_NAME[operation].refusal() from None
        raise InvalidAction(f"Could not find operation {operation[:128]}.") from None
