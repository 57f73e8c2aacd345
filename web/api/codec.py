"""Between the wire and the operations: parameters are decoded and answers encoded by botocore's service model.

Each shape becomes a function once, so that a request walks no model. Scalars that can't be read are handed on as they
are: the check of the parameters says what is wrong with them, in AWS's words.

Source: Smithy 2.0, "AWS Query protocol"; botocore's serializer and parser of the `query` protocol.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from adapter.wsgi import MalformedInput
from web.api.form import Node
from web.api.markup import escape

Decode = Callable[[Node], Any]
Encode = Callable[[Any], str]

_INDEX = re.compile(r"[1-9][0-9]{0,8}")
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_EPOCH = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?", re.ASCII)
_TRUTH = {"true": True, "false": False}


def input_decoder(operation: OperationModel) -> Callable[[Mapping[str, Node]], dict[str, Any]]:
    """What turns a request's parameters into the operation's, by snake-cased name; unknown ones are passed over."""
    if operation.input_shape is None:
        return lambda _node: {}
    decode: Callable[[Mapping[str, Node]], dict[str, Any]] = _structure_decoder(operation.input_shape)
    return decode


def output_encoder(operation: OperationModel) -> Callable[[Mapping[str, Any], str], bytes]:
    """What turns an operation's result and the request id into the response's body."""
    name, namespace = operation.name, operation.service_model.metadata["xmlNamespace"]
    start = f'<{name}Response xmlns="{namespace}">'
    end = f"</RequestId></ResponseMetadata></{name}Response>"
    shape = operation.output_shape
    if shape is None:
        return lambda _result, request_id: f"{start}<ResponseMetadata><RequestId>{request_id}{end}".encode()
    wrapper = shape.serialization["resultWrapper"]
    start, middle = f"{start}<{wrapper}>", f"</{wrapper}><ResponseMetadata><RequestId>"
    # Tools ask for IsTruncated without looking whether it is there.
    always = {"is_truncated": False} if "IsTruncated" in shape.members else {}
    encode = _structure_encoder(shape)
    return lambda result, request_id: f"{start}{encode({**always, **result})}{middle}{request_id}{end}".encode()


def _decoder(shape: Shape) -> Decode:
    makers: dict[str, Callable[[Any], Decode]] = {
        "structure": _structure_decoder,
        "list": _list_decoder,
        "map": _map_decoder,
    }
    if shape.type_name in makers:
        return makers[shape.type_name](shape)
    read = _READERS.get(shape.type_name, str)
    return lambda node: read(_scalar(node))


def _scalar(node: Node) -> str:
    if not isinstance(node, str):
        raise MalformedInput("Start of structure or map found where not expected.")
    return node


def _tree(node: Node) -> dict[str, Node]:
    """What is below a name. An empty value stands for something empty: so botocore writes an empty list."""
    if isinstance(node, dict):
        return node
    if node:
        raise MalformedInput("Unexpected simple element: a structure, map or list is expected.")
    return {}


def _structure_decoder(shape: StructureShape) -> Callable[[Any], dict[str, Any]]:
    fields = {name: (xform_name(name), _decoder(member)) for name, member in shape.members.items()}

    def decode(node: Node) -> dict[str, Any]:
        found = {}
        for name, value in _tree(node).items():
            field = fields.get(name)
            if field is not None:
                found[field[0]] = field[1](value)
        return found

    return decode


def _list_decoder(shape: ListShape) -> Decode:
    each = _decoder(shape.member)
    return lambda node: [each(item) for item in _numbered(_tree(node), "member")]


def _map_decoder(shape: MapShape) -> Decode:
    read_key, read_value = _decoder(shape.key), _decoder(shape.value)

    def decode(node: Node) -> dict[str, Any]:
        pairs = [_tree(entry) for entry in _numbered(_tree(node), "entry")]
        found = {read_key(pair.get("key", "")): read_value(pair.get("value", "")) for pair in pairs}
        if len(found) < len(pairs):
            raise MalformedInput("A map has the same key twice.")
        return found

    return decode


def _numbered(tree: Mapping[str, Node], label: str) -> Iterable[Node]:
    """The items of a list, which are numbered from 1; where numbers are left out, what is there closes up."""
    items = _tree(tree.get(label, ""))
    if not all(map(_INDEX.fullmatch, items)) or tree.keys() - {label}:
        raise MalformedInput(f"The items of a list are named {label}.1, {label}.2 and so on.")
    return [items[index] for index in sorted(items, key=int)]


def _read_integer(text: str) -> int | str:
    return int(text) if _INTEGER.fullmatch(text) else text


def _read_boolean(text: str) -> bool | str:
    return _TRUTH.get(text.lower(), text)


def _read_blob(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise MalformedInput("A value is not base64.") from None


def _read_timestamp(text: str) -> datetime:
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise MalformedInput("A value is not a time as ISO 8601 writes it.") from None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": _read_integer,
    "long": _read_integer,
    "boolean": _read_boolean,
    "blob": _read_blob,
    "timestamp": _read_timestamp,
}


def _encoder(shape: Shape) -> Encode:
    makers: dict[str, Callable[[Any], Encode]] = {
        "structure": _structure_encoder,
        "list": _list_encoder,
        "map": _map_encoder,
    }
    if shape.type_name in makers:
        return makers[shape.type_name](shape)
    return _WRITERS.get(shape.type_name, _write_text)


def _structure_encoder(shape: StructureShape) -> Encode:
    fields = [(xform_name(name), f"<{name}>", f"</{name}>", _encoder(of)) for name, of in shape.members.items()]

    def encode(value: Mapping[str, Any]) -> str:
        parts = []
        for key, start, end, write in fields:
            member = value.get(key)
            if member is not None:
                parts.append(f"{start}{write(member)}{end}")
        return "".join(parts)

    return encode


def _list_encoder(shape: ListShape) -> Encode:
    write = _encoder(shape.member)
    return lambda items: "".join([f"<member>{write(item)}</member>" for item in items])


def _map_encoder(shape: MapShape) -> Encode:
    key, value = _encoder(shape.key), _encoder(shape.value)

    def encode(pairs: Mapping[Any, Any]) -> str:
        return "".join(
            [f"<entry><key>{key(k)}</key><value>{value(v)}</value></entry>" for k, v in pairs.items()],
        )

    return encode


def _write_text(value: str) -> str:
    return escape(value)


def _write_boolean(value: bool) -> str:
    return "true" if value else "false"


def _write_blob(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _write_timestamp(value: datetime) -> str:
    utc = value.astimezone(UTC)
    return f"{utc.replace(microsecond=0, tzinfo=None).isoformat()}Z"


_WRITERS: Mapping[str, Encode] = {
    "integer": str,
    "long": str,
    "boolean": _write_boolean,
    "blob": _write_blob,
    "timestamp": _write_timestamp,
}
