"""Packs of system policies: the one that Bindery comes with, and what is refused in others."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.ldap import codecs, dn
from adapter.policy import (
    Policies,
    Request,
    Severity,
    check_document,
    compile_policy,
    document_size,
    evaluate,
    parse_document,
)
from adapter.server.files import ldif_root
from adapter.server.packs import MAX_DOCUMENT, InvalidPack, SystemPolicy, entry, load

SHIPPED_FOLDER = ldif_root() / "system-policies"
SHIPPED = {policy.policy_name: policy for policy in load(SHIPPED_FOLDER)}
NOW = datetime(2026, 11, 20, 6, 2, 11, 123456, UTC)
SUFFIX = "dc=example,dc=org"
DOCUMENT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ecs:Get*", "Resource": "*"}}
GOOD = {"PolicyName": "AcmeAudit", "Path": "/acme/", "Description": "What auditors read.", "Document": DOCUMENT}
ACCOUNT = "123456789012"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"

# --- the pack that Bindery comes with


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_policy_has_a_description_and_no_errors(policy: SystemPolicy) -> None:
    findings = check_document(policy.document, kind="identity")
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
    assert policy.description


@pytest.mark.parametrize("file", sorted(SHIPPED_FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_a_shipped_file_is_named_after_its_policy_and_formatted_for_people(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["PolicyName"] == file.stem
    assert list(content) == ["PolicyName", "Path", "Description", "Document"]
    assert file.read_text(encoding="utf-8") == json.dumps(content, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_policy_keeps_within_the_quota_of_a_managed_policy(policy: SystemPolicy) -> None:
    assert document_size(policy.document) <= MAX_DOCUMENT


def test_shipped_policies_have_ids_of_their_own() -> None:
    assert len({policy.policy_id for policy in SHIPPED.values()}) == len(SHIPPED)


def test_the_id_of_a_policy_never_changes_between_releases() -> None:
    assert SHIPPED["AdministratorAccess"].policy_id == "ANPADENWYKEKGWNJ3CZ76"


def test_arns_are_those_that_tools_for_aws_expect() -> None:
    assert SHIPPED["AdministratorAccess"].arn == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert SHIPPED["ViewOnlyAccess"].arn == "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    assert (
        SHIPPED["AWSLambdaBasicExecutionRole"].arn == "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )


def allows(name: str, action: str, resource: str = "*", **context: str) -> bool:
    """Whether a user with just this policy may do that."""
    policy = compile_policy(parse_document(SHIPPED[name].document, kind="identity"), name=name)
    keys = {"aws:username": "bob", **{key.replace("_", ":", 1): value for key, value in context.items()}}
    request = Request(principal=BOB, action=action, resource=resource, context=keys)
    return evaluate(request, Policies(identity=(policy,))).allowed


@pytest.mark.parametrize(
    ("name", "action", "allowed"),
    [
        ("AdministratorAccess", "iam:DeleteUser", True),
        ("PowerUserAccess", "ec2:RunInstances", True),
        ("PowerUserAccess", "iam:CreateUser", False),
        ("PowerUserAccess", "iam:AttachUserPolicy", False),
        ("PowerUserAccess", "iam:PassRole", False),
        ("PowerUserAccess", "bindery:RegisterService", False),
        ("PowerUserAccess", "bindery:UpdateUserBindSettings", False),
        ("PowerUserAccess", "bindery:Evaluate", True),
        ("ReadOnlyAccess", "iam:ListUsers", True),
        ("ReadOnlyAccess", "ecs:ListServers", True),
        ("ReadOnlyAccess", "s3:GetObject", True),
        ("ReadOnlyAccess", "secretsmanager:GetSecretValue", False),
        ("ReadOnlyAccess", "ecs:CreateServer", False),
        ("ReadOnlyAccess", "iam:CreateAccessKey", False),
        ("ReadOnlyAccess", "sts:AssumeRole", False),
        ("ViewOnlyAccess", "s3:ListBucket", True),
        ("ViewOnlyAccess", "s3:GetObject", False),
        ("ViewOnlyAccess", "iam:GetPolicyVersion", False),
        ("SecurityAudit", "iam:GetPolicyVersion", True),
        ("SecurityAudit", "s3:GetObject", False),
        ("SecurityAudit", "dynamodb:GetItem", False),
        ("SecurityAudit", "lambda:GetFunction", False),
        ("IAMFullAccess", "iam:CreateUser", True),
        ("IAMFullAccess", "s3:ListBucket", False),
        ("IAMReadOnlyAccess", "iam:GetUser", True),
        ("IAMReadOnlyAccess", "iam:SimulatePrincipalPolicy", True),
        ("IAMReadOnlyAccess", "iam:CreateUser", False),
        ("ECSFullAccess", "ecs:CreateServer", True),
        ("ECSFullAccess", "iam:ListUsers", False),
        ("ECSReadOnlyAccess", "ecs:ListServers", True),
        ("ECSReadOnlyAccess", "ecs:CreateServer", False),
        ("ECSReadOnlyAccess", "ec2:DescribeInstances", False),
        ("AmazonS3ReadOnlyAccess", "s3:GetObject", True),
        ("AmazonS3ReadOnlyAccess", "s3:PutObject", False),
        ("AmazonSQSReadOnlyAccess", "sqs:ReceiveMessage", False),
        ("SystemAdministrator", "iam:CreateUser", False),
    ],
)
def test_a_shipped_policy_means_what_its_name_says(name: str, action: str, allowed: bool) -> None:
    assert allows(name, action) is allowed


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith(("ReadOnlyAccess", "ReadOnly"))])
@pytest.mark.parametrize("verb", ["Create", "Delete", "Put", "Update", "Attach", "Terminate", "Send", "Publish"])
def test_a_read_only_policy_grants_nothing_that_writes(name: str, verb: str) -> None:
    services = {"ec2", "ecs", "iam", "s3", "rds", "dynamodb", "lambda", "sqs", "sns", "ssm", "logs", "kms", "sts"}
    assert not [service for service in services if allows(name, f"{service}:{verb}Something")]


@pytest.mark.parametrize("path", ["", "eng/", "eng/backend/"])
def test_people_may_change_their_own_password_wherever_their_path_is(path: str) -> None:
    own = f"arn:aws:iam::{ACCOUNT}:user/{path}bob"
    assert allows("IAMUserChangePassword", "iam:ChangePassword", own)


@pytest.mark.parametrize("name", ["alice", "bobby", "notbob", "bob/alice", "eng/alice"])
def test_people_may_not_change_the_password_of_others(name: str) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    assert not allows("IAMUserChangePassword", "iam:ChangePassword", other)


def test_without_mfa_people_may_only_set_it_up() -> None:
    name = "IAMSelfManageMFAAndKeys"
    assert allows(name, "iam:EnableMFADevice", BOB)
    assert allows(name, "iam:CreateVirtualMFADevice", f"arn:aws:iam::{ACCOUNT}:mfa/bob")
    assert not allows(name, "iam:CreateAccessKey", BOB)
    assert not allows(name, "iam:CreateAccessKey", BOB, aws_MultiFactorAuthPresent="false")
    assert not allows(name, "iam:DeactivateMFADevice", BOB)


def test_with_mfa_people_manage_their_own_keys_and_nobody_elses() -> None:
    name = "IAMSelfManageMFAAndKeys"
    assert allows(name, "iam:CreateAccessKey", BOB, aws_MultiFactorAuthPresent="true")
    assert allows(name, "iam:DeactivateMFADevice", BOB, aws_MultiFactorAuthPresent="true")
    alice = f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert not allows(name, "iam:CreateAccessKey", alice, aws_MultiFactorAuthPresent="true")


def test_a_role_is_passed_to_the_named_service_only() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/worker"
    assert allows("AWSLambda_FullAccess", "iam:PassRole", role, iam_PassedToService="lambda.amazonaws.com")
    assert not allows("AWSLambda_FullAccess", "iam:PassRole", role, iam_PassedToService="ec2.amazonaws.com")
    assert not allows("SystemAdministrator", "iam:PassRole", role, iam_PassedToService="ec2.amazonaws.com")


# --- what a pack must be


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Writes files into a folder: text as it is, anything else as JSON."""

    def write(**files: Any) -> Path:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_pack_is_read_sorted_by_name(pack: Callable[..., Path]) -> None:
    folder = pack(one={**GOOD, "PolicyName": "zebra"}, two={**GOOD, "PolicyName": "Apple"})
    assert [policy.policy_name for policy in load(folder)] == ["Apple", "zebra"]


