"""Turning the people and groups of a tree into users and groups, by adding our classes to their entries; and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapter.adoption.export import export_entries
from adapter.adoption.maps import TreeMap
from adapter.adoption.scan import Findings, scan
from adapter.adoption.stripping import marked, strip
from adapter.adoption.target import PATIENCE
from adapter.installation.operator import write_down
from adapter.ldap import ACCOUNT, Set, Store, errors
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.filters import Filter
from adapter.ldap.foreign import Connection, ForeignServerError, Refused
from adapter.ldap.layouts import GROUP_MARK, USER_MARK
from adapter.ldap.search import Entry, Scope
from adapter.models import Account, Layout
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail
from adapter.transfer.importing import Told

_NOT_READY: Final = "There is no account in this directory that has moved in: run bindery init first."
_OWN: Final = (
    "No directory of others is known here: bindery init gets one ready. In one that Bindery made itself, everybody "
    "below ou=people is a user already."
)
_DONE: Final = frozenset({errors.VALUE_EXISTS, errors.NO_SUCH_OBJECT})
"""Somebody was faster: the class is there, or the entry is gone."""


def open_adoption(settings: Settings) -> Adoption:
    """The tree that settings lead to.

    Raises:
        ForeignServerError: nothing can be adopted there; the message says why.
    """
    if not settings.ldap_uris:
        raise ForeignServerError(_OWN)
    endpoint = Endpoint(
        uri=settings.ldap_uris[0],
        bind_dn=settings.ldap_bind_dn,
        bind_password=settings.ldap_bind_password,
        ca_file=settings.ldap_ca_file,
        receive_timeout=PATIENCE,
    )
    store = Store.open(settings)
    account = next((each for each in store.accounts() if each.layout is not None), None)
    if account is None:
        store.close()
        raise ForeignServerError(_NOT_READY)
    return Adoption(settings, store, account, Connection(endpoint))


@dataclass(frozen=True, slots=True)
class Adoption:
    """One tree that is being adopted.

    Attributes:
        connection: speaks as Bindery's own entry.
    """

    settings: Settings
    store: Store
    account: Account
    connection: Connection

    def close(self) -> None:
        """Closes all connections."""
        self.connection.close()
        self.store.close()

    def look(self, tree: TreeMap) -> Findings:
        """What could be adopted, and what stands in the way; changes nothing."""
        return scan(self.account, tree, self._read, self.connection.exists)

    def adopt(self, tree: TreeMap, found: Findings, progress: Told) -> int:
        """Adopts what was found. Each entry is one write, so that an interruption leaves nothing half-done.

        Returns:
            how many entries were adopted.

        Raises:
            ForeignServerError: Bindery's own entry may not write there.
        """
        layout = tree.layout(self.account.layout or Layout())
        if layout != self.account.layout:
            self.store.change(ACCOUNT, self.account, self.account, Set("layout", layout))
        wanted = [*((at, USER_MARK) for at in found.users.new), *((at, GROUP_MARK) for at in found.groups.new)]
        done = 0
        try:
            for at, mark in wanted:
                self._mark(at, mark)
                done += 1
                progress(done, len(wanted))
        finally:
            if done:
                self._write_down("AdoptDirectory", {"entries": done, "found": len(wanted)})
        return done

    def adopted(self) -> list[Entry]:
        """Every entry that was adopted, with all of its attributes."""
        found = marked(self.connection, self.settings.suffix)
        return [each.entry for each in found if not each.is_ours]

    def undo(self, entries: Sequence[Entry], progress: Told) -> Path:
        """Takes IAM off entries again, after it has been exported.

        Returns:
            where what they had is.

        Raises:
            ForeignServerError: Bindery's own entry may not write there.
        """
        file = export_entries(self.settings.data, "iam-before-undo", entries)
        filler = self.account.layout.placeholder if self.account.layout else ""
        done = 0
        try:
            for entry in entries:
                strip(self.connection, entry, self.settings.suffix, filler)
                done += 1
                progress(done, len(entries))
        except Refused as error:
            raise ForeignServerError(str(error)) from error
        finally:
            if done:
                self._write_down("DisownDirectory", {"entries": done, "found": len(entries)})
        return file

    def _mark(self, at: str, mark: str) -> None:
        try:
            self.connection.add_class(at, mark)
        except Refused as error:
            if error.code not in _DONE:
                raise ForeignServerError(f"{error}. What has been adopted stays; run it again to go on.") from error

    def _read(self, base: str, condition: Filter, names: Sequence[str]) -> Iterable[Entry]:
        return self.connection.search(base, Scope.SUBTREE, condition, names)

    def _write_down(self, event: str, params: dict[str, int]) -> None:
        write_down(AuditTrail.of(self.settings), self.account.account_id, event, params)
