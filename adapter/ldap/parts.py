"""What several tables of the map between entries and models share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapter import names
from adapter.ldap import codecs
from adapter.ldap.noun import Complete, Field
from adapter.models import Account
from adapter.names import IdPrefix

OWNER = Field(name="owner", attribute="iamOwner", required=True)
OWNER_ID = Field(name="owner_id", attribute="iamOwnerId", required=True)
STATUS = Field(name="status", attribute="iamStatus", codec=codecs.STATUS, required=True)
PATH = Field(name="path", attribute="iamPath", codec=codecs.PATH, default="/")
TAGS = Field(name="tags", attribute="iamTag", codec=codecs.TAG, many=True)


def container(name: str) -> Callable[[Account, str], str]:
    """The base of what has a container of its own, directly below the account's entry."""
    return lambda account, _suffix: f"ou={name},{account.dn}"


def unique_id(name: str) -> Field:
    """The field that holds the unique id, which each model calls differently."""
    return Field(name=name, attribute="iamUniqueId")


def named(kind: str, name_field: str, id_field: str, prefix: IdPrefix, account: str | None = None) -> Complete:
    """Completes what has a name, a path, a unique id and therefore an ARN."""

    def complete(values: dict[str, Any], account_id: str) -> bool:
        if id_field not in values:
            values[id_field] = names.derived_unique_id(prefix, values.get("entry_uuid", ""))
        path = values.get("path", "/")
        values["arn"] = names.iam_arn(account or account_id, kind, path, values[name_field])
        return True

    return complete


def without_birth(values: dict[str, Any], _account_id: str) -> bool:
    """Completes what does not tell when it was made."""
    del values["create_date"]
    return True


def as_it_is(_values: dict[str, Any], _account_id: str) -> bool:
    """Completes what needs nothing."""
    return True
