"""Users, groups, roles and what hands roles to machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapter.models.applications import BindMode
from adapter.models.records import InlinePolicy, LastAccess, Record, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Record):
    """A person or an application.

    Attributes:
        attached_policies: DNs of managed policies.
        boundary: the DN of the managed policy that is the permissions boundary.
        password_changed: when the password was last set; None while there is no password.
        password_last_used: when the user last signed in at the console, to a quarter of an hour; None while it has not.
        password_policy: DN of the one that holds for the password; None for the directory's default.
        disabled: locked for good by an administrator (ppolicy's 000001010000Z).
        sessions_valid_from: console sessions older than this are over ("sign out everywhere").
        code_failures: when wrong codes of MFA devices were given lately.
        recovery_codes: digests of those that have not been used.
        uid_number, gid_number, home_directory, login_shell: the account on Unix systems; None while there is none.
        ssh_public_keys: those that are active, as SSSD reads them. Only filled where a call asks for them.
        bind_mode: how one binds as this user; None where the account says it.
        bind_device: DN of the device whose codes follow the password when binding.
        last_accessed: which services and actions were used when. Only filled where a call asks for it.
    """

    user_name: str
    user_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    display_name: str | None = None
    remarks: str | None = None
    mobile_phone: str | None = None
    email: str | None = None
    tags: tuple[Tag, ...] = ()
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[str, ...] = ()
    boundary: str | None = None
    password_changed: datetime | None = None
    password_reset_required: bool = False
    password_last_used: datetime | None = None
    password_policy: str | None = None
    disabled: bool = False
    sessions_valid_from: datetime | None = None
    code_failures: tuple[datetime, ...] = ()
    recovery_codes: tuple[bytes, ...] = field(default=(), repr=False)
    bind_mode: BindMode | None = None
    bind_device: str | None = None
    uid_number: int | None = None
    gid_number: int | None = None
    home_directory: str | None = None
    login_shell: str | None = None
    ssh_public_keys: tuple[str, ...] = ()
    last_accessed: tuple[LastAccess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Record):
    """A set of users that get permissions together; never a principal itself.

    Attributes:
        gid_number: the number on Unix systems; None while there is none.
        members: DNs. Only filled where a call asks for them, because a group may have very many.
        members_by_name: those that a group of an adopted tree names without their DNs; among `members`, too.
    """

    group_name: str
    group_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    display_name: str | None = None
    remarks: str | None = None
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[str, ...] = ()
    gid_number: int | None = None
    members: tuple[str, ...] = ()
    members_by_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Record):
    """An identity without credentials of its own, to be assumed by those whom its trust policy names.

    Attributes:
        last_used_at: when a session of it last signed a request, to a quarter of an hour; None while none has.
        last_accessed: as that of a user.
    """

    role_name: str
    role_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    description: str | None = None
    assume_role_policy_document: str
    max_session_duration: int = 3600
    tags: tuple[Tag, ...] = ()
    inline_policies: tuple[InlinePolicy, ...] = ()
    attached_policies: tuple[str, ...] = ()
    boundary: str | None = None
    last_used_at: datetime | None = None
    last_used_region: str | None = None
    last_accessed: tuple[LastAccess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceProfile(Record):
    """What hands a role to a machine.

    Attributes:
        role: the DN of its role; it has one at the most.
    """

    instance_profile_name: str
    instance_profile_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    role: str | None = None
    tags: tuple[Tag, ...] = ()
