"""SAML providers: whose assertions AssumeRoleWithSAML accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from adapter.errors import InvalidInput, NoSuchEntity
from adapter.federation.metadata import UnusableMetadata, read_metadata
from adapter.ldap import SAML_PROVIDER, Set
from adapter.models import SamlProvider
from adapter.names import iam_arn
from adapter.operations.call import Call, Result, parse_iam_arn
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Target, resource_tags
from adapter.operations.saml_keys import encryption_view, hold_to_mode, with_private_key, without_private_key
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.tags import list_tags, remove_tags, set_tags
from adapter.operations.taken import unless_taken
from adapter.operations.views import tag_views

_KIND: Final = "saml-provider"
_FOR_GOOD: Final = timedelta(days=36_525)
"""How long metadata is good that does not say; AWS answers a hundred years."""


def create_saml_provider(
    call: Call,
    *,
    name: str,
    saml_metadata_document: str,
    tags: TagParams = (),
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
) -> Result:
    """Makes a SAML provider known.

    Raises:
        InvalidInput: the metadata document or the private key can't be used, or encrypted assertions are required
            without a key.
        EntityAlreadyExists: the name is taken.
        LimitExceeded: the account has as many providers as it may have.
    """
    private_keys = with_private_key(call, (), add_private_key) if add_private_key is not None else ()
    hold_to_mode(assertion_encryption_mode, private_keys)
    valid_until = _checked_metadata(call, saml_metadata_document)
    hold_to_quota(call.account, "SAMLProvidersPerAccount", call.store.count(SAML_PROVIDER, call.account) + 1)
    provider = SamlProvider(
        name=name,
        arn=iam_arn(call.account.account_id, _KIND, "/", name),
        create_date=call.context.now,
        valid_until=valid_until,
        metadata=saml_metadata_document,
        encryption_mode=assertion_encryption_mode,
        private_keys=private_keys,
        tags=checked_tags(call, "TagsPerSAMLProvider", (), tags),
    )
    with unless_taken(f"Provider with name {name} already exists."):
        made = call.store.add(SAML_PROVIDER, call.account, provider, referring_to=call.account)
    return {"saml_provider_arn": made.arn, "tags": tag_views(made.tags)}


def get_saml_provider(call: Call, *, saml_provider_arn: str) -> Result:
    """Describes a provider with its metadata document."""
    provider = with_documents(call, _provider(call, saml_provider_arn).name)
    return encryption_view(provider) | {
        "saml_provider_uuid": provider.uuid,
        "saml_metadata_document": provider.metadata,
        "create_date": provider.create_date,
        "valid_until": _end(provider),
        "tags": tag_views(provider.tags),
    }


def describe_saml_provider_entry(call: Call, *, saml_provider_arn: str) -> Result:
    """A provider's entry as LDIF, without its private keys."""
    return {"ldif": call.store.ldif(_provider(call, saml_provider_arn))}


def list_saml_providers(call: Call) -> Result:
    """Lists the account's providers."""
    found = sorted(call.store.walk(SAML_PROVIDER, call.account), key=lambda provider: provider.name.casefold())
    return {
        "saml_provider_list": [
            {"arn": each.arn, "valid_until": _end(each), "create_date": each.create_date} for each in found
        ]
    }


def update_saml_provider(
    call: Call,
    *,
    saml_provider_arn: str,
    saml_metadata_document: str | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    remove_private_key: str | None = None,
) -> Result:
    """Replaces a provider's metadata document, or changes how its encrypted assertions are opened.

    Raises:
        InvalidInput: the document or the private key can't be used, nothing is to be changed, there is no key of the id
            that is to be removed, or encrypted assertions are required without a key.
        LimitExceeded: the provider has two private keys already.
    """
    provider = with_documents(call, _provider(call, saml_provider_arn).name)
    given = (saml_metadata_document, assertion_encryption_mode, add_private_key, remove_private_key)
    if all(each is None for each in given):
        raise InvalidInput(
            "Unable to update identity provider. No updates are defined for metadata or encryption assertion."
        )
    changes: list[Set] = []
    if saml_metadata_document is not None:
        changes.append(Set("metadata", saml_metadata_document))
        changes.append(Set("valid_until", _checked_metadata(call, saml_metadata_document)))
    if assertion_encryption_mode is not None:
        changes.append(Set("encryption_mode", assertion_encryption_mode))
    keys = _changed_keys(call, provider.private_keys, add_private_key, remove_private_key)
    hold_to_mode(assertion_encryption_mode or provider.encryption_mode, keys)
    changes.append(Set("private_keys", keys))
    call.store.change(SAML_PROVIDER, call.account, provider, *changes)
    return {"saml_provider_arn": provider.arn}


