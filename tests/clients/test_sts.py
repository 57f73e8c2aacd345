"""Temporary credentials over HTTP, as boto3 and the `aws` command get and use them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter.crypto.sealing import Keyring
from adapter.crypto.tokens import issue, seal_message
from adapter.sessions import Session, SessionKind
from tests.clients.conftest import REGION, Api, Key
from tests.clients.refusals import refused
from tests.clients.strict import strict
from tests.directory.sessions import ACCOUNT, role_arn, trust, user_arn
from tests.documents import ADMINISTRATOR, CHANGE_PASSWORD, READ_ONLY, allow

TOO_MUCH = [{"Key": f"{n}", "Value": "".join(chr(0x4E00 + n * 250 + i) for i in range(250))} for n in range(50)]
INVALID = "The security token included in the request is invalid"


def temporary(api: Api, credentials: dict[str, Any], service: str = "sts") -> Any:
    """A boto3 client that signs with temporary credentials."""
    client = boto3.client(
        service,
        endpoint_url=api.url,
        region_name=REGION,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"max_attempts": 1}, parameter_validation=False),
    )
    return strict(client)


@pytest.fixture
def key(api: Api, user: str) -> Key:
    return api.key_of(user)


@pytest.fixture
def role(iam: Any, user: str) -> str:
    """A role that the user may assume, and that may read everything."""
    name = f"{user}-reader"
    trusting = trust(user_arn(user), "sts:TagSession", "sts:SetSourceIdentity")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting)
    iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    return role_arn(name)


def keyring(api: Api) -> Keyring:
    return Keyring.from_text(api.directory.settings.master_key_path.read_text())


def test_a_role_is_assumed_and_used(api: Api, key: Key, user: str, role: str) -> None:
    answer = api.client("sts", key).assume_role(RoleArn=role, RoleSessionName="laptop")
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{user}-reader/laptop"
    assert answer["AssumedRoleUser"]["Arn"] == arn
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert timedelta(minutes=59) < answer["Credentials"]["Expiration"] - datetime.now(UTC) <= timedelta(hours=1)
    session = answer["Credentials"]
    assert temporary(api, session).get_caller_identity()["Arn"] == arn
    assert temporary(api, session, "iam").list_users()["Users"]
    words = f"User: {arn} is not authorized to perform: iam:CreateUser on resource: {user_arn('x')} because no identity"
    with refused("AccessDenied", 403, words):
        temporary(api, session, "iam").create_user(UserName="x")


def test_everything_that_a_session_takes_along_comes_back(api: Api, key: Key, role: str) -> None:
    answer = api.client("sts", key).assume_role(
        RoleArn=role,
        RoleSessionName="laptop",
        Policy=allow("iam:ListUsers"),
        PolicyArns=[{"arn": CHANGE_PASSWORD}],
        Tags=[{"Key": "team", "Value": "red"}],
        TransitiveTagKeys=["team"],
        SourceIdentity="bob",
        DurationSeconds=900,
    )
    assert answer["SourceIdentity"] == "bob"
    assert 0 < answer["PackedPolicySize"] <= 100
    assert answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"])
    session = temporary(api, answer["Credentials"], "iam")
    assert session.list_users()["Users"]
    with refused("AccessDenied", 403, "because no session policy allows the iam:ListGroups action"):
        session.list_groups()


def test_a_stranger_is_refused_as_by_aws(api: Api, iam: Any, role: str, name: str) -> None:
    iam.create_user(UserName=f"{name}-stranger")
    stranger = api.client("sts", api.key_of(f"{name}-stranger"))
    with refused("AccessDenied", 403, f"is not authorized to perform: sts:AssumeRole on resource: {role}"):
        stranger.assume_role(RoleArn=role, RoleSessionName="laptop")


def test_the_root_user_is_refused_as_by_aws(api: Api, role: str) -> None:
    with refused("AccessDenied", 403, "Roles may not be assumed by root accounts"):
        api.client("sts").assume_role(RoleArn=role, RoleSessionName="root")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"DurationSeconds": 7200}, ("ValidationError", 400, "exceeds the MaxSessionDuration set for this role")),
        ({"DurationSeconds": 1}, ("ValidationError", 400, "durationSeconds")),
        ({"Policy": "{"}, ("MalformedPolicyDocument", 400, "")),
        (
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
            ("InvalidParameterValue", 400, "Duplicate tag keys found"),
        ),
        ({"TransitiveTagKeys": ["x"]}, ("InvalidParameterValue", 400, "must be included in the requested tags")),
        (
            {"SerialNumber": "GAHT12345678", "TokenCode": "123456"},
            ("AccessDenied", 403, "MultiFactorAuthentication failed"),
        ),
        ({"Tags": TOO_MUCH}, ("PackedPolicyTooLarge", 400, "of allotted space")),
    ],
)
def test_what_makes_no_sense_is_refused_with_aws_s_codes(
    api: Api, key: Key, role: str, given: dict[str, Any], refusal: tuple[str, int, str]
) -> None:
    with refused(*refusal):
        api.client("sts", key).assume_role(RoleArn=role, RoleSessionName="laptop", **given)


def test_a_user_gets_a_session(api: Api, key: Key, user: str, role: str) -> None:
    credentials = api.client("sts", key).get_session_token(DurationSeconds=900)["Credentials"]
    sts = temporary(api, credentials)
    assert sts.get_caller_identity()["Arn"] == user_arn(user)
    assert sts.assume_role(RoleArn=role, RoleSessionName="laptop")["Credentials"]["AccessKeyId"]
    with refused("InvalidClientTokenId", 403, INVALID):
        temporary(api, credentials, "iam").get_user()
    with refused("AccessDenied", 403, "Cannot call GetSessionToken with session credentials"):
        sts.get_session_token()


def test_a_user_vouches_for_somebody(api: Api, administrator: Key) -> None:
    answer = api.client("sts", administrator).get_federation_token(Name="guest", Policy=allow("s3:*"))
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{ACCOUNT}:guest", "Arn": arn}
    guest = temporary(api, answer["Credentials"])
    identity = guest.get_caller_identity()
    assert (identity["UserId"], identity["Account"], identity["Arn"]) == (f"{ACCOUNT}:guest", ACCOUNT, arn)
    with refused("InvalidClientTokenId", 403, INVALID):
        temporary(api, answer["Credentials"], "iam").list_users()


def test_the_account_of_a_temporary_key_is_told(api: Api, key: Key, administrator: Key) -> None:
    made = api.client("sts", key).get_session_token()["Credentials"]
    answer = api.client("sts", administrator).get_access_key_info(AccessKeyId=made["AccessKeyId"])
    assert answer["Account"] == ACCOUNT


def test_an_authorization_message_is_decoded(api: Api, administrator: Key) -> None:
    sts = api.client("sts", administrator)
    message = seal_message(keyring(api), ACCOUNT, {"allowed": False})
    assert sts.decode_authorization_message(EncodedMessage=message)["DecodedMessage"] == '{"allowed":false}'
    with refused("InvalidAuthorizationMessageException", 400):
        sts.decode_authorization_message(EncodedMessage="x")


def expired(api: Api) -> dict[str, Any]:
    """Credentials of the root user that were good once."""
    root = api.directory.ldap(
        "ldapsearch", "-LLL", "-b", f"cn=root,ou=iam,{api.directory.suffix}", "iamUniqueId"
    ).stdout
    then = datetime.now(UTC) - timedelta(hours=2)
    session = Session(
        kind=SessionKind.USER,
        account_id=ACCOUNT,
        dn=f"cn=root,ou=iam,{api.directory.suffix}",
        subject_id=root.partition("iamUniqueId: ")[2].strip(),
        issued_at=then,
        expires_at=then + timedelta(hours=1),
    )
    made = issue(keyring(api), session)
    return {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "SessionToken": made.session_token,
    }


def test_a_session_that_is_over_is_told_so(api: Api) -> None:
    with refused("ExpiredToken", 403, "The security token included in the request is expired"):
        temporary(api, expired(api)).get_caller_identity()


def test_a_presigned_request_carries_its_token(api: Api, key: Key, user: str) -> None:
    made = api.client("sts", key).get_session_token()["Credentials"]
    url = temporary(api, made).generate_presigned_url("get_caller_identity", HttpMethod="GET")
    status, _, body = api.http(method="GET", path=url.removeprefix(api.url))
    assert status == 200
    assert user_arn(user).encode() in body


@pytest.fixture(scope="module")
def stolen(api: Api) -> dict[str, Any]:
    """Somebody's key and secret, whose token is going to be tampered with."""
    made: dict[str, Any] = api.client("sts").get_session_token()["Credentials"]
    return made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=300))
