"""What Bindery keeps, as plain frozen records.

Field names are the AWS service model's, snake-cased as botocore's `xform_name` does it; what AWS lacks (display name,
remarks, mobile phone, e-mail) is named plainly. `dn` and `revision` are the handle by which the store finds the
record again: callers pass them back and never take them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something that the directory holds.

    Attributes:
        dn: where it is.
        revision: changes with every write to it; a guarded write is refused when it no longer holds.
        entry_uuid: names it for good, through every rename.
    """

    dn: str = ""
    revision: str = ""
    entry_uuid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label that policies can refer to."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InlinePolicy:
    """A policy that lives and dies with its user, group or role."""

    policy_name: str
    policy_document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedPolicy:
    """A managed policy as it is listed at the one it is attached to."""

    policy_name: str
    policy_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsBoundary:
    """The boundary as GetUser and GetRole answer it; AWS's type for a policy reads `Policy`."""

    permissions_boundary_arn: str
    permissions_boundary_type: str = "Policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """An account: a subtree with its own users, groups, policies and ids.

    Attributes:
        user_base, group_base: DNs below which its people and groups are found.
        quotas: limits that differ from the default, by AWS's quota name.
        mfa_required: everybody who signs in at the console needs a second factor.
    """

    account_id: str
    account_alias: str | None = None
    user_base: str
    group_base: str
    quotas: tuple[tuple[str, int], ...] = ()
    mfa_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RootUser(Record):
    """The account's root user: full access, for the first steps and for emergencies.

    Attributes:
        code_failures, recovery_codes: as those of a user.
    """

    email: str
    unique_id: str
    create_date: datetime
    password_changed: datetime | None = None
    sessions_valid_from: datetime | None = None
    code_failures: tuple[datetime, ...] = ()
    recovery_codes: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def user_id(self) -> str:
        """What credentials name their owner by, as with users."""
        return self.unique_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAccess:
    """The latest attempt to use a service or one of its actions, allowed or not.

    Attributes:
        service: the prefix of its actions, such as `iam`.
        action: such as `CreateUser`; empty for the service as a whole.
    """

    service: str
    action: str = ""
    time: datetime
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Record):
    """A person or an application.

    Attributes:
        attached_policies: DNs of managed policies.
        boundary: the DN of the managed policy that is the permissions boundary.
        password_changed: when the password was last set; None while there is no password.
        password_policy: DN of the one that holds for the password; None for the directory's default.
        disabled: locked for good by an administrator (ppolicy's 000001010000Z).
        sessions_valid_from: console sessions older than this are over ("sign out everywhere").
        code_failures: when wrong codes of MFA devices were given lately.
        recovery_codes: digests of those that have not been used.
        ssh_public_keys: those that are active, as SSSD reads them. Only filled where a call asks for them.
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
    ssh_public_keys: tuple[str, ...] = ()
    last_accessed: tuple[LastAccess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Record):
    """A set of users that get permissions together; never a principal itself.

    Attributes:
        members: DNs. Only filled where a call asks for them, because a group may have very many.
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
    members: tuple[str, ...] = ()


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
class PolicyVersion:
    """One version of a managed policy; at most five are kept."""

    version_id: str
    document: str
    create_date: datetime
    is_default_version: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Record):
    """A managed policy with its versions.

    Attributes:
        is_system: system-defined (`arn:aws:iam::aws:policy/…`); nobody changes it through the API.
        versions: every version that is kept, newest first.
    """

    policy_name: str
    policy_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    update_date: datetime
    description: str | None = None
    default_version_id: str
    versions: tuple[PolicyVersion, ...]
    last_version: int = 1
    tags: tuple[Tag, ...] = ()
    is_system: bool = False

    @property
    def document(self) -> str:
        """The text of the default version, which is the one in force."""
        return next(v.document for v in self.versions if v.version_id == self.default_version_id)


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


class KeyStatus(StrEnum):
    """Whether an access key may sign."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey(Record):
    """An access key: its public half and its sealed secret.

    Attributes:
        owner: DN of the user (or root user) that it belongs to.
        owner_id: the owner's unique id; a key whose owner has another one is dead.
        last_used_at: to a quarter of an hour; None while it has not been used.
    """

    access_key_id: str
    owner: str
    owner_id: str
    status: KeyStatus = KeyStatus.ACTIVE
    create_date: datetime
    sealed_secret: bytes = field(repr=False)
    last_used_at: datetime | None = None
    last_used_service: str | None = None
    last_used_region: str | None = None


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
