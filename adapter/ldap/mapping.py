"""The map between entries and models: one table for each kind of thing, and nothing else knows an attribute's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from adapter import names
from adapter.ldap import codecs, places
from adapter.ldap.application_mapping import BINDING_OF_ACCOUNT, BINDING_OF_USER
from adapter.ldap.codecs import version_number
from adapter.ldap.dn import parent
from adapter.ldap.noun import Complete, Field, Noun
from adapter.ldap.parts import (
    OWNER,
    OWNER_ID,
    PATH,
    STATUS,
    TAGS,
    as_it_is,
    container,
    named,
    unique_id,
    without_birth,
)
from adapter.ldap.posix_mapping import POSIX_OF_ACCOUNT, POSIX_OF_GROUP, POSIX_OF_USER
from adapter.models import (
    AccessKey,
    Account,
    Group,
    Policy,
    PolicyVersion,
    Record,
    Role,
    RootUser,
    User,
)
from adapter.names import IdPrefix

TOUCHED = "iamReferencedAt"
ACCOUNT_CLASS = "iamAccount"

_INLINE = Field(name="inline_policies", attribute="iamInlinePolicy", codec=codecs.INLINE, many=True)
_ATTACHED = Field(name="attached_policies", attribute="iamAttachedPolicy", many=True)
_BOUNDARY = Field(name="boundary", attribute="iamPermissionsBoundary")
_DISPLAY_NAME = Field(name="display_name", attribute="displayName")
_REMARKS = Field(name="remarks", attribute="description")
_DESCRIPTION = Field(name="description", attribute="description")
_PASSWORD_CHANGED = Field(name="password_changed", attribute="pwdChangedTime", codec=codecs.TIME, read_only=True)
_PASSWORD_LAST_USED = Field(name="password_last_used", attribute="iamPasswordLastUsed", codec=codecs.TIME)
_SESSIONS_VALID_FROM = Field(name="sessions_valid_from", attribute="iamSessionsValidFrom", codec=codecs.TIME)
_LAST_USED_AT = Field(name="last_used_at", attribute="iamLastUsedAt", codec=codecs.TIME)
_LAST_USED_REGION = Field(name="last_used_region", attribute="iamLastUsedRegion")
_CODE_FAILURES = Field(name="code_failures", attribute="iamCodeFailure", codec=codecs.TIME, many=True)
_RECOVERY_CODES = Field(name="recovery_codes", attribute="iamRecoveryCode", codec=codecs.OCTETS, many=True)
_LAST_ACCESSED = Field(name="last_accessed", attribute="iamLastAccessed", codec=codecs.ACCESS, many=True, heavy=True)
_PASSWORD = Field(name="password", attribute="userPassword", searched_only=True)
"""Whether there is a password; its value is never read."""


def _policy(is_system: bool) -> Complete:
    identify = named("policy", "policy_name", "policy_id", IdPrefix.POLICY, names.SYSTEM_ACCOUNT if is_system else None)

    def complete(values: dict[str, Any], account_id: str) -> bool:
        versions = _ordered(values["versions"])
        if not versions:
            return False
        default = values.get("default_version_id")
        if default not in {version.version_id for version in versions}:
            default = versions[0].version_id
        values["default_version_id"] = default
        values["versions"] = tuple(replace(v, is_default_version=v.version_id == default) for v in versions)
        values["update_date"] = max(version.create_date for version in versions)
        values["last_version"] = max(values.get("last_version", 1), version_number(versions[0].version_id))
        values["is_system"] = is_system
        return identify(values, account_id)

    return complete


def _ordered(versions: tuple[PolicyVersion, ...]) -> list[PolicyVersion]:
    return sorted(versions, key=lambda version: version_number(version.version_id), reverse=True)


def _account(values: dict[str, Any], _account_id: str) -> bool:
    above = parent(values["dn"])
    values.setdefault("user_base", places.people(above))
    values.setdefault("group_base", places.groups(above))
    return without_birth(values, _account_id)


def _root(values: dict[str, Any], account_id: str) -> bool:
    values.setdefault("unique_id", account_id)
    return True


USER = Noun(
    label="user",
    model=User,
    base=lambda account, _suffix: account.user_base,
    naming="uid",
    name_field="user_name",
    classes=("inetOrgPerson",),
    extension="iamUser",
    fields=(
        unique_id("user_id"),
        PATH,
        _DISPLAY_NAME,
        _REMARKS,
        Field(name="mobile_phone", attribute="mobile"),
        Field(name="email", attribute="mail"),
        TAGS,
        _INLINE,
        _ATTACHED,
        _BOUNDARY,
        _PASSWORD,
        _PASSWORD_CHANGED,
        Field(name="password_reset_required", attribute="pwdReset", codec=codecs.RESET),
        _PASSWORD_LAST_USED,
        Field(name="password_policy", attribute="pwdPolicySubentry"),
        Field(name="disabled", attribute="pwdAccountLockedTime", codec=codecs.DISABLED),
        _SESSIONS_VALID_FROM,
        _CODE_FAILURES,
        _RECOVERY_CODES,
        *BINDING_OF_USER,
        *POSIX_OF_USER,
        Field(
            name="ssh_public_keys",
            attribute="sshPublicKey",
            many=True,
            heavy=True,
            object_class="ldapPublicKey",
        ),
        _LAST_ACCESSED,
    ),
    complete=named("user", "user_name", "user_id", IdPrefix.USER),
    name_mirrors=("cn", "sn"),
    referrers=("member", OWNER.attribute),
)

GROUP = Noun(
    label="group",
    model=Group,
    base=lambda account, _suffix: account.group_base,
    naming="cn",
    name_field="group_name",
    classes=("groupOfNames",),
    extension="iamGroup",
    fields=(
        unique_id("group_id"),
        PATH,
        _DISPLAY_NAME,
        _REMARKS,
        _INLINE,
        _ATTACHED,
        *POSIX_OF_GROUP,
        Field(name="members", attribute="member", many=True, heavy=True),
    ),
    complete=named("group", "group_name", "group_id", IdPrefix.GROUP),
    referrers=("member",),
)

_POLICY_FIELDS = (
    unique_id("policy_id"),
    PATH,
    _DESCRIPTION,
    Field(name="default_version_id", attribute="iamDefaultVersion"),
    Field(name="versions", attribute="iamPolicyVersion", codec=codecs.VERSION, many=True, required=True),
    Field(name="last_version", attribute="iamLastVersion", codec=codecs.INT),
    TAGS,
)

POLICY = Noun(
    label="policy",
    model=Policy,
    base=container("policies"),
    naming="cn",
    name_field="policy_name",
    classes=("iamPolicy",),
    fields=_POLICY_FIELDS,
    complete=_policy(is_system=False),
    referrers=("iamAttachedPolicy", "iamPermissionsBoundary"),
)

SYSTEM_POLICY = replace(
    POLICY,
    base=lambda _account, suffix: places.system_policies(suffix),
    complete=_policy(is_system=True),
)

ROLE = Noun(
    label="role",
    model=Role,
    base=container("roles"),
    naming="cn",
    name_field="role_name",
    classes=("iamRole",),
    fields=(
        unique_id("role_id"),
        PATH,
        _DESCRIPTION,
        Field(name="assume_role_policy_document", attribute="iamTrustPolicy", required=True),
        Field(name="max_session_duration", attribute="iamMaxSessionDuration", codec=codecs.INT),
        TAGS,
        _INLINE,
        _ATTACHED,
        _BOUNDARY,
        _LAST_USED_AT,
        _LAST_USED_REGION,
        _LAST_ACCESSED,
    ),
    complete=named("role", "role_name", "role_id", IdPrefix.ROLE),
    referrers=("iamProfileRole",),
)

ACCESS_KEY = Noun(
    label="access key",
    model=AccessKey,
    base=container("keys"),
    naming="iamAccessKeyId",
    name_field="access_key_id",
    classes=("iamAccessKey",),
    fields=(
        OWNER,
        OWNER_ID,
        STATUS,
        Field(name="sealed_secret", attribute="iamSealedSecret", codec=codecs.OCTETS, required=True),
        _LAST_USED_AT,
        Field(name="last_used_service", attribute="iamLastUsedService"),
        _LAST_USED_REGION,
    ),
    complete=as_it_is,
)

ACCOUNT = Noun(
    label="account",
    model=Account,
    base=lambda _account, suffix: suffix,
    naming="ou",
    name_field=None,
    classes=(ACCOUNT_CLASS,),
    fields=(
        Field(name="account_id", attribute="iamAccountId", required=True),
        Field(name="account_alias", attribute="iamAccountAlias"),
        Field(name="user_base", attribute="iamUserBase"),
        Field(name="group_base", attribute="iamGroupBase"),
        Field(name="quotas", attribute="iamQuota", codec=codecs.QUOTA, many=True),
        Field(name="mfa_required", attribute="iamMfaRequired", codec=codecs.BOOL),
        Field(name="issues_identity_tokens", attribute="iamIssuesIdentityTokens", codec=codecs.BOOL),
        *BINDING_OF_ACCOUNT,
        *POSIX_OF_ACCOUNT,
        Field(name="layout", attribute="iamLayout", codec=codecs.LAYOUT),
    ),
    complete=_account,
)

ROOT = Noun(
    label="root user",
    model=RootUser,
    base=lambda account, _suffix: account.dn,
    naming="cn",
    name_field=None,
    classes=("iamRoot",),
    fields=(
        Field(name="email", attribute="mail", required=True),
        unique_id("unique_id"),
        _PASSWORD,
        _PASSWORD_CHANGED,
        _PASSWORD_LAST_USED,
        _SESSIONS_VALID_FROM,
        _CODE_FAILURES,
        _RECOVERY_CODES,
    ),
    complete=_root,
    referrers=(OWNER.attribute,),
)

_BY_MODEL: Mapping[type[Record], Noun[Any]] = MappingProxyType(
    {User: USER, Group: GROUP, Policy: POLICY, Role: ROLE, RootUser: ROOT, Account: ACCOUNT}
)


def noun_of(record: Record) -> Noun[Any]:
    """The table of something that others can be made to refer to."""
    return _BY_MODEL[type(record)]
