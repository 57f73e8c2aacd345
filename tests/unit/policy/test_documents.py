"""Reading documents: what is hostile or ambiguous is refused, with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import MalformedDocument, document_size, parse_document, read_document
from tests.unit.policy.policies import statement, text

GOOD = text(statement())


def refusal(document, kind="identity", read=read_document):
    with pytest.raises(MalformedDocument) as caught:
        read(document if isinstance(document, (str, bytes)) else json.dumps(document), kind=kind)
    return caught.value


def of(**changes):
    changed = {**statement(), **changes}
    return {"Version": "2012-10-17", "Statement": [{k: v for k, v in changed.items() if v is not None}]}


@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("", "Expecting value"),
        ("[]", "JSON object"),
        ("null", "JSON object"),
        ("{", "line 1"),
        (GOOD + "x", "Extra data"),
        ("[" * 100_000, "nesting"),
        ('{"Statement":' * 60_000, "longer than"),
        ('{"Version":' * 40 + "1" + "}" * 40, "nesting"),
        ('{"a":' * 5000, "nesting"),
        (GOOD.replace('"*"', '"' + "x" * 140_000 + '"', 1), "longer than"),
        ('{"Statement": [], "Statement": []}', "stands twice"),
        (GOOD.replace('"Effect": "Allow"', '"Effect": "Deny", "Effect": "Allow"'), "stands twice"),
        ('{"Statement": NaN}', "NaN"),
        ('{"Statement": Infinity}', "Infinity"),
        ('{"Statement": -Infinity}', "-Infinity"),
        ('{"Statement": ' + "9" * 10_000 + "}", "number"),
        ('{"Id": "\\ud800", "Statement": []}', "surrogate"),
        ('{"Id": "\ud800", "Statement": []}', "surrogate"),
        (b'{"Id": "\xff"}', "UTF-8"),
        (b'{"Id": "\xed\xa0\x80"}', "UTF-8"),
        ("\ufeff" + GOOD, "Expecting value"),
        ('{"Id": "a\x00b"}', "control character"),
    ],
)
def test_hostile_text_is_refused(hostile, told):
    error = refusal(hostile)
    assert error.message == "Syntax errors in policy."
    assert told in error.detail


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"Version": "2012-10-17"}, "Statement"),
        ({"Version": "2012-10-17", "Statement": "x"}, "Statement"),
        ({"Version": "2012-10-17", "Statement": [1]}, "Statement[0]"),
        ({"Version": "2012-10-17", "Statement": [statement(), None]}, "Statement[1]"),
        ({"Version": "2012-10-17", "Statements": [], "Statement": []}, "Statements"),
        ({"Version": 2012, "Statement": []}, "Version"),
        ({"Version": "2012-10-17", "Id": 7, "Statement": []}, "Id"),
        (of(Effect="allow"), "Statement[0].Effect"),
        (of(Effect=None), "Statement[0].Effect"),
        (of(Sid=7), "Statement[0].Sid"),
        (of(Sid=None, sid="x"), "Statement[0].sid"),
        (of(Action=7), "Statement[0].Action"),
        (of(Action=["a:b", None]), "Statement[0].Action"),
        (of(Action={}), "Statement[0].Action"),
        (of(NotAction="a:b"), "Statement[0]"),
        (of(Resource=True), "Statement[0].Resource"),
        (of(NotResource="*"), "Statement[0]"),
        (of(Condition=[]), "Statement[0].Condition"),
        (of(Condition={"StringEqual": {"a": "b"}}), "Statement[0].Condition.StringEqual"),
        (of(Condition={"NullIfExists": {"a": "true"}}), "Statement[0].Condition.NullIfExists"),
        (of(Condition={"ForSome:StringEquals": {"a": "b"}}), "Statement[0].Condition.ForSome:StringEquals"),
        (of(Condition={"StringEquals": "a"}), "Statement[0].Condition.StringEquals"),
        (of(Condition={"StringEquals": {"a": None}}), "Statement[0].Condition.StringEquals.a"),
        (of(Condition={"StringEquals": {"a": {"b": "c"}}}), "Statement[0].Condition.StringEquals.a"),
        (of(Condition={"StringEquals": {"a": [["b"]]}}), "Statement[0].Condition.StringEquals.a"),
        ({"Version": "2012-10-17", "Statement": {**statement(), "Effect": 1}}, "Statement.Effect"),
    ],
)
def test_what_breaks_the_grammar_is_refused_with_its_place(document, path):
    error = refusal(document)
    assert path in [finding.path for finding in error.findings]
    assert error.path in str(error)


@pytest.mark.parametrize(
    ("document", "kind", "message"),
    [
        (of(Action=None), "identity", "Policy statement must contain actions."),
        (of(Resource=None), "identity", "Policy statement must contain resources."),
        (of(Principal="*"), "identity", "Policy document should not specify a principal."),
        (of(NotPrincipal="*"), "identity", "Policy document should not specify a principal."),
        (of(), "resource", "Missing required field Principal"),
        (of(Resource=None), "trust", "Missing required field Principal"),
        (of(Principal="x"), "resource", "Syntax errors in policy."),
        (of(Principal={"Aws": "*"}), "resource", "Syntax errors in policy."),
        ({"Version": "2012-10-18", "Statement": []}, "identity", "The policy must contain a valid version string"),
    ],
)
def test_refusals_use_the_words_of_aws(document, kind, message):
    assert refusal(document, kind).message == message


def test_every_place_that_is_wrong_is_told_at_once():
    bad = {"Version": "2012-10-17", "Statement": [of(Effect="x")["Statement"][0], of(Sid=1)["Statement"][0]]}
    assert {finding.path for finding in refusal(bad).findings} == {"Statement[0].Effect", "Statement[1].Sid"}


def test_numbers_and_booleans_keep_the_text_they_were_written_in():
    source = text(statement(Condition={"NumericEquals": {"a": [77, True]}})).replace("77", "1.50")
    assert read_document(source, kind="identity").statements[0].conditions[0].values == ("1.50", "true")


def test_a_statement_may_stand_alone():
    alone = read_document(json.dumps({"Statement": statement()}), kind="identity")
    assert len(alone.statements) == 1


def test_a_document_without_version_is_of_the_first_one():
    assert read_document(json.dumps({"Statement": statement()}), kind="identity").version == "2008-10-17"


def test_bytes_are_read_as_utf_8():
    assert read_document('{"Id": "ä", "Statement": []}'.encode(), kind="resource").id == "ä"


def test_a_pair_of_surrogates_is_one_character():
    assert read_document('{"Id": "\\ud83d\\ude00", "Statement": []}', kind="resource").id == "\U0001f600"


@given(st.text(" \t\r\n", max_size=5), st.text("ab{}:,", max_size=20))
def test_white_space_does_not_count_towards_the_size(space, rest):
    assert document_size(space.join(rest)) == len(rest)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "Version",
                        "Statement",
                        "Effect",
                        "Action",
                        "Resource",
                        "Principal",
                        "AWS",
                        "Condition",
                        "StringLike",
                        "Sid",
                        "x",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=25,
    ),
    st.sampled_from(["identity", "trust", "resource"]),
)
def test_whatever_json_comes_it_is_read_or_refused(document, kind):
    try:
        parse_document(json.dumps(document), kind=kind)
    except MalformedDocument as error:
        told = error.findings
    else:
        told = ()
    assert all(finding.message and finding.fix for finding in told)


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_text_comes_it_is_refused(anything):
    assert refusal(anything).message == "Syntax errors in policy."
