"""What AWS would not store is refused in AWS's words; what it stores but a careful author would mend is told."""

import json

import pytest

from adapter.policy import MalformedDocument, Severity, check_document, parse_document
from tests.unit.policy.policies import ACCOUNT, USER, statement, text

TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}


def message(*statements, kind="identity", version="2012-10-17"):
    with pytest.raises(MalformedDocument) as caught:
        parse_document(text(*statements, version=version), kind=kind)
    return caught.value.message


def codes(*statements, kind="identity", version="2012-10-17"):
    return {finding.code for finding in check_document(text(*statements, version=version), kind=kind)}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], "Syntax errors in policy."),
        ([statement(action=[])], "Policy statement must contain actions."),
        ([statement(resource=[])], "Policy statement must contain resources."),
        ([statement(Sid="a b")], "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
         "regular expression [0-9A-Za-z]*"),
        ([statement(Sid="a"), statement(Sid="a")], "Statement IDs (SID) in a single policy must be unique."),
        ([statement(action="GetUser")], "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ([statement(action="iam:")], "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ([statement(action="iam:a:b")], "Actions/Condition can contain only one colon."),
        ([statement(action="i am:GetUser")], "Vendor i am is not valid"),
        ([statement(resource="bucket")], 'Resource bucket must be in ARN format or "*".'),
        ([statement(resource="x:aws:s3:::b")], 'Resource x:aws:s3:::b must be in ARN format or "*".'),
        ([statement(resource="arn:azure:s3:::b")], 'Partition "azure" is not valid for resource "arn:azure:s3:::b".'),
        ([statement(resource="arn:azure")], 'Partition "azure" is not valid for resource "arn:azure:*:*:*:*".'),
        ([statement(resource="arn:aws")], "Resource vendor must be fully qualified and cannot contain regexes."),
        ([statement(resource="arn:aws:s3")], "The policy failed legacy parsing"),
        ([statement(resource=f"arn:aws:iam:eu:{ACCOUNT}:user/x")],
         f"IAM resource arn:aws:iam:eu:{ACCOUNT}:user/x cannot contain region information."),
        ([statement(Condition={"DateLessThan": {"aws:CurrentTime": "soon"}})], "The policy failed legacy parsing"),
    ],
)  # fmt: skip
def test_identity_policies_are_refused_in_the_words_of_aws(statements, expected):
    assert message(*statements) == expected


def test_iam_resources_start_with_their_kind():
    told = message(statement(resource=f"arn:aws:iam::{ACCOUNT}:nobody"))
    assert told.startswith('IAM resource path must either be "*" or start with user/, federated-user/, role/')


def test_identity_policies_need_the_current_version():
    assert message(statement(), version="2008-10-17") == "Policy document must be version 2012-10-17 or greater."


