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
from functools import cache
from types import MappingProxyType
from typing import Final

from botocore.loaders import Loader

from adapter.services.definition import AccessLevel, Action, ResourceType, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipped:
    """A service of AWS's, or of our own.

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
_BINDERY: Final = _words(
    "AssignPosixNumbers CreateBindDevice DeleteBindDevice DeregisterService DescribeAdministration DescribeCaller"
    " DescribeDirectory DescribeEntry EnableBindDevice Evaluate GetBindSettings GetPosixSettings GetService"
    " GetUserBindSettings ListServices LookupEvents RegisterService UpdateBindSettings UpdatePosixSettings"
    " UpdatePosixUser UpdateUserBindSettings VerifyEvents"
)
_ECS_MORE: Final = _words(
    "CreateServers DeleteServers DescribeServers ListServers StartServers StopServers RebootServers ResizeServers"
    " UpdateServer GetServerPassword"
)

_ALL: Final = (
    _Shipped(prefix="iam", title="IAM", model="iam", more=("PassRole",), resources=(
        "arn:aws:iam::ACCOUNT:user/NAME", "arn:aws:iam::ACCOUNT:group/NAME", "arn:aws:iam::ACCOUNT:role/NAME",
        "arn:aws:iam::ACCOUNT:policy/NAME", "arn:aws:iam::ACCOUNT:mfa/NAME")),
    _Shipped(prefix="sts", title="Security Token Service", model="sts",
            more=("TagSession", "SetSourceIdentity"), resources=("arn:aws:iam::ACCOUNT:role/NAME",)),
    _Shipped(prefix="bindery", title="Bindery", more=_BINDERY, resources=(
        "arn:aws:iam::ACCOUNT:user/NAME", "arn:aws:bindery::ACCOUNT:service/NAME")),
    _Shipped(prefix="ecs", title="ECS", model="ecs", more=_ECS_MORE,
            resources=("arn:aws:ecs:REGION:ACCOUNT:cluster/NAME", "arn:aws:ecs:REGION:ACCOUNT:server/ID")),
    _Shipped(prefix="cloudtrail", title="CloudTrail", model="cloudtrail",
            resources=("arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME",)),
    _Shipped(prefix="cloudwatch", title="CloudWatch", model="cloudwatch",
            resources=("arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME",)),
    _Shipped(prefix="dynamodb", title="DynamoDB", model="dynamodb",
            resources=("arn:aws:dynamodb:REGION:ACCOUNT:table/NAME",)),
    _Shipped(prefix="ec2", title="EC2", model="ec2",
            resources=("arn:aws:ec2:REGION:ACCOUNT:instance/ID", "arn:aws:ec2:REGION:ACCOUNT:volume/ID")),
    _Shipped(prefix="ecr", title="Elastic Container Registry", model="ecr",
            resources=("arn:aws:ecr:REGION:ACCOUNT:repository/NAME",)),
    _Shipped(prefix="events", title="EventBridge", model="events",
            resources=("arn:aws:events:REGION:ACCOUNT:rule/NAME",)),
    _Shipped(prefix="kms", title="Key Management Service", model="kms",
            resources=("arn:aws:kms:REGION:ACCOUNT:key/ID",)),
    _Shipped(prefix="lambda", title="Lambda", model="lambda", more=("InvokeFunction",),
            without=frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
            resources=("arn:aws:lambda:REGION:ACCOUNT:function:NAME",)),
    _Shipped(prefix="logs", title="CloudWatch Logs", model="logs",
            resources=("arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*",)),
    _Shipped(prefix="rds", title="Relational Database Service", model="rds",
            resources=("arn:aws:rds:REGION:ACCOUNT:db:NAME",)),
    _Shipped(prefix="route53", title="Route 53", model="route53", resources=("arn:aws:route53:::hostedzone/ID",)),
    _Shipped(prefix="s3", title="S3", model="s3", more=_S3_MORE, without=_S3_WITHOUT,
            resources=("arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*")),
    _Shipped(prefix="secretsmanager", title="Secrets Manager", model="secretsmanager",
            resources=("arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",)),
    _Shipped(prefix="sns", title="Simple Notification Service", model="sns",
            resources=("arn:aws:sns:REGION:ACCOUNT:NAME",)),
    _Shipped(prefix="sqs", title="Simple Queue Service", model="sqs", resources=("arn:aws:sqs:REGION:ACCOUNT:NAME",)),
    _Shipped(prefix="ssm", title="Systems Manager", model="ssm",
            resources=("arn:aws:ssm:REGION:ACCOUNT:parameter/NAME",)),
)  # fmt: skip
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
    (re.compile(r"Get|Describe|BatchGet|Batch?Check|Query|Scan|Search|Lookup|Evaluate|Head|Filter|View|Simulate|Generate"
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
def shipped_service(prefix: str) -> Service | None:
    """A service that Bindery ships; None for others."""
    found = _BY_PREFIX.get(prefix)
    if found is None:
        return None
    operations = Loader().load_service_model(found.model, "service-2")["operations"] if found.model else ()
    names = {*operations, *found.more} - found.without
    kinds = tuple(ResourceType(name=_kind(pattern), arns=(pattern,)) for pattern in found.resources)
    return Service(
        prefix=prefix,
        title=found.title,
        actions={name: Action(name=name, level=access_level(name)) for name in sorted(names)},
        resource_types=kinds,
    )


def _kind(pattern: str) -> str:
    """The kind of resource that an ARN names: what its last part begins with."""
    return re.split(r"[/:]", pattern.split(":", 5)[5])[0].lower()


_BY_PREFIX: Final[Mapping[str, _Shipped]] = MappingProxyType({service.prefix: service for service in _ALL})
SHIPPED: Final[Mapping[str, str]] = MappingProxyType({service.prefix: service.title for service in _ALL})
"""The titles of the services that Bindery ships, by the prefix of their actions."""
