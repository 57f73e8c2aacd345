"""Checks the parameters of every operation against botocore's service model.

The model says which parameters exist, which are required, and their lengths, ranges, patterns and enumerations; what
Bindery adds to AWS's operations is written as a small overlay in the model's own terms, so that there is one way to
describe a parameter. Names are snake-cased by botocore's `xform_name`.

Source: botocore `iam` 2010-05-08 and `sts` 2011-06-15; message form of the IAM API's ValidationError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from adapter.errors import ValidationError
from adapter.operations.own_model import OWN_MODEL

Params = Mapping[str, Any]
Check = Callable[[Any, str, list["Complaint"]], Any]
"""Takes a value, the path to it and a list that complaints are added to; returns the value to use."""

_DIRECTORY_FIELDS = {
    "DisplayName": "displayNameType",
    "Remarks": "remarksType",
    "MobilePhone": "mobilePhoneType",
    "Email": "emailType",
}
_OVERLAY_SHAPES: dict[str, dict[str, Any]] = {
    "displayNameType": {"type": "string", "max": 128, "pattern": r"[^\p{C}]*"},
    "remarksType": {"type": "string", "max": 1000, "pattern": r"[^\p{C}]*"},
    "mobilePhoneType": {"type": "string", "max": 32, "pattern": r"(\+?[0-9][0-9 ()./\-]*)?"},
    "emailType": {"type": "string", "max": 254, "pattern": r"([^\s@\p{C}]+@[^\s@\p{C}]+)?"},
}
_OVERLAY_MEMBERS: dict[str, dict[str, str]] = {
    "CreateUserRequest": _DIRECTORY_FIELDS,
    "UpdateUserRequest": _DIRECTORY_FIELDS,
    "CreateGroupRequest": {"DisplayName": "displayNameType", "Remarks": "remarksType"},
    "UpdateGroupRequest": {"DisplayName": "displayNameType", "Remarks": "remarksType"},
}
"""Parameters that Bindery's operations take beyond AWS's, because the directory has attributes for them."""
_OVERLAY_REQUIRED = {"CreateLoginProfileRequest": ["Password"]}
"""Parameters that AWS's service requires although its model does not say so."""

_CODES = frozenset({"TokenCode", "AuthenticationCode1", "AuthenticationCode2"})
"""One-time codes, which the model does not mark as sensitive."""


_PATTERN_WORDS = {
    r"[\w+=,.@-]+": (
        "The specified value for {name} is invalid. It must contain only alphanumeric characters and/or the following: "
        "+=,.@_-"
    ),
    r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": (
        "The specified value for {name} is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters."
    ),
}
"""What AWS says of names and paths, where it says it of one parameter alone."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a parameter.

    Attributes:
        text: as it stands beside others.
        alone: as it stands by itself, where AWS has other words for that.
    """

    text: str
    alone: str = ""


@dataclass(frozen=True, slots=True)
class _Field:
    wire_name: str
    check: Check
    required: bool


@cache
def service_model(service: str) -> ServiceModel:
    """The service model of `iam` (with Bindery's own parameters laid over it), `sts` or `bindery`."""
    if service == "bindery":
        return ServiceModel(OWN_MODEL, service)
    raw = deepcopy(Loader().load_service_model(service, "service-2"))
    if service == "iam":
        raw["shapes"].update(_OVERLAY_SHAPES)
        for shape, members in _OVERLAY_MEMBERS.items():
            raw["shapes"][shape]["members"].update({name: {"shape": kind} for name, kind in members.items()})
        for shape, names in _OVERLAY_REQUIRED.items():
            raw["shapes"][shape]["required"] = [*raw["shapes"][shape].get("required", ()), *names]
    return ServiceModel(raw, service)


@cache
def _fields(service: str, operation: str) -> Mapping[str, _Field]:
    model: OperationModel = service_model(service).operation_model(operation)
    shape = model.input_shape
    return _structure_fields(shape) if shape is not None else {}


def check_parameters(service: str, operation: str, params: Params) -> dict[str, Any]:
    """Returns the parameters as the operation takes them; those that are None count as not given.

    Args:
        service: `iam`, `sts` or `bindery`.
        operation: AWS's name, such as `CreateUser`.
        params: by snake-cased name.

    Raises:
        ValidationError: names every parameter that breaks a constraint, in AWS's words.
    """
    complaints: list[Complaint] = []
    checked = _check_fields(_fields(service, operation), params, "", complaints)
    if complaints:
        raise ValidationError(_told(complaints))
    return checked


def _told(complaints: list[Complaint]) -> str:
    count = len(complaints)
    if count == 1 and complaints[0].alone:
        return complaints[0].alone
    errors = "validation error" if count == 1 else "validation errors"
    return f"{count} {errors} detected: {'; '.join(complaint.text for complaint in complaints)}"


def parameter_names(service: str, operation: str) -> tuple[str, ...]:
    """The snake-cased names of an operation's parameters."""
    return tuple(_fields(service, operation))