def test_trust_policies_of_the_first_version_are_stored():
    assert parse_document(text(TRUST, version="2008-10-17"), kind="trust").version == "2008-10-17"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Resource": "*"}, "Has prohibited field Resource"),
        ({"Action": "iam:GetUser"}, "AssumeRole policy may only specify STS AssumeRole actions."),
        ({"Action": "*"}, "AssumeRole policy may only specify STS AssumeRole actions."),
        ({"Principal": {}}, "Missing required field Principal"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:group/g"}},
         f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:group/g"'),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"}},
         f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:user/*"'),
        ({"Principal": {"AWS": "bob"}}, 'Invalid principal in policy: "AWS":"bob"'),
    ],
)  # fmt: skip
def test_trust_policies_are_refused_in_the_words_of_aws(changes, expected):
    assert message({**TRUST, **changes}, kind="trust") == expected


@pytest.mark.parametrize(
    "principal",
    [
        "*", {"AWS": "*"}, {"AWS": [ACCOUNT, USER]}, {"Service": "ec2.amazonaws.com"}, {"AWS": "AROAABCDEFGHIJKLMNOPQ"},
        {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s"}, {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/p"},
    ],
)  # fmt: skip
def test_trust_policies_name_whoever_may_come(principal):
    assert parse_document(text({**TRUST, "Principal": principal}), kind="trust").statements


@pytest.mark.parametrize(
    "resource",
    [
        "*", "arn:aws:s3:::*", "arn:aws:s3:*", "arn:*:s3:::b", "arn:aws-cn:s3:::b", "arn:aws:iam:::user/*",
        "arn:aws:iam::*:user/${aws:username}", f"arn:aws:iam::{ACCOUNT}:*", f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:us*",
    ],
)  # fmt: skip
def test_these_resources_are_stored(resource):
    assert parse_document(text(statement(resource=resource)), kind="identity").statements


def test_a_clean_document_has_no_findings():
    clean = statement(action="iam:GetUser", resource=USER, Sid="Read")
    assert check_document(text(clean), kind="identity") == []


ALL_VALUES = {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}


@pytest.mark.parametrize(
    ("code", "made", "kind"),
    [
        ("ALLOW_WITH_NOT_PRINCIPAL", {**TRUST, "Principal": None, "NotPrincipal": {"AWS": ACCOUNT}}, "trust"),
        ("PUBLIC_PRINCIPAL", {**TRUST, "Principal": "*"}, "trust"),
        ("PASS_ROLE_WITH_STAR", statement(action="iam:PassRole"), "identity"),
        ("PASS_ROLE_WITH_STAR", statement(action="iam:Pass*"), "identity"),
        ("PASS_ROLE_WITH_STAR", {**statement(action="iam:*"), "Resource": None, "NotResource": USER}, "identity"),
        ("ALLOW_WITH_NOTACTION", {**statement(), "Action": None, "NotAction": "iam:*"}, "identity"),
        ("ALLOW_WITH_NOTRESOURCE", {**statement(), "Resource": None, "NotResource": USER}, "identity"),
        ("ALLOWS_EVERYTHING", statement(), "identity"),
        ("EMPTY_CONDITION_VALUES", statement(Condition={"Bool": {"aws:SecureTransport": []}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/40"}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"NumericEquals": {"s3:max-keys": "ten"}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"NumericEquals": {"s3:max-keys": "${aws:userid}"}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"StringEquals": {"aws:username": "b*"}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"ArnLike": {"aws:SourceArn": "topic"}}), "identity"),
        ("UNREADABLE_VALUE", statement(Condition={"Null": {"aws:SourceArn": "yes"}}), "identity"),
        ("MISSING_SET_OPERATOR", statement(Condition={"StringEquals": {"aws:TagKeys": "a"}}), "identity"),
        ("SET_OPERATOR_ON_SINGLE_VALUE", statement(Condition={"ForAnyValue:Bool": {"aws:username": "a"}}), "identity"),
        ("FOR_ALL_VALUES_WITHOUT_NULL", statement(Condition=ALL_VALUES), "identity"),
        ("UNUSED_CONDITION", statement(action="s3:*", Condition={"Null": {"ec2:Vpc": "true"}}), "identity"),
        ("VARIABLE_IN_ARN_HEAD", statement(resource="arn:aws:s3:${aws:RequestedRegion}::b"), "identity"),
        ("REDUNDANT_ACTION", statement(action=["s3:Get*", "s3:getobject"]), "identity"),
        ("REDUNDANT_ACTION", statement(action=["s3:GetObject", "s3:getobject"]), "identity"),
    ],
)  # fmt: skip
def test_a_careful_author_is_told(code, made, kind):
    document = {name: value for name, value in made.items() if value is not None}
    assert code in codes(document, kind=kind)


def test_variables_before_their_version_are_told():
    made = {**TRUST, "Condition": {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}}
    assert "VARIABLES_NEED_VERSION" in codes(made, kind="trust", version="2008-10-17")


def test_an_id_in_an_identity_policy_is_told():
    document = json.dumps({"Version": "2012-10-17", "Id": "x", "Statement": [statement(action="iam:GetUser")]})
    assert [finding.code for finding in check_document(document, kind="identity")] == ["ID_IN_IDENTITY_POLICY"]


def test_a_null_check_guards_for_all_values():
    guarded = statement(action="iam:GetUser", Condition={**ALL_VALUES, "Null": {"aws:TagKeys": "false"}})
    assert codes(guarded) == set()


def test_denying_needs_no_advice_about_allowing():
    assert codes(statement("Deny")) == set()


def test_findings_come_worst_first_and_say_where_and_how_to_mend_it():
    found = check_document(text(statement(action=["x", "iam:PassRole", "iam:passrole"])), kind="identity")
    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.SECURITY_WARNING, Severity.SUGGESTION]
    assert all(finding.path.startswith("Statement[0].") and finding.fix for finding in found)


def test_malformed_documents_are_told_instead_of_raised():
    assert check_document("{", kind="identity")[0].severity is Severity.ERROR
