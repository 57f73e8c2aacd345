"""Service-linked roles: roles that belong to a service and that ordinary calls leave alone.

Source: AWS IAM user guide, "Create a service-linked role"; names as the services' own documentation has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from adapter.errors import InvalidInput, NoSuchEntity
from adapter.ldap import ROLE, AlreadyThere
from adapter.models import Role
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.call import SERVICE_PATH, Call, Result
from adapter.operations.resources import Target
from adapter.operations.roles import DEFAULT_SESSION_SECONDS
from adapter.operations.views import role_view

_PREFIX: Final = "AWSServiceRoleFor"
_TASK: Final = re.compile(r"task(/aws-service-role/[^/]+/)([^/]+)/([0-9a-f-]{36})")
_LONGEST_NAME: Final = 64

_NAMES: Final[Mapping[str, str]] = {
    "acm.amazonaws.com": "CertificateManager",
    "application-autoscaling.amazonaws.com": "ApplicationAutoScaling",
    "autoscaling.amazonaws.com": "AutoScaling",
    "cloudtrail.amazonaws.com": "CloudTrail",
    "connect.amazonaws.com": "AmazonConnect",
    "ecr.amazonaws.com": "ECRTemplate",
    "ecs.amazonaws.com": "ECS",
    "eks.amazonaws.com": "AmazonEKS",
    "eks-nodegroup.amazonaws.com": "AmazonEKSNodegroup",
    "elasticache.amazonaws.com": "ElastiCache",
    "elasticbeanstalk.amazonaws.com": "ElasticBeanstalk",
    "elasticfilesystem.amazonaws.com": "AmazonElasticFileSystem",
    "elasticloadbalancing.amazonaws.com": "ElasticLoadBalancing",
    "es.amazonaws.com": "AmazonElasticsearchService",
    "guardduty.amazonaws.com": "AmazonGuardDuty",
    "lexv2.amazonaws.com": "LexV2Bots",
    "opensearchservice.amazonaws.com": "AmazonOpenSearchService",
    "organizations.amazonaws.com": "Organizations",
    "rds.amazonaws.com": "RDS",
    "spot.amazonaws.com": "EC2Spot",
    "spotfleet.amazonaws.com": "EC2SpotFleet",
    "ssm.amazonaws.com": "AmazonSSM",
    "support.amazonaws.com": "Support",
    "trustedadvisor.amazonaws.com": "TrustedAdvisor",
}
"""Roles whose names do not follow from their service's name; all others do."""
_AWS: Final = ".amazonaws.com"
_WITH_SUFFIX: Final = frozenset({"autoscaling.amazonaws.com", "connect.amazonaws.com", "lexv2.amazonaws.com"})
"""AWS's services that take a suffix; so does every service that is not AWS's."""


def create_service_linked_role(
    call: Call, *, aws_service_name: str, description: str | None = None, custom_suffix: str | None = None
) -> Result:
    """Makes the role of a service, which the service alone may assume.

    Raises:
        InvalidInput: the role is there, or the service takes no suffix.
    """
    service = aws_service_name.casefold()
    if custom_suffix and service.endswith(_AWS) and service not in _WITH_SUFFIX:
        raise InvalidInput(f"Custom suffix is not allowed for {aws_service_name}")
    name, path = _role_name(service, custom_suffix), f"{SERVICE_PATH}{service}/"
    role = Role(
        role_name=name,
        role_id=new_unique_id(IdPrefix.ROLE),
        arn=iam_arn(call.account.account_id, "role", path, name),
        path=path,
        create_date=call.context.now,
        description=description or None,
        assume_role_policy_document=_trust(service),
        max_session_duration=DEFAULT_SESSION_SECONDS,
    )
    try:
        made = call.store.add(ROLE, call.account, role)
    except AlreadyThere as error:
        raise InvalidInput(
            f"Service role name {name} has been taken in this account, please try a different suffix."
        ) from error
    view = role_view(call, made)
    del view["max_session_duration"]
    return {"role": view}


def delete_service_linked_role(call: Call, *, role_name: str) -> Result:
    """Deletes the role of a service; this is done at once, and the answer's task tells so.

    Raises:
        NoSuchEntity: there is no such role.
        InvalidInput: it is an ordinary role.
    """
    role = call.role(role_name)
    if not role.path.startswith(SERVICE_PATH):
        raise InvalidInput(f"The role {role.role_name} is not a service-linked role.")
    call.store.delete(ROLE, call.account, role)
    return {"deletion_task_id": f"task{role.path}{role.role_name}/{role.entry_uuid}"}


def get_service_linked_role_deletion_status(call: Call, *, deletion_task_id: str) -> Result:
    """Tells whether a role has been deleted.

    Raises:
        NoSuchEntity: this is not the id of a deletion.
    """
    task = _TASK.fullmatch(deletion_task_id)
    if task is None:
        raise NoSuchEntity(f"The deletion task with id {deletion_task_id[:128]} cannot be found.")
    role = call.find(ROLE, task[2])
    return {"status": "NOT_STARTED" if role is not None and role.entry_uuid == task[3] else "SUCCEEDED"}


def a_new_service_role(call: Call, params: Mapping[str, Any]) -> Target:
    """The role that is about to be made, for the authorization."""
    service = params["aws_service_name"].casefold()
    name = _role_name(service, params.get("custom_suffix"))
    return Target((iam_arn(call.account.account_id, "role", f"{SERVICE_PATH}{service}/", name),))


def the_deleted_role(call: Call, params: Mapping[str, Any]) -> Target:
    """The role that a deletion is about, for the authorization; every resource when the id is none."""
    task = _TASK.fullmatch(params["deletion_task_id"])
    return Target((iam_arn(call.account.account_id, "role", task[1], task[2]) if task else "*",))


def _role_name(service: str, suffix: str | None) -> str:
    """The role's name: the table's, or one made of the words of the service's name."""
    words = re.split(r"[^a-z0-9]+", service.removesuffix(_AWS))
    name = _PREFIX + _NAMES.get(service, "".join(word[:1].upper() + word[1:] for word in words))
    name = f"{name}_{suffix}" if suffix else name
    if len(name) > _LONGEST_NAME:
        raise InvalidInput(f"The role name {name} would be longer than {_LONGEST_NAME} characters.")
    return name


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
