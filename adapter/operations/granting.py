"""Which services policies reach, and ListPoliciesGrantingServiceAccess.

Only what the policies say about actions counts: no resource, no condition, no boundary, as with AWS.

Source: IAM API reference, ListPoliciesGrantingServiceAccess and GetServiceLastAccessedDetails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from adapter.operations.call import Call, Result
from adapter.operations.compiled import compiled
from adapter.operations.paging import Page
from adapter.operations.reach import ReachingPolicy
from adapter.operations.report_subjects import holder_at, policies_of
from adapter.operations.views import View
from adapter.policy import CompiledPolicy
from adapter.policy.compiled import CompiledStatement
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.registry import Services

OWN_SERVICES: Final = frozenset({"iam", "sts"})
"""Services that are there without anybody having used them."""
SERVICE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cloudformation": "AWS CloudFormation",
        "cloudwatch": "Amazon CloudWatch",
        "dynamodb": "Amazon DynamoDB",
        "ec2": "Amazon EC2",
        "ecr": "Amazon Elastic Container Registry",
        "ecs": "Amazon Elastic Container Service",
        "eks": "Amazon Elastic Container Service for Kubernetes",
        "iam": "AWS Identity and Access Management",
        "kms": "AWS Key Management Service",
        "lambda": "AWS Lambda",
        "logs": "Amazon CloudWatch Logs",
        "rds": "Amazon RDS",
        "route53": "Amazon Route 53",
        "s3": "Amazon S3",
        "secretsmanager": "AWS Secrets Manager",
        "sns": "Amazon SNS",
        "sqs": "Amazon SQS",
        "sts": "AWS Security Token Service",
    }
)
"""What AWS calls its services; one that is not here is called by its title, or by its prefix."""


def service_name(services: Services, prefix: str) -> str:
    """What people call a service."""
    aws_name = None if services.is_registered(prefix) else SERVICE_NAMES.get(prefix)
    return aws_name or services.title(prefix)


def list_policies_granting_service_access(
    call: Call, *, arn: str, service_namespaces: Sequence[str], page: Page
) -> Result:
    """Lists, for each service, the policies that let a user, a group or a role use it.

    Raises:
        NoSuchEntity: there is no such user, group or role.
        InvalidInput: the ARN is something else's.
    """
    policies = policies_of(call, holder_at(call, arn))
    services = sorted(set(service_namespaces), key=lambda service: (service.casefold(), service))
    chosen, more = page.cut(services, lambda service: service)
    views = [{"service_namespace": service, "policies": _granting(policies, service)} for service in chosen]
    return {"policies_granting_service_access": views} | more


def _granting(policies: Iterable[ReachingPolicy], service: str) -> list[View]:
    found = [policy for policy in policies if _reaches(compiled_policy(policy), service.lower())]
    views = {(p.policy_name, p.policy_arn, p.policy_arn or (p.holder_kind, p.holder_name)): _view(p) for p in found}
    return sorted(views.values(), key=lambda view: str(view["policy_name"]).casefold())


def _view(policy: ReachingPolicy) -> View:
    """A managed policy with its ARN, an inline one with the user, group or role that it lives in."""
    if policy.policy_arn is not None:
        return {"policy_name": policy.policy_name, "policy_type": "MANAGED", "policy_arn": policy.policy_arn}
    return {
        "policy_name": policy.policy_name,
        "policy_type": "INLINE",
        "entity_type": policy.holder_kind.upper(),
        "entity_name": policy.holder_name,
    }


def compiled_policy(policy: ReachingPolicy) -> CompiledPolicy:
    """A policy as the engine takes it."""
    return compiled(policy.policy_name, policy.policy_arn, policy.via, policy.document)


def reached_services(policies: Sequence[CompiledPolicy], known: Iterable[str]) -> list[str]:
    """The prefixes of the services that some policies allow anything of, sorted.

    Args:
        policies: all that count together.
        known: services that there are, for patterns such as `*`; those that a policy names are there as well.
    """
    named = {service for policy in policies for each in policy.statements for service in _named_services(each)}
    return sorted(
        service
        for service in {*known, *named}
        if any(_reaches(policy, service) for policy in policies)
        and not any(_closes(statement, service) for policy in policies for statement in policy.statements)
    )


def allows_action(policies: Iterable[CompiledPolicy], action: str) -> bool:
    """Whether a policy allows an action on any resource."""
    return any(each.statement.allows for policy in policies for each in policy.for_action(action.lower()))


def _named_services(statement: CompiledStatement) -> Iterable[str]:
    """The services that an Allow statement names in full."""
    if not statement.statement.allows or statement.statement.not_action:
        return ()
    services = (pattern.partition(":")[0] for pattern in statement.action_patterns)
    return (service for service in services if not {"*", "?"} & set(service))


def _reaches(policy: CompiledPolicy, service: str) -> bool:
    """Whether a policy allows any action of a service."""
    return any(_allows_something(statement, service) for statement in policy.statements)


def _allows_something(statement: CompiledStatement, service: str) -> bool:
    if not statement.statement.allows:
        return False
    if statement.statement.not_action:
        return not _means_all(statement, service)
    return any(_matches(pattern.partition(":")[0], service) for pattern in statement.action_patterns)


def _closes(statement: CompiledStatement, service: str) -> bool:
    """Whether a statement denies all of a service, whatever the resource and the circumstances."""
    given = statement.statement
    is_general = not (given.allows or given.not_action or given.not_resource or statement.conditions)
    return is_general and "*" in (given.resources or ()) and _means_all(statement, service)


def _means_all(statement: CompiledStatement, service: str) -> bool:
    """Whether one of the patterns means every action of a service."""
    parts = (pattern.partition(":") for pattern in statement.action_patterns)
    return any(_matches(prefix, service) and action in {"", "*"} for prefix, _, action in parts)


@cache
def _matches(pattern: str, service: str) -> bool:
    return compile_text(parse_pattern(pattern))(service)
