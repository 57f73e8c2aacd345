"""The store: all that Bindery keeps, read and written through one object.

An example: `store.change(USER, account, store.get(USER, account, "bob"), Set("display_name", "Bob"))`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapter.errors import IamError, ServiceFailure, ServiceUnavailable
from adapter.ldap import filters
from adapter.ldap.browsing import Browsing
from adapter.ldap.codecs import TIME
from adapter.ldap.connection import Pool
from adapter.ldap.feed import Feed, Listener
from adapter.ldap.listeners import Listeners
from adapter.ldap.mapping import ROOT
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.numbering import Numbering
from adapter.ldap.password_mapping import PASSWORD_POLICY
from adapter.ldap.passwords import Passwords
from adapter.ldap.reading import checked
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, selection
from adapter.ldap.surveys import Surveys
from adapter.ldap.watching import Watching
from adapter.models import Account, PasswordPolicy, RootUser
from adapter.settings import Settings

_OUR_CLASSES = b"NAME 'iam"
_LEAST_SIGN_INS = 2
_STARTED, _CONNECTIONS = "cn=start,cn=time,cn=monitor", "cn=current,cn=connections,cn=monitor"
_MONITOR = Search(
    "cn=Monitor",
    Scope.SUBTREE,
    filters.any_of(*(filters.equals("cn", name) for name in (b"Monitor", b"Start", b"Current"))),
    selection(["monitoredInfo", "monitorTimestamp", "monitorCounter"]),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """What the directory tells of itself.

    Attributes:
        answers: whether any server does.
        servers: for each one `ok` or why it can't be used.
        context_csn: how far each provider's changes have arrived.
        arrived: the same for each server that answers.
        classes: names of our object classes that its schema knows.
        controls, extensions: object identifiers of what it supports.
        version, started, connections: what it tells of itself where it lets the adapter see that (`cn=Monitor`).
    """

    answers: bool
    servers: dict[str, str]
    context_csn: tuple[str, ...] = ()
    arrived: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    version: str = ""
    started: datetime | None = None
    connections: int | None = None


class Store(Passwords, Numbering, Browsing, Surveys, Watching, Listeners):
    """Everything that Bindery keeps in one directory; safe to use from many threads.

    Args:
        pool: connections that speak as the adapter.
        suffix: the DN below which everything is.
        sign_ins: connections that passwords are tried on.
    """

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """The store that the settings describe; connections are made when they are needed."""
        sign_ins = max(_LEAST_SIGN_INS, os.cpu_count() or 1)
        store = cls(Pool.open(settings), settings.suffix, Pool.open(settings, size=sign_ins, authenticate=False))
        store.has_transactions = settings.ldap_transactions
        return store

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()
        self._sign_ins.close()

    def follow(self, listener: Listener) -> Feed:
        """Tells a listener of every change: of own ones before the writing call returns, of others' by the feed."""
        heard = self._heard_by(listener)
        for pool in (self._pool, self._sign_ins):
            pool.on_write(heard.entry_changed)
        self._feed = Feed(self._pool, self._suffix, heard, self._feed_has_begun)
        self._feed.start()
        return self._feed

    def root(self, account: Account) -> RootUser | None:
        """The account's root user; None when it has been removed."""
        return self.get(ROOT, account, "root")

    def password_policy(self, account: Account) -> PasswordPolicy:
        """The account's password policy.

        Raises:
            ServiceFailure: it has been removed from the directory.
        """
        found = self.get(PASSWORD_POLICY, account, "default")
        if found is None:
            raise ServiceFailure("The account's password policy is missing in the directory.")
        return found

    def is_answering(self) -> bool:
        """Whether the directory answers a search; never raises."""
        try:
            self._ask(Search(self._suffix, Scope.BASE, filters.present(OBJECT_CLASS), NO_ATTRIBUTES))
        except IamError:
            return False
        return True

    def server_info(self) -> ServerInfo:
        """What the directory tells of itself; never raises because it does not answer."""
        servers = self._pool.status()
        try:
            root = self._one("", ["supportedControl", "supportedExtension"])
            suffix = self._one(self._suffix, ["contextCSN"])
            schema = self._one("cn=subschema", ["objectClasses"])
            monitor = {each.dn.lower(): each.attributes for each in self._ask(_MONITOR)}
        except ServiceUnavailable:
            return ServerInfo(answers=False, servers=servers)
        classes = (value for value in schema.attributes.get("objectclasses", []) if _OUR_CLASSES in value)
        return ServerInfo(
            answers=True,
            servers=servers,
            context_csn=_texts(suffix, "contextcsn"),
            arrived=self._arrived() if len(servers) > 1 else dict.fromkeys(servers, _texts(suffix, "contextcsn")),
            classes=frozenset(value.split(b"'")[1].decode() for value in classes),
            controls=frozenset(_texts(root, "supportedcontrol")),
            extensions=frozenset(_texts(root, "supportedextension")),
            **_monitored(monitor),
        )

    def _arrived(self) -> dict[str, tuple[str, ...]]:
        asked = Search(self._suffix, Scope.BASE, filters.present(OBJECT_CLASS), selection(["contextCSN"]))
        found = self._pool.of_each(lambda wire: checked(wire.search(asked)))
        return {uri: _texts(entries[0], "contextcsn") for uri, entries in found.items() if entries}

    def _one(self, base: str, names: list[str]) -> Entry:
        found = self._ask(Search(base, Scope.BASE, filters.present(OBJECT_CLASS), selection(names)))
        return found[0] if found else Entry(base, {})


def _texts(entry: Entry, name: str) -> tuple[str, ...]:
    return tuple(value.decode(errors="replace") for value in entry.attributes.get(name, []))


def _monitored(entries: dict[str, dict[str, list[bytes]]]) -> dict[str, Any]:
    """What slapd tells of itself; nothing where it tells nothing, as any value may be missing."""

    def value(at: str, name: str) -> str:
        return entries.get(at, {}).get(name, [b""])[0].decode(errors="replace")

    started, connections = value(_STARTED, "monitortimestamp"), value(_CONNECTIONS, "monitorcounter")
    words = value("cn=monitor", "monitoredinfo").partition("(")[0].removeprefix("OpenLDAP:").split()
    return {
        "version": " ".join(words),
        "started": TIME.decode(started.encode()) if started else None,
        "connections": int(connections) if connections.isdigit() else None,
    }
