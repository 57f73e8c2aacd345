"""What a server lacks for Bindery to live in it: one item for each thing, with what it means to do without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adapter.adoption.changes import Addition, unordered
from adapter.ldap import ACCOUNT, USER, places
from adapter.ldap.foreign import Survey
from adapter.server import ldif
from adapter.server.files import ldif_root
from adapter.server.suffix import Suffix

_SCHEMAS: Final[tuple[tuple[str, str, bool], ...]] = (
    ("bindery", ACCOUNT.marking_class, True),
    ("openssh-lpk", USER.attribute("ssh_public_keys"), True),
)
"""Schema entries, a name in each that tells that it is loaded, and whether it is needed."""
_DEFINITIONS: Final = ("olcAttributeTypes", "olcObjectClasses")
_STANDARD: Final = ("inetOrgPerson", "groupOfNames", "applicationProcess", "organizationalUnit", "simpleSecurityObject")
_OVERLAYS: Final[tuple[tuple[str, bool, str], ...]] = (
    ("ppolicy", True, "nobody can be disabled or made to choose a new password"),
    ("syncprov", False, "works, but nothing is kept in memory: every request asks the directory"),
)
_MAY_ACT_AS: Final = ("from", "any", "both", "all")
_DATABASE: Final[tuple[tuple[str, str, bool, str], ...]] = (
    ("olcLimits", "Limits", True, "lists end after as many entries as the server allows"),
    ("olcAccess", "Access rules", True, "Bindery's own entry may not read and write"),
    ("olcDbIndex", "Indexes", False, "works, but searches by what is not indexed read the whole directory"),
)


class State(StrEnum):
    """How things are with an item of a plan."""

    THERE = "there"
    MISSING = "missing"
    UNKNOWN = "can't be seen"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that Bindery needs or wants of a server.

    Attributes:
        needed: Bindery does not work without it.
        without: what it means to do without.
        additions: what brings it about.
    """

    name: str
    state: State
    needed: bool
    without: str
    additions: tuple[Addition, ...] = ()


@dataclass(frozen=True, slots=True)
class Bases:
    """Where people and groups are, and where new ones go."""

    users: str
    groups: str
    new_users: str
    new_groups: str


def configuration_plan(survey: Survey, bases: Bases) -> list[Item]:
    """What is to be added to a server's configuration.

    Args:
        survey: what the server has.
        bases: where people and groups are.
    """
    makers: tuple[Callable[[Survey, Bases], Iterator[Item]], ...]
    makers = (_standard, _schema, _overlays, _database, _server)
    return [item for make in makers for item in make(survey, bases)]


def _standard(survey: Survey, _bases: Bases) -> Iterator[Item]:
    missing = [name for name in _STANDARD if name.lower() not in survey.names]
    if missing:
        without = "load cosine.ldif and inetorgperson.ldif, which come with OpenLDAP, and try again"
        yield Item(f"Standard schema ({', '.join(missing)})", State.MISSING, needed=True, without=without)


def _schema(survey: Survey, _bases: Bases) -> Iterator[Item]:
    rendered = ldif.render((ldif_root() / "config" / "schema.ldif").read_text(encoding="utf-8"), {})
    entries = {_first_value(entry.dn): entry for entry in rendered}
    for name, sign, needed in _SCHEMAS:
        addition = Addition(entries[name].dn, entries[name].attributes, is_entry=True)
        if sign.lower() in survey.names:
            addition = Addition(_schema_dn(survey, name), _unknown(entries[name], survey))
        state = State.MISSING if addition.attributes else State.THERE
        yield _item(f"Schema {name}", state, needed, "nothing of Bindery can be stored", (addition,))


def _schema_dn(survey: Survey, name: str) -> str:
    """A schema's entry, into whose name slapd has put a number; what it would usually be where that can't be seen."""
    numbered = re.compile(rf"cn=(\{{\d+\}})?{re.escape(name)},.*", re.IGNORECASE)
    return next((dn for dn in survey.schemas if numbered.fullmatch(dn)), f"cn={name},cn=schema,{places.CONFIG}")


def _unknown(entry: ldif.Entry, survey: Survey) -> tuple[tuple[str, bytes], ...]:
    """The definitions that a server lacks which has an earlier version of ours."""
    definitions = [(name, value) for name, value in entry.attributes if name in _DEFINITIONS]
    names = (re.search(rb"NAME '([^']+)'", value) for _, value in definitions)
    known = [match is None or match[1].decode().lower() in survey.names for match in names]
    return tuple(each for each, is_known in zip(definitions, known, strict=True) if not is_known)


