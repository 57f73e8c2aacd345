"""A server that Bindery does not own, as its administrator sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from adapter.errors import IamError, ServiceFailure
from adapter.ldap import errors, filters
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.filters import Filter
from adapter.ldap.reading import pages
from adapter.ldap.search import Entry, Outcome, Scope, Search, selection
from adapter.ldap.wire import Wire

ANYTHING: Final = filters.present("objectClass")
CONFIG: Final = "cn=config"
EVERYTHING: Final = selection(["*", "+"])
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

    def search(self, base: str, scope: Scope, condition: Filter, names: Iterable[str] = ("*", "+")) -> list[Entry]:
        """All entries that are found, in pages; none where the base does not exist or may not be seen."""
        search = Search(base, scope, condition, selection(names))
        try:
            if scope is Scope.BASE or base.lower().endswith(CONFIG):  # cn=config knows no pages
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

    def modify(self, dn: str, changes: list[tuple[str, str, list[bytes]]]) -> None:
        """Changes an entry.

        Raises:
            Refused: the server does not do it.
        """
        self._held(self._wire.modify(dn, changes), f"{dn} can't be changed")

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
        top, iam, root_user: the entries of the suffix, of `ou=iam` below it and of the account's root user, if they
            are there.
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
    root_user: Entry | None

    @cached_property
    def names(self) -> frozenset[str]:
        """Every class and attribute that the server knows, in lower case."""
        texts = (*self.schema.attributes.get("objectclasses", ()), *self.schema.attributes.get("attributetypes", ()))
        return frozenset(name.lower() for text in texts for name in _names(text))

    @property
    def groups_need_members(self) -> bool:
        """Whether groupOfNames has to have a member, as RFC 4519 has it."""
        texts = (text for text in self.schema.attributes.get("objectclasses", ()) if b"'groupOfNames'" in text)
        return any(re.search(rb"MUST (?:\([^)]*\bmember\b|member\b)", text) for text in texts)

    @property
    def loaded(self) -> frozenset[str]:
        """Names of the modules that are loaded, without path and ending."""
        values = (value.decode() for entry in self.modules for value in entry.attributes.get("olcmoduleload", ()))
        names = (re.sub(r"^\{\d+\}", "", value).split()[0].rpartition("/")[2].partition(".")[0] for value in values)
        return frozenset(names)

    @property
    def tells_changes(self) -> bool:
        """Whether the database has the overlay that tells of changes."""
        if self.database is not None:
            return "syncprov" in self.overlays
        return self.top is not None and "contextcsn" in self.top.attributes


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
    subschema = (root.attributes.get("subschemasubentry") or [b"cn=Subschema"])[0].decode()
    schema = data.read(subschema, ("objectClasses", "attributeTypes"))
    if schema is None:
        raise ForeignServerError(f"{subschema} can't be read: the administrator's DN needs to see the schema")
    databases = config.search(CONFIG, Scope.ONE, filters.equals("olcSuffix", chosen.encode())) if config else []
    database = databases[0] if databases else None
    overlays = config.search(database.dn, Scope.ONE, filters.present("olcOverlay")) if config and database else []
    server = config.read(CONFIG, ("olcAuthzPolicy",)) if config and database else None
    is_list = filters.equals("objectClass", b"olcModuleList")
    return Survey(
        suffix=chosen,
        root=root,
        schema=schema,
        database=database,
        overlays=frozenset(re.sub(r"^\{-?\d+\}", "", each.attributes["olcoverlay"][0].decode()) for each in overlays),
        modules=tuple(config.search(CONFIG, Scope.ONE, is_list)) if config and database else (),
        schemas=tuple(each.dn for each in config.search(f"cn=schema,{CONFIG}", Scope.ONE, ANYTHING, ("cn",)))
        if config and database
        else (),
        authz_policy=(server.attributes.get("olcauthzpolicy") or [b"none"])[0].decode().lower() if server else None,
        top=data.read(chosen),
        iam=data.read(f"ou=iam,{chosen}"),
        root_user=data.read(f"cn=root,ou=iam,{chosen}", ("objectClass",)),
    )


def _suffix(root: Entry, wanted: str | None) -> str:
    there = [value.decode() for value in root.attributes.get("namingcontexts", ())]
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
