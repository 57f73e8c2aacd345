"""Accounts, their root users and their password policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapter.models.applications import BindMode
from adapter.models.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How people and groups are recognised in a tree that was there before Bindery: those are, which were adopted.

    Attributes:
        user_naming: the attribute whose value is a user's name; it need not be what names the entry.
        member_attributes: the attributes in which groups have their members' DNs, such as `member` and `uniqueMember`.
        member_names: the attribute in which groups have their members' names, such as `memberUid`; empty for none.
        placeholder: the DN that fills groups which must have a member and have none; empty where none is needed.
        new_user_base, new_group_base: where new ones are made; empty for right below the base.
        new_group_class: the class of new groups.
    """

    user_naming: str = "uid"
    member_attributes: tuple[str, ...] = ("member",)
    member_names: str = ""
    placeholder: str = ""
    new_user_base: str = ""
    new_group_base: str = ""
    new_group_class: str = "groupOfNames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """An account: a subtree with its own users, groups, policies and ids.

    Attributes:
        user_base, group_base: DNs below which its people and groups are found.
        quotas: limits that differ from the default, by AWS's quota name.
        mfa_required: everybody who signs in at the console needs a second factor.
        issues_identity_tokens: tells the outside who its users and roles are, when they ask for it.
        bind_mode: how its users bind who have no mode of their own.
        bind_exempt_group: DN of the group whose members bind with their password whatever `bind_mode` says.
        posix_next_number: the next number for a user or a group; None where they get none.
        posix_group: DN of the group that is every user's primary one.
        posix_home: home directory of new users, with `%u` for the name.
        posix_shell: login shell of new users.
        layout: what differs in a tree that was adopted; None in one that Bindery made.
    """

    account_id: str
    account_alias: str | None = None
    user_base: str
    group_base: str
    quotas: tuple[tuple[str, int], ...] = ()
    mfa_required: bool = False
    issues_identity_tokens: bool = False
    bind_mode: BindMode = BindMode.PASSWORD
    bind_exempt_group: str | None = None
    posix_next_number: int | None = None
    posix_group: str | None = None
    posix_home: str = "/home/%u"
    posix_shell: str = "/bin/bash"
    layout: Layout | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RootUser(Record):
    """The account's root user: full access, for the first steps and for emergencies.

    Attributes:
        password_last_used, code_failures, recovery_codes: as those of a user.
    """

    email: str
    unique_id: str
    create_date: datetime
    password_changed: datetime | None = None
    password_last_used: datetime | None = None
    sessions_valid_from: datetime | None = None
    code_failures: tuple[datetime, ...] = ()
    recovery_codes: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def user_id(self) -> str:
        """What credentials name their owner by, as with users."""
        return self.unique_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy(Record):
    """The account's password policy.

    Attributes:
        customised: False until somebody sets a policy (GetAccountPasswordPolicy answers NoSuchEntity, as AWS does).
        max_password_age: days; 0 means never.
        password_reuse_prevention: how many earlier passwords are refused.
        hard_expiry: after expiry an administrator has to help.
    """

    customised: bool = False
    minimum_password_length: int = 8
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase_characters: bool = False
    require_lowercase_characters: bool = False
    allow_users_to_change_password: bool = False
    max_password_age: int = 0
    password_reuse_prevention: int = 0
    hard_expiry: bool = False
