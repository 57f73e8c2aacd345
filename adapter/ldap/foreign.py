"""A server that Bindery does not own, as its administrator sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from adapter.errors import IamError, ServiceFailure
from adapter.ldap import errors, filters, places
from adapter.ldap.codecs import decode_layout
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.filters import Filter
from adapter.ldap.mapping import ACCOUNT, GROUP
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.operational import CONTEXT_CSN
from adapter.ldap.reading import pages
from adapter.ldap.search import Entry, Outcome, Scope, Search, selection
from adapter.ldap.wire import ADD, Modification, Wire

ANYTHING: Final = filters.present(OBJECT_CLASS)
_INSTALLED: Final = "iamInstalled"
"""Notes of what was added to a server, in its account's entry."""
_NO_SUCH: Final = frozenset({errors.NO_SUCH_OBJECT, errors.INVALID_DN, errors.INSUFFICIENT_ACCESS})
"""Answers that mean that there is nothing to see; a name of an attribute that is not known is an invalid one."""


class ForeignServerError(Exception):
    """A server can't be reached or used as it is; the message says why and what to do."""


class Refused(Exception):
    """The server refused a change; the message says what it said.

    Attributes:
        code: the LDAP result code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Connection:
    """One connection to a foreign server, as one of its administrators.

    Args:
        endpoint: where the server is and who binds.

    Raises:
        ForeignServerError: there is no way in.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        try:
            self._wire = Wire(endpoint, endpoint.tls_context())
        except (Unreachable, OSError) as error:
            raise ForeignServerError(str(error)) from error

    def close(self) -> None:
        """Closes it."""
        self._wire.close()

    def read(self, at: str, names: Iterable[str] = ("*", "+")) -> Entry | None:
        """One entry; None when there is none that may be seen."""
        found = self.search(at, Scope.BASE, ANYTHING, names)
        return found[0] if found else None

    def exists(self, at: str) -> bool:
        """Whether there is an entry that may be seen."""
        return self.read(at, ("1.1",)) is not None

    def search(self, base: str, scope: Scope, condition: Filter, names: Iterable[str] = ("*", "+")) -> list[Entry]:
        """All entries that are found, in pages; none where the base does not exist or may not be seen."""
        search = Search(base, scope, condition, selection(names))
        try:
            if scope is Scope.BASE or base.lower().endswith(places.CONFIG):  # cn=config knows no pages
                entries, outcome = self._wire.search(search)
                return entries if outcome.code == errors.SUCCESS else _none(outcome)
            return [entry for page in pages(self._wire, search) for entry in page]
        except ConnectionLost as error:
            raise ForeignServerError(f"The server stopped answering: {error}") from error
        except ServiceFailure:
            return []
        except IamError as error:
            raise ForeignServerError(str(error)) from error

    def add(self, dn: str, attributes: dict[str, list[bytes]]) -> None:
        """Creates an entry.

        Raises:
            Refused: the server does not do it.
        """
        self._held(self._wire.add(dn, attributes), f"{dn} can't be added")

    def modify(self, dn: str, changes: list[Modification]) -> None:
        """Changes an entry.

        Raises:
            Refused: the server does not do it.
        """
        self._held(self._wire.modify(dn, changes), f"{dn} can't be changed")

    def add_class(self, dn: str, name: str) -> None:
        """Gives an entry one more object class.

        Raises:
            Refused: the server does not do it.
        """
        self.modify(dn, [(OBJECT_CLASS, ADD, [name.encode()])])

    def sees_account(self, suffix: str) -> bool:
        """Whether there is an account of Bindery's, as far as whoever is bound may see."""
        return self.read(places.account(suffix), (ACCOUNT.attribute("account_id"),)) is not None

    def note_installed(self, suffix: str, notes: Iterable[bytes]) -> None:
        """Notes in the account's entry what was added to the server.

        Raises:
            Refused: the server does not do it.
        """
        at = places.account(suffix)
        own = self.read(at, (_INSTALLED,))
        there = own.values(_INSTALLED) if own else []
        missing = [note for note in dict.fromkeys(notes) if note not in there]
        if missing:
            self.modify(at, [(_INSTALLED, ADD, missing)])

    def delete(self, dn: str) -> None:
        """Removes an entry.

        Raises:
            Refused: the server does not do it.
        """
        self._held(self._wire.delete(dn), f"{dn} can't be removed")

    def set_password(self, dn: str, value: bytes, oid: str) -> None:
        """Carries out a password modification.

        Raises:
            Refused: the server does not do it.
        """
        self._held(self._wire.extended(oid, value), f"the password of {dn} can't be set")

    def _held(self, outcome: Outcome, what: str) -> None:
        if outcome.code != errors.SUCCESS:
            raise Refused(
                f"{what}: {outcome.diagnostic or 'no reason given'} (LDAP result {outcome.code})", outcome.code
            )