@cache
def is_paged(service: str, operation: str) -> bool:
    """Whether the operation answers page by page."""
    return "marker" in _fields(service, operation)


@cache
def secret_parameters(service: str, operation: str) -> frozenset[str]:
    """The snake-cased names of parameters that are never written down: the model's sensitive ones, and codes."""
    model: OperationModel = service_model(service).operation_model(operation)
    members = model.input_shape.members if model.input_shape else {}
    return frozenset(
        xform_name(name) for name, shape in members.items() if shape.metadata.get("sensitive") or name in _CODES
    )


def _check_fields(
    fields: Mapping[str, _Field], params: Params, path: str, complaints: list[Complaint]
) -> dict[str, Any]:
    unknown = [name for name in params if name not in fields]
    complaints.extend(Complaint(f"Value at '{path}{name}' is not a parameter of this operation") for name in unknown)
    checked = {}
    for name, field in fields.items():
        value = params.get(name)
        where = path + field.wire_name
        if value is not None:
            checked[name] = field.check(value, where, complaints)
        elif field.required:
            complaints.append(_constraint(where, "Member must not be null"))
    return checked


def _structure_fields(shape: StructureShape) -> Mapping[str, _Field]:
    return {
        xform_name(name): _Field(name[0].lower() + name[1:], _check_for(member), name in shape.required_members)
        for name, member in shape.members.items()
    }


def _check_for(shape: Shape) -> Check:
    """The check of one shape, made once for each operation."""
    makers: dict[str, Callable[[Any], Check]] = {
        "string": _string_check,
        "integer": _integer_check,
        "boolean": _boolean_check,
        "list": _list_check,
        "structure": _structure_check,
    }
    return makers.get(shape.type_name, _unchecked)(shape)


def _unchecked(_shape: Shape) -> Check:
    return lambda value, _path, _complaints: value


def _structure_check(shape: StructureShape) -> Check:
    fields = _structure_fields(shape)

    def check(value: Any, path: str, complaints: list[Complaint]) -> Any:
        if not isinstance(value, Mapping):
            complaints.append(_constraint(path, "Member must be a structure"))
            return value
        return _check_fields(fields, value, path + ".", complaints)

    return check


def _list_check(shape: ListShape) -> Check:
    each = _check_for(shape.member)
    within = _bounds_check(shape, "length")

    def check(value: Any, path: str, complaints: list[Complaint]) -> Any:
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            complaints.append(_constraint(path, "Member must be a list"))
            return value
        items = list(value)
        if not within(len(items), path, complaints):
            return items
        return [each(item, f"{path}.{index}.member", complaints) for index, item in enumerate(items, start=1)]

    return check


def _string_check(shape: Shape) -> Check:
    pattern = shape.metadata.get("pattern")
    matches = _matcher(pattern) if pattern else None
    choices = tuple(getattr(shape, "enum", ()))
    within = _bounds_check(shape, "length")

    def check(value: Any, path: str, complaints: list[Complaint]) -> Any:
        if not isinstance(value, str):
            complaints.append(_constraint(path, "Member must be a string"))
        elif not within(len(value), path, complaints):
            return value
        elif choices and value not in choices:
            complaints.append(_constraint(path, f"Member must satisfy enum value set: [{', '.join(choices)}]"))
        elif matches and not matches(value):
            alone = _PATTERN_WORDS.get(str(pattern), "").format(name=path)
            complaints.append(_constraint(path, f"Member must satisfy regular expression pattern: {pattern}", alone))
        return value

    return check


def _matcher(pattern: str) -> Callable[[str], object]:
    r"""Matches as Java does, which the model is written for: `\w` and `\d` mean ASCII, but `\p{L}` any letter."""
    return regex.compile(pattern, 0 if r"\p{" in pattern else regex.ASCII).fullmatch


def _integer_check(shape: Shape) -> Check:
    within = _bounds_check(shape, "value")

    def check(value: Any, path: str, complaints: list[Complaint]) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            complaints.append(_constraint(path, "Member must be an integer"))
        else:
            within(value, path, complaints)
        return value

    return check


def _boolean_check(_shape: Shape) -> Check:
    def check(value: Any, path: str, complaints: list[Complaint]) -> Any:
        if not isinstance(value, bool):
            complaints.append(_constraint(path, "Member must be a boolean"))
        return value

    return check


def _bounds_check(shape: Shape, measure: str) -> Callable[[int, str, list[Complaint]], bool]:
    """Holds a length or a value to the shape's `min` and `max`; says whether it did."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")

    def within(size: int, path: str, complaints: list[Complaint]) -> bool:
        if low is not None and size < low:
            complaints.append(_constraint(path, f"Member must have {measure} greater than or equal to {low}"))
        elif high is not None and size > high:
            complaints.append(_constraint(path, f"Member must have {measure} less than or equal to {high}"))
        else:
            return True
        return False

    return within


def _constraint(path: str, rule: str, alone: str = "") -> Complaint:
    """One complaint; it never repeats the value, which may be a secret in the wrong place."""
    return Complaint(f"Value at '{path}' failed to satisfy constraint: {rule}", alone)