def test_path_and_description_may_be_left_out(pack: Callable[..., Path]) -> None:
    (policy,) = load(pack(one={"PolicyName": "AcmeAudit", "Document": DOCUMENT}))
    assert (policy.path, policy.description) == ("/", "")
    assert json.loads(policy.document) == DOCUMENT


def test_other_files_in_the_folder_are_left_alone(pack: Callable[..., Path]) -> None:
    folder = pack(one=GOOD)
    (folder / "README.md").write_text("ours")
    assert len(load(folder)) == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "one.json: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ('{"PolicyName": "A", "PolicyName": "B"}', "one.json: the key 'PolicyName' stands twice in one object"),
        ([], "one.json: must be a JSON object"),
        ({"PolicyName": "A"}, "one.json: Document: is missing"),
        ({"Document": DOCUMENT}, "one.json: PolicyName: is missing"),
        ({**GOOD, "Tags": []}, "one.json: Tags: is not a member of a policy file"),
        ({**GOOD, "PolicyName": "a b"}, "one.json: PolicyName: must be 1 to 128 letters, digits or _+=,.@-"),
        ({**GOOD, "PolicyName": 7}, "one.json: PolicyName: must be 1 to 128 letters, digits or _+=,.@-"),
        (
            {**GOOD, "Path": "acme"},
            "one.json: Path: must start and end with a slash, at most 512 visible ASCII characters",
        ),
        (
            {**GOOD, "Description": "a\nb"},
            "one.json: Description: must be at most 1,000 characters, without control characters",
        ),
    ],
)
def test_a_fault_is_reported_with_file_and_place(pack: Callable[..., Path], content: Any, fault: str) -> None:
    with pytest.raises(InvalidPack) as caught:
        load(pack(one=content))
    assert [str(found) for found in caught.value.faults] == [fault]


