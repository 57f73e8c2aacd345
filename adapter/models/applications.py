"""How users bind, and what applications see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from adapter.models.credentials import KeyStatus
from adapter.models.records import Record


class BindMode(StrEnum):
    """What it takes to bind as a user with LDAP; the console and the APIs have rules of their own."""

    PASSWORD = "password"  # noqa: S105  # a way of binding
    CODE = "password-code"
    APP_PASSWORDS = "app-passwords"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUser(Record):
    """A user as one application sees it, with a password for that application alone.

    Attributes:
        login: the name that it signs in there with.
        logins: all names that it is found by, `login` among them.
        owner, owner_id: the user; with another id at that DN the entry is dead.
        credential_id: the service-specific credential whose password it has.
        expiration: when the password ends; None when it does not.
        password_policy: the DN of the rules for its password.
        last_used: when somebody last signed in with it, to a quarter of an hour.
    """

    login: str
    logins: tuple[str, ...] = ()
    create_date: datetime
    owner: str
    owner_id: str
    status: KeyStatus = KeyStatus.ACTIVE
    credential_id: str
    full_name: str
    surname: str
    display_name: str | None = None
    email: str | None = None
    expiration: datetime | None = None
    password_policy: str | None = None
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppGroup(Record):
    """A copy of a group as one application sees it.

    Attributes:
        members: DNs of the application's users. Only filled where a call asks for them.
    """

    group_name: str
    create_date: datetime
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Record):
    """An application that app passwords are for: the entry above its users."""

    name: str
    create_date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BindDevice(Record):
    """What makes the codes behind the password. It is in use once the user's entry names it.

    Attributes:
        name: the unique id of its owner, who has one at the most.
        sealed_seed: until the owner has proved to have the seed, which is then given to the server.
        seed: in clear, as the server has to have it; only ever written.
        last_step: the time step of the code that was accepted last.
        parameters: the DN of what all devices have in common.
    """

    name: str
    create_date: datetime
    owner: str
    owner_id: str
    sealed_seed: bytes | None = field(default=None, repr=False)
    seed: bytes | None = field(default=None, repr=False)
    last_step: int | None = None
    parameters: str
