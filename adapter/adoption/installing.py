"""Making a directory that Bindery does not own ready for it, and finding out what is still missing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapter.adoption.changes import Addition, Journal, Note, text_of
from adapter.adoption.plan import Bases, Item, State, configuration_plan
from adapter.adoption.target import Administrator, Doors, Target, endpoint
from adapter.adoption.tree import Secrets, wanted_entries
from adapter.files import write_whole
from adapter.installation.folder import FOREIGN, explained
from adapter.ldap import controls, errors, places
from adapter.ldap.foreign import Connection, ForeignServerError, Refused, Survey, survey
from adapter.server import ldif
from adapter.server.bootstrap import bootstrap

JOURNAL: Final = "added-to-directory.jsonl"
_PASSWORD: Final = "adapter-password"  # noqa: S105  # a file's name
_TREE: Final = "Entries below ou=iam"
_IDENTITY: Final = "Bindery's own entry"


@dataclass(frozen=True, slots=True)
class Plan:
    """What `bindery init` would do.

    Attributes:
        entries: those of Bindery's own part of the tree that are not there.
        adapter_works: Bindery's own entry can sign in with the password that is kept, and sees what it must.
        secrets: of Bindery's own entry and, when an account is to be made, of its root user.
    """

    target: Target
    survey: Survey
    bases: Bases
    items: tuple[Item, ...]
    entries: tuple[ldif.Entry, ...]
    adapter_works: bool
    secrets: Secrets

    @property
    def is_done(self) -> bool:
        """Whether everything that is needed or wanted is there, as far as that can be seen."""
        seen = all(
            item.state is State.THERE or (item.state is State.UNKNOWN and self.adapter_works) for item in self.items
        )
        return seen and not self.entries and self.adapter_works

    @property
    def pending(self) -> list[Item]:
        """The items that are not there, or may not be."""
        return [item for item in self.items if item.state is not State.THERE and item.additions]

    @property
    def impossible(self) -> list[Item]:
        """What is needed and can't be brought about from here."""
        return [item for item in self.items if item.state is State.MISSING and item.needed and not item.additions]

    @property
    def text(self) -> str:
        """What the configuration lacks, as LDIF for an administrator; nothing once Bindery's own entry works."""
        pending = [item for item in self.pending if item.state is State.MISSING or not self.adapter_works]
        return "\n".join(addition.text for item in pending for addition in item.additions)


def make_plan(target: Target, doors: Doors, environ: Mapping[str, str]) -> Plan:
    """Looks at a server and says what it lacks. Nothing is changed on it; secrets are made in the data folder.

    Raises:
        ForeignServerError: Bindery can't live there; the message says why.
        UnusableSetting: a variable for the first start makes no sense.
    """
    found = survey(doors.data, doors.config, target.suffix)
    if found.iam and not found.account_id:
        raise ForeignServerError(f"{found.iam.dn} is there already and is not Bindery's: it needs that name for itself")
    bases = _bases(doors.data, found, target)
    given = _secrets(target, found, environ)
    entries = tuple(_missing(doors.data, wanted_entries(found, bases, given)))
    works = found.iam is not None and adapter_works(target, found.suffix, given.adapter_password)
    items = tuple(configuration_plan(found, bases))
    return Plan(target, found, bases, items, entries, works, given)


def carry_out(plan: Plan, doors: Doors, tell: Callable[[str, str], None]) -> list[Item]:
    """Brings about what a plan lacks, one step after the other; an interruption may come at any moment.

    Args:
        tell: called with what has been done and, where it was refused, why.

    Returns:
        the items that the server refused.

    Raises:
        ForeignServerError: something that is needed for the rest was refused.
    """
    journal = Journal(plan.target.data / JOURNAL)
    seen = [item for item in plan.pending if item.state is State.MISSING]  # the rest shows when Bindery signs in
    refused = [item for item in seen if not _bring_about(item, doors.config, journal, tell)]
    lacking = [item.name for item in (*refused, *plan.impossible) if item.needed]
    if lacking:
        raise ForeignServerError(
            f"Without {', '.join(lacking)} Bindery can't work there. What has been done is kept; let an administrator "
            "apply the rest (--ldif FILE), then run this again."
        )
    _plant(plan, doors.data, journal)
    tell(_TREE, "")
    _identify(plan, doors.data)
    tell(_IDENTITY, "")
    return refused


