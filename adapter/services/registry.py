"""Which services there are: those that Bindery ships, and those that an operator has registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapter.services.arns import filled
from adapter.services.catalogue import REGIONS, SHIPPED, access_level, shipped_service
from adapter.services.definition import AccessLevel, KnownResource, Service


class Services:
    """The services that are known.

    Args:
        registered: by an operator; they come before those that are shipped under the same prefix.
    """

    def __init__(self, registered: Iterable[Service] = ()) -> None:
        self._registered = {service.prefix: service for service in registered}

    def get(self, prefix: str) -> Service | None:
        """The service whose actions begin with a prefix."""
        return self._registered.get(prefix) or shipped_service(prefix)

    def is_registered(self, prefix: str) -> bool:
        """Whether an operator has registered the service, so that all of its actions are known."""
        return prefix.lower() in self._registered

    @property
    def registered(self) -> tuple[str, ...]:
        """The prefixes of the services that an operator has registered, sorted."""
        return tuple(sorted(self._registered))

    def regions(self) -> tuple[str, ...]:
        """The codes of AWS's regions, then those of others where registered services are."""
        known = [code for code, _ in REGIONS]
        more = [code for prefix in self.registered for code in self._registered[prefix].regions]
        return tuple(dict.fromkeys([*known, *more]))

    def service_regions(self, prefix: str) -> tuple[str, ...]:
        """The codes of the regions where a service says it is; none where it says nothing."""
        service = self.get(prefix)
        return service.regions if service else ()

    def condition_keys(self, prefix: str) -> Mapping[str, str]:
        """The type of each condition key that a service says it has, such as `String`."""
        service = self.get(prefix)
        return service.all_condition_keys if service else {}

    def titles(self) -> list[tuple[str, str]]:
        """Prefix and title of every service, by title."""
        titles = {**SHIPPED, **{prefix: service.title for prefix, service in self._registered.items()}}
        return sorted(titles.items(), key=lambda each: each[1].casefold())

    def title(self, prefix: str) -> str:
        """What people call a service; its prefix when it is not known."""
        service = self._registered.get(prefix)
        return service.title if service else SHIPPED.get(prefix, prefix)

    def actions(self, prefix: str) -> tuple[str, ...]:
        """The names of a service's actions, sorted; empty for a service that is not known."""
        service = self.get(prefix)
        return service.action_names if service else ()

    def actions_by_level(self, prefix: str) -> Mapping[AccessLevel, tuple[str, ...]]:
        """The names of a service's actions by what kind of access they give."""
        service = self.get(prefix)
        return service.by_level if service else {}

    def level(self, prefix: str, action: str) -> AccessLevel:
        """What kind of access an action gives; guessed by its name where the service does not say."""
        service = self.get(prefix)
        found = service.actions.get(action) if service else None
        return found.level if found else access_level(action)

    def arns(self, prefix: str) -> tuple[str, ...]:
        """What the ARNs of a service's resources look like."""
        service = self.get(prefix)
        return service.arns if service else ()

    def resources(self, prefix: str, kind: str) -> list[KnownResource]:
        """The resources of a type that a service has told of, in the order of their ids."""
        service = self.get(prefix)
        found = [one for one in service.known if one.type == kind] if service else []
        return sorted(found, key=lambda one: one.id.casefold())

    def known(self, prefix: str) -> Mapping[tuple[str, str], KnownResource]:
        """The resources that a service has told of, by type and id."""
        service = self.get(prefix)
        return service.known_by_id if service else {}

    def arn(self, prefix: str, kind: str, *, account_id: str, region: str, name: str) -> str | None:
        """The ARN of a resource, by what its service says that ARNs of the type look like.

        Args:
            prefix: the service.
            kind: the type of the resource, such as `server`.
            account_id, region, name: what takes the places of the pattern; a path fills the last place.

        Returns:
            None for a service or a type that is not known.
        """
        service = self.get(prefix)
        kinds = service.resource_types if service else ()
        pattern = next((arn for each in kinds if each.name == kind for arn in each.arns), None)
        return filled(pattern, account_id, region, name) if pattern else None