def test_a_fault_inside_a_document_is_reported_with_its_place(pack: Callable[..., Path]) -> None:
    wrong = {"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps", "Action": "ecs:*", "Resource": "*"}]}
    with pytest.raises(InvalidPack) as caught:
        load(pack(one={**GOOD, "Document": wrong}))
    (fault,) = caught.value.faults
    assert (fault.file, fault.place) == ("one.json", "Document.Statement[0].Effect")


def test_a_document_over_the_quota_is_refused_with_its_size(pack: Callable[..., Path]) -> None:
    actions = [f"ecs:Action{number:04}" for number in range(500)]
    long = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
    with pytest.raises(InvalidPack, match=r"one\.json: Document: has 8,581 characters without white space"):
        load(pack(one={**GOOD, "Document": long}))


def test_all_faults_of_all_files_are_reported_together(pack: Callable[..., Path]) -> None:
    folder = pack(one={"PolicyName": "a b"}, two="[", three=GOOD)
    with pytest.raises(InvalidPack) as caught:
        load(folder)
    assert {(fault.file, fault.place) for fault in caught.value.faults} == {
        ("one.json", "PolicyName"),
        ("one.json", "Document"),
        ("two.json", ""),
    }


def test_two_policies_whose_names_differ_by_case_alone_are_refused(pack: Callable[..., Path]) -> None:
    with pytest.raises(InvalidPack, match="is in the pack twice"):
        load(pack(one=GOOD, two={**GOOD, "PolicyName": "acmeaudit"}))


def test_a_folder_without_policies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidPack, match=r"holds no \.json file"):
        load(tmp_path)
    with pytest.raises(InvalidPack, match="is not a folder"):
        load(tmp_path / "missing")


@settings(deadline=None)
@given(content=st.binary(max_size=200) | st.just(b"[" * 100_000) | st.just(b'{"Document": ' * 5000))
def test_whatever_is_in_a_file_nothing_but_a_fault_comes_of_it(tmp_path_factory: Any, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "one.json").write_bytes(content)
    with pytest.raises(InvalidPack):
        load(folder)


# --- entries


def test_a_policy_becomes_an_entry_whose_document_reads_back() -> None:
    policy = SystemPolicy(policy_name="Acme,Audit+1=x", path="/acme/", description="Ünser", document='{"a": 1}')
    name, attributes = entry(policy, SUFFIX, NOW)
    assert dn.parse(name)[0] == (("cn", "Acme,Audit+1=x"),)
    assert attributes["description"] == ["Ünser".encode()]
    assert attributes["iamPath"] == [b"/acme/"]
    version = codecs.decode_version(attributes["iamPolicyVersion"][0])
    assert (version.version_id, version.create_date, version.document) == ("v1", NOW, '{"a": 1}')
    assert attributes["iamDefaultVersion"] == [b"v1"]


def test_an_entry_has_no_empty_attribute() -> None:
    _, attributes = entry(SystemPolicy(policy_name="Plain", document="{}"), SUFFIX, NOW)
    assert all(attributes.values())
    assert not {"iamPath", "description"} & set(attributes)
