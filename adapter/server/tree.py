"""The entries that Bindery brings along: base tree, root user, system-defined policies, demo."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from adapter.ldap import ACCESS_KEY, GROUP, SYSTEM_POLICY, places
from adapter.ldap.wire import ADD, REPLACE, Modification
from adapter.server import ldif, packs
from adapter.server.bootstrap import FirstStart
from adapter.server.files import ldif_root
from adapter.server.suffix import Suffix

DEMO_ACCOUNT_ID = "123456789012"
DEMO_PASSWORD = "Bindery-demo-1"  # noqa: S105
DEMO_USERS = ("bob", "alice", "job", "joy", "ray")

_SHARED = ("ou=system-policies,", "ou=services,ou=iam,", "cn=verifier,ou=iam,", "cn=parameters,ou=bind-devices,")
"""What is the first account's, for all."""

_MEMBER = GROUP.attribute("members")
_VERSIONS, _DEFAULT = SYSTEM_POLICY.attribute("versions"), SYSTEM_POLICY.attribute("default_version_id")
_LAST, _DESCRIPTION = SYSTEM_POLICY.attribute("last_version"), SYSTEM_POLICY.attribute("description")

Change = tuple[str, list[Modification]]
"""An entry's DN and what is to be changed in it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Renders entries below one suffix.

    Attributes:
        suffix: below which the entries are: the directory's, or `o=ACCOUNT` below it for a further account.
        hash_password: how slapd itself hashes a password; None leaves it out.
        top: the directory's suffix, for a further account; system-defined policies are there.
    """

    suffix: Suffix
    hash_password: Callable[[str], str | None]
    top: Suffix | None = None

    def base(self, account_id: str, alias: str | None = None) -> list[ldif.Entry]:
        """The containers and the password policies."""
        top = ldif.make_entry(str(self.suffix), self.suffix.attributes)
        entries = [top, *self._render("base", account_id=account_id, account_alias=alias)]
        return entries if self.top is None else [entry for entry in entries if not _is_shared(entry)]

    def first(self, start: FirstStart) -> list[ldif.Entry]:
        """The root user with its access key, and the administrators' group."""
        entries = self._render(
            "first",
            root_email=start.root_email,
            root_password=self.hash_password(start.root_password),
            root_id=start.root_id,
            root_key=start.root_access_key_id,
            now=_now() if self.top is None else None,
            password_policy=self._password_policy,
        )
        secret = ldif.Entry(entries[1].dn, ((ACCESS_KEY.attribute("sealed_secret"), start.sealed_root_secret),))
        return ldif.merge([*entries, secret])

    def adapter(self, password: str) -> list[ldif.Entry]:
        """The adapter's own entry, for signing in over the network."""
        return self._render("adapter", adapter_password=self.hash_password(password))

    def reader(self, password: str) -> list[ldif.Entry]:
        """The entry that applications look people up with."""
        return self._render("reader", reader_password=self.hash_password(password))

    def demo(self) -> list[ldif.Entry]:
        """The people and groups of the demo, and the members that it adds to the group that is there."""
        passwords = {f"password_{name}": self.hash_password(DEMO_PASSWORD) for name in DEMO_USERS}
        return self._render("demo", now=_now(), **passwords)

    def system_policies(self) -> list[ldif.Entry]:
        """The pack of system-defined policies that Bindery comes with."""
        now = datetime.now(UTC)
        rendered = (
            packs.entry(policy, str(self.suffix), now) for policy in packs.load(ldif_root() / "system-policies")
        )
        return [
            ldif.make_entry(dn, ((name, value) for name, values in attributes.items() for value in values))
            for dn, attributes in rendered
        ]

    @property
    def _password_policy(self) -> str | None:
        """The further account's own; the directory's default is the first account's."""
        return None if self.top is None else places.password_policy(places.account(str(self.suffix)))

    def _render(self, name: str, **parameters: str | None) -> list[ldif.Entry]:
        text = (ldif_root() / "tree" / f"{name}.ldif").read_text(encoding="utf-8")
        return ldif.render(text, {"suffix": str(self.suffix), "top": str(self.top or self.suffix), **parameters})


def without_password(_password: str) -> None:
    """Leaves a password out, which is to be set once the entry is there."""
    return


def _is_shared(entry: ldif.Entry) -> bool:
    return any(name in entry.dn for name in _SHARED)


def content_fingerprint() -> str:
    """Changes when the base tree or a system-defined policy does."""
    root = ldif_root()
    files = [root / "tree" / "base.ldif", *sorted((root / "system-policies").glob("*.json"))]
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def changed_policies(wanted: Iterable[ldif.Entry], present: Iterable[ldif.Entry]) -> list[Change]:
    """What gives system-defined policies a new version where the document or description differs."""
    there = {entry.dn.casefold(): entry for entry in present}
    pairs = ((entry, there.get(entry.dn.casefold())) for entry in wanted)
    return [(old.dn, _new_version(entry, old)) for entry, old in pairs if old and _differs(entry, old)]


def missing_members(wanted: Iterable[ldif.Entry], present: Iterable[ldif.Entry]) -> list[Change]:
    """What adds the members that groups which were there before lack."""
    groups = {entry.dn.casefold(): entry for entry in present}
    changes: list[Change] = []
    for entry in wanted:
        group = groups.get(entry.dn.casefold())
        there = {value.lower() for value in group.values(_MEMBER)} if group else set()
        missing = [value for value in entry.values(_MEMBER) if value.lower() not in there]
        if group and missing:
            changes.append((group.dn, [(_MEMBER, ADD, missing)]))
    return changes


def _differs(new: ldif.Entry, old: ldif.Entry) -> bool:
    in_force = old.values(_DEFAULT)[0]
    documents = dict(_version(value) for value in old.values(_VERSIONS))
    document = _version(new.values(_VERSIONS)[0])[1]
    return documents.get(in_force) != document or new.values(_DESCRIPTION) != old.values(_DESCRIPTION)


def _version(value: bytes) -> tuple[bytes, bytes]:
    version, _, document = value.split(b" ", 2)
    return version, document


def _new_version(new: ldif.Entry, old: ldif.Entry) -> list[Modification]:
    number = max(int(value) for value in old.values(_LAST) or [b"1"]) + 1
    _, time, document = new.values(_VERSIONS)[0].split(b" ", 2)
    version = b"v%d" % number
    return [
        (_VERSIONS, REPLACE, [b" ".join((version, time, document))]),
        (_DEFAULT, REPLACE, [version]),
        (_LAST, REPLACE, [b"%d" % number]),
        (_DESCRIPTION, REPLACE, new.values(_DESCRIPTION)),
    ]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%SZ")