def _overlays(survey: Survey, bases: Bases) -> Iterator[Item]:
    wanted = {_first_value(entry.dn): entry for entry in _wanted(survey, bases) if entry.dn.startswith("olcOverlay=")}
    signs = {"ppolicy": USER.attribute("password_policy").lower() in survey.names, "syncprov": survey.tells_changes}
    for name, needed, without in _OVERLAYS:
        entry = wanted[name]
        steps = (*_module(survey, name), Addition(entry.dn, entry.attributes, is_entry=True))
        is_there = name in survey.overlays if survey.database else signs[name]
        yield _item(f"Overlay {name}", State.THERE if is_there else State.MISSING, needed, without, steps)


def _item(name: str, state: State, needed: bool, without: str, additions: tuple[Addition, ...]) -> Item:
    return Item(name, state, needed, without, () if state is State.THERE else additions)


def _module(survey: Survey, name: str) -> tuple[Addition, ...]:
    """What loads an overlay's module; nothing where it is loaded, or where slapd has everything built in."""
    if name in survey.loaded or (survey.database is not None and not survey.modules):
        return ()
    at = survey.modules[0].dn if survey.modules else f"cn=module{{0}},{places.CONFIG}"
    return (Addition(at, (("olcModuleLoad", name.encode()),)),)


def _database(survey: Survey, bases: Bases) -> Iterator[Item]:
    database = _database_dn(survey)
    wanted = next(entry for entry in _wanted(survey, bases) if entry.dn == database)
    known = survey.database.attributes if survey.database else {}
    for attribute, title, needed, without in _DATABASE:
        have = [unordered(value) for value in known.get(attribute.lower(), ())]
        missing = [
            value for value in dict.fromkeys(wanted.values(attribute)) if not _is_there(attribute, value, have, survey)
        ]
        addition = Addition(database, tuple((attribute, value) for value in missing))
        state = State.UNKNOWN if survey.database is None else State.MISSING if missing else State.THERE
        yield Item(title, state, needed, without, (addition,) if missing else ())


def _server(survey: Survey, bases: Bases) -> Iterator[Item]:
    """What concerns the server as a whole: left as it is wherever it has been set."""
    wanted = next(entry for entry in _wanted(survey, bases) if entry.dn == places.CONFIG)
    current = survey.authz_policy
    state = State.UNKNOWN if current is None else State.THERE if current in _MAY_ACT_AS else State.MISSING
    without = "who may not bind can't sign in at the console either"
    additions = () if current == "to" else (Addition(wanted.dn, wanted.attributes),)
    yield _item("Acting as the verifier", state, False, without, additions)


def _database_dn(survey: Survey) -> str:
    """The database's entry in cn=config; what it usually is where it can't be seen."""
    return survey.database.dn if survey.database else f"olcDatabase={{1}}mdb,{places.CONFIG}"


def _is_there(attribute: str, value: bytes, have: list[bytes], survey: Survey) -> bool:
    if attribute != "olcDbIndex":
        return _words(value) in {_words(each) for each in have}
    indexed = {name.lower() for each in have for name in each.decode().split()[0].split(",")}
    name = value.decode().split()[0].lower()
    return name in indexed or not (name in survey.names or name.startswith("iam"))


def _words(value: bytes) -> tuple[bytes, ...]:
    return tuple(value.split())


def _wanted(survey: Survey, bases: Bases) -> list[ldif.Entry]:
    """The entries of ldif/init, filled in for this server."""
    text = (ldif_root() / "init" / "config.ldif").read_text(encoding="utf-8")
    parameters = {
        "suffix": str(Suffix.parse(survey.suffix)),
        "database": _database_dn(survey),
        "user_base": bases.users,
        "group_base": bases.groups,
        "our_attributes": ",".join(our_attributes()),
    }
    return ldif.render(text, parameters)


def our_attributes() -> list[str]:
    """The names of every attribute of ours."""
    text = (ldif_root() / "config" / "schema.ldif").read_text(encoding="utf-8")
    return re.findall(r"^olcAttributeTypes: .* NAME '(iam\w+)'", text, re.MULTILINE)


def _first_value(dn: str) -> str:
    return dn.partition("=")[2].partition(",")[0]
