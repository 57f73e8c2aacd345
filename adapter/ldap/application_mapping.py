"""The map between entries and models for applications' own bases, and for codes behind the password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from adapter.ldap import codecs, dn, places
from adapter.ldap.noun import OBJECT_CLASS, Field, M, Noun
from adapter.ldap.parts import OWNER, OWNER_ID, STATUS, as_it_is, container
from adapter.models import Account, AppGroup, Application, AppUser, BindDevice

BINDING_OF_USER: Final = (
    Field(name="bind_mode", attribute="iamBindMode", codec=codecs.BIND_MODE),
    Field(name="bind_device", attribute="oathTOTPToken", object_class="oathTOTPUser", insisted_on=True),
)
BINDING_OF_ACCOUNT: Final = (
    Field(name="bind_mode", attribute="iamBindMode", codec=codecs.BIND_MODE),
    Field(name="bind_exempt_group", attribute="iamBindExemptGroup"),
)
"""How users bind, in their own entries and in their account's."""


_applications = container("apps")

APP_USER = Noun(
    label="application's user",
    model=AppUser,
    base=_applications,
    naming="uid",
    name_field="login",
    classes=("iamAppUser", "inetOrgPerson"),
    fields=(
        Field(name="logins", attribute="uid", many=True),
        OWNER,
        OWNER_ID,
        STATUS,
        Field(name="credential_id", attribute="iamAppCredential", required=True),
        Field(name="full_name", attribute="cn", required=True),
        Field(name="surname", attribute="sn", required=True),
        Field(name="display_name", attribute="displayName"),
        Field(name="email", attribute="mail"),
        Field(name="expiration", attribute="pwdEndTime", codec=codecs.TIME),
        Field(name="password_policy", attribute="pwdPolicySubentry"),
        Field(name="last_used", attribute="authTimestamp", codec=codecs.TIME, read_only=True),
    ),
    complete=as_it_is,
    referrers=("member",),
)

APP_GROUP = Noun(
    label="application's group",
    model=AppGroup,
    base=_applications,
    naming="cn",
    name_field="group_name",
    classes=("groupOfNames",),
    fields=(Field(name="members", attribute="member", many=True, heavy=True),),
    complete=as_it_is,
)

APPLICATION = Noun(
    label="application",
    model=Application,
    base=_applications,
    naming="ou",
    name_field="name",
    classes=("organizationalUnit",),
    fields=(),
    complete=as_it_is,
)

BIND_DEVICE = Noun(
    label="device for codes behind the password",
    model=BindDevice,
    base=container("bind-devices"),
    naming="cn",
    name_field="name",
    classes=("iamBindDevice", "applicationProcess", "oathTOTPToken"),
    fields=(
        OWNER,
        OWNER_ID,
        Field(name="sealed_seed", attribute="iamSealedSecret", codec=codecs.OCTETS),
        Field(name="seed", attribute="oathSecret", codec=codecs.OCTETS),
        Field(name="last_step", attribute="oathTOTPLastTimeStep", codec=codecs.INT),
        Field(name="parameters", attribute="oathTOTPParams", required=True),
    ),
    complete=as_it_is,
    referrers=("oathTOTPToken",),
)


def application_base(account: Account, application: str) -> str:
    """The DN below which an application finds its users and their groups."""
    return dn.child("ou", application.lower(), _applications(account, ""))


def of_application(noun: Noun[M], base: str) -> Noun[M]:
    """The table of APP_USER or APP_GROUP for one application.

    Args:
        base: the application's.
    """
    return replace(noun, base=lambda _account, _suffix: base)


def application_entries(account: Account, application: str) -> list[tuple[str, Mapping[str, list[bytes]]]]:
    """An application's base as it is made; `.keep` lets the last user go within a transaction."""
    base = application_base(account, application)
    unit = {OBJECT_CLASS: [b"organizationalUnit"], "ou": [application.lower().encode()]}
    keep = {OBJECT_CLASS: [b"applicationProcess"], "cn": [b".keep"]}
    return [(base, unit), (f"cn=.keep,{base}", keep)]


def bind_device_parameters(suffix: str) -> str:
    """The DN of what all devices for codes behind the password have in common."""
    return f"cn=parameters,ou=bind-devices,{places.account(suffix)}"
