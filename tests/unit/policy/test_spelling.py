"""Slips of the pen that AWS stores all the same are told."""

import pytest

from adapter.policy import Severity, check_document
from tests.unit.policy.policies import statement, text


def told(*statements, version="2012-10-17"):
    return {
        (finding.code, finding.path)
        for finding in check_document(text(*statements, version=version), kind="identity")
        if finding.severity is Severity.WARNING
    }


def where(operator, key):
    return f"Statement[0].Condition.{operator}.{key}"


@pytest.mark.parametrize("key", ["aws:usernme", "AWS:Sourceip4", "aws:", "aws:username/x"])
def test_a_global_key_that_does_not_exist_is_told(key):
    written = statement(Condition={"StringEquals": {key: "bob"}})
    assert told(written) == {("UNKNOWN_GLOBAL_KEY", where("StringEquals", key))}


@pytest.mark.parametrize("key", ["aws:PrincipalTag", "aws:RequestTag/", "AWS:resourcetag"])
def test_a_tag_s_key_that_is_left_out_is_told(key):
    written = statement(Condition={"StringEquals": {key: "red"}})
    assert told(written) == {("UNKNOWN_GLOBAL_KEY", where("StringEquals", key))}


@pytest.mark.parametrize("key", ["aws:username", "AWS:SourceIP", "aws:PrincipalTag/team/sub", "saml:aud", "s3:prefix"])
def test_keys_that_exist_and_keys_of_services_are_not(key):
    assert told(statement(action="s3:ListBucket", Condition={"StringEquals": {key: "x"}})) == set()


def test_a_variable_that_does_not_exist_is_told():
    written = statement(resource="arn:aws:s3:::home/${aws:usernme}/*")
    assert told(written) == {("UNKNOWN_VARIABLE", "Statement[0].Resource")}


@pytest.mark.parametrize("name", ["aws:username", "AWS:UserName", "aws:PrincipalTag/team, 'all'", "*", "?", "$"])
def test_variables_that_exist_are_not(name):
    assert told(statement(resource=f"arn:aws:s3:::home/${{{name}}}/x")) == set()


@pytest.mark.parametrize("name", ["${aws:username", "a/${aws:username/*", "${aws:username/${aws:userid}"])
def test_a_variable_without_its_closing_brace_is_told(name):
    assert ("MISSING_BRACE", "Statement[0].Resource") in told(statement(resource=f"arn:aws:s3:::home/{name}"))


def test_a_brace_is_plain_text_before_the_language_knew_variables():
    codes = {code for code, _ in told(statement(resource="arn:aws:s3:::home/${aws:username"), version="2008-10-17")}
    assert codes == {"VARIABLES_NEED_VERSION"}


def test_a_key_that_stands_twice_in_different_case_is_told():
    written = statement(Condition={"StringEquals": {"aws:username": "bob", "AWS:UserName": "alice"}})
    assert told(written) == {("KEY_TWICE", where("StringEquals", "AWS:UserName"))}


def test_a_key_under_two_operators_is_not():
    written = statement(Condition={"StringNotEquals": {"aws:username": "bob"}, "StringLike": {"aws:username": "b*"}})
    assert told(written) == set()
