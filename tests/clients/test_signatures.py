"""What becomes of requests whose signature is wrong in one way or another; and the forms that are right."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import boto3
import botocore
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from tests.clients.conftest import Api, Key
from tests.clients.refusals import refused
from tests.clients.strict import strict
from tests.clients.xml import error_of, value_of
from tests.documents import allow

INVALID = "The security token included in the request is invalid."
IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def signed(api: Api, body: bytes = IDENTITY, service: str = "sts", key: Key | None = None) -> dict[str, str]:
    """The headers of a signed request."""
    key = key or api.root_key
    request = AWSRequest("POST", f"{api.url}/", data=body, headers={"Content-Type": FORM})
    SigV4Auth(Credentials(key.id, key.secret), service, "us-east-1").add_auth(request)
    return {name.replace("-", "_"): value for name, value in request.headers.items()}


def test_every_region_is_accepted(api: Api) -> None:
    assert api.client("sts", region="mars-north-1").get_caller_identity()["Account"] == "123456789012"


def test_a_key_that_nobody_has_is_invalid(api: Api) -> None:
    with refused("InvalidClientTokenId", 403, INVALID):
        api.client("iam", Key("AKIAIOSFODNN7EXAMPLE", "secret")).get_user()


def test_a_wrong_secret_does_not_match(api: Api) -> None:
    with refused("SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature"):
        api.client("iam", Key(api.root_key.id, "secret")).get_user()


def test_temporary_credentials_that_nobody_gave_are_invalid(api: Api) -> None:
    client = boto3.client(
        "sts",
        endpoint_url=api.url,
        region_name="us-east-1",
        aws_access_key_id=api.root_key.id,
        aws_secret_access_key=api.root_key.secret,
        aws_session_token="token",
    )
    with refused("InvalidClientTokenId", 403, INVALID):
        client.get_caller_identity()


def test_a_request_without_signature_lacks_a_token(api: Api) -> None:
    unsigned = Config(signature_version=botocore.UNSIGNED)
    anonymous = strict(boto3.client("sts", endpoint_url=api.url, region_name="us-east-1", config=unsigned))
    with refused("MissingAuthenticationToken", 403, "Request is missing Authentication Token"):
        anonymous.get_caller_identity()


@pytest.mark.parametrize(
    ("minutes", "words"), [(-16, "Signature expired: "), (16, "Signature not yet current: ")], ids=["old", "early"]
)
def test_a_clock_that_is_off_by_more_than_a_quarter_of_an_hour_is_told(
    api: Api, monkeypatch: pytest.MonkeyPatch, minutes: int, words: str
) -> None:
    off = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: off.replace(tzinfo=None))
    status, _, body = api.http(IDENTITY, **signed(api))
    assert (status, error_of(body).code) == (403, "SignatureDoesNotMatch")
    assert error_of(body).message.startswith(f"{words}{off:%Y%m%dT%H%M}")


def test_a_body_that_was_changed_on_the_way_does_not_match(api: Api) -> None:
    status, _, body = api.http(IDENTITY.replace(b"GetCallerIdentity", b"GetSessionToken"), **signed(api))
    assert (status, error_of(body).code) == (403, "SignatureDoesNotMatch")


def test_a_query_string_that_was_added_on_the_way_does_not_match(api: Api) -> None:
    status, _, body = api.http(IDENTITY, path="/?UserName=bob", **signed(api))
    assert (status, error_of(body).code) == (403, "SignatureDoesNotMatch")


def test_a_signature_for_one_service_is_none_for_the_other(api: Api) -> None:
    status, _, body = api.http(IDENTITY, **signed(api, service="iam"))
    assert (status, error_of(body).code) == (403, "SignatureDoesNotMatch")
    assert error_of(body).message == "Credential should be scoped to correct service: 'sts'."


def test_a_signature_for_a_service_that_is_not_here_is_refused(api: Api) -> None:
    status, _, body = api.http(IDENTITY, **signed(api, service="s3"))
    assert (status, error_of(body).code) == (403, "SignatureDoesNotMatch")


def test_a_presigned_address_works_in_any_http_client(api: Api) -> None:
    url = api.client("sts").generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    assert url.startswith(f"{api.url}/?Action=GetCallerIdentity")
    with urllib.request.urlopen(url, timeout=10) as response:
        assert value_of(response.read(), "Account") == "123456789012"


def test_a_presigned_address_ends_with_its_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = datetime.now(UTC) - timedelta(seconds=90)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: earlier.replace(tzinfo=None))
    request = AWSRequest("GET", f"{api.url}/?{IDENTITY.decode()}")
    SigV4QueryAuth(Credentials(api.root_key.id, api.root_key.secret), "sts", "us-east-1", expires=60).add_auth(request)
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(request.url, timeout=10)
    assert caught.value.code == 403
    assert error_of(caught.value.read()).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("authorization", "code", "status"),
    [
        ("AWS4-HMAC-SHA256 Credential=x", "IncompleteSignature", 400),
        ("AWS4-HMAC-SHA256", "IncompleteSignature", 400),
        ("Basic Ym9iOmJvYg==", "IncompleteSignature", 400),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x", "IncompleteSignature", 400),
        ("Bearer \xff\xfe", "IncompleteSignature", 400),
    ],
)
def test_an_authorization_that_is_written_wrongly_is_incomplete(
    api: Api, authorization: str, code: str, status: int
) -> None:
    got, headers, body = api.http(IDENTITY, Authorization=authorization)
    assert (got, error_of(body).code) == (status, code)
    assert headers["x-amzn-requestid"] == error_of(body).request_id


def test_requests_of_many_kinds_reuse_one_connection(api: Api, iam: Any) -> None:
    for _ in range(3):
        with refused("NoSuchEntity", 404):
            iam.get_user(UserName="nobody")
        assert iam.list_users()["IsTruncated"] is False


def test_the_server_knows_where_a_call_came_from(api: Api, iam: Any, user: str) -> None:
    for address, allowed in (("192.0.2.0/24", False), ("127.0.0.1/32", True)):
        document = allow("iam:ListUsers", Condition={"IpAddress": {"aws:SourceIp": address}})
        iam.put_user_policy(UserName=user, PolicyName="from", PolicyDocument=document)
        own = api.client("iam", api.key_of(user))
        if allowed:
            assert own.list_users()["Users"]
        else:
            with refused("AccessDenied", 403):
                own.list_users()