def test_made_up_tokens_are_invalid(api: Api, stolen: dict[str, Any], token: str) -> None:
    with refused("InvalidClientTokenId", 403, INVALID):
        temporary(api, {**stolen, "SessionToken": token}).get_caller_identity()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0), st.sampled_from("ABab01+/"))
def test_altered_tokens_are_invalid(api: Api, stolen: dict[str, Any], place: int, character: str) -> None:
    token = stolen["SessionToken"]
    at = place % (len(token) - 4)
    altered = token[:at] + ("C" if token[at] == character else character) + token[at + 1 :]
    with refused("InvalidClientTokenId", 403, INVALID):
        temporary(api, {**stolen, "SessionToken": altered}).get_caller_identity()


@pytest.mark.parametrize("size", [8193, 20_000])
def test_an_endless_token_is_invalid(api: Api, stolen: dict[str, Any], size: int) -> None:
    with refused("InvalidClientTokenId", 403, INVALID):
        temporary(api, {**stolen, "SessionToken": "A" * size}).get_caller_identity()


def test_the_longest_token_arrives(api: Api, key: Key, role: str) -> None:
    given = {"RoleArn": role, "RoleSessionName": "long", "MinimumSessionTokenSize": 4096}
    made = api.client("sts", key).assume_role(**given)["Credentials"]
    assert len(made["SessionToken"]) >= 4096
    assert temporary(api, made).get_caller_identity()["Account"] == ACCOUNT


