"""Every operation of the catalogue is called by a client test, and refuses what is not there with AWS's own code."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.model import OperationModel

from adapter.operations.catalogue import CATALOGUE
from adapter.operations.catalogue.coverage import ABSENT_BY_NAME
from adapter.operations.parameters import service_model
from tests.clients.conftest import Api
from tests.clients.refusals import refused
from tests.documents import TRUST, allow

ROWS: Final = {row.name: row for row in CATALOGUE.values() if row.service in {"iam", "sts"}}
ACCOUNT = "arn:aws:iam::123456789012"
ABSENT_ID = "A" * 4 + "NOBODYHAS2345672"
VALUES: Final[dict[str, Any]] = {
    "AccessKeyId": ABSENT_ID,
    "AccountAlias": "nobody",
    "ActionNames": ["s3:GetObject"],
    "Arn": f"{ACCOUNT}:user/nobody",
    "AuthenticationCode1": "123456",
    "AuthenticationCode2": "654321",
    "CertificateId": "B" * 24,
    "ClientID": "app",
    "DeletionTaskId": "task/aws-service-role/nobody.amazonaws.com/AWSServiceRoleForNobody/0",
    "Description": "nothing",
    "Encoding": "SSH",
    "GroupName": "nobodies",
    "InstanceProfileName": "nobody",
    "JobId": "00000000-0000-0000-0000-000000000000",
    "OpenIDConnectProviderArn": f"{ACCOUNT}:oidc-provider/nobody.example",
    "Password": "Not-used-1234",
    "PermissionsBoundary": f"{ACCOUNT}:policy/nobody",
    "PolicyArn": f"{ACCOUNT}:policy/nobody",
    "PolicyDocument": allow("s3:GetObject"),
    "PolicyName": "nobody",
    "PolicySourceArn": f"{ACCOUNT}:user/nobody",
    "RoleName": "nobody",
    "SAMLMetadataDocument": "x" * 1000,
    "SAMLProviderArn": f"{ACCOUNT}:saml-provider/nobody",
    "SSHPublicKeyBody": "ssh-ed25519 AAAA",
    "SSHPublicKeyId": ABSENT_ID,
    "SerialNumber": f"{ACCOUNT}:mfa/nobody",
    "ServerCertificateName": "nobody",
    "ServiceNamespace": "s3",
    "ServiceNamespaces": ["s3"],
    "ServiceName": "codecommit.amazonaws.com",
    "ServiceSpecificCredentialId": "ACCA" + "A" * 17,
    "Status": "Inactive",
    "TagKeys": ["team"],
    "Tags": [{"Key": "team", "Value": "red"}],
    "ThumbprintList": ["a" * 40],
    "UserName": "nobody",
    "VersionId": "v1",
}
OTHERWISE: Final = {
    "create_group": "nothing can be missing",
    "create_user": "only its boundary may be missing",
    "create_service_linked_role": "there is a role for every service",
    "change_password": "it is about the caller alone",
    "upload_signing_certificate": "the certificate is looked at first",
    "upload_ssh_public_key": "the key is looked at first",
    "update_account_password_policy": "it makes one where there is none",
    "delete_service_linked_role": "a role that is none of a service's",
}
"""Operations that document NoSuchEntity, but not for what these values name."""


REFUSING: Final = {"test_every_operation.py", "test_documented_errors.py"}
"""Modules whose calls are refused."""


def model_of(name: str) -> OperationModel:
    row = ROWS[name]
    model: OperationModel = service_model(row.service).operation_model(row.wire_name)
    return model


def may_miss(name: str) -> bool:
    """Whether the operation documents an answer for what is not there."""
    codes = [shape.metadata.get("error", {}).get("code") for shape in model_of(name).error_shapes]
    return "NoSuchEntity" in codes and name not in OTHERWISE


def values_for(name: str) -> dict[str, Any]:
    shape = model_of(name).input_shape
    wanted = {*shape.required_members, *({"UserName"} & set(shape.members))} if shape else set()
    return {member: VALUES[member] for member in wanted} | (
        {"PolicyDocument": TRUST} if name == "update_assume_role_policy" else {}
    )


class Calls(ast.NodeVisitor):
    """Names of boto3's methods, paginators and of the `aws` command's subcommands that are not called to be refused."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_With(self, node: ast.With) -> None:
        contexts = [item.context_expr for item in node.items]
        called = [each.func for each in contexts if isinstance(each, ast.Call)]
        if not any(isinstance(each, ast.Name) and each.id == "refused" for each in called):
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.found.add(node.attr)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.add(node.value.replace("-", "_"))


def test_every_operation_is_called_by_a_client_test_that_it_answers() -> None:
    calls = Calls()
    for path in Path(__file__).parent.glob("*.py"):
        if path.name not in REFUSING:
            calls.visit(ast.parse(path.read_text(encoding="utf-8")))
    assert sorted(ROWS.keys() - calls.found) == []


@pytest.mark.parametrize("name", sorted(filter(may_miss, ROWS)))
def test_what_is_not_there_is_refused_with_aws_s_code(api: Api, name: str) -> None:
    client = api.client(ROWS[name].service)
    with refused("NoSuchEntity", 404):
        getattr(client, name)(**values_for(name))


@pytest.mark.parametrize("name", sorted(ABSENT_BY_NAME))
def test_what_makes_no_sense_here_is_refused_with_a_reason(api: Api, name: str) -> None:
    absent = ABSENT_BY_NAME[name]
    client = api.client(absent.action.partition(":")[0])
    with refused(absent.error.code, absent.error.status, absent.reason):
        getattr(client, name)()
