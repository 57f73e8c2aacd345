"""Each error that AWS documents for an operation is answered by it, or there is a reason why it can't be."""

from __future__ import annotations

import ast
import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapter.crypto.totp import code_at, current_step
from adapter.installation.accounts import create_account
from tests.certificates import make_pair
from tests.clients.conftest import Api, Key, serving
from tests.clients.refusals import refused
from tests.clients.strict import code_of, status_of
from tests.clients.test_every_operation import ROWS, VALUES, may_miss, model_of
from tests.conftest import running_copy
from tests.documents import ADMINISTRATOR, TRUST, allow
from tests.saml_encryption import new_key, pem
from tests.saml_provider import metadata
from tests.x509 import issue

ACCOUNT: Final = "arn:aws:iam::123456789012"
URL: Final = "https://id.example.com"
METADATA: Final = metadata(make_pair("idp"))
CERTIFICATE: Final = issue()
SERVICE_ROLE: Final = "AWSServiceRoleForAutoScaling"
NO_ARN: Final = "this-is-no-arn-of-anything"
TWO: Final = [{"Key": "one", "Value": "red"}, {"Key": "two", "Value": "blue"}]
TWICE: Final = [{"Key": "team", "Value": "red"}, {"Key": "TEAM", "Value": "blue"}]
MANY: Final = [{"Key": f"{number:0128}", "Value": secrets.token_hex(128)} for number in range(50)]
LONG: Final = allow([f"s3:{'x' * 60}{number}" for number in range(200)])
LONG_TRUST: Final = json.dumps(json.loads(TRUST) | {"Id": "x" * 3000})
TAGGING_TRUST: Final = TRUST.replace('"sts:AssumeRole"', '["sts:AssumeRole", "sts:TagSession"]')
BY_A_USER: Final = frozenset({"assume_role", "change_password", "get_federation_token"})
SHORT: Final = {"with_token": "assume_role_with_web_identity", "with_assertion": "assume_role_with_saml"}
"""What tests of federation call two operations by."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A call, and the error that it is answered with."""

    name: str
    code: str
    given: dict[str, Any]


NEVER: Final = {
    "ServiceFailure": "something would have to be broken",
    "ConcurrentModification": "the door tries again for as long as it makes sense; tests/directory/test_races.py",
    "EntityTemporarilyUnmodifiable": "a change holds at once, so that nothing waits for it",
    "PolicyNotAttachable": "every managed policy may be attached to everything that takes policies",
    "PolicyEvaluation": "a simulation that was accepted can be carried out",
    "RegionDisabledException": "there is one region, whatever it is called",
}
"""Codes that no client can provoke, and why."""
WITHOUT_A_QUOTA: Final = (
    "change_password", "create_account_alias", "create_group", "create_login_profile", "create_service_linked_role",
    "deactivate_mfa_device", "delete_access_key", "delete_account_alias", "delete_account_password_policy",
    "delete_group", "delete_group_policy", "delete_instance_profile", "delete_login_profile", "delete_policy",
    "delete_policy_version", "delete_role", "delete_role_policy", "delete_saml_provider", "delete_server_certificate",
    "delete_service_linked_role", "delete_signing_certificate", "delete_user", "delete_user_policy",
    "delete_virtual_mfa_device", "detach_group_policy", "detach_role_policy", "detach_user_policy",
    "generate_credential_report", "remove_role_from_instance_profile", "remove_user_from_group",
    "set_default_policy_version", "update_access_key", "update_account_password_policy", "update_group",
    "update_login_profile", "update_server_certificate", "update_signing_certificate", "update_user",
)  # fmt: skip
HELD_TO_THE_MODEL: Final = (
    "get_service_last_accessed_details", "get_service_last_accessed_details_with_entities",
    "get_service_linked_role_deletion_status", "list_attached_group_policies", "list_attached_role_policies",
    "list_attached_user_policies", "list_mfa_device_tags", "untag_instance_profile", "untag_mfa_device",
    "untag_server_certificate",
)  # fmt: skip
NAMING_NOTHING: Final = ("create_group", "create_service_linked_role", "update_account_password_policy")
EXCUSED: Final[dict[Pair, str]] = {
    ("get_credential_report", "ReportExpired"): "takes four hours; tests/directory/test_reports_credentials.py",
    ("get_credential_report", "ReportInProgress"): "takes luck; tests/directory/test_reports_credentials.py",
    ("assume_role", "ExpiredTokenException"): "is about context tokens, of which there are none",
    ("add_role_to_instance_profile", "EntityAlreadyExists"): "the quota of one role answers first, as AWS's does",
    ("assume_role_with_web_identity", "IDPRejectedClaim"): "an ID token does not say that nobody was authenticated",
    ("update_role_description", "UnmodifiableEntity"): "the description of a service's role may be changed",
    ("upload_signing_certificate", "EntityAlreadyExists"): "what is there already is DuplicateCertificate",
    ("get_ssh_public_key", "UnrecognizedPublicKeyEncoding"): "the model knows the encodings: ValidationError",
    ("delete_server_certificate", "DeleteConflict"): "nothing here uses server certificates",
    ("update_account_password_policy", "MalformedPolicyDocument"): "none of its parameters is a document",
    **dict.fromkeys(((name, "LimitExceeded") for name in WITHOUT_A_QUOTA), "it adds nothing that is counted"),
    **dict.fromkeys(((name, "InvalidInput") for name in HELD_TO_THE_MODEL), "the model's rules are all there are"),
    **dict.fromkeys(((name, "NoSuchEntity") for name in NAMING_NOTHING), "it names nothing that could be missing"),
}
"""What can't be provoked of one operation, and why."""

