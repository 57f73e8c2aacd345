"""Packs of system-defined policies: a folder that holds one JSON file for each policy.

Bindery's own pack is `ldif/system-policies`; operators add further ones. A file looks so:

    {"PolicyName": "ECSReadOnlyAccess", "Path": "/", "Description": "…", "Document": {"Version": "2012-10-17", …}}

A pack is read as a whole or not at all: every fault in it is reported together, with file and place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapter.ldap import SYSTEM_POLICY, dn, places
from adapter.models import Policy, PolicyVersion
from adapter.names import SYSTEM_ACCOUNT, IdPrefix, derived_unique_id, iam_arn
from adapter.policy import MalformedDocument, document_size, jsontext, parse_document

MAX_DOCUMENT = 6144
"""Characters without white space (IAM quota "Managed policy length")."""
MAX_FILE = 262_144
"""Characters of a whole file."""

_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}")
_PATH = re.compile(r"/|/[!-~]{1,510}/")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{0,1000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPolicy:
    """A system-defined policy as a pack describes it.

    Attributes:
        document: the policy document, as text formatted for people.
    """

    policy_name: str
    path: str = "/"
    description: str = ""
    document: str

    @property
    def arn(self) -> str:
        """Its ARN, which is the same in every account."""
        return iam_arn(SYSTEM_ACCOUNT, "policy", self.path, self.policy_name)

    @property
    def policy_id(self) -> str:
        """Its unique id, which follows from the name: the same in every installation and after every upgrade."""
        return derived_unique_id(IdPrefix.POLICY, f"system-policy {self.policy_name}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a pack.

    Attributes:
        file: the name of the file, or of the folder.
        place: the line and column, or the member; may be empty.
    """

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class InvalidPack(ValueError):
    """A pack can't be used.

    Attributes:
        faults: everything that is wrong with it.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def load(directory: Path) -> list[SystemPolicy]:
    """Reads a pack, sorted by policy name.

    Raises:
        InvalidPack: says for every fault in which file and at which place it is.
    """
    files = sorted(directory.glob("*.json")) if directory.is_dir() else []
    if not files:
        message = "holds no .json file" if directory.is_dir() else "is not a folder"
        raise InvalidPack([Fault(str(directory), "", message)])
    found: dict[str, SystemPolicy] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            policy = _read(file)
        except InvalidPack as error:
            faults.extend(error.faults)
            continue
        twin = found.setdefault(policy.policy_name.casefold(), policy)
        if twin is not policy:
            faults.append(Fault(file.name, "PolicyName", f"{policy.policy_name} is in the pack twice"))
    if faults:
        raise InvalidPack(faults)
    return sorted(found.values(), key=lambda policy: policy.policy_name.casefold())


def _read(file: Path) -> SystemPolicy:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidPack([Fault(file.name, "", error.strerror or "cannot be read")]) from error
    try:
        jsontext.load(content, MAX_FILE)
    except jsontext.BadJson as error:
        raise InvalidPack([Fault(file.name, "", str(error))]) from error
    raw = json.loads(content)
    faults = [Fault(file.name, place, message) for place, message in _faults_of(raw)]
    if faults:
        raise InvalidPack(faults)
    return SystemPolicy(
        policy_name=raw["PolicyName"],
        path=raw.get("Path", "/"),
        description=raw.get("Description", ""),
        document=_text(raw["Document"]),
    )


def _text(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _faults_of(raw: object) -> Iterator[tuple[str, str]]:
    """What is wrong with one file's content: the place and a sentence."""
    if not isinstance(raw, dict):
        yield "", "must be a JSON object"
        return
    yield from ((name, "is not a member of a policy file") for name in raw if name not in _MEMBERS)
    for name, (required, faults) in _MEMBERS.items():
        if name in raw:
            yield from faults(name, raw[name])
        elif required:
            yield name, "is missing"


def _matching(pattern: re.Pattern[str], rule: str) -> Callable[[str, object], Iterator[tuple[str, str]]]:
    def faults(name: str, value: object) -> Iterator[tuple[str, str]]:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield name, rule

    return faults


def _document_faults(name: str, value: object) -> Iterator[tuple[str, str]]:
    text = _text(value)
    size = document_size(text)
    if size > MAX_DOCUMENT:
        yield name, f"has {size:,} characters without white space; {MAX_DOCUMENT:,} are allowed"
        return
    try:
        parse_document(text, kind="identity")
    except MalformedDocument as error:
        for finding in error.findings:
            yield f"{name}.{finding.path}".rstrip("."), finding.detail or finding.message


_MEMBERS: Mapping[str, tuple[bool, Callable[[str, object], Iterator[tuple[str, str]]]]] = {
    "PolicyName": (True, _matching(_NAME, "must be 1 to 128 letters, digits or _+=,.@-")),
    "Path": (False, _matching(_PATH, "must start and end with a slash, at most 512 visible ASCII characters")),
    "Description": (False, _matching(_PRINTABLE, "must be at most 1,000 characters, without control characters")),
    "Document": (True, _document_faults),
}
"""The members of a policy file: whether it must be there, and what can be wrong with it."""


def record(policy: SystemPolicy, now: datetime) -> Policy:
    """A policy as it is in a directory where it is new, with a first version that is in force from now on."""
    version = PolicyVersion(version_id="v1", document=policy.document, create_date=now, is_default_version=True)
    return Policy(
        policy_name=policy.policy_name,
        policy_id=policy.policy_id,
        arn=policy.arn,
        path=policy.path,
        create_date=now,
        update_date=now,
        description=policy.description or None,
        default_version_id=version.version_id,
        versions=(version,),
        is_system=True,
    )


def entry(policy: SystemPolicy, suffix: str, now: datetime) -> tuple[str, dict[str, list[bytes]]]:
    """The DN and the attributes of a policy in a new directory."""
    name = dn.child(SYSTEM_POLICY.naming, policy.policy_name, places.system_policies(suffix))
    return name, SYSTEM_POLICY.encode(record(policy, now))
