"""Service-last-accessed details: which services somebody may use, and when they were last tried.

A report is made when it is fetched, from what the entries of users and roles say; see `report_jobs` for its id.

Source: IAM API reference, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails and
GetServiceLastAccessedDetailsWithEntities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from adapter.errors import NoSuchEntity
from adapter.ldap import Where
from adapter.models import LastAccess, Role
from adapter.operations.call import Call, Result
from adapter.operations.granting import OWN_SERVICES, allows_action, compiled_policy, reached_services, service_name
from adapter.operations.paging import Page
from adapter.operations.parameters import service_model
from adapter.operations.report_jobs import Job
from adapter.operations.report_subjects import NOUNS, Actor, Subject, actors_of, kind_of, policies_of, subject_at
from adapter.operations.views import View
from adapter.policy import CompiledPolicy
from adapter.services.registry import Services
from adapter.usage.services import TRACKED_FOR

_GOOD_FOR: Final = timedelta(days=1)
_ACTION_LEVEL: Final = "ACTION_LEVEL"
_LATEST_FIRST: Final = 10**12
"""Seconds; later than any time, so that what is left after subtraction sorts the latest first."""


def generate_service_last_accessed_details(call: Call, *, arn: str, granularity: str = "SERVICE_LEVEL") -> Result:
    """Prepares a report about a user, a group, a role or a policy.

    Raises:
        NoSuchEntity: there is no such thing.
        InvalidInput: the ARN is something else's.
    """
    subject = subject_at(call, arn)
    job = Job(
        kind=kind_of(subject),
        entry_uuid=subject.entry_uuid,
        by_action=granularity == _ACTION_LEVEL,
        created=call.context.now,
    )
    return {"job_id": job.to_id(call.keyring, call.caller)}


def get_service_last_accessed_details(call: Call, *, job_id: str, page: Page) -> Result:
    """Lists the services that the report's subject may use, with the last attempt at each.

    Raises:
        NoSuchEntity: the job is none of the caller's, too old, or about something that is gone.
    """
    job, subject = _opened(call, job_id)
    policies = [compiled_policy(policy) for policy in policies_of(call, subject)]
    seen = _Seen.by(actors_of(call, subject), call.context.now - TRACKED_FOR)
    known = call.services()
    there = {*OWN_SERVICES, *known.registered, *(service for service, _ in seen.latest)}
    chosen, more = page.cut(reached_services(policies, there), lambda service: service)
    views = [_service_view(seen, known, service, policies if job.by_action else None) for service in chosen]
    kind = {"job_type": _ACTION_LEVEL if job.by_action else "SERVICE_LEVEL"}
    return _head(job) | kind | {"services_last_accessed": views} | more


def get_service_last_accessed_details_with_entities(
    call: Call, *, job_id: str, service_namespace: str, page: Page
) -> Result:
    """Lists who could have used a service by the report's subject, the latest attempt first.

    Raises:
        NoSuchEntity: the job is none of the caller's, too old, or about something that is gone.
    """
    job, subject = _opened(call, job_id)
    since = call.context.now - TRACKED_FOR
    actors = [(actor, _attempt(actor, service_namespace.lower(), since)) for actor in actors_of(call, subject)]
    actors.sort(key=lambda each: _rank(*each).casefold())
    chosen, more = page.cut(actors, lambda each: _rank(*each))
    return _head(job) | {"entity_details_list": [_entity_view(actor, time) for actor, time in chosen]} | more


def _opened(call: Call, job_id: str) -> tuple[Job, Subject]:
    """A job and what it is about.

    Raises:
        NoSuchEntity: it is none of the caller's, too old, or about something that is gone.
    """
    try:
        job = Job.from_id(call.keyring, call.caller, job_id)
        noun = NOUNS[job.kind]
    except (ValueError, IndexError):
        raise _unknown(job_id) from None
    found: list[Subject] = call.store.find(noun, call.account, Where.equals("entry_uuid", job.entry_uuid))
    if not found or call.context.now - job.created > _GOOD_FOR:
        raise _unknown(job_id)
    return job, found[0]


def _unknown(job_id: str) -> NoSuchEntity:
    return NoSuchEntity(f"The job with id {job_id} cannot be found.")


def _head(job: Job) -> Result:
    return {"job_status": "COMPLETED", "job_creation_date": job.created, "job_completion_date": job.created}


@dataclass(slots=True)
class _Seen:
    """The latest attempts of all who can act by a report's subject.

    Attributes:
        latest: by service and action (empty for the service as a whole): the attempt, and whose it was.
        count: of how many users and roles each service has been tried.
    """

    latest: dict[tuple[str, str], tuple[LastAccess, str]] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=dict)

    @classmethod
    def by(cls, actors: Iterable[Actor], since: datetime) -> _Seen:
        seen = cls()
        for actor in actors:
            for access in _since(actor, since):
                seen._take(actor, access)
        return seen

    def _take(self, actor: Actor, access: LastAccess) -> None:
        key = (access.service, access.action)
        if not access.action:
            self.count[access.service] = self.count.get(access.service, 0) + 1
        if key not in self.latest or access.time > self.latest[key][0].time:
            self.latest[key] = (access, actor.arn)


def _since(actor: Actor, since: datetime) -> Iterator[LastAccess]:
    return (access for access in actor.last_accessed if access.time >= since)


def _service_view(seen: _Seen, known: Services, service: str, policies: Sequence[CompiledPolicy] | None) -> View:
    """A service; with policies, which of its actions they allow too."""
    view: View = {
        "service_name": service_name(known, service),
        "service_namespace": service,
        "total_authenticated_entities": seen.count.get(service, 0),
    }
    if (service, "") in seen.latest:
        access, arn = seen.latest[service, ""]
        view |= {
            "last_authenticated": access.time,
            "last_authenticated_entity": arn,
            "last_authenticated_region": access.region,
        }
    if policies is not None:
        actions = sorted(_actions(seen, known, service, policies))
        view["tracked_actions_last_accessed"] = [_action_view(seen, service, action) for action in actions]
    return view


def _actions(seen: _Seen, known: Services, service: str, policies: Sequence[CompiledPolicy]) -> set[str]:
    """The actions of a service that are tracked and allowed."""
    tracked = set(service_model(service).operation_names) if service in OWN_SERVICES else set()
    tracked |= set(known.actions(service)) if known.is_registered(service) else set()
    tracked |= {action for of, action in seen.latest if of == service and action}
    return {action for action in tracked if allows_action(policies, f"{service}:{action}")}


def _action_view(seen: _Seen, service: str, action: str) -> View:
    view: View = {"action_name": action}
    if (service, action) in seen.latest:
        access, arn = seen.latest[service, action]
        view |= {
            "last_accessed_entity": arn,
            "last_accessed_time": access.time,
            "last_accessed_region": access.region,
        }
    return view


def _attempt(actor: Actor, service: str, since: datetime) -> datetime | None:
    """When somebody last tried to use a service."""
    return next((each.time for each in _since(actor, since) if each.service == service and not each.action), None)


def _rank(actor: Actor, time: datetime | None) -> str:
    """What sorts the latest first, those without an attempt last, and equals by ARN."""
    return f"{_LATEST_FIRST - (int(time.timestamp()) if time else 0):013} {actor.arn}"


def _entity_view(actor: Actor, time: datetime | None) -> View:
    kind = "role" if isinstance(actor, Role) else "user"
    info = {
        "arn": actor.arn,
        "name": getattr(actor, f"{kind}_name"),
        "type": kind.upper(),
        "id": getattr(actor, f"{kind}_id"),
        "path": actor.path,
    }
    return {"entity_info": info} | ({"last_authenticated": time} if time else {})
