"""Credentials beside access keys, instance profiles and service-linked roles, through AWS's clients."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapter.crypto.totp import code_at, current_step
from tests.clients.conftest import Api
from tests.clients.refusals import refused
from tests.documents import TRUST, allow
from tests.x509 import issue

PNG = b"\x89PNG\r\n\x1a\n"
RED = [{"Key": "colour", "Value": "red"}]
NO_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code"


def codes(seed: bytes, count: int = 2, ahead: int = 0) -> list[str]:
    """The last codes up to now, or up to so many steps later."""
    raw, step = base64.b32decode(seed), current_step(datetime.now(UTC)) + ahead
    return [code_at(raw, step - back) for back in reversed(range(count))]


def enroll(iam: Any, user: str) -> tuple[str, bytes]:
    """A device of the user's: its serial number and its seed."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"]
    first, second = codes(seed)
    iam.enable_mfa_device(UserName=user, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second)
    return serial, seed


@pytest.fixture
def device(iam: Any, user: str) -> tuple[str, bytes]:
    return enroll(iam, user)


def test_a_device_lives_and_dies_through_boto3(iam: Any, user: str) -> None:
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user, Path="/eng/", Tags=RED)["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"]
    assert serial == f"arn:aws:iam::123456789012:mfa/eng/{user}"
    assert made["QRCodePNG"].startswith(PNG)
    assert made["Tags"] == RED
    first, second = codes(seed)
    iam.enable_mfa_device(UserName=user, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second)
    listed = iam.list_mfa_devices(UserName=user)["MFADevices"]
    assert [(each["UserName"], each["SerialNumber"]) for each in listed] == [(user, serial)]
    assert iam.get_mfa_device(SerialNumber=serial, UserName=user)["EnableDate"] == listed[0]["EnableDate"]
    first, second = codes(seed, ahead=30)
    iam.resync_mfa_device(UserName=user, SerialNumber=serial, AuthenticationCode1=first, AuthenticationCode2=second)
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "size", "Value": "s"}])
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["colour"])
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "size", "Value": "s"}]
    with refused("DeleteConflict", 409, "Cannot delete entity, must delete MFA device first."):
        iam.delete_user(UserName=user)
    with refused("DeleteConflict", 409, "MFA VirtualDevice in use. Must deactivate first."):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    with refused("NoSuchEntity", 404, f"VirtualMFADevice with serial number {serial} doesn't exist."):
        iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_wrong_codes_enable_nothing(iam: Any, user: str) -> None:
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]["SerialNumber"]
    params = {"UserName": user, "SerialNumber": serial, "AuthenticationCode1": "000000"}
    with refused("InvalidAuthenticationCode", 403, "Authentication code for device is not valid."):
        iam.enable_mfa_device(**params, AuthenticationCode2="000000")
    with refused("ValidationError", 400, "authenticationCode2"):
        iam.enable_mfa_device(**params, AuthenticationCode2="00000x")


def test_a_device_is_made_once(iam: Any, device: tuple[str, bytes], user: str) -> None:
    with refused("EntityAlreadyExists", 409, "MFADevice entity at the same path and name already exists."):
        iam.create_virtual_mfa_device(VirtualMFADeviceName=user)


def test_boto3_s_paginators_list_devices(iam: Any, device: tuple[str, bytes]) -> None:
    pages = iam.get_paginator("list_virtual_mfa_devices").paginate(
        AssignmentStatus="Assigned", PaginationConfig={"PageSize": 1}
    )
    found = {each["SerialNumber"]: each for page in pages for each in page["VirtualMFADevices"]}
    assert "Base32StringSeed" not in found[device[0]]
    assert found[device[0]]["User"]["Arn"]


def test_the_aws_command_draws_the_picture(api: Api, name: str, tmp_path: Path) -> None:
    target = tmp_path / "qr.png"
    made = api.aws_json(
        "iam",
        "create-virtual-mfa-device",
        *("--virtual-mfa-device-name", name, "--outfile", str(target), "--bootstrap-method", "QRCodePNG"),
    )
    assert made["VirtualMFADevice"]["SerialNumber"].endswith(f":mfa/{name}")
    assert target.read_bytes().startswith(PNG)