def aws(api: Api, credentials: dict[str, Any], *arguments: str) -> str:
    """Runs the `aws` command with temporary credentials."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": api.url,
    }
    command = [str(Path(sys.executable).with_name("aws")), *arguments, "--output", "text"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_aws_command_assumes_a_role_and_goes_on_with_it(api: Api, key: Key, user: str, role: str) -> None:
    made = api.aws_json("sts", "assume-role", "--role-arn", role, "--role-session-name", "cli", key=key)["Credentials"]
    assert f"assumed-role/{user}-reader/cli" in aws(api, made, "sts", "get-caller-identity")


def test_boto3_assumes_roles_by_its_profile(api: Api, key: Key, role: str, user: str, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        f"[profile source]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\nregion = {REGION}\n"
        f"endpoint_url = {api.url}\n"
        f"[profile reader]\nrole_arn = {role}\nsource_profile = source\nregion = {REGION}\nendpoint_url = {api.url}\n"
    )
    program = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    environment = {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "reader", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert f"assumed-role/{user}-reader/" in done.stdout, done.stderr


def test_a_role_tells_over_the_api_when_it_was_used(api: Api, iam: Any, key: Key, user: str, role: str) -> None:
    assert iam.get_role(RoleName=f"{user}-reader")["Role"]["RoleLastUsed"] == {}
    made = api.client("sts", key).assume_role(RoleArn=role, RoleSessionName="laptop")["Credentials"]
    temporary(api, made, "iam").list_users()
    for _ in range(100):
        used = iam.get_role(RoleName=f"{user}-reader")["Role"]["RoleLastUsed"]
        if used:
            break
    assert used["Region"] == REGION
    assert datetime.now(UTC) - used["LastUsedDate"] < timedelta(minutes=1)


def test_an_administrator_by_a_role_makes_users(api: Api, iam: Any, key: Key, role: str, name: str) -> None:
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=ADMINISTRATOR)
    made = api.client("sts", key).assume_role(RoleArn=role, RoleSessionName="laptop")["Credentials"]
    assert temporary(api, made, "iam").create_user(UserName=f"{name}-new")["User"]["UserName"] == f"{name}-new"
