"""What several tables of the map between entries and models share."""

from __future__ import annotations

from typing import Any

from adapter import names
from adapter.ldap import codecs
from adapter.ldap.noun import Complete, Field
from adapter.names import IdPrefix

PATH = Field(name="path", attribute="iamPath", codec=codecs.PATH, default="/")
TAGS = Field(name="tags", attribute="iamTag", codec=codecs.TAG, many=True)


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


def as_it_is(_values: dict[str, Any], _account_id: str) -> bool:
    """Completes what needs nothing."""
    return True
