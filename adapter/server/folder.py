"""A data folder's directory: made, brought up to date, restored. All of it while slapd is stopped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from adapter.server import ldif
from adapter.server.bootstrap import FirstStart
from adapter.server.config import ServerConfig, SlapdConfiguration, render_configuration
from adapter.server.database import Database
from adapter.server.identity import Identity
from adapter.server.program import find_slapd
from adapter.server.state import State, UnusableFolder, read_state, write_state
from adapter.server.suffix import Suffix
from adapter.server.tree import Tree, changed_policies, content_fingerprint

_FIRST_DATABASE = "db-1"
_RESTORE_CONFIGURATION = "conf-restore"


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
        present = {
            entry.dn.casefold(): entry
            for container in ("people", "groups")
            for entry in self.database.read(f"ou={container},{self._suffix}")
        }
        self.database.add(entry for entry in entries if _is_whole(entry) and entry.dn.casefold() not in present)
        members = _missing_members(entries, present)
        if members:
            self.database.modify("\n".join(members))
            self.database.reindex()

    def restore(self, source: Iterable[bytes], *, overwrite: bool) -> None:
        """Puts a dump in the place of what is there. Until all of it is in, nothing changes.

        Raises:
            UnusableFolder: there is a directory already and `overwrite` is not given, or the dump is of another suffix.
            SlapdError: slapd refused the dump.
        """
        self._claim()
        earlier = read_state(self._config.data)
        if earlier and not overwrite:
            raise UnusableFolder(f"{self._config.data} already holds a directory; say that it is to be overwritten")
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
        present = self.database.read(f"ou=iam,{self._suffix}")
        names = {entry.dn.casefold() for entry in present}
        base = [entry for entry in self._tree.base(state.account_id) if self._is_ours(entry)]
        wanted = self._tree.system_policies()
        self.database.add(entry for entry in (*base, *wanted) if entry.dn.casefold() not in names)
        self.database.modify(changed_policies(wanted, present))

    def _is_ours(self, entry: ldif.Entry) -> bool:
        """Only what is below ou=iam is made again when it is missing: people and groups belong to the customer."""
        return entry.dn.casefold().endswith(f"ou=iam,{self._suffix}".casefold())

    def _let_adapter_in(self) -> None:
        password = self._config.adapter_password
        if password is None:
            return
        (entry,) = self._tree.adapter(password)
        if self.database.read(entry.dn):
            self.database.modify(
                ldif.serialise_replacement(entry.dn, [("userPassword", entry.values("userPassword")[0])])
            )
        else:
            self.database.add([entry])

    def _filled(self, name: str, source: Iterable[bytes]) -> State:
        self.database.make_folder(name)
        configuration = self._rendered(name)
        self.database.configure(configuration, _RESTORE_CONFIGURATION)
        self.database.fill(source, _RESTORE_CONFIGURATION)
        self.database.shrink(name)
        accounts = self.database.read(f"ou=iam,{self._suffix}", _RESTORE_CONFIGURATION)
        account_id = next((value for entry in accounts for value in entry.values("iamAccountId")), None)
        if account_id is None:
            raise UnusableFolder(f"the backup holds no account below ou=iam,{self._suffix}")
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
    return bool(entry.values("objectClass"))


def _missing_members(wanted: Iterable[ldif.Entry], present: dict[str, ldif.Entry]) -> list[str]:
    """Change records for groups that were there before."""
    changes: list[str] = []
    for entry in wanted:
        group = present.get(entry.dn.casefold())
        there = {value.lower() for value in group.values("member")} if group else set()
        missing = [value for value in entry.values("member") if value.lower() not in there]
        if group and missing:
            changes.append(ldif.serialise_addition(entry.dn, "member", missing))
    return changes
