"""Reports through boto3 and the `aws` command."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.clients.conftest import REGION, Api, Key
from tests.clients.refusals import refused
from tests.clients.test_sts import temporary
from tests.documents import ADMINISTRATOR, READ_ONLY, TRUST, allow

USER_ARN = "arn:aws:iam::123456789012:user/{}"


def completed(iam: Any) -> None:
    """Generates the credential report as tools do: again and again until it is complete."""
    deadline = time.monotonic() + 30
    while iam.generate_credential_report()["State"] != "COMPLETE":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def services(iam: Any, arn: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The services of a last-accessed report, by prefix."""
    job = iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"]
    answer = iam.get_service_last_accessed_details(JobId=job)
    assert answer["JobStatus"] == "COMPLETED"
    return {each["ServiceNamespace"]: each for each in answer["ServicesLastAccessed"]}


def test_the_paginator_gathers_all_details(iam: Any, name: str) -> None:
    for number in range(5):
        iam.create_user(UserName=f"{name}-{number}", Tags=[{"Key": "team", "Value": "a b"}])
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=f"{name}-3")
    iam.put_user_policy(UserName=f"{name}-3", PolicyName="p", PolicyDocument=allow("s3:*"))
    iam.attach_user_policy(UserName=f"{name}-3", PolicyArn=READ_ONLY)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 3})
    found = pages.build_full_result()
    users = {user["UserName"]: user for user in found["UserDetailList"]}
    assert {f"{name}-{number}" for number in range(5)} <= set(users)
    one = users[f"{name}-3"]
    assert one["GroupList"] == [name]
    assert one["Tags"] == [{"Key": "team", "Value": "a b"}]
    assert one["UserPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == "s3:*"
    assert one["AttachedManagedPolicies"] == [{"PolicyName": "ReadOnlyAccess", "PolicyArn": READ_ONLY}]
    [role] = [role for role in found["RoleDetailList"] if role["RoleName"] == name]
    assert role["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    assert (role["RoleLastUsed"], role["InstanceProfileList"]) == ({}, [])
    policies = {policy["Arn"]: policy for policy in found["Policies"]}
    assert policies[ADMINISTRATOR]["PolicyVersionList"][0]["Document"]["Statement"][0]["Action"] == "*"


def test_a_role_in_an_instance_profile_is_told_with_it(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName=f"{name}-profile")
    iam.add_role_to_instance_profile(InstanceProfileName=f"{name}-profile", RoleName=name)
    roles = iam.get_account_authorization_details(Filter=["Role"], MaxItems=1000)["RoleDetailList"]
    [profile] = next(role for role in roles if role["RoleName"] == name)["InstanceProfileList"]
    assert (profile["InstanceProfileName"], profile["Roles"][0]["RoleName"]) == (f"{name}-profile", name)


def test_a_filter_that_aws_does_not_know_is_refused(iam: Any) -> None:
    with refused("ValidationError", 400, "enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]"):
        iam.get_account_authorization_details(Filter=["Device"])


def test_the_credential_report_comes_as_csv(own_api: Api) -> None:
    iam = own_api.client("iam")
    iam.create_user(UserName="bob")
    with refused("ReportNotPresent", 410):
        iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "STARTED"
    completed(iam)
    answer = iam.get_credential_report()
    assert answer["ReportFormat"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer["Content"].decode())))
    assert [row["user"] for row in rows] == ["<root_account>", "bob"]
    assert (rows[0]["mfa_active"], rows[0]["access_key_1_active"]) == ("false", "true")


def test_the_root_user_s_key_shows_its_use_in_the_credential_report(own_api: Api) -> None:
    iam = own_api.client("iam")
    key_id = own_api.root_key.id
    while "LastUsedDate" not in iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]:
        time.sleep(0.05)
    completed(iam)
    rows = csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode()))
    root = next(rows)
    assert (root["access_key_1_last_used_service"], root["access_key_1_last_used_region"]) == ("iam", REGION)


def test_the_aws_command_knows_the_reports(api: Api) -> None:
    assert api.aws_json("iam", "get-account-authorization-details", "--filter", "User")["UserDetailList"] is not None
    assert api.aws_json("iam", "generate-credential-report")["State"] in {"STARTED", "INPROGRESS", "COMPLETE"}


