"""The directory: the only package that speaks LDAP or knows an attribute's name."""

from adapter.ldap import csn, dn, places
from adapter.ldap.application_mapping import (
    APP_GROUP,
    APP_USER,
    APPLICATION,
    BIND_DEVICE,
    application_base,
    application_entries,
    bind_device_parameters,
    of_application,
)
from adapter.ldap.credential_mapping import (
    INSTANCE_PROFILE,
    MFA_DEVICE,
    OWNED,
    SERVER_CERTIFICATE,
    SERVICE_CREDENTIAL,
    SIGNING_CERTIFICATE,
    SSH_PUBLIC_KEY,
    service_password_policy,
)
from adapter.ldap.errors import AlreadyThere, DirectoryRefusal, NotThere, PasswordRefused, Stale
from adapter.ldap.feed import Feed
from adapter.ldap.mapping import (
    ACCESS_KEY,
    ACCOUNT,
    GROUP,
    POLICY,
    ROLE,
    ROOT,
    SYSTEM_POLICY,
    USER,
)
from adapter.ldap.noun import Noun
from adapter.ldap.password_mapping import PASSWORD_POLICY
from adapter.ldap.passwords import PasswordCheck, Reason
from adapter.ldap.provider_mapping import OIDC_PROVIDER, SAML_PROVIDER
from adapter.ldap.report_mapping import REPORT
from adapter.ldap.service_mapping import SERVICE
from adapter.ldap.signing_mapping import SIGNING_KEY
from adapter.ldap.store import ServerInfo, Store
from adapter.ldap.watching import Seen, State, changed_attributes
from adapter.ldap.where import Add, Change, Clear, Remove, Set, Where

__all__ = [
    "ACCESS_KEY",
    "ACCOUNT",
    "BIND_DEVICE",
    "APP_USER",
    "APPLICATION",
    "APP_GROUP",
    "Add",
    "AlreadyThere",
    "Change",
    "Clear",
    "DirectoryRefusal",
    "Feed",
    "GROUP",
    "INSTANCE_PROFILE",
    "MFA_DEVICE",
    "NotThere",
    "Noun",
    "OIDC_PROVIDER",
    "OWNED",
    "PASSWORD_POLICY",
    "POLICY",
    "PasswordCheck",
    "PasswordRefused",
    "REPORT",
    "ROLE",
    "ROOT",
    "Reason",
    "Remove",
    "SAML_PROVIDER",
    "SERVER_CERTIFICATE",
    "SERVICE",
    "SIGNING_KEY",
    "SERVICE_CREDENTIAL",
    "SIGNING_CERTIFICATE",
    "SSH_PUBLIC_KEY",
    "SYSTEM_POLICY",
    "ServerInfo",
    "Seen",
    "Set",
    "Stale",
    "State",
    "Store",
    "USER",
    "Where",
    "application_base",
    "application_entries",
    "bind_device_parameters",
    "changed_attributes",
    "csn",
    "dn",
    "of_application",
    "places",
    "service_password_policy",
]
