"""What the library says, said again in Chinese."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask_babel import lazy_gettext

import adapter.policy
from adapter.errors import MalformedPolicyDocument
from adapter.policy import Finding, Kind, MalformedDocument, Severity, check_document, parse_document
from adapter.server import packs
from adapter.server.files import ldif_root
from web.console.policies.system import purpose
from web.console.policy_sayings import reason_words, said
from web.console.refused import error_words
from web.console.sayings import Sayings

ENGLISH_WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
POLICY = Path(adapter.policy.__file__).parent


def document(*statements: Any, version: object = "2012-10-17", **more: Any) -> str:
    return json.dumps({"Version": version, "Statement": list(statements), **more})


def allow(**more: Any) -> dict[str, Any]:
    given = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | more
    return {key: value for key, value in given.items() if value is not None}


def when(operator: str, key: str, value: Any, **more: Any) -> str:
    return document(allow(Condition={operator: {key: value}}, **more))


TRUST = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
DOCUMENTS: dict[str, tuple[Kind, str]] = {
    **{
        f"JSON_SYNTAX {number}": ("identity", text)
        for number, text in enumerate(
            (
                "", "{", '{"a" 1}', '{"a": 1,}', "[1,]", '{"a": 1 "b"}', "{} {}", '{"a": "', '{"a": "\t"}',
                '{"a": "\\x"}', '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 200 + "]" * 200, '{"a": "\\ud800"}',
                '{"a": ' + "9" * 2000 + "}", " " * 140_000,
            )
        )
    },
    "NOT_AN_OBJECT": ("identity", "[]"),
    "NOT_AN_OBJECT in a statement": ("identity", document(1)),
    "INVALID_VERSION": ("identity", document(allow(), version="2020-01-01")),
    "DATA_TYPE_MISMATCH of an Id": ("identity", document(allow(), Id=1)),
    "DATA_TYPE_MISMATCH of a Sid": ("identity", document(allow(Sid=1))),
    "DATA_TYPE_MISMATCH of an action": ("identity", document(allow(Action=[1]))),
    "DATA_TYPE_MISMATCH of a condition": ("identity", document(allow(Condition=1))),
    "DATA_TYPE_MISMATCH of an operator": ("identity", document(allow(Condition={"Bool": 1}))),
    "DATA_TYPE_MISMATCH of a value": ("identity", document(allow(Condition={"Bool": {"aws:username": [[]]}}))),
    "MISSING_STATEMENT": ("identity", '{"Version": "2012-10-17"}'),
    "INVALID_EFFECT": ("identity", document(allow(Effect="allow"))),
    "MISSING_ACTION": ("identity", document(allow(Action=None))),
    "MISSING_RESOURCE": ("identity", document(allow(Resource=None))),
    "UNSUPPORTED_PRINCIPAL": ("identity", document(allow(Principal="*"))),
    "MISSING_PRINCIPAL": ("trust", document({"Effect": "Allow", "Action": "sts:AssumeRole"})),
    "UNKNOWN_ELEMENT": ("identity", document(allow(Actions="*"))),
    "BOTH_ACTION": ("identity", document(allow(NotAction="*"))),
    "INVALID_PRINCIPAL": ("trust", document(TRUST | {"Principal": 1})),
    "INVALID_PRINCIPAL of a group": ("trust", document(TRUST | {"Principal": {"AWS": "arn:aws:iam::1:group/a"}})),
    "INVALID_PRINCIPAL with a wildcard": ("trust", document(TRUST | {"Principal": {"AWS": "arn:aws:iam::*:root"}})),
    "INVALID_PRINCIPAL of nothing": ("trust", document(TRUST | {"Principal": {"AWS": "bob"}})),
    "INVALID_OPERATOR": ("identity", when("Equals", "aws:username", "a")),
    "OLD_VERSION": ("identity", document(allow(), version="2008-10-17")),
    "EMPTY_STATEMENT": ("identity", document()),
    "INVALID_DATE": ("identity", when("DateLessThan", "aws:CurrentTime", "soon")),
    "INVALID_SID": ("identity", document(allow(Sid="a b"))),
    "DUPLICATE_SID": ("identity", document(allow(Sid="a"), allow(Sid="a"))),
    "EMPTY_ACTION": ("identity", document(allow(Action=[]))),
    "EMPTY_RESOURCE": ("identity", document(allow(Resource=[]))),
    "PROHIBITED_RESOURCE": ("trust", document(TRUST | {"Resource": "*"})),
    "INVALID_ARN": ("identity", document(allow(Resource="a"))),
    "INVALID_ARN of a partition": ("identity", document(allow(Resource="arn:a:s3:::b"))),
    "INVALID_ARN without a service": ("identity", document(allow(Resource="arn:aws::::b"))),
    "INVALID_ARN that is short": ("identity", document(allow(Resource="arn:aws:s3"))),
    "INVALID_ARN with a region": ("identity", document(allow(Resource="arn:aws:iam:us-east-1:1:user/a"))),
    "INVALID_ARN of nothing in IAM": ("identity", document(allow(Resource="arn:aws:iam::1:thing/a"))),
    "INVALID_ACTION": ("identity", document(allow(Action="get"))),
    "INVALID_ACTION with colons": ("identity", document(allow(Action="a:b:c"))),
    "INVALID_ACTION of a strange service": ("identity", document(allow(Action="a b:c"))),
    "INVALID_TRUST_ACTION": ("trust", document(TRUST | {"Action": "iam:GetUser"})),
    "EMPTY_PRINCIPAL": ("trust", document(TRUST | {"Principal": {"AWS": []}})),
    "ALLOW_WITH_NOT_PRINCIPAL": ("trust", document(allow(
        Action="sts:AssumeRole", Resource=None, NotPrincipal={"AWS": "123456789012"}))),
    "PUBLIC_PRINCIPAL": ("trust", document(TRUST | {"Principal": "*"})),
    "PASS_ROLE_WITH_STAR": ("identity", document(allow(Action="iam:PassRole"))),
    "ALLOW_WITH_NOTACTION": ("identity", document(allow(Action=None, NotAction="s3:*"))),
    "ALLOW_WITH_NOTRESOURCE": ("identity", document(allow(Resource=None, NotResource="arn:aws:s3:::a"))),
    "ALLOWS_EVERYTHING": ("identity", document(allow(Action="*"))),
    "EMPTY_CONDITION_VALUES": ("identity", when("Bool", "aws:SecureTransport", [])),
    "UNREADABLE_VALUE": ("identity", when("IpAddress", "aws:SourceIp", "here")),
    "UNREADABLE_VALUE that is a variable": ("identity", when("IpAddress", "aws:SourceIp", "${aws:SourceIp}")),
    "UNREADABLE_VALUE that is no ARN": ("identity", when("ArnLike", "aws:PrincipalArn", "a")),
    "UNREADABLE_VALUE with a star": ("identity", when("StringEquals", "aws:username", "a*")),
    "MISSING_SET_OPERATOR": ("identity", when("StringEquals", "aws:TagKeys", "a")),
    "SET_OPERATOR_ON_SINGLE_VALUE": ("identity", when("ForAnyValue:StringEquals", "aws:username", "a")),
    "FOR_ALL_VALUES_WITHOUT_NULL": ("identity", when("ForAllValues:StringEquals", "aws:TagKeys", "a")),
    "UNUSED_CONDITION": ("identity", when("StringEquals", "iam:PolicyARN", "a")),
    "VARIABLES_NEED_VERSION": ("trust", document(
        TRUST | {"Condition": {"StringLike": {"aws:username": "${aws:username}"}}}, version="2008-10-17")),
    "VARIABLE_IN_ARN_HEAD": ("identity", document(allow(Resource="arn:aws:s3:${aws:username}::a"))),
    "REDUNDANT_ACTION": ("identity", document(allow(Action=["s3:*", "s3:GetObject"]))),
    "ID_IN_IDENTITY_POLICY": ("identity", document(allow(), Id="a")),
    "UNKNOWN_GLOBAL_KEY": ("identity", when("StringEquals", "aws:Usrname", "a")),
    "UNKNOWN_GLOBAL_KEY of a tag": ("identity", when("StringEquals", "aws:PrincipalTag", "a")),
    "MISSING_BRACE": ("identity", document(allow(Resource="arn:aws:s3:::${aws:username"))),
    "UNKNOWN_VARIABLE": ("identity", document(allow(Resource="arn:aws:s3:::${aws:usrname}"))),
    "KEY_TWICE": ("identity", document(allow(Condition={"Bool": {"aws:SecureTransport": "true",
                                                                  "aws:securetransport": "true"}}))),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_finding_is_said_in_chinese(chinese: None, case: str) -> None:
    found = [one for one in _findings(case) if one.code == case.partition(" ")[0]]
    assert found
    for one in map(said, found):
        for text in (one.message, one.fix, one.detail):
            assert not text or CHINESE.search(text) or (text.isascii() and not ENGLISH_WORDS.search(text)), text


def _findings(case: str) -> list[Finding]:
    kind, text = DOCUMENTS[case]
    return check_document(text, kind=kind)


def test_every_check_of_the_engine_is_among_these() -> None:
    source = "".join((POLICY / f"{name}.py").read_text() for name in ("advice", "document", "refusals", "spelling"))
    codes = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    assert codes - {case.partition(" ")[0] for case in DOCUMENTS} == set()


def test_a_finding_stays_in_english_for_english_readers(english: None) -> None:
    for case in DOCUMENTS:
        assert [said(one) for one in _findings(case)] == _findings(case)


def test_a_reason_is_a_sentence(english: None) -> None:
    assert reason_words("it names others") == "It names others."


@pytest.mark.parametrize(
    "reason",
    [
        "it is about other actions",
        "it names others",
        "it is about other resources",
        "a condition is not met",
        "its condition Bool on aws:MultiFactorAuthPresent is not met: the request has no such key",
        'its condition IpAddress on aws:SourceIp is not met: the request has "192.0.2.1"',
    ],
)
def test_a_reason_is_said_in_chinese(chinese: None, reason: str) -> None:
    assert not ENGLISH_WORDS.search(reason_words(reason))


def test_what_is_told_of_the_case_at_hand_is_kept(chinese: None) -> None:
    reason = 'its condition StringEquals on aws:username is not met: the request has "a%(b)s <b> 甲"'
    assert "“a%(b)s <b> 甲”" in reason_words(reason)


def test_an_unknown_message_is_shown_as_it_is(chinese: None) -> None:
    sayings = Sayings([lazy_gettext("There is no global condition key %(key)s.")])
    assert sayings.said("Something else.") == "Something else."


def test_a_message_that_goes_on_for_long_is_shown_as_it_is(chinese: None) -> None:
    sayings = Sayings([lazy_gettext("There is no global condition key %(key)s.")])
    long = f"There is no global condition key {'a' * 100_000}."
    assert sayings.said(long) == long


@pytest.mark.parametrize("case", [case for case in DOCUMENTS if _findings(case)[0].severity is Severity.ERROR])
def test_an_error_about_a_document_is_said_in_chinese(chinese: None, case: str) -> None:
    kind, text = DOCUMENTS[case]
    with pytest.raises(MalformedDocument) as refused:
        parse_document(text, kind=kind)
    words = error_words(str(MalformedPolicyDocument(refused.value.message, refused.value.place)))
    assert CHINESE.search(words)
    assert not ENGLISH_WORDS.search(words)


def test_an_error_about_a_document_stays_in_english_for_english_readers(english: None) -> None:
    message = "Syntax errors in policy. (Statement[0].Sid: Sid is a string)"
    assert error_words(message) == message


def test_every_system_policy_says_in_chinese_what_it_is_for(chinese: None) -> None:
    pack = packs.load(ldif_root() / "system-policies")
    assert pack
    assert [
        policy.policy_name for policy in pack if not CHINESE.search(purpose(policy.description, is_system=True))
    ] == []


def test_what_a_customer_says_of_a_policy_is_shown_as_it_is(chinese: None) -> None:
    assert purpose("Full access to logs.", is_system=False) == "Full access to logs."