LIMITED: Final = (
    "AccessKeysPerUser", "CertificatesPerUser", "ClientIdsPerOpenIdConnectProvider", "InstanceProfilesPerAccount",
    "MFADevicesPerUser", "OpenIDConnectProvidersPerAccount", "PoliciesPerGroup", "PoliciesPerRole", "PoliciesPerUser",
    "PrivateKeysPerSAMLProvider",
    "SAMLProvidersPerAccount", "SSHPublicKeysPerUser", "ServerCertificatesPerAccount",
    "ServiceSpecificCredentialsPerUser", "TagsPerInstanceProfile", "TagsPerMFADevice", "TagsPerOpenIDConnectProvider",
    "TagsPerPolicy", "TagsPerRole", "TagsPerSAMLProvider", "TagsPerServerCertificate", "TagsPerUser",
)  # fmt: skip
"""Quotas that are set to one in the world of these tests, where there is one of each thing already."""


@dataclass(frozen=True)
class World:
    """An account in which there is one of everything."""

    api: Api
    bob: Key
    bobs_device: str
    free_device: str

    def limit(self, code: str) -> None:
        """Allows one of each thing while it is about limits, and as many as usual otherwise."""
        quotas = "".join(f"iamQuota: {name} 1\n" for name in LIMITED) if code == "LimitExceeded" else ""
        directory = self.api.directory
        change = f"dn: ou=iam,{directory.suffix}\nchangetype: modify\nreplace: iamQuota\n"
        directory.ldap("ldapmodify", stdin=change + quotas)

    def call(self, name: str, given: dict[str, Any]) -> Any:
        """Calls an operation as the root user, or as a user where the root user can't."""
        key = self.bob if name in BY_A_USER else None
        return getattr(self.api.client(ROWS[name].service, key), name)(**self._filled(given))

    def _filled(self, given: dict[str, Any]) -> dict[str, Any]:
        places = {"BOBS DEVICE": self.bobs_device, "FREE DEVICE": self.free_device}
        return {name: places.get(value, value) if isinstance(value, str) else value for name, value in given.items()}


