"""What a row of the catalogue says of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore import xform_name

from adapter.caller import Caller
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.parameters import is_paged
from adapter.operations.resources import ResourceRule

_READING: Final = ("Get", "List", "Describe", "Search", "Lookup", "Verify", "Simulate", "Generate", "Decode")
_PAGE_PARAMS: Final = frozenset({"marker", "max_items"})

POLICY_KEY: Final = {"policy_arn": "iam:PolicyARN"}
BOUNDARY_KEY: Final = {"permissions_boundary": "iam:PermissionsBoundary"}
"""Which parameter gives which context key, where an operation knows such a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        action: what policies call it, such as `iam:CreateUser`.
        run: takes the call and, by keyword, the checked parameters (Marker and MaxItems together as a `page`).
        resource: derives what it acts on.
        known_as: what it is called where that differs from the action, such as `bindery:SearchUsers`, which asks for
            `iam:ListUsers`.
        request_keys: which parameter gives which context key.
        tag_action: asked for as well when tags are given, as with AWS.
        gives_out: its answer is a credential, so it is written down like a change.
        open_to_caller: needs no permission, because it tells callers about themselves only (as GetCallerIdentity).
        identify: finds out who calls by what the call brings along; such an operation takes a RoleArn, whose account
            is the call's, and needs no signature.
    """

    action: str
    run: Callable[..., Result]
    resource: ResourceRule
    known_as: str = ""
    request_keys: Mapping[str, str] = field(default_factory=dict)
    tag_action: str | None = None
    gives_out: bool = False
    open_to_caller: bool = False
    identify: Callable[[Call, Mapping[str, Any]], Caller] | None = None

    def __str__(self) -> str:
        return self.known_as or self.action

    @property
    def service(self) -> str:
        """The service prefix: `iam`, `sts` or `bindery`."""
        return str(self).partition(":")[0]

    @property
    def wire_name(self) -> str:
        """AWS's name, such as `CreateUser`."""
        return str(self).partition(":")[2]

    @property
    def name(self) -> str:
        """Bindery's name, such as `create_user`."""
        snake: str = xform_name(self.wire_name)
        return snake

    def perform(self, call: Call, params: Mapping[str, Any]) -> Result:
        """Runs the operation with parameters that have been checked.

        Raises:
            IamError: it was refused.
            Stale: somebody else was faster; nothing was changed, and it can be run again.
        """
        if not is_paged(self.service, self.wire_name):
            return self.run(call, **params)
        others = {name: value for name, value in params.items() if name not in _PAGE_PARAMS}
        return self.run(call, page=Page(params.get("marker"), params.get("max_items")), **others)

    @property
    def only_reads(self) -> bool:
        """It changes nothing, so only its refusals are worth a line in the audit trail."""
        return self.wire_name.startswith(_READING) and not self.gives_out


def iam(name: str, run: Callable[..., Result], resource: ResourceRule, **more: Any) -> Operation:
    """A row for an operation of the IAM API."""
    return Operation(action=f"iam:{name}", run=run, resource=resource, **more)
