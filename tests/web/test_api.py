"""The API within the web application: apart from the console, and with the caller's true circumstances."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask import Flask
from werkzeug.test import TestResponse

from adapter import Iam
from adapter.trail.refusals import PER_ADDRESS
from tests.clients.xml import error_of, value_of
from tests.documents import allow
from tests.web.conftest import Do
from web import create_app

FORM = "application/x-www-form-urlencoded"
IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}
LIST_USERS = b"Action=ListUsers&Version=2010-05-08"
Send = Callable[..., TestResponse]


@pytest.fixture
def key(do: Do) -> Credentials:
    made = do("create_access_key", user_name="joy")["access_key"]
    return Credentials(made["access_key_id"], made["secret_access_key"])


@pytest.fixture
def send(app: Flask, key: Credentials) -> Send:
    """Sends a signed request of Joy's."""

    def post(body: bytes, service: str = "iam", to: Flask = app, remote: str = "192.0.2.1", **headers: str) -> Any:
        request = AWSRequest("POST", "http://localhost/", data=body, headers={"Content-Type": FORM})
        SigV4Auth(key, service, "eu-west-1").add_auth(request)
        sent = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return to.test_client().post("/", data=body, headers=sent, environ_base={"REMOTE_ADDR": remote})

    return post


def permit(do: Do, action: str, **condition: dict[str, str]) -> None:
    document = allow(action, Condition=condition)
    do("put_user_policy", user_name="joy", policy_name="permit", policy_document=document)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused_in_the_api_s_form(app: Flask, method: str) -> None:
    response = app.test_client().open("/", method=method)
    error = error_of(response.data)
    assert (response.status_code, error.code, error.type) == (405, "MethodNotAllowed", "Sender")
    assert response.headers["Allow"] == "GET, POST"
    assert response.headers["x-amzn-RequestId"] == error.request_id


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_presigned_look_is_the_api_s(app: Flask, method: str) -> None:
    response = app.test_client().open("/?Action=GetCallerIdentity&Version=2011-06-15", method=method)
    assert response.status_code == (403 if method == "GET" else 405)
    assert response.content_type == "text/xml"


