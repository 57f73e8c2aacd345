"""What the simulator asks of documents: the keys they refer to, the places of their statements."""

import json

from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import context_keys, read_document, statement_positions
from tests.unit.policy.policies import statement, text


def keys(*statements, version="2012-10-17"):
    return context_keys([read_document(text(*statements, version=version), kind="identity")])


def test_keys_of_conditions_and_variables_are_found():
    made = statement(
        resource="arn:aws:s3:::b/${aws:username}",
        Condition={"StringLike": {"s3:prefix": "${aws:userid}/*"}, "Null": {"aws:TokenIssueTime": "true"}},
    )
    assert keys(made) == ("aws:username", "s3:prefix", "aws:userid", "aws:TokenIssueTime")


def test_a_key_is_told_once_whatever_its_case():
    made = statement(Condition={"StringLike": {"aws:UserName": "a"}, "Null": {"aws:username": "true"}})
    assert keys(made) == ("aws:UserName",)


def test_a_variable_keeps_the_case_it_is_written_in():
    assert keys(statement(resource="arn:aws:s3:::${aws:PrincipalTag/Team}")) == ("aws:PrincipalTag/Team",)


def test_special_characters_are_no_keys():
    assert keys(statement(resource="arn:aws:s3:::${*}${?}${$}")) == ()


def test_where_variables_are_text_they_are_no_keys():
    assert keys(statement(resource="arn:aws:s3:::${aws:username}"), version="2008-10-17") == ()
    assert keys(statement(Condition={"NumericEquals": {"s3:max-keys": "${aws:userid}"}})) == ("s3:max-keys",)


def cut(source, start, end):
    lines = source.split("\n")
    picked = lines[start.line - 1 : end.line]
    picked[-1] = picked[-1][: end.column - 1]
    picked[0] = picked[0][start.column - 1 :]
    return "\n".join(picked)


statements = st.lists(st.fixed_dictionaries({"Sid": st.text('ab{}[]",\\', max_size=6)}), max_size=4)


@given(statements, st.sampled_from([None, 1, 4]), st.booleans())
def test_positions_cut_out_the_statements(made, indent, comes_last):
    document = {"Statement": made, "Id": "x"} if comes_last else {"Id": "{", "Statement": made}
    source = "\n " + json.dumps(document, indent=indent) + "\n"
    assert [json.loads(cut(source, *span)) for span in statement_positions(source)] == made


def test_a_statement_that_stands_alone_has_a_position():
    source = '{"Statement": {"Sid": "x"}, "Id": "y"}'
    ((start, end),) = statement_positions(source)
    assert (start.line, start.column, end.column) == (1, 15, 27)
