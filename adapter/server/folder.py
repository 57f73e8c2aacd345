"""A data folder's directory: made, brought up to date, restored. All of it while slapd is stopped."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from adapter.ldap import ACCOUNT, USER, places
from adapter.ldap.dn import parent
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.wire import REPLACE, Endpoint, Wire
from adapter.outside.own_writes import OwnWrites
from adapter.server import ldif
from adapter.server.bootstrap import FirstStart
from adapter.server.config import ServerConfig, SlapdConfiguration, render_configuration
from adapter.server.database import Database
from adapter.server.identity import Identity
from adapter.server.process import socket_uri, start_slapd
from adapter.server.program import SlapdError, find_slapd
from adapter.server.state import State, UnusableFolder, read_state, write_state
from adapter.server.suffix import Suffix
from adapter.server.tree import Change, Tree, changed_policies, content_fingerprint, missing_members
from adapter.settings import Settings

log = logging.getLogger(__name__)

IS_FULL: Final = (
    "{data} holds a directory already. Name an empty folder with --data, or have that one replaced: bindery restore "
    "--overwrite."
)
_ACCOUNT_ID = ACCOUNT.attribute("account_id")
_FIRST_DATABASE = "db-1"
_RESTORE_CONFIGURATION = "conf-restore"
_MAINTENANCE_CONFIGURATION = "conf-maintenance"


class DataFolder:
    """The part of a data folder that belongs to slapd.

    Args:
        config: what the folder is to be used with.

    Raises:
        SlapdError: there is no usable slapd.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._suffix = Suffix.parse(config.suffix)
        self._account = places.account(str(self._suffix))
        self.program = find_slapd()
        self.identity = Identity.choose()
        self.database = Database(config.data / "directory", self.program, self.identity)

    def prepare(self, first: FirstStart | None = None) -> None:
        """Makes the directory, or brings an older one up to date.

        Raises:
            UnusableFolder: the folder can't be used with this configuration.
            SlapdError: slapd refused something.
        """
        self._claim()
        state = read_state(self._config.data)
        if state is None:
            state = self._create(first)
        elif state.suffix != str(self._suffix):
            raise UnusableFolder(f"{self._config.data} holds {state.suffix}, not {self._suffix}")
        self._bring_up_to_date(state)

    def load_demo(self) -> None:
        """Adds what is missing of the demo."""
        entries = self._tree.demo()
        containers = (places.people(str(self._suffix)), places.groups(str(self._suffix)))
        present = [entry for container in containers for entry in self.database.read(container)]
        names = {entry.dn.casefold() for entry in present}
        self.database.add(entry for entry in entries if _is_whole(entry) and entry.dn.casefold() not in names)
        self._change(missing_members(entries, present))

    def recover(self) -> None:
        """Moves contextCSN on after slapd was killed: it only writes it when it ends by itself.

        Otherwise a consumer that comes back could be told that it has seen everything.
        """
        note = f"Started after an interruption at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        keep = f"cn=.keep,ou=keys,{self._account}"
        try:
            self._change([(keep, [(USER.attribute("remarks"), REPLACE, [note.encode()])])])
        except SlapdError as error:
            log.warning("contextCSN could not be moved on after an interruption: %s", error)

    def restore(self, source: Iterable[bytes], *, overwrite: bool) -> None:
        """Puts a dump in the place of what is there. Until all of it is in, nothing changes.

        Raises:
            UnusableFolder: there is a directory already and `overwrite` is not given, or the dump is of another suffix.
            SlapdError: slapd refused the dump.
        """
        self._claim()
        earlier = read_state(self._config.data)
        if earlier and not overwrite:
            raise UnusableFolder(IS_FULL.format(data=self._config.data))
        name = f"db-{int(earlier.database.removeprefix('db-')) + 1}" if earlier else _FIRST_DATABASE
        try:
            state = self._filled(name, source)
        except BaseException:
            self.database.discard(name)
            raise
        finally:
            self.database.discard(_RESTORE_CONFIGURATION)
        write_state(self._config.data, state)
        self._bring_up_to_date(state)

    @cached_property
    def _tree(self) -> Tree:
        return Tree(self._suffix, self._hash)

    def _claim(self) -> None:
        self.identity.make_folder(self.database.folder)
        self.identity.own(self.database.folder)

    def _rendered(self, database: str) -> SlapdConfiguration:
        return render_configuration(self._config, self.program, database)

    def _create(self, first: FirstStart | None) -> State:
        if first is None:
            raise UnusableFolder(f"{self._config.data} holds no directory yet")
        self.database.make_folder(_FIRST_DATABASE)
        configuration = self._rendered(_FIRST_DATABASE)
        self.database.configure(configuration)
        account_id = self._config.account_id or first.account_id
        entries = [*self._tree.base(account_id), *self._tree.system_policies(), *self._tree.first(first)]
        self.database.add(entries, quick=True)
        self.database.shrink(_FIRST_DATABASE)
        state = State(
            suffix=str(self._suffix),
            account_id=account_id,
            database=_FIRST_DATABASE,
            configuration=configuration.fingerprint,
            indexes=configuration.index_fingerprint,
            content=content_fingerprint(),
        )
        write_state(self._config.data, state)
        return state

    def _bring_up_to_date(self, state: State) -> None:
        """Each step is noted once it is done; one that is interrupted is done again."""
        configuration = self._rendered(state.database)
        self.database.copy_tls_files(self._config.tls)
        if state.configuration != configuration.fingerprint or not self.database.is_configured():
            self.database.configure(configuration)
        if state.indexes != configuration.index_fingerprint:
            self.database.reindex()
        if state.content != content_fingerprint():
            self._update_content(state)
        self._let_adapter_in()
        wanted = replace(
            state,
            configuration=configuration.fingerprint,
            indexes=configuration.index_fingerprint,
            content=content_fingerprint(),
        )
        if wanted != state:
            write_state(self._config.data, wanted)
        self.database.discard_databases_except(state.database)

    def _update_content(self, state: State) -> None:
        present = self.database.read(self._account)
        names = {entry.dn.casefold() for entry in present}
        base = [entry for entry in self._tree.base(state.account_id) if self._is_ours(entry)]
        wanted = self._tree.system_policies()
        self.database.add(entry for entry in (*base, *wanted) if entry.dn.casefold() not in names)
        self._change(changed_policies(wanted, present))
        for account in self.database.read(str(self._suffix), kind=ACCOUNT.marking_class):
            if account.dn.casefold() != self._account.casefold():
                self._complete(account)

    def _complete(self, account: ldif.Entry) -> None:
        """Adds what is missing of a further account's containers."""
        tree = Tree(Suffix.parse(parent(account.dn)), self._hash, top=self._suffix)
        names = {entry.dn.casefold() for entry in self.database.read(account.dn)}
        wanted = tree.base(account.values(_ACCOUNT_ID)[0].decode())
        ours = [entry for entry in wanted if entry.dn.casefold().endswith(account.dn.casefold())]
        self.database.add(entry for entry in ours if entry.dn.casefold() not in names)

    def _is_ours(self, entry: ldif.Entry) -> bool:
        """Only what is below ou=iam is made again when it is missing: people and groups belong to the customer."""
        return entry.dn.casefold().endswith(self._account.casefold())

    def _let_adapter_in(self) -> None:
        password = self._config.adapter_password
        if password is None:
            return
        (entry,) = self._tree.adapter(password)
        if self.database.read(entry.dn):
            self._change([(entry.dn, [(USER.attribute("password"), REPLACE, [password.encode()])])])
        else:
            self.database.add([entry])

    def _change(self, changes: list[Change]) -> None:
        """Changes entries that are there, by a slapd that nobody else can reach.

        slapmodify would do without one, but leaves the indexes as they were and gives each entry another entryUUID.

        Raises:
            SlapdError: a change was refused.
        """
        if not changes:
            return
        notes = OwnWrites(self._config.data / "own-writes")
        with self._maintenance() as wire:
            for dn, modifications in changes:
                outcome = wire.modify(dn, modifications)
                notes.note(dn)
                if outcome.code:
                    raise SlapdError(f"{dn} could not be changed ({outcome.code}): {outcome.diagnostic}")

    @contextmanager
    def _maintenance(self) -> Iterator[Wire]:
        """A slapd that listens on a socket of its own only, and whose adapter is whoever we are."""
        data = self._config.data
        state = read_state(data)
        database = state.database if state else _FIRST_DATABASE
        ours = ServerConfig(data=data, suffix=self._config.suffix, admin_uid=os.getuid())
        socket_path = Settings(data=data).socket_path.with_name("maintenance")
        uri = socket_uri(socket_path)
        self.database.configure(render_configuration(ours, self.program, database), _MAINTENANCE_CONFIGURATION)
        slapd = start_slapd(self.database, data, [uri], socket_path, configuration=_MAINTENANCE_CONFIGURATION)
        try:
            wire = Wire(Endpoint(uri=uri), None)
            yield wire
            wire.close()
        except (Unreachable, ConnectionLost) as error:
            raise SlapdError(f"slapd did not take a change: {error}") from error
        finally:
            slapd.stop()
            self.database.discard(_MAINTENANCE_CONFIGURATION)

    def _filled(self, name: str, source: Iterable[bytes]) -> State:
        self.database.make_folder(name)
        configuration = self._rendered(name)
        self.database.configure(configuration, _RESTORE_CONFIGURATION)
        self.database.fill(source, _RESTORE_CONFIGURATION)
        self.database.shrink(name)
        accounts = self.database.read(self._account, _RESTORE_CONFIGURATION)
        account_id = next((value for entry in accounts for value in entry.values(_ACCOUNT_ID)), None)
        if account_id is None:
            raise UnusableFolder(f"the backup holds no account below {self._account}")
        return State(
            suffix=str(self._suffix),
            account_id=account_id.decode(),
            database=name,
            indexes=configuration.index_fingerprint,
        )

    def _hash(self, password: str) -> str:
        row = self.program.password_hash
        module = (
            ["-o", f"module-path={self.program.module_folder}", "-o", f"module-load={row.load}"] if row.load else []
        )
        arguments = (*module, "-h", row.scheme, "-n", "-T", "/dev/stdin")
        # It opens /dev/stdin by name, which only the pipe's owner may: no other user then.
        ourselves = Identity(os.geteuid(), os.getegid())
        folder = self.database.folder
        return self.program.tool("passwd", *arguments, folder=folder, identity=ourselves, stdin=password).strip()


def _is_whole(entry: ldif.Entry) -> bool:
    return bool(entry.values(OBJECT_CLASS))
