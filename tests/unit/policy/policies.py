"""Small policies for tests, and strategies that make many."""

import json

from hypothesis import strategies as st

from adapter.policy import Policies, Request, compile_policy, read_document

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/bob"


def statement(effect="Allow", action="*", resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def text(*statements, version="2012-10-17"):
    return json.dumps({"Version": version, "Statement": list(statements)})


def policy(*statements, name="P", kind="identity", **more):
    return compile_policy(read_document(text(*statements), kind=kind), name=name, **more)


def request(action="s3:GetObject", resource="arn:aws:s3:::b/k", context=None, principal=USER, **more):
    return Request(principal, action, resource, context or {}, **more)


def policies(*statements, **layers):
    return Policies((policy(*statements),), **layers)


_actions = st.sampled_from(["*", "s3:*", "s3:Get*", "S3:getobject", "s3:Put?bject", "ec2:Run*", "iam:GetUser", "?3:*"])
_resources = st.sampled_from(
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/k",
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3:*:b/?",
    ]
)
_conditions = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:username": ["bob", "k"]}},
        {"StringNotLike": {"aws:username": "b*"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}},
        {"Null": {"aws:username": "true"}},
        {"BoolIfExists": {"aws:SecureTransport": "true"}},
    ]
)


def _statement(draw):
    made = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])), "Condition": draw(_conditions)}
    made[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(st.lists(_actions, min_size=1, max_size=2))
    made[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
        st.lists(_resources, min_size=1, max_size=2)
    )
    return made


statements = st.lists(st.composite(_statement)(), max_size=9)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "aws:username": st.sampled_from(["bob", "k", "eve", ""]),
        "aws:SourceIp": st.sampled_from(["10.1.2.3", "192.0.2.1", "::1", "x"]),
        "aws:TagKeys": st.lists(st.sampled_from(["a", "b", "z"]), max_size=3).map(tuple),
        "aws:SecureTransport": st.sampled_from(["true", "false"]),
    },
)
requests = st.builds(
    request,
    action=st.sampled_from(["s3:GetObject", "s3:PutObject", "ec2:RunInstances", "iam:GetUser"]),
    resource=st.sampled_from(["*", "arn:aws:s3:::b/k", "arn:aws:s3:::b/bob", "arn:aws:s3:::c", "arn:aws:s3:eu:b/k"]),
    context=contexts,
)