@dataclass(frozen=True)
class Survey:
    """What can be seen of a server before anything is changed.

    Attributes:
        suffix: the one that Bindery is to live below.
        root: the root DSE.
        schema: the subschema entry.
        database: the database's entry in cn=config; None where that may not be seen.
        overlays: names of the database's overlays.
        modules: the module lists in cn=config.
        schemas: the DNs of the schema's entries in cn=config.
        authz_policy: who may act as somebody else (olcAuthzPolicy); None where that may not be seen.
        top, iam: the entries of the suffix and of the account below it, if they are there.
        has_root_user: whether the account's root user is there.
    """

    suffix: str
    root: Entry
    schema: Entry
    database: Entry | None
    overlays: frozenset[str]
    modules: tuple[Entry, ...]
    schemas: tuple[str, ...]
    authz_policy: str | None
    top: Entry | None
    iam: Entry | None
    has_root_user: bool

    @cached_property
    def names(self) -> frozenset[str]:
        """Every class and attribute that the server knows, in lower case."""
        texts = (*self.schema.values("objectClasses"), *self.schema.values("attributeTypes"))
        return frozenset(name.lower() for text in texts for name in _names(text))

    @property
    def groups_need_members(self) -> bool:
        """Whether groupOfNames has to have a member, as RFC 4519 has it."""
        kind = f"'{GROUP.classes[0]}'".encode()
        texts = (text for text in self.schema.values("objectClasses") if kind in text)
        return any(re.search(rb"MUST (?:\([^)]*\bmember\b|member\b)", text) for text in texts)

    @property
    def loaded(self) -> frozenset[str]:
        """Names of the modules that are loaded, without path and ending."""
        values = (value.decode() for entry in self.modules for value in entry.values("olcModuleLoad"))
        names = (re.sub(r"^\{\d+\}", "", value).split()[0].rpartition("/")[2].partition(".")[0] for value in values)
        return frozenset(names)

    @property
    def tells_changes(self) -> bool:
        """Whether the database has the overlay that tells of changes."""
        if self.database is not None:
            return "syncprov" in self.overlays
        return self.top is not None and CONTEXT_CSN in self.top.attributes

    @property
    def account_id(self) -> str:
        """The number of the account that is there; empty where there is none."""
        values = self.iam.values(ACCOUNT.attribute("account_id")) if self.iam else []
        return values[0].decode() if values else ""

    @property
    def placeholder(self) -> str:
        """What fills groups that need a member; empty where nothing does."""
        values = self.iam.values(ACCOUNT.attribute("layout")) if self.iam else []
        return decode_layout(values[0]).placeholder if values else ""

    @property
    def installed(self) -> list[bytes]:
        """The notes of what was added to the server."""
        return self.iam.values(_INSTALLED) if self.iam else []


def survey(data: Connection, config: Connection | None, suffix: str | None) -> Survey:
    """Looks at a server.

    Args:
        data: a connection that reads the tree.
        config: a connection that reads cn=config, if there is one.
        suffix: which one is meant, where there are several.

    Raises:
        ForeignServerError: it is none that Bindery could live in; the message says why.
    """
    root = data.read("") or Entry("", {})
    chosen = _suffix(root, suffix)
    subschema = (root.values("subschemaSubentry") or [b"cn=Subschema"])[0].decode()
    schema = data.read(subschema, ("objectClasses", "attributeTypes"))
    if schema is None:
        raise ForeignServerError(f"{subschema} can't be read: the administrator's DN needs to see the schema")
    databases = config.search(places.CONFIG, Scope.ONE, filters.equals("olcSuffix", chosen.encode())) if config else []
    database = databases[0] if databases else None
    overlays = config.search(database.dn, Scope.ONE, filters.present("olcOverlay")) if config and database else []
    server = config.read(places.CONFIG, ("olcAuthzPolicy",)) if config and database else None
    is_list = filters.equals(OBJECT_CLASS, b"olcModuleList")
    return Survey(
        suffix=chosen,
        root=root,
        schema=schema,
        database=database,
        overlays=frozenset(re.sub(r"^\{-?\d+\}", "", each.values("olcOverlay")[0].decode()) for each in overlays),
        modules=tuple(config.search(places.CONFIG, Scope.ONE, is_list)) if config and database else (),
        schemas=tuple(each.dn for each in config.search(f"cn=schema,{places.CONFIG}", Scope.ONE, ANYTHING, ("cn",)))
        if config and database
        else (),
        authz_policy=(server.values("olcAuthzPolicy") or [b"none"])[0].decode().lower() if server else None,
        top=data.read(chosen),
        iam=data.read(places.account(chosen)),
        has_root_user=data.exists(places.root_user(places.account(chosen))),
    )


def _suffix(root: Entry, wanted: str | None) -> str:
    there = [value.decode() for value in root.values("namingContexts")]
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted is None:
        raise ForeignServerError(f"Say which suffix with --suffix: the server has {', '.join(there) or 'none'}")
    if wanted.lower().replace(", ", ",") not in {each.lower() for each in there}:
        raise ForeignServerError(f"The server has no suffix {wanted}, but {', '.join(there) or 'none'}")
    return wanted


def _names(definition: bytes) -> list[str]:
    """The names that a definition of the schema gives."""
    match = re.search(rb"NAME (?:'([^']+)'|\(([^)]*)\))", definition)
    return re.findall(r"[\w;.-]+", (match[1] or match[2]).decode()) if match else []


def _none(outcome: Outcome) -> list[Entry]:
    if outcome.code in _NO_SUCH:
        return []
    raise ForeignServerError(f"The server does not answer a search: {outcome.diagnostic or outcome.code}")
