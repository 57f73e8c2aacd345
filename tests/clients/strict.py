"""Holds every answer to botocore's service model, which itself passes over what it does not expect.

Whatever a client test calls is looked at as it came over the wire: elements that the model does not know, required
ones that are missing, values of the wrong type or outside an enumeration, and error codes that the operation does not
document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

COMMON = frozenset(
    {
        "AccessDenied",
        "ExpiredToken",
        "IncompleteSignature",
        "InternalFailure",
        "InvalidAction",
        "InvalidClientTokenId",
        "MalformedInput",
        "MalformedQueryString",
        "MissingAction",
        "MissingAuthenticationToken",
        "RequestEntityTooLarge",
        "ServiceUnavailable",
        "SignatureDoesNotMatch",
        "UnsupportedMediaType",
        "ValidationError",
    }
)
"""Codes that any operation may answer with."""
_BOUNDARY = "PermissionsBoundary.PermissionsBoundaryType is 'Policy', none of ['PermissionsBoundaryPolicy']"
KNOWN = (
    "CreateAccessKey.AccessKey lacks UserName",
    _BOUNDARY,
    "MatchedStatements[].SourcePolicyType is 'IAM Policy'",
    "NoSuchEntity (The Access Key with id",
    "InvalidParameterValue (Duplicate tag keys found",
    "OrganizationNotFoundException (",
    "InvalidParameterValue (The specified transitive tag key must be",
)
"""Where AWS itself differs from its model: the root user's keys have no user's name, among others."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SCALARS: Mapping[str, re.Pattern[str]] = {
    "timestamp": _TIME,
    "boolean": re.compile("true|false"),
    "integer": re.compile(r"-?\d+"),
    "long": re.compile(r"-?\d+"),
    "blob": re.compile(r"[A-Za-z0-9+/]*={0,2}"),
}


def strict(client: Any) -> Any:
    """A boto3 client that fails when an answer is not as the model has it."""
    client.meta.events.register("before-parse", check_answer)
    return client


def check_answer(operation_model: OperationModel, response_dict: Mapping[str, Any], **_: object) -> None:
    """Fails when an answer is not as the model has it (botocore's event `before-parse`)."""
    root = ElementTree.fromstring(response_dict["body"])
    status = response_dict["status_code"]
    faults = list(_faults(operation_model, root) if status < 300 else _error_faults(operation_model, root, status))
    faults = [fault for fault in faults if not any(known in fault for known in KNOWN)]
    assert not faults, f"{operation_model.name}: {'; '.join(faults)}"


def _faults(operation: OperationModel, root: ElementTree.Element) -> Iterator[str]:
    namespace = operation.service_model.metadata["xmlNamespace"]
    if root.tag != f"{{{namespace}}}{operation.name}Response":
        yield f"the document is {root.tag}"
    shape = operation.output_shape
    wrapper = [shape.serialization["resultWrapper"]] if shape else []
    if [_name(child) for child in root] != [*wrapper, "ResponseMetadata"]:
        yield f"it holds {[_name(child) for child in root]}"
    elif shape:
        yield from _check(shape, root[0], operation.name)


def _error_faults(operation: OperationModel, root: ElementTree.Element, status: int) -> Iterator[str]:
    error = {_name(child): child.text or "" for child in root[0]}
    namespace = operation.service_model.metadata["xmlNamespace"]
    if root.tag != f"{{{namespace}}}ErrorResponse":
        yield f"the error's document is {root.tag}"
    if [_name(child) for child in root] != ["Error", "RequestId"]:
        yield "it is no ErrorResponse"
    if list(error) != ["Type", "Code", "Message"]:
        yield f"the error has {list(error)}"
    documented = {code_of(shape): status_of(shape) for shape in operation.error_shapes}
    code = error.get("Code", "")
    if code in COMMON:
        return
    if code not in documented:
        yield f"{code} ({error.get('Message')}) is not among {sorted(documented)}"
    elif documented[code] not in (status, None):
        yield f"{code} has the status {documented[code]}, not {status}"


def code_of(shape: Shape) -> str:
    code: str = shape.metadata.get("error", {}).get("code") or shape.name
    return code


def status_of(shape: Shape) -> int | None:
    status: int | None = shape.metadata.get("error", {}).get("httpStatusCode")
    return status


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _check(shape: Shape, element: ElementTree.Element, path: str) -> Iterator[str]:
    checks: Mapping[str, Callable[[Any, ElementTree.Element, str], Iterator[str]]] = {
        "structure": _check_structure,
        "list": _check_list,
        "map": _check_map,
    }
    yield from checks.get(shape.type_name, _check_scalar)(shape, element, path)


def _check_structure(shape: StructureShape, element: ElementTree.Element, path: str) -> Iterator[str]:
    names = [_name(child) for child in element]
    yield from (f"{path} lacks {name}" for name in shape.required_members if name not in names)
    yield from (f"{path} has {name} twice" for name in {name for name in names if names.count(name) > 1})
    for child in element:
        member = shape.members.get(_name(child))
        if member is None:
            yield f"{path} has {_name(child)}, which the model does not know"
        else:
            yield from _check(member, child, f"{path}.{_name(child)}")


def _check_list(shape: ListShape, element: ElementTree.Element, path: str) -> Iterator[str]:
    for child in element:
        if _name(child) != "member":
            yield f"{path} has {_name(child)}"
        yield from _check(shape.member, child, f"{path}[]")


def _check_map(shape: MapShape, element: ElementTree.Element, path: str) -> Iterator[str]:
    for child in element:
        if [_name(child), *(_name(part) for part in child)] != ["entry", "key", "value"]:
            yield f"{path} has an odd entry"
        else:
            yield from _check(shape.key, child[0], f"{path}.key")
            yield from _check(shape.value, child[1], f"{path}.value")


def _check_scalar(shape: Shape, element: ElementTree.Element, path: str) -> Iterator[str]:
    text = element.text or ""
    wanted = _SCALARS.get(shape.type_name)
    choices = getattr(shape, "enum", ())
    if len(element):
        yield f"{path} has elements"
    elif wanted and not wanted.fullmatch(text):
        yield f"{path} is {text!r}, no {shape.type_name}"
    elif choices and text not in choices:
        yield f"{path} is {text!r}, none of {choices}"