def test_what_a_user_did_shows_within_seconds(api: Api, iam: Any, administrator: Key) -> None:
    client = api.client("iam", administrator)
    me = client.get_user()["User"]
    api.client("sts", administrator).get_caller_identity()
    deadline = time.monotonic() + 10
    while "LastAuthenticated" not in services(iam, me["Arn"])["sts"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    found = services(iam, me["Arn"], Granularity="ACTION_LEVEL")
    assert found["iam"]["LastAuthenticatedEntity"] == me["Arn"]
    assert (found["iam"]["LastAuthenticatedRegion"], found["iam"]["TotalAuthenticatedEntities"]) == (REGION, 1)
    actions = {each["ActionName"]: each for each in found["iam"]["TrackedActionsLastAccessed"]}
    assert actions["GetUser"]["LastAccessedEntity"] == me["Arn"]
    assert actions["DeleteUser"] == {"ActionName": "DeleteUser"}


def test_an_assumed_role_shows_what_it_did(api: Api, iam: Any, administrator: Key, name: str) -> None:
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allow("iam:ListUsers"))
    session = api.client("sts", administrator).assume_role(RoleArn=role["Arn"], RoleSessionName="session")[
        "Credentials"
    ]
    temporary(api, session, "iam").list_users()
    deadline = time.monotonic() + 10
    while "LastAuthenticated" not in services(iam, role["Arn"])["iam"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert services(iam, role["Arn"])["iam"]["LastAuthenticatedEntity"] == role["Arn"]


def test_the_entities_of_a_policy_are_told(iam: Any, user: str) -> None:
    policy = iam.create_policy(PolicyName=user, PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=user, PolicyArn=policy)
    job = iam.generate_service_last_accessed_details(Arn=policy)["JobId"]
    found = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")
    assert [each["EntityInfo"]["Name"] for each in found["EntityDetailsList"]] == [user]
    assert found["EntityDetailsList"][0]["EntityInfo"]["Type"] == "USER"
    assert found["IsTruncated"] is False


def test_a_job_that_is_not_there_is_not_found(iam: Any) -> None:
    with refused("NoSuchEntity", 404):
        iam.get_service_last_accessed_details(JobId="0f0f0f0f-1111-2222-3333-444444444444")
    with refused("ValidationError", 400, "jobId"):
        iam.get_service_last_accessed_details(JobId="short")


def test_policies_that_grant_a_service_are_listed(iam: Any, user: str) -> None:
    iam.put_user_policy(UserName=user, PolicyName="mine", PolicyDocument=allow("s3:*"))
    answer = iam.list_policies_granting_service_access(Arn=USER_ARN.format(user), ServiceNamespaces=["s3", "ec2"])
    assert answer["PoliciesGrantingServiceAccess"] == [
        {"ServiceNamespace": "ec2", "Policies": []},
        {
            "ServiceNamespace": "s3",
            "Policies": [{"PolicyName": "mine", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": user}],
        },
    ]


def test_reports_want_a_right_of_their_own(api: Api, user: str) -> None:
    client = api.client("iam", api.key_of(user))
    for call in (client.get_account_authorization_details, client.generate_credential_report):
        with refused("AccessDenied", 403):
            call()
    with refused("AccessDenied", 403, f"on resource: {USER_ARN.format(user)}"):
        client.generate_service_last_accessed_details(Arn=USER_ARN.format(user))


def test_the_summary_has_every_number_that_aws_tells(iam: Any) -> None:
    summary = iam.get_account_summary()["SummaryMap"]
    keys = iam.meta.service_model.shape_for("summaryKeyType").enum
    assert set(summary) == set(keys)
    assert summary["AccountPasswordPresent"] == summary["AccountAccessKeysPresent"] == 1
    assert summary["AccountMFAEnabled"] == 0


def test_the_summary_counts(own_api: Api) -> None:
    iam = own_api.client("iam")
    before = iam.get_account_summary()["SummaryMap"]
    iam.create_user(UserName="bob")
    iam.create_group(GroupName="staff")
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
    policy = iam.create_policy(PolicyName="p", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("s3:Get*"))
    iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
    iam.create_instance_profile(InstanceProfileName="machine")
    after = iam.get_account_summary()["SummaryMap"]
    changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert changed == {
        "Users": 1,
        "Groups": 1,
        "Roles": 1,
        "Policies": 1,
        "PolicyVersionsInUse": 2,
        "MFADevices": 1,
        "InstanceProfiles": 1,
    }


def test_a_role_s_description_changes_in_the_old_way_too(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    assert iam.update_role_description(RoleName=name, Description="For builds")["Role"]["Description"] == "For builds"
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "For builds"


@contextmanager
def refused_for_good(code: str, status: int) -> Iterator[None]:
    """The call is refused with that code, and a message that says that there is no such operation here."""
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), response
    assert "is not available: " in response["Error"]["Message"]


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        ("list_organizations_features", "OrganizationNotFoundException", 400),
        ("list_delegation_requests", "InvalidAction", 400),
    ],
)
def test_what_makes_no_sense_here_is_refused_with_the_reason(iam: Any, operation: str, code: str, status: int) -> None:
    with refused_for_good(code, status):
        getattr(iam, operation)()


def test_there_is_no_root_of_another_account_to_assume(api: Api) -> None:
    with refused_for_good("InvalidAction", 400):
        api.client("sts").assume_root(TargetPrincipal="210987654321", TaskPolicyArn={"arn": READ_ONLY})