def _changed_keys(
    call: Call, values: tuple[bytes, ...], add_private_key: str | None, remove_private_key: str | None
) -> tuple[bytes, ...]:
    """The private keys after a change; one may take another's place."""
    if remove_private_key is not None:
        values = without_private_key(values, remove_private_key)
    return values if add_private_key is None else with_private_key(call, values, add_private_key)


def delete_saml_provider(call: Call, *, saml_provider_arn: str) -> Result:
    """Forgets a provider. Roles that trust it stay as they are and can no longer be assumed through it."""
    call.store.delete(SAML_PROVIDER, call.account, _provider(call, saml_provider_arn))
    return {}


def tag_saml_provider(call: Call, *, saml_provider_arn: str, tags: TagParams) -> Result:
    """Sets tags of a provider."""
    return set_tags(call, SAML_PROVIDER, _provider(call, saml_provider_arn), "TagsPerSAMLProvider", tags)


def untag_saml_provider(call: Call, *, saml_provider_arn: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a provider; keys that it does not have are passed over."""
    return remove_tags(call, SAML_PROVIDER, _provider(call, saml_provider_arn), tag_keys)


def list_saml_provider_tags(call: Call, *, saml_provider_arn: str, page: Page) -> Result:
    """Lists a provider's tags by key."""
    return list_tags(_provider(call, saml_provider_arn), page)


def a_new_saml_provider(call: Call, params: Mapping[str, Any]) -> Target:
    """The provider that is about to be made known."""
    return Target((iam_arn(call.account.account_id, _KIND, "/", params["name"]),))


def a_saml_provider(call: Call, params: Mapping[str, Any]) -> Target:
    """The provider that SAMLProviderArn names."""
    arn = params["saml_provider_arn"]
    provider = find_saml_provider(call, arn)
    return Target((arn,), resource_tags(provider.tags) if provider else {})


def find_saml_provider(call: Call, arn: str) -> SamlProvider | None:
    """The account's provider of that ARN, without its metadata document; None when there is none."""
    prefix = iam_arn(call.account.account_id, _KIND, "/", "")
    found = call.find(SAML_PROVIDER, arn.removeprefix(prefix)) if arn.startswith(prefix) and arn != prefix else None
    return found if found is not None and found.arn.casefold() == arn.casefold() else None


def with_documents(call: Call, name: str) -> SamlProvider:
    """The provider of that name with its metadata document and its private keys.

    Raises:
        NoSuchEntity: there is none.
    """
    found = call.store.get(SAML_PROVIDER, call.account, name, also=("metadata", "private_keys"))
    if found is None:
        raise NoSuchEntity(f"Manifest not found for name {name}")
    return found


def _provider(call: Call, arn: str) -> SamlProvider:
    parse_iam_arn(arn, _KIND)
    found = find_saml_provider(call, arn)
    if found is None:
        raise NoSuchEntity(f"Manifest not found for arn {arn}")
    return found


def _end(provider: SamlProvider) -> datetime:
    return provider.valid_until or provider.create_date + _FOR_GOOD


def _checked_metadata(call: Call, document: str) -> datetime | None:
    """When the document is over; None when it does not say."""
    try:
        valid_until = read_metadata(document).valid_until
    except UnusableMetadata as error:
        raise InvalidInput(f"Could not parse metadata: {error}") from error
    if valid_until is not None and valid_until <= call.context.now:
        raise InvalidInput("Could not parse metadata: it has expired")
    return valid_until
