"""The services that policies speak about: their names, their actions and what kind of access each action gives.

Actions come from botocore's service models, with the few that differ from the names of operations put right; services
that are not listed here can be used in policies all the same.

Source: AWS service authorization reference; IAM user guide, "Understanding access level summaries within policy
summaries".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from botocore.loaders import Loader


class AccessLevel(StrEnum):
    """What an action lets somebody do, in AWS's words."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS = "Permissions management"
    TAGGING = "Tagging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service.

    Attributes:
        prefix: what its actions begin with.
        model: what botocore calls it; None where only `more` counts.
        more: actions that no operation of the model is called after.
        without: operations that are no actions.
        resources: what the ARNs of its resources look like.
    """

    prefix: str
    title: str
    model: str | None = None
    more: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    resources: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_S3_MORE: Final = _words(
    "ListBucket ListAllMyBuckets ListBucketVersions ListBucketMultipartUploads ListMultipartUploadParts GetObject"
    " GetObjectVersion DeleteObjectVersion GetBucketLocation PutBucketPublicAccessBlock GetBucketPublicAccessBlock"
    " PutEncryptionConfiguration GetEncryptionConfiguration PutLifecycleConfiguration GetLifecycleConfiguration"
    " BypassGovernanceRetention PutObjectVersionAcl GetObjectVersionAcl AbortMultipartUpload"
)
_S3_WITHOUT: Final = frozenset(
    _words(
        "ListObjects ListObjectsV2 ListBuckets ListObjectVersions ListMultipartUploads ListParts HeadBucket HeadObject"
        " CopyObject CompleteMultipartUpload CreateMultipartUpload UploadPart UploadPartCopy DeleteObjects"
        " SelectObjectContent WriteGetObjectResponse"
    )
)
_ECS_MORE: Final = _words(
    "CreateServers DeleteServers DescribeServers ListServers StartServers StopServers RebootServers ResizeServers"
    " UpdateServer GetServerPassword"
)

_ALL: Final = (
    Service(prefix="iam", title="IAM", model="iam", more=("PassRole",), resources=(
        "arn:aws:iam::ACCOUNT:user/NAME", "arn:aws:iam::ACCOUNT:group/NAME", "arn:aws:iam::ACCOUNT:role/NAME",
        "arn:aws:iam::ACCOUNT:policy/NAME", "arn:aws:iam::ACCOUNT:mfa/NAME")),
    Service(prefix="sts", title="Security Token Service", model="sts",
            more=("TagSession", "SetSourceIdentity"), resources=("arn:aws:iam::ACCOUNT:role/NAME",)),
    Service(prefix="bindery", title="Bindery",
            more=("DescribeCaller", "DescribeAdministration"), resources=("arn:aws:iam::ACCOUNT:user/NAME",)),
    Service(prefix="ecs", title="ECS", model="ecs", more=_ECS_MORE,
            resources=("arn:aws:ecs:REGION:ACCOUNT:cluster/NAME", "arn:aws:ecs:REGION:ACCOUNT:server/ID")),
    Service(prefix="cloudtrail", title="CloudTrail", model="cloudtrail",
            resources=("arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME",)),
    Service(prefix="cloudwatch", title="CloudWatch", model="cloudwatch",
            resources=("arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME",)),
    Service(prefix="dynamodb", title="DynamoDB", model="dynamodb",
            resources=("arn:aws:dynamodb:REGION:ACCOUNT:table/NAME",)),
    Service(prefix="ec2", title="EC2", model="ec2",
            resources=("arn:aws:ec2:REGION:ACCOUNT:instance/ID", "arn:aws:ec2:REGION:ACCOUNT:volume/ID")),
    Service(prefix="ecr", title="Elastic Container Registry", model="ecr",
            resources=("arn:aws:ecr:REGION:ACCOUNT:repository/NAME",)),
    Service(prefix="events", title="EventBridge", model="events",
            resources=("arn:aws:events:REGION:ACCOUNT:rule/NAME",)),
    Service(prefix="kms", title="Key Management Service", model="kms",
            resources=("arn:aws:kms:REGION:ACCOUNT:key/ID",)),
    Service(prefix="lambda", title="Lambda", model="lambda", more=("InvokeFunction",),
            without=frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
            resources=("arn:aws:lambda:REGION:ACCOUNT:function:NAME",)),
    Service(prefix="logs", title="CloudWatch Logs", model="logs",
            resources=("arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*",)),
    Service(prefix="rds", title="Relational Database Service", model="rds",
            resources=("arn:aws:rds:REGION:ACCOUNT:db:NAME",)),
    Service(prefix="route53", title="Route 53", model="route53", resources=("arn:aws:route53:::hostedzone/ID",)),
    Service(prefix="s3", title="S3", model="s3", more=_S3_MORE, without=_S3_WITHOUT,
            resources=("arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*")),
    Service(prefix="secretsmanager", title="Secrets Manager", model="secretsmanager",
            resources=("arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",)),
    Service(prefix="sns", title="Simple Notification Service", model="sns",
            resources=("arn:aws:sns:REGION:ACCOUNT:NAME",)),
    Service(prefix="sqs", title="Simple Queue Service", model="sqs", resources=("arn:aws:sqs:REGION:ACCOUNT:NAME",)),
    Service(prefix="ssm", title="Systems Manager", model="ssm",
            resources=("arn:aws:ssm:REGION:ACCOUNT:parameter/NAME",)),
)  # fmt: skip
SERVICES: Final[Mapping[str, Service]] = MappingProxyType({service.prefix: service for service in _ALL})
"""The services that are known, by the prefix of their actions."""

REGIONS: Final = (
    ("us-east-1", "N. Virginia"), ("us-east-2", "Ohio"), ("us-west-1", "N. California"), ("us-west-2", "Oregon"),
    ("ca-central-1", "Canada"), ("sa-east-1", "São Paulo"), ("eu-central-1", "Frankfurt"), ("eu-west-1", "Ireland"),
    ("eu-west-2", "London"), ("eu-west-3", "Paris"), ("eu-north-1", "Stockholm"), ("ap-south-1", "Mumbai"),
    ("ap-southeast-1", "Singapore"), ("ap-southeast-2", "Sydney"), ("ap-northeast-1", "Tokyo"),
    ("ap-northeast-2", "Seoul"), ("cn-north-1", "Beijing"), ("cn-northwest-1", "Ningxia"),
)  # fmt: skip
"""Codes and names of regions, for `aws:RequestedRegion`."""

_LEVELS: Final = (
    (re.compile(r"(Un)?[Tt]ag[A-Z]|.*(Tags|Tagging)ToResource|(Add|Create|Remove|Delete)Tags"), AccessLevel.TAGGING),
    (re.compile(r"(Add|Attach|Create|Delete|Detach|Put|Remove|Set|Update|Upload|Reset|Change|Enable|Deactivate|Resync)"
                r"\w*(Polic|Permission|Acl|Grant|AssumeRole|LoginProfile|Password|AccessKey|MFADevice|UserToGroup|"
                r"UserFromGroup|PublicAccessBlock)"), AccessLevel.PERMISSIONS),
    (re.compile(r"(PassRole|AddPermission|RemovePermission|.*Grant)$"), AccessLevel.PERMISSIONS),
    (re.compile(r"List"), AccessLevel.LIST),
    (re.compile(r"Get|Describe|BatchGet|Batch?Check|Query|Scan|Search|Lookup|Head|Filter|View|Simulate|Generate"
                r"(Credential|Service|Organizations)|Decode|Download|Check|Preview|Validate|Verify|Estimate"),
     AccessLevel.READ),
)  # fmt: skip


def access_level(action: str) -> AccessLevel:
    """What kind of access an action gives, by its name without the service.

    >>> access_level("CreateUser")
    <AccessLevel.WRITE: 'Write'>
    """
    return next((level for pattern, level in _LEVELS if pattern.match(action)), AccessLevel.WRITE)


@cache
def actions_of(prefix: str) -> tuple[str, ...]:
    """The names of a service's actions, sorted; empty for a service that is not known."""
    service = SERVICES.get(prefix)
    if service is None:
        return ()
    operations = Loader().load_service_model(service.model, "service-2")["operations"] if service.model else ()
    return tuple(sorted({*operations, *service.more} - service.without))


@cache
def actions_by_level(prefix: str) -> Mapping[AccessLevel, tuple[str, ...]]:
    """The names of a service's actions by what kind of access they give; levels without actions are left out."""
    found: dict[AccessLevel, list[str]] = {level: [] for level in AccessLevel}
    for action in actions_of(prefix):
        found[access_level(action)].append(action)
    return MappingProxyType({level: tuple(actions) for level, actions in found.items() if actions})