def write_settings(plan: Plan) -> Path:
    """Writes down how the web server finds the directory, for `bindery up` and everything else that has the folder."""
    target = plan.target
    values = {
        "BINDERY_SUFFIX": plan.survey.suffix,
        "BINDERY_LDAP_URIS": target.administrator.uri,
        "BINDERY_LDAP_BIND_DN": places.adapter(plan.survey.suffix),
        "BINDERY_LDAP_BIND_PASSWORD_FILE": str((target.data / _PASSWORD).absolute()),
        # slapd 2.5 may crash from transactions when it runs with more than three threads, and most run with sixteen.
        "BINDERY_LDAP_TRANSACTIONS": "no",
        **({"BINDERY_LDAP_CA_FILE": str(target.ca_file.absolute())} if target.ca_file else {}),
    }
    path = target.data / FOREIGN
    write_whole(path, "".join(f"{name}={value}\n" for name, value in values.items()).encode())
    return path


def adapter_works(target: Target, suffix: str, password: str) -> bool:
    """Whether Bindery's own entry can sign in and sees the account."""
    try:
        connection = Connection(
            endpoint(target, Administrator(target.administrator.uri, places.adapter(suffix), password))
        )
    except ForeignServerError:
        return False
    try:
        return connection.sees_account(suffix)
    finally:
        connection.close()


def _bases(data: Connection, found: Survey, target: Target) -> Bases:
    """Where people and groups are: what is said, else what is usual, else anywhere below the suffix."""
    users = target.users or _usual(data, places.people(found.suffix)) or found.suffix
    groups = target.groups or _usual(data, places.groups(found.suffix)) or found.suffix
    bases = Bases(users, groups, target.new_users or "", target.new_groups or "")
    for at in (bases.users, bases.groups, bases.new_users, bases.new_groups):
        if '"' in at or (at and at != found.suffix and not data.exists(at)):
            raise ForeignServerError(f"There is no entry {at}")
    return bases


def _usual(data: Connection, at: str) -> str | None:
    return at if data.exists(at) else None


def _secrets(target: Target, found: Survey, environ: Mapping[str, str]) -> Secrets:
    target.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = target.data / _PASSWORD
    if not file.exists():
        write_whole(file, f"{secrets.token_urlsafe(32)}\n".encode())
    password = file.read_text(encoding="utf-8").strip()
    known = found.account_id
    if found.has_root_user:
        if not (environ.get("BINDERY_MASTER_KEY") or _master_key(target, environ).exists()):
            raise ForeignServerError(f"{_master_key(target, environ)} is missing: without it no access key can be read")
        return Secrets(account_id=known, adapter_password=password, first=None)
    given = {**environ, **({"BINDERY_ACCOUNT_ID": known} if known else {})}
    with explained():
        first = bootstrap(target.data, given, _master_key(target, environ))
    if first is None:
        raise ForeignServerError(f"{target.data} holds a directory of its own: choose another folder with --data")
    return Secrets(account_id=first.account_id, adapter_password=password, first=first)


def _master_key(target: Target, environ: Mapping[str, str]) -> Path:
    return Path(environ.get("BINDERY_MASTER_KEY_FILE") or target.data / "master.key")


def _missing(data: Connection, entries: Iterable[ldif.Entry]) -> Iterable[ldif.Entry]:
    return (entry for entry in entries if not data.exists(entry.dn))


def _bring_about(item: Item, config: Connection | None, journal: Journal, tell: Callable[[str, str], None]) -> bool:
    if config is None:
        tell(item.name, "cn=config can't be reached")
        return False
    for addition in item.additions:
        try:
            _carry_out(addition, config, journal)
        except Refused as error:
            tell(item.name, str(error))
            return False
    tell(item.name, "")
    return True


def _carry_out(addition: Addition, connection: Connection, journal: Journal) -> None:
    journal.append(addition.notes)
    try:
        addition.carry_out(connection)
    except Refused as error:
        if error.code not in {errors.ALREADY_EXISTS, errors.VALUE_EXISTS}:
            raise


def _plant(plan: Plan, data: Connection, journal: Journal) -> None:
    """Adds the entries that are missing, and notes in the account what was added to the server."""
    for entry in plan.entries:
        if entry.dn == plan.survey.suffix:
            journal.append([Note(entry.dn)])
        try:
            data.add(entry.dn, entry.by_name)
        except Refused as error:
            if error.code != errors.ALREADY_EXISTS:
                raise ForeignServerError(str(error)) from error
    data.note_installed(plan.survey.suffix, map(text_of, journal.read()))


def _identify(plan: Plan, data: Connection) -> None:
    """Gives Bindery's own entry the password that is kept, unless it has it."""
    password = plan.secrets.adapter_password
    if adapter_works(plan.target, plan.survey.suffix, password):
        return
    at = places.adapter(plan.survey.suffix)
    data.set_password(at, controls.password_modify(at, None, password.encode()), controls.PASSWORD_MODIFY)
    if not adapter_works(plan.target, plan.survey.suffix, password):
        raise ForeignServerError(
            f"{at} can't sign in or does not see ou=iam: the access rules are missing. Let an administrator apply them "
            "(--ldif FILE), then run this again."
        )