def test_a_policy_that_wants_a_second_factor_gets_one(api: Api, iam: Any, user: str, device: tuple[str, bytes]) -> None:
    guarded = allow("iam:GetUser", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=guarded)
    key = api.key_of(user)
    with refused("AccessDenied", 403):
        api.client("iam", key).get_user()
    (code,) = codes(device[1], 1, ahead=1)
    sts = api.client("sts", key)
    session = sts.get_session_token(SerialNumber=device[0], TokenCode=code)["Credentials"]
    with refused("AccessDenied", 403, NO_CODE):
        sts.get_session_token(SerialNumber=device[0], TokenCode=code)
    client = boto3.client(
        "iam",
        endpoint_url=api.url,
        region_name="eu-central-1",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    assert client.get_user()["User"]["UserName"] == user


def test_ssh_keys_through_boto3(iam: Any, user: str) -> None:
    line = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    made = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=line)["SSHPublicKey"]
    named = {"UserName": user, "SSHPublicKeyId": made["SSHPublicKeyId"]}
    with refused("DuplicateSSHPublicKey", 400):
        iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=line)
    with refused("UnrecognizedPublicKeyEncoding", 400):
        iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody="nonsense")
    iam.update_ssh_public_key(**named, Status="Inactive")
    shown = iam.get_ssh_public_key(**named, Encoding="PEM")["SSHPublicKey"]
    assert (shown["Status"], shown["Fingerprint"]) == ("Inactive", made["Fingerprint"])
    assert shown["SSHPublicKeyBody"].startswith("-----BEGIN PUBLIC KEY-----")
    pages = iam.get_paginator("list_ssh_public_keys").paginate(UserName=user)
    assert [each["SSHPublicKeyId"] for page in pages for each in page["SSHPublicKeys"]] == [made["SSHPublicKeyId"]]
    iam.delete_ssh_public_key(**named)
    with refused("NoSuchEntity", 404):
        iam.get_ssh_public_key(**named, Encoding="SSH")


def test_signing_certificates_through_boto3(iam: Any, user: str) -> None:
    issued = issue()
    made = iam.upload_signing_certificate(UserName=user, CertificateBody=issued.pem)["Certificate"]
    named = {"UserName": user, "CertificateId": made["CertificateId"]}
    with refused("DuplicateCertificate", 409):
        iam.upload_signing_certificate(UserName=user, CertificateBody=issued.pem)
    with refused("MalformedCertificate", 400):
        iam.upload_signing_certificate(UserName=user, CertificateBody="nonsense")
    with refused("InvalidCertificate", 400):
        iam.upload_signing_certificate(UserName=user, CertificateBody=issue(start=5).pem)
    iam.update_signing_certificate(**named, Status="Inactive")
    pages = iam.get_paginator("list_signing_certificates").paginate(UserName=user)
    assert [each["Status"] for page in pages for each in page["Certificates"]] == ["Inactive"]
    iam.delete_signing_certificate(**named)


def test_server_certificates_through_boto3(iam: Any, name: str) -> None:
    above = issue("CA")
    issued = issue(by=above)
    made = iam.upload_server_certificate(
        ServerCertificateName=name,
        CertificateBody=issued.pem,
        PrivateKey=issued.private_key,
        CertificateChain=above.pem,
        Tags=RED,
    )
    assert made["Tags"] == RED
    with refused("KeyPairMismatch", 400):
        iam.upload_server_certificate(
            ServerCertificateName=f"{name}-2", CertificateBody=issued.pem, PrivateKey=above.private_key
        )
    found = iam.get_server_certificate(ServerCertificateName=name)["ServerCertificate"]
    assert found["ServerCertificateMetadata"] == made["ServerCertificateMetadata"]
    iam.tag_server_certificate(ServerCertificateName=name, Tags=[{"Key": "size", "Value": "s"}])
    iam.untag_server_certificate(ServerCertificateName=name, TagKeys=["colour"])
    assert iam.list_server_certificate_tags(ServerCertificateName=name)["Tags"] == [{"Key": "size", "Value": "s"}]
    iam.update_server_certificate(ServerCertificateName=name, NewPath="/web/", NewServerCertificateName=f"{name}-new")
    pages = iam.get_paginator("list_server_certificates").paginate(PathPrefix="/web/")
    listed = [each["ServerCertificateName"] for page in pages for each in page["ServerCertificateMetadataList"]]
    assert f"{name}-new" in listed
    iam.delete_server_certificate(ServerCertificateName=f"{name}-new")