@pytest.mark.parametrize(
    ("body", "service"),
    [
        (IDENTITY, "sts"),
        (LIST_USERS, "iam"),
        (b"Action=Nothing&Version=2011-06-15", "sts"),
        (b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15", "sts"),
        (b"Action=GetCallerIdentity&Version=2011-06-15&%zz", "sts"),
        (b"", "iam"),
    ],
)
def test_a_refusal_has_the_namespace_of_its_service(app: Flask, body: bytes, service: str) -> None:
    response = app.test_client().post("/", data=body, content_type=FORM)
    root = ET.fromstring(response.data)
    assert root.tag == f"{{{NAMESPACES[service]}}}ErrorResponse"


def test_what_is_signed_for_sts_is_refused_in_its_namespace_without_a_version(send: Send) -> None:
    root = ET.fromstring(send(b"Action=GetCallerIdentity", "sts").data)
    assert root.tag == f"{{{NAMESPACES['sts']}}}ErrorResponse"


def test_people_who_open_the_address_get_to_the_console(app: Flask) -> None:
    response = app.test_client().get("/")
    assert (response.status_code, response.location) == (302, "/console/")


def test_an_unsigned_post_is_refused_in_the_api_s_form(app: Flask) -> None:
    response = app.test_client().post("/", data=IDENTITY, content_type=FORM)
    assert response.status_code == 403
    assert error_of(response.data).code == "MissingAuthenticationToken"
    assert response.headers["x-amzn-RequestId"] == error_of(response.data).request_id
    assert "Set-Cookie" not in response.headers


def test_a_signed_post_needs_no_form_token(send: Send) -> None:
    response = send(IDENTITY, "sts")
    assert value_of(response.data, "Arn") == "arn:aws:iam::123456789012:user/joy"
    assert value_of(response.data, "RequestId") == response.headers["x-amzn-RequestId"]


def test_a_refusal_names_principal_action_and_resource(send: Send) -> None:
    response = send(LIST_USERS)
    assert response.status_code == 403
    assert error_of(response.data).message == (
        "User: arn:aws:iam::123456789012:user/joy is not authorized to perform: iam:ListUsers on resource: * "
        "because no identity-based policy allows the iam:ListUsers action"
    )


@pytest.mark.parametrize(
    ("operator", "condition", "status"),
    [
        ("IpAddress", {"aws:SourceIp": "192.0.2.0/24"}, 200),
        ("IpAddress", {"aws:SourceIp": "198.51.100.0/24"}, 403),
        ("StringEquals", {"aws:RequestedRegion": "eu-west-1"}, 200),
        ("StringEquals", {"aws:RequestedRegion": "us-east-1"}, 403),
        ("Bool", {"aws:SecureTransport": "false"}, 200),
        ("Bool", {"aws:SecureTransport": "true"}, 403),
        ("StringLike", {"aws:UserAgent": "aws-cli/*"}, 200),
        ("StringLike", {"aws:UserAgent": "boto3/*"}, 403),
        ("StringEquals", {"aws:username": "joy"}, 200),
        ("StringEquals", {"aws:PrincipalType": "User"}, 200),
        ("Bool", {"aws:MultiFactorAuthPresent": "false"}, 403),
        ("Bool", {"aws:MultiFactorAuthPresent": "true"}, 403),
        ("BoolIfExists", {"aws:MultiFactorAuthPresent": "true"}, 200),
        ("Null", {"aws:MultiFactorAuthPresent": "true"}, 200),
        ("Null", {"aws:MultiFactorAuthAge": "true"}, 200),
    ],
)
def test_policies_see_the_circumstances_of_the_call(
    do: Do, send: Send, operator: str, condition: dict[str, str], status: int
) -> None:
    permit(do, "iam:ListUsers", **{operator: condition})
    assert send(LIST_USERS, User_Agent="aws-cli/1.0").status_code == status


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_is_believed_when_the_operator_says_so(
    demo_directory: Any, iam: Iam, do: Do, send: Send, proxies: int
) -> None:
    permit(do, "iam:ListUsers", IpAddress={"aws:SourceIp": "203.0.113.9"}, Bool={"aws:SecureTransport": "true"})
    app = create_app(replace(demo_directory.settings, trusted_proxies=proxies), iam)
    forwarded = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https"}
    assert send(LIST_USERS, to=app, **forwarded).status_code == (200 if proxies else 403)


def test_behind_https_every_call_is_secure(do: Do, send: Send, https_app: Flask) -> None:
    permit(do, "iam:ListUsers", Bool={"aws:SecureTransport": "true"})
    assert send(LIST_USERS, to=https_app).status_code == 200


def test_a_change_is_in_the_audit_trail_with_the_key_as_factor(
    demo_directory: Any, do: Do, send: Send, key: Credentials
) -> None:
    permit(do, "iam:CreateUser")
    response = send(b"Action=CreateUser&Version=2010-05-08&UserName=mia", User_Agent="aws-cli/1.0")
    assert response.status_code == 200
    (line,) = [
        text for text in (demo_directory.data / "audit.jsonl").read_text().splitlines() if '"user_name":"mia"' in text
    ]
    assert response.headers["x-amzn-RequestId"] in line
    assert '"factor":"key"' in line
    assert '"source_ip":"192.0.2.1"' in line
    assert key.secret_key not in line


def trail(demo_directory: Any, event: str) -> list[dict[str, Any]]:
    path = demo_directory.data / "audit.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [content for line in lines if (content := json.loads(line))["event"] == event]


def test_a_wrong_signature_is_written_down_with_whose_key_it_claims_to_be(
    demo_directory: Any, send: Send, key: Credentials
) -> None:
    key.secret_key = "x" * 40
    assert error_of(send(LIST_USERS, User_Agent="guess/1").data).code == "SignatureDoesNotMatch"
    (event,) = trail(demo_directory, "Authenticate")
    assert (event["actor"], event["outcome"], event["source_ip"], event["account_id"], event["user_agent"]) == (
        "arn:aws:iam::123456789012:user/joy", "SignatureDoesNotMatch", "192.0.2.1", "123456789012", "guess/1",
    )  # fmt: skip
    assert event["params"] == {"access_key_id": key.access_key}


def test_an_unknown_key_is_written_down_without_what_it_is(demo_directory: Any, send: Send, key: Credentials) -> None:
    key.access_key = "AKIAPASTEDPASSWORD12"
    assert error_of(send(LIST_USERS).data).code == "InvalidClientTokenId"
    (event,) = trail(demo_directory, "Authenticate")
    assert (event["actor"], event["account_id"], event["params"]) == ("(hidden)", "", {})


def test_an_unsigned_request_leaves_no_trace(demo_directory: Any, app: Flask) -> None:
    assert app.test_client().post("/", data=LIST_USERS, content_type=FORM).status_code == 403
    assert trail(demo_directory, "Authenticate") == []


WEB_IDENTITY = (
    b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/none"
    b"&RoleSessionName=me&WebIdentityToken=garbage"
)


def unsigned(app: Flask, remote: str) -> tuple[int, str]:
    response = app.test_client().post("/", data=WEB_IDENTITY, content_type=FORM, environ_base={"REMOTE_ADDR": remote})
    return response.status_code, error_of(response.data).code


def test_refused_tokens_are_throttled_by_address_and_few_of_them_written_down(app: Flask, demo_directory: Any) -> None:
    answers = [unsigned(app, "2001:db8::1") for _ in range(60)]
    assert set(answers) == {(400, "InvalidIdentityToken")}
    assert unsigned(app, "2001:db8::2") == (400, "Throttling")  # the same household
    assert unsigned(app, "2001:db8:0:1::1") == (400, "InvalidIdentityToken")
    events = trail(demo_directory, "sts:AssumeRoleWithWebIdentity")
    assert len(events) <= 2 * PER_ADDRESS + 1
    assert all(event["outcome"] == "InvalidIdentityToken" for event in events)


def test_a_throttled_call_is_told_so_in_aws_s_words(app: Flask) -> None:
    for _ in range(60):
        unsigned(app, "192.0.2.7")
    response = app.test_client().post(
        "/", data=WEB_IDENTITY, content_type=FORM, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert error_of(response.data).message == "Rate exceeded"
