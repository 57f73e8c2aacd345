"""The wire format: what is encoded by one side is decoded by the other, over the service models' own shapes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st

from adapter.errors import MalformedQueryString
from adapter.operations.parameters import service_model
from adapter.wsgi import MalformedInput
from web.api.codec import input_decoder, output_encoder
from web.api.form import MOST_PARAMETERS, read_form
from web.api.markup import escape

OPERATIONS: list[OperationModel] = [
    service_model(service).operation_model(name)
    for service in ("iam", "sts")
    for name in service_model(service).operation_names
]
BY_NAME = {operation.name: operation for operation in OPERATIONS}
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
TEXT = XML_TEXT.filter(lambda text: text == text.strip())
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(10**15), 10**15),
    "long": st.integers(-(10**15), 10**15),
    "boolean": st.booleans(),
    "blob": st.binary(),
    "timestamp": TIMES,
}


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape, by AWS's names."""
    if shape.type_name == "structure":
        return st.fixed_dictionaries({}, optional={name: values(of) for name, of in shape.members.items()})
    if shape.type_name == "list":
        return st.lists(values(shape.member), max_size=3)
    if shape.type_name == "map":
        return st.dictionaries(values(shape.key), values(shape.value), max_size=3)
    return SCALARS[shape.type_name]


def snaked(shape: Shape, value: Any) -> Any:
    """The same by snake-cased names, as operations take and give it."""
    if shape.type_name == "structure":
        return {xform_name(name): snaked(shape.members[name], member) for name, member in value.items()}
    if shape.type_name == "list":
        return [snaked(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: snaked(shape.value, member) for key, member in value.items()}
    return value


def without_empty(value: Any) -> Any:
    """The value without empty structures, lists and maps, which the protocol can't tell from absent ones."""
    if isinstance(value, dict):
        parts = {key: without_empty(member) for key, member in value.items()}
        return {key: member for key, member in parts.items() if member not in ({}, [], None)}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def holds_empty_item(value: Any) -> bool:
    """Whether a list has an item that is empty and therefore lost in a request."""
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    lost = any(item in ({}, []) for item in items) if isinstance(value, list) else False
    return lost or any(holds_empty_item(item) for item in items)


@given(st.data())
def test_what_botocore_sends_is_what_operations_get(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from([each for each in OPERATIONS if each.input_shape]))
    params = data.draw(values(operation.input_shape).map(without_empty).filter(lambda each: not holds_empty_item(each)))
    request = create_serializer("query", include_validation=False).serialize_to_request(params, operation)
    encoded = urlencode(request["body"], doseq=True).encode()
    assert input_decoder(operation)(read_form(b"", encoded)) == snaked(operation.input_shape, params)


@given(st.data())
def test_what_operations_answer_is_what_botocore_reads(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from([each for each in OPERATIONS if each.output_shape]))
    answer = data.draw(values(operation.output_shape))
    body = output_encoder(operation)(snaked(operation.output_shape, answer), "id-1")
    parsed = create_parser("query").parse({"status_code": 200, "headers": {}, "body": body}, operation.output_shape)
    assert parsed.pop("ResponseMetadata")["RequestId"] == "id-1"
    if "IsTruncated" in operation.output_shape.members and "IsTruncated" not in answer:
        assert parsed.pop("IsTruncated") is False
    assert without_empty(parsed) == without_empty(answer)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_every_operation_of_the_models_can_be_spoken(operation: OperationModel) -> None:
    assert input_decoder(operation)({}) == {}
    root = ET.fromstring(output_encoder(operation)({}, "id-1"))
    assert root.tag.endswith(f"}}{operation.name}Response")


@given(st.text())
def test_any_text_makes_a_document_that_can_be_read(text: str) -> None:
    found = ET.fromstring(f"<a>{escape(text)}</a>".encode()).text or ""
    assert len(found) == len(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        form = read_form(body)
        for operation in (BY_NAME["CreateUser"], BY_NAME["SimulateCustomPolicy"], BY_NAME["ListUsers"]):
            input_decoder(operation)(form)
    except (MalformedInput, MalformedQueryString):
        return


NAMES = st.lists(st.sampled_from(["Tags", "member", "entry", "1", "2", "01", "Key", "Value", "", "x"]), max_size=5)


@given(st.lists(st.tuples(NAMES.map(".".join), st.sampled_from(["", "a", "1"])), max_size=6))
def test_any_names_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    body = "&".join(f"{name}={value}" for name, value in pairs).encode()
    try:
        params = input_decoder(BY_NAME["TagUser"])(read_form(body))
    except MalformedInput:
        return
    assert all(isinstance(tag, dict) for tag in params.get("tags", []))


def test_items_of_a_list_come_in_the_order_of_their_numbers() -> None:
    body = b"TagKeys.member.10=c&TagKeys.member.2=b&TagKeys.member.1=a"
    assert input_decoder(BY_NAME["UntagUser"])(read_form(body)) == {"tag_keys": ["a", "b", "c"]}


def test_an_empty_value_is_an_empty_list() -> None:
    assert input_decoder(BY_NAME["TagUser"])(read_form(b"Tags=")) == {"tags": []}


def test_query_and_body_are_read_as_one() -> None:
    assert read_form(b"Action=ListUsers", b"MaxItems=1") == {"Action": "ListUsers", "MaxItems": "1"}


def test_a_plus_sign_is_a_space() -> None:
    assert read_form(b"a=b+c%2Bd") == {"a": "b c+d"}


def test_the_number_of_parameters_is_limited_over_query_and_body_together() -> None:
    half = b"&".join(b"p%d=" % number for number in range(MOST_PARAMETERS // 2 + 2))
    with pytest.raises(MalformedInput):
        read_form(half, half)


@pytest.mark.parametrize(("sent", "got"), [("true", True), ("True", True), ("false", False), ("yes", "yes"), ("", "")])
def test_what_is_no_truth_value_is_left_to_the_check(sent: str, got: object) -> None:
    params = input_decoder(BY_NAME["CreateLoginProfile"])({"PasswordResetRequired": sent})
    assert params == {"password_reset_required": got}


def test_times_are_written_as_aws_writes_them() -> None:
    user = {"user": {"create_date": datetime(2026, 11, 20, 6, 2, 11, 123456, tzinfo=UTC)}}
    assert b"<CreateDate>2026-11-20T06:02:11Z</CreateDate>" in output_encoder(BY_NAME["GetUser"])(user, "id")


def test_what_has_no_value_is_left_out() -> None:
    answer = output_encoder(BY_NAME["GetUser"])({"user": {"user_name": "bob", "path": None}}, "id")
    assert b"<User><UserName>bob</UserName></User>" in answer


def test_an_operation_without_answer_has_no_result_element() -> None:
    assert output_encoder(BY_NAME["DeleteUser"])({}, "id-1") == (
        b'<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>'
        b"<RequestId>id-1</RequestId></ResponseMetadata></DeleteUserResponse>"
    )
