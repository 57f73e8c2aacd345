"""The map between entries and models for services that an operator has registered."""

from __future__ import annotations

from adapter.ldap import places
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import as_it_is
from adapter.models import RegisteredService

SERVICE = Noun(
    label="service",
    model=RegisteredService,
    base=lambda _account, suffix: f"ou=services,{places.account(suffix)}",
    naming="cn",
    name_field="prefix",
    classes=("iamService",),
    fields=(Field(name="definition", attribute="iamServiceDefinition", required=True),),
    complete=as_it_is,
)
