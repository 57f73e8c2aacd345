"""What Bindery keeps, as plain frozen records."""

from adapter.models.accounts import Account, Layout, PasswordPolicy, RootUser
from adapter.models.applications import AppGroup, Application, AppUser, BindDevice, BindMode
from adapter.models.credentials import (
    AccessKey,
    KeyStatus,
    MfaDevice,
    ServerCertificate,
    ServiceCredential,
    SigningCertificate,
    SshPublicKey,
)
from adapter.models.identities import Group, InstanceProfile, Role, User
from adapter.models.policies import Policy, PolicyVersion
from adapter.models.providers import OidcProvider, SamlProvider
from adapter.models.records import AttachedPolicy, InlinePolicy, LastAccess, PermissionsBoundary, Record, Tag
from adapter.models.reports import Report
from adapter.models.services import RegisteredService
from adapter.models.signing import SigningKey

__all__ = [
    "AccessKey",
    "Account",
    "AppGroup",
    "AppUser",
    "Application",
    "AttachedPolicy",
    "BindDevice",
    "BindMode",
    "Group",
    "InlinePolicy",
    "InstanceProfile",
    "KeyStatus",
    "LastAccess",
    "Layout",
    "MfaDevice",
    "OidcProvider",
    "PasswordPolicy",
    "PermissionsBoundary",
    "Policy",
    "PolicyVersion",
    "Record",
    "RegisteredService",
    "Report",
    "Role",
    "RootUser",
    "SamlProvider",
    "ServerCertificate",
    "ServiceCredential",
    "SigningCertificate",
    "SigningKey",
    "SshPublicKey",
    "Tag",
    "User",
]