@pytest.fixture(scope="module")
def world(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    for directory in running_copy(template, folder / "data"):
        create_account(directory.settings, email="root@other.example", alias="taken")
        with serving(directory, folder / "web.log") as api:
            iam = api.client("iam")
            populate(iam)
            yield World(api, api.key_of("bob"), enrolled(iam, "bob"), enrolled(iam, None))


def populate(iam: Any) -> None:
    """Makes one of everything; of things that there may be so many of, as many as the quotas will allow."""
    for name in ("bob", "two"):
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TAGGING_TRUST)
        iam.create_policy(PolicyName=name, PolicyDocument=allow("s3:*"))
    iam.attach_user_policy(UserName="bob", PolicyArn=ADMINISTRATOR)
    iam.attach_group_policy(GroupName="bob", PolicyArn=ADMINISTRATOR)
    iam.attach_role_policy(RoleName="bob", PolicyArn=ADMINISTRATOR)
    iam.create_login_profile(UserName="bob", Password="Bindery-demo-1")
    iam.upload_signing_certificate(UserName="bob", CertificateBody=CERTIFICATE.pem)
    iam.upload_ssh_public_key(UserName="bob", SSHPublicKeyBody=ssh_key())
    iam.create_service_specific_credential(UserName="bob", ServiceName="codecommit.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName="bob")
    iam.add_role_to_instance_profile(InstanceProfileName="bob", RoleName="bob")
    iam.create_open_id_connect_provider(Url=URL, ClientIDList=["app"], ThumbprintList=["9" * 40])
    iam.create_saml_provider(Name="bob", SAMLMetadataDocument=METADATA, AddPrivateKey=pem(new_key()))
    for name in ("bob", "two"):
        iam.upload_server_certificate(
            ServerCertificateName=name, CertificateBody=CERTIFICATE.pem, PrivateKey=CERTIFICATE.private_key
        )
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")


def enrolled(iam: Any, user_name: str | None) -> str:
    """The serial number of a new device, which belongs to a user or to nobody."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user_name or "free")["VirtualMFADevice"]
    serial: str = made["SerialNumber"]
    if user_name is not None:
        seed, step = base64.b32decode(made["Base32StringSeed"]), current_step(datetime.now(UTC))
        codes = {f"AuthenticationCode{place}": code_at(seed, step - 2 + place) for place in (1, 2)}
        iam.enable_mfa_device(UserName=user_name, SerialNumber=serial, **codes)
    return serial


def ssh_key(key: Ed25519PrivateKey | RSAPrivateKey | None = None) -> str:
    public = (key or Ed25519PrivateKey.generate()).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def documented(code: str, member: str) -> list[str]:
    """The operations that document an error and take a parameter."""
    return [name for name in ROWS if (name, code) in DOCUMENTED and member in parameters_of(name)]


def parameters_of(name: str) -> set[str]:
    shape = model_of(name).input_shape
    return set(shape.members) if shape else set()


def complete(name: str, **given: Any) -> dict[str, Any]:
    """Parameters with those that the operation needs besides: each names what there is."""
    shape = model_of(name).input_shape
    needed = {member: PRESENT[member] for member in (shape.required_members if shape else ()) if member not in given}
    return needed | given


DOCUMENTED: Final = {(name, code_of(shape)) for name in ROWS for shape in model_of(name).error_shapes}
PRESENT: Final[dict[str, Any]] = {
    **VALUES,
    **dict.fromkeys(("UserName", "GroupName", "RoleName", "InstanceProfileName", "ServerCertificateName"), "bob"),
    "PolicyArn": f"{ACCOUNT}:policy/bob",
    "OpenIDConnectProviderArn": f"{ACCOUNT}:oidc-provider/id.example.com",
    "SAMLProviderArn": f"{ACCOUNT}:saml-provider/bob",
    "SerialNumber": "BOBS DEVICE",
    "AssumeRolePolicyDocument": TRUST,
    "SAMLMetadataDocument": METADATA,
    "Url": URL,
    "Name": "new",
    "VirtualMFADeviceName": "new",
    "CertificateBody": CERTIFICATE.pem,
    "PrivateKey": CERTIFICATE.private_key,
    "RoleArn": f"{ACCOUNT}:role/two",
    "RoleSessionName": "session",
}
ARNS: Final = ("PolicyArn", "PermissionsBoundary", "OpenIDConnectProviderArn", "SAMLProviderArn", "Arn",
               "PolicySourceArn")  # fmt: skip
NEW: Final = {"UserName": "new", "RoleName": "new", "PolicyName": "new", "InstanceProfileName": "new",
              "ServerCertificateName": "new", "Url": "https://other.example.com"}  # fmt: skip


def with_no_arn() -> Iterator[Case]:
    for member in ARNS:
        for name in documented("InvalidInput", member):
            named = NEW if name.startswith("create_") else {}
            yield Case(name, "InvalidInput", complete(name, **_known(name, named), **{member: NO_ARN}))


def with_tags(code: str, tags: list[dict[str, str]]) -> Iterator[Case]:
    for name in documented(code, "Tags"):
        named = {} if name.startswith("tag_") else NEW
        yield Case(name, code, complete(name, **_known(name, named), Tags=tags))


def with_a_service_s_role() -> Iterator[Case]:
    for name in documented("UnmodifiableEntity", "RoleName"):
        if (name, "UnmodifiableEntity") in EXCUSED:
            continue
        more = {"MaxSessionDuration": 7200} if name == "update_role" else {}
        document = {"PolicyDocument": TRUST} if name == "update_assume_role_policy" else {}
        yield Case(name, "UnmodifiableEntity", complete(name, RoleName=SERVICE_ROLE, **more, **document))


def with_a_broken_document() -> Iterator[Case]:
    for member in ("PolicyDocument", "AssumeRolePolicyDocument", "Policy"):
        for name in documented("MalformedPolicyDocument", member):
            if name not in {"assume_role_with_saml", "assume_role_with_web_identity"}:  # tests/clients/test_federation
                yield Case(name, "MalformedPolicyDocument", complete(name, **{member: "{"}))


def _known(name: str, given: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in given.items() if member in parameters_of(name)}


def case(name: str, code: str, **given: Any) -> Case:
    return Case(name, code, complete(name, **given))


CASES: Final = [
    *with_no_arn(),
    *with_tags("InvalidInput", TWICE),
    *with_tags("LimitExceeded", TWO),
    *with_a_service_s_role(),
    *with_a_broken_document(),
    case("get_context_keys_for_custom_policy", "InvalidInput", PolicyInputList=["{"]),
    case("update_signing_certificate", "InvalidInput", Status="Expired"),
    case("update_ssh_public_key", "InvalidInput", Status="Expired"),
    case("create_account_alias", "EntityAlreadyExists", AccountAlias="taken"),
    case("create_instance_profile", "EntityAlreadyExists"),
    case("create_policy", "EntityAlreadyExists", PolicyName="bob"),
    case("create_role", "EntityAlreadyExists"),
    case("enable_mfa_device", "EntityAlreadyExists", UserName="two"),
    case("update_group", "EntityAlreadyExists", NewGroupName="two"),
    case("update_user", "EntityAlreadyExists", NewUserName="two"),
    case("update_server_certificate", "EntityAlreadyExists", NewServerCertificateName="two"),
    case("upload_server_certificate", "EntityAlreadyExists"),
    case("delete_instance_profile", "DeleteConflict"),
    case("attach_group_policy", "LimitExceeded"),
    case("attach_role_policy", "LimitExceeded"),
    case("attach_user_policy", "LimitExceeded"),
    case("add_client_id_to_open_id_connect_provider", "LimitExceeded", ClientID="other"),
    case("create_instance_profile", "LimitExceeded", InstanceProfileName="new"),
    case(
        "create_open_id_connect_provider", "LimitExceeded", Url="https://other.example.com", ThumbprintList=["9" * 40]
    ),
    case("create_policy", "LimitExceeded", PolicyName="new", PolicyDocument=LONG),
    case("create_role", "LimitExceeded", RoleName="new", AssumeRolePolicyDocument=LONG_TRUST),
    case("create_saml_provider", "LimitExceeded"),
    case("create_service_specific_credential", "LimitExceeded"),
    case("enable_mfa_device", "LimitExceeded", SerialNumber="FREE DEVICE"),
    case("put_group_policy", "LimitExceeded", PolicyDocument=LONG),
    case("put_role_policy", "LimitExceeded", PolicyDocument=LONG),
    case("put_user_policy", "LimitExceeded", PolicyDocument=LONG),
    case("update_assume_role_policy", "LimitExceeded", PolicyDocument=LONG_TRUST),
    case("upload_server_certificate", "LimitExceeded", ServerCertificateName="new"),
    case("update_saml_provider", "LimitExceeded", AddPrivateKey=pem(new_key())),
    case("upload_signing_certificate", "LimitExceeded", UserName="bob", CertificateBody=issue().pem),
    case("upload_ssh_public_key", "LimitExceeded", SSHPublicKeyBody=ssh_key()),
    case("change_password", "PasswordPolicyViolation", OldPassword="Bindery-demo-1", NewPassword="short"),
    case("create_user", "NoSuchEntity", UserName="new", PermissionsBoundary=f"{ACCOUNT}:policy/nobody"),
    case("delete_service_linked_role", "NoSuchEntity", RoleName="nobody"),
    case("upload_signing_certificate", "NoSuchEntity", UserName="nobody"),
    case("upload_ssh_public_key", "NoSuchEntity", UserName="nobody", SSHPublicKeyBody=ssh_key()),
    case("upload_ssh_public_key", "InvalidPublicKey", SSHPublicKeyBody=ssh_key(generate_private_key(65537, 1024))),
    case("upload_server_certificate", "MalformedCertificate", ServerCertificateName="new", CertificateBody="x"),
    case("update_login_profile", "PasswordPolicyViolation", Password="short"),
    case("resync_mfa_device", "InvalidAuthenticationCode"),
    case("list_service_specific_credentials", "NotSupportedService", UserName="bob", ServiceName="no/service"),
    case("assume_role", "PackedPolicyTooLarge", Tags=MANY),
    case("get_federation_token", "PackedPolicyTooLarge", Tags=MANY),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.code}")
def test_a_documented_error_is_answered(world: World, case: Case) -> None:
    world.limit(case.code)
    statuses = {code_of(shape): status_of(shape) for shape in model_of(case.name).error_shapes}
    with refused(case.code, statuses[case.code] or 400):
        world.call(case.name, case.given)


def test_a_password_that_there_is_not_is_not_changed(world: World) -> None:
    two = world.api.client("iam", world.api.key_of("two"))
    world.api.client("iam").attach_user_policy(UserName="two", PolicyArn=ADMINISTRATOR)
    with refused("NoSuchEntity", 404):
        two.change_password(OldPassword="Bindery-demo-1", NewPassword="Another-one-22")


def test_the_root_user_changes_no_password_by_the_api(api: Api) -> None:
    with refused("InvalidUserType", 400):
        api.client("iam").change_password(OldPassword="Bindery-demo-1", NewPassword="Another-one-22")


def test_after_too_many_wrong_codes_none_is_looked_at(own_api: Api) -> None:
    iam = own_api.client("iam")
    iam.create_user(UserName="bob")
    wrong = {"UserName": "bob", "SerialNumber": enrolled(iam, "bob")}
    wrong |= {"AuthenticationCode1": "000000", "AuthenticationCode2": "000001"}
    for _ in range(5):
        with refused("InvalidAuthenticationCode", 403):
            iam.resync_mfa_device(**wrong)
    with refused("LimitExceeded", 409):
        iam.resync_mfa_device(**wrong)


def answered_elsewhere() -> set[Pair]:
    """Operations that client tests call in a block of `refused`, or within `code_of(…) == …`, with that code."""
    found: set[Pair] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.With):
                codes = {code for item in node.items if (code := _refused_code(item.context_expr))}
                called = {called for part in node.body for each in ast.walk(part) if (called := _called(each))}
                found |= {(name, code) for name in called for code in codes}
            elif isinstance(node, ast.Compare):
                found |= set(_compared(node))
    return found


def _compared(node: ast.Compare) -> Iterator[Pair]:
    call, other = node.left, node.comparators[0]
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "code_of":
        name = _called(call.args[0])
        if name and isinstance(other, ast.Constant):
            yield name, str(other.value)


def _refused_code(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refused" and node.args:
        first = node.args[0]
        return str(first.value) if isinstance(first, ast.Constant) else None
    return None


def _called(node: ast.AST) -> str | None:
    return SHORT.get(node.attr, node.attr) if isinstance(node, ast.Attribute) else None


def test_every_documented_error_is_answered_or_there_is_a_reason_why_not() -> None:
    missing = {(name, "NoSuchEntity") for name in ROWS if may_miss(name)}
    answered = {(each.name, each.code) for each in CASES} | answered_elsewhere() | missing
    reasons = set(EXCUSED) | {pair for pair in DOCUMENTED if pair[1] in NEVER}
    assert sorted(DOCUMENTED - answered - reasons) == []
    assert sorted(set(EXCUSED) - (DOCUMENTED - answered)) == [], "there is no need for these reasons"