def test_app_passwords_through_boto3(iam: Any, user: str) -> None:
    made = iam.create_service_specific_credential(UserName=user, ServiceName="mail")["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == f"{user}-at-123456789012"
    named = {"UserName": user, "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    with refused("NotSupportedService", 404):
        iam.create_service_specific_credential(UserName=user, ServiceName="a b")
    again = iam.reset_service_specific_credential(**named)["ServiceSpecificCredential"]
    assert again["ServicePassword"] != made["ServicePassword"]
    iam.update_service_specific_credential(**named, Status="Inactive")
    (listed,) = iam.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"]
    assert listed["Status"] == "Inactive"
    assert "ServicePassword" not in listed
    with refused("DeleteConflict", 409, "Cannot delete entity, must remove referenced objects first."):
        iam.delete_user(UserName=user)
    iam.delete_service_specific_credential(**named)
    iam.delete_user(UserName=user)


@pytest.fixture
def role(iam: Any, name: str) -> str:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    return name


def test_instance_profiles_through_boto3(iam: Any, role: str) -> None:
    named = {"InstanceProfileName": role}
    iam.create_instance_profile(**named, Path="/web/", Tags=RED)
    iam.add_role_to_instance_profile(**named, RoleName=role)
    iam.get_waiter("instance_profile_exists").wait(**named)
    found = iam.get_instance_profile(**named)["InstanceProfile"]
    (inside,) = found["Roles"]
    assert (inside["RoleName"], inside["AssumeRolePolicyDocument"]["Version"]) == (role, "2012-10-17")
    with refused("LimitExceeded", 409, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"):
        iam.add_role_to_instance_profile(**named, RoleName=role)
    for operation, params in (("delete_role", {"RoleName": role}), ("delete_instance_profile", named)):
        with refused("DeleteConflict", 409, "must remove roles from instance profile first"):
            getattr(iam, operation)(**params)
    for verb, params in (("list_instance_profiles", {}), ("list_instance_profiles_for_role", {"RoleName": role})):
        pages = iam.get_paginator(verb).paginate(**params)
        assert role in {each["InstanceProfileName"] for page in pages for each in page["InstanceProfiles"]}
    iam.tag_instance_profile(**named, Tags=[{"Key": "size", "Value": "s"}])
    iam.untag_instance_profile(**named, TagKeys=["colour"])
    assert iam.list_instance_profile_tags(**named)["Tags"] == [{"Key": "size", "Value": "s"}]
    iam.remove_role_from_instance_profile(**named, RoleName=role)
    iam.delete_instance_profile(**named)
    with refused("NoSuchEntity", 404, f"Instance Profile {role} cannot be found."):
        iam.get_instance_profile(**named)


def test_service_linked_roles_through_boto3(iam: Any, name: str) -> None:
    service = f"{name}.example.org"
    made = iam.create_service_linked_role(AWSServiceName=service)["Role"]
    assert made["Path"] == f"/aws-service-role/{service}/"
    with refused("InvalidInput", 400, "has been taken in this account, please try a different suffix."):
        iam.create_service_linked_role(AWSServiceName=service)
    with refused("UnmodifiableEntity", 400, f"the protected role '{made['RoleName']}'"):
        iam.delete_role(RoleName=made["RoleName"])
    task = iam.delete_service_linked_role(RoleName=made["RoleName"])["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
