"""Policy documents: from JSON text to immutable statements.

`read_document` accepts every document that has one clear meaning, also old ones that AWS would no longer store (no
Version, two equal Sids); `validation.parse_document` holds it to what AWS stores.

Source: IAM user guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from adapter.policy import jsontext
from adapter.policy.findings import Finding, MalformedDocument, Severity
from adapter.policy.operators import parse_operator

Kind = Literal["identity", "trust", "resource"]

LONGEST_DOCUMENT = 131_072
"""Characters; the service model's own limit for `PolicyDocument`."""
CURRENT_VERSION = "2012-10-17"
VERSIONS = ("2008-10-17", CURRENT_VERSION)
SYNTAX = "Syntax errors in policy."

_TOP = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
_PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_T = TypeVar("_T")
_WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Principals:
    """The Principal or NotPrincipal element; `entries` are (type, text) pairs such as ("AWS", "123456789012")."""

    entries: tuple[tuple[str, str], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of a Condition element: an operator, a key, and the values that stand beside it."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, taken apart.

    Attributes:
        resources: None where the document has neither Resource nor NotResource (trust policies).
        principals: None where the document has neither Principal nor NotPrincipal (identity policies).
    """

    index: int
    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    not_action: bool = False
    resources: tuple[str, ...] | None = None
    not_resource: bool = False
    principals: Principals | None = None
    conditions: tuple[Clause, ...] = ()
    sid: str | None = None

    @property
    def allows(self) -> bool:
        """Whether its effect is Allow."""
        return self.effect == "Allow"


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document.

    Attributes:
        version: the policy language's version; 2008-10-17 where the text names none, as the guide says.
        declared_version: what the text names, if anything.
        text: the JSON text it was read from.
    """

    kind: Kind
    version: str
    statements: tuple[Statement, ...]
    declared_version: str | None = CURRENT_VERSION
    id: str | None = None
    text: str = ""

    @property
    def has_variables(self) -> bool:
        """Whether `${…}` is a policy variable in it, rather than mere text."""
        return self.version == CURRENT_VERSION


def read_document(text: str | bytes, *, kind: Kind) -> Document:
    """Reads a document whose meaning is clear.

    Raises:
        MalformedDocument: it is not JSON or breaks the grammar; `findings` has every place that does.
    """
    try:
        raw = jsontext.load(text, LONGEST_DOCUMENT)
    except jsontext.BadJson as error:
        finding = Finding(Severity.ERROR, "JSON_SYNTAX", "", SYNTAX, "Write one JSON object.", detail=str(error))
        raise MalformedDocument([finding]) from None
    return build_document(raw, kind=kind, text=text if isinstance(text, str) else text.decode("utf-8"))


def build_document(raw: Any, *, kind: Kind, text: str = "") -> Document:
    """Reads a document from JSON that is already taken apart by `jsontext.load`.

    Raises:
        MalformedDocument: as `read_document`.
    """
    reader = _Reader(kind)
    document = reader.document(raw, text)
    if reader.findings:
        raise MalformedDocument(reader.findings)
    return document


def document_size(text: str | bytes) -> int:
    """How many characters count towards AWS's quotas: all but white space.

    Source: IAM user guide, "IAM and AWS STS quotas".
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return len(_WHITE_SPACE.sub("", text))


@dataclass(slots=True)
class _Reader:
    """Walks the JSON and notes everything that breaks the grammar, with its place."""

    kind: Kind
    findings: list[Finding] = field(default_factory=list)

    def document(self, raw: Any, text: str) -> Document:
        if not isinstance(raw, dict):
            self.refuse("", "NOT_AN_OBJECT", "a policy is a JSON object", "Wrap the policy in { }.")
            raw = {"Statement": []}
        self._known(raw, _TOP, "")
        declared = raw.get("Version")
        if declared is not None and declared not in VERSIONS:
            self.refuse("Version", "INVALID_VERSION", "unknown version", f'Write "{CURRENT_VERSION}".',
                        "The policy must contain a valid version string")  # fmt: skip
        for name in ("Version", "Id"):
            if name in raw and not jsontext.is_text(raw[name]):
                self.refuse(name, "DATA_TYPE_MISMATCH", f"{name} is a string", "Put it in quotation marks.")
        statements = raw.get("Statement")
        if statements is None:
            self.refuse("Statement", "MISSING_STATEMENT", "there is no Statement", 'Add a "Statement" element.')
            statements = []
        entries = statements if isinstance(statements, list) else [statements]
        paths = [f"Statement[{n}]" for n in range(len(entries))] if isinstance(statements, list) else ["Statement"]
        return Document(
            kind=self.kind,
            version=declared if declared in VERSIONS else VERSIONS[0],
            declared_version=declared if jsontext.is_text(declared) else None,
            id=raw.get("Id"),
            statements=tuple(self._statement(entry, n, paths[n]) for n, entry in enumerate(entries)),
            text=text,
        )

    def refuse(self, path: str, code: str, detail: str, fix: str, message: str = SYNTAX) -> None:
        self.findings.append(Finding(Severity.ERROR, code, path, message, fix, detail=detail))

    def _statement(self, raw: Any, index: int, path: str) -> Statement:
        if not isinstance(raw, dict):
            self.refuse(path, "NOT_AN_OBJECT", "a statement is a JSON object", "Wrap the statement in { }.")
            return Statement(index, "Deny", ())
        self._known(raw, _STATEMENT, path)
        effect = raw.get("Effect")
        if effect not in ("Allow", "Deny"):
            self.refuse(f"{path}.Effect", "INVALID_EFFECT", "Effect is Allow or Deny", 'Write "Allow" or "Deny".')
        if "Sid" in raw and not jsontext.is_text(raw["Sid"]):
            self.refuse(f"{path}.Sid", "DATA_TYPE_MISMATCH", "Sid is a string", "Put it in quotation marks.")
        actions, not_action = self._pair(raw, "Action", path, self._texts)
        resources, not_resource = self._pair(raw, "Resource", path, self._texts)
        entries, not_principal = self._pair(raw, "Principal", path, self._principal_entries)
        self._presence(actions, resources, entries, path)
        return Statement(
            index=index,
            effect="Allow" if effect == "Allow" else "Deny",
            actions=actions or (),
            not_action=not_action,
            resources=resources,
            not_resource=not_resource,
            principals=None if entries is None else Principals(entries, not_principal),
            conditions=self._conditions(raw.get("Condition", {}), f"{path}.Condition"),
            sid=raw.get("Sid"),
        )

    def _presence(self, actions: object, resources: object, principals: object, path: str) -> None:
        if actions is None:
            self.refuse(path, "MISSING_ACTION", "neither Action nor NotAction", 'Add "Action".',
                        "Policy statement must contain actions.")  # fmt: skip
        if self.kind == "identity":
            if resources is None:
                self.refuse(path, "MISSING_RESOURCE", "neither Resource nor NotResource", 'Add "Resource".',
                            "Policy statement must contain resources.")  # fmt: skip
            if principals is not None:
                self.refuse(path, "UNSUPPORTED_PRINCIPAL", "the principal is whoever the policy is attached to",
                            "Remove Principal and NotPrincipal.",
                            "Policy document should not specify a principal.")  # fmt: skip
        elif principals is None:
            self.refuse(path, "MISSING_PRINCIPAL", "neither Principal nor NotPrincipal", 'Add "Principal".',
                        "Missing required field Principal")  # fmt: skip

    def _known(self, raw: Mapping[str, Any], names: Iterable[str], path: str) -> None:
        for name in raw:
            if name not in names:
                place = f"{path}.{name}" if path else name
                self.refuse(place, "UNKNOWN_ELEMENT", f"there is no element {name[:80]!r}",
                            "Remove it, or mind the spelling: " + ", ".join(names) + ".")  # fmt: skip

    def _pair(
        self, raw: Mapping[str, Any], name: str, path: str, read: Callable[[Any, str], _T]
    ) -> tuple[_T | None, bool]:
        """Reads NAME or NotNAME, of which a statement has at most one."""
        negated = f"Not{name}"
        if name in raw and negated in raw:
            self.refuse(path, "BOTH_" + name.upper(), f"both {name} and {negated}", "Keep one of them.")
        if negated in raw:
            return read(raw[negated], f"{path}.{negated}"), True
        return (read(raw[name], f"{path}.{name}") if name in raw else None), False

    def _texts(self, raw: Any, path: str) -> tuple[str, ...]:
        entries = raw if isinstance(raw, list) else [raw]
        if all(jsontext.is_text(entry) for entry in entries):
            return tuple(entries)
        self.refuse(path, "DATA_TYPE_MISMATCH", "expected a string or a list of strings", "Use strings only.")
        return ()

    def _principal_entries(self, raw: Any, path: str) -> tuple[tuple[str, str], ...]:
        if raw == "*":
            return (("*", "*"),)
        if not isinstance(raw, dict):
            self.refuse(path, "INVALID_PRINCIPAL", 'expected "*" or an object', 'Write {"AWS": "ARN"}.')
            return ()
        self._known(raw, _PRINCIPAL_TYPES, path)
        return tuple((kind, text) for kind in raw for text in self._texts(raw[kind], f"{path}.{kind}"))

    def _conditions(self, raw: Any, path: str) -> tuple[Clause, ...]:
        if not isinstance(raw, dict):
            self.refuse(path, "DATA_TYPE_MISMATCH", "Condition is a JSON object", "Write {OPERATOR: {KEY: VALUE}}.")
            return ()
        clauses: list[Clause] = []
        for operator, keys in raw.items():
            place = f"{path}.{operator}"
            if parse_operator(operator) is None:
                self.refuse(place, "INVALID_OPERATOR", f"there is no condition operator {operator[:80]!r}",
                            "Use one of the guide's condition operators.")  # fmt: skip
            elif not isinstance(keys, dict):
                self.refuse(place, "DATA_TYPE_MISMATCH", "an operator holds a JSON object", "Write {KEY: VALUE}.")
            else:
                clauses.extend(Clause(operator, key, self._values(v, f"{place}.{key}")) for key, v in keys.items())
        return tuple(clauses)

    def _values(self, raw: Any, path: str) -> tuple[str, ...]:
        entries = raw if isinstance(raw, list) else [raw]
        if all(isinstance(entry, (str, bool)) for entry in entries):
            return tuple(_value_text(entry) for entry in entries)
        self.refuse(path, "DATA_TYPE_MISMATCH", "expected strings, numbers or booleans", "Use plain values only.")
        return ()


def _value_text(value: str | bool) -> str:
    """JSON booleans and numbers are as good as their text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
