"""Which services there are: those that Bindery ships, and those that an operator has registered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapter.names import PARTITION
from adapter.services.catalogue import SERVICES, actions_of

_PLACEHOLDERS: Final = re.compile(r"\$\{[A-Za-z]+\}|\b(REGION|ACCOUNT|NAME|ID|BUCKET)\b")


@dataclass(frozen=True, slots=True)
class KnownResource:
    """A resource that a service has told of, so that searches find it."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


class Services:
    """The services that are known."""

    def actions(self, prefix: str) -> tuple[str, ...]:
        """The names of a service's actions, sorted; empty for a service that is not known."""
        return actions_of(prefix)

    def resources(self, prefix: str, kind: str) -> tuple[KnownResource, ...]:
        """The resources of a type that a service has told of, in the order of their ids."""
        return ()

    def arn(self, prefix: str, kind: str, *, account_id: str, region: str, name: str) -> str | None:
        """The ARN of a resource, by what its service says that ARNs of the type look like.

        Args:
            prefix: the service.
            kind: the type of the resource, such as `server`.
            account_id, region, name: what takes the places of the pattern; a path fills the last place.

        Returns:
            None for a service or a type that is not known.
        """
        pattern = self._pattern(prefix, kind)
        return _filled(pattern, account_id, region, name) if pattern else None

    def _pattern(self, prefix: str, kind: str) -> str | None:
        service = SERVICES.get(prefix)
        patterns = service.resources if service else ()
        return next((pattern for pattern in patterns if _kind(pattern) == kind), None)


def _kind(pattern: str) -> str:
    return re.split(r"[/:]", pattern.split(":", 5)[5])[0]


def _filled(pattern: str, account_id: str, region: str, name: str) -> str:
    """A pattern with its places filled; all places but the region's and the account's stand for parts of the name."""
    known = {"${Partition}": PARTITION, "REGION": region, "${Region}": region, "ACCOUNT": account_id}
    known["${Account}"] = account_id
    own = sum(found[0] not in known for found in _PLACEHOLDERS.finditer(pattern))
    parts = iter(name.split("/", max(0, own - 1)))
    return _PLACEHOLDERS.sub(lambda found: known[found[0]] if found[0] in known else next(parts, found[0]), pattern)
