"""OpenID Connect providers: whose ID tokens AssumeRoleWithWebIdentity accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from adapter.errors import EntityAlreadyExists, InvalidInput, NoSuchEntity, OpenIdIdpCommunicationError, ValidationError
from adapter.federation.addresses import LONGEST_URL, UnusableAddress, provider_name
from adapter.federation.fetching import Unreachable
from adapter.ldap import OIDC_PROVIDER, Set
from adapter.models import OidcProvider
from adapter.names import iam_arn
from adapter.operations.call import Call, Result, parse_iam_arn
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Target, resource_tags
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.tags import list_tags, remove_tags, set_tags
from adapter.operations.taken import unless_taken
from adapter.operations.views import tag_views

_KIND: Final = "oidc-provider"
_MOST_THUMBPRINTS: Final = 5
_THUMBPRINT: Final = re.compile("[0-9A-Fa-f]{40}")


def create_open_id_connect_provider(
    call: Call,
    *,
    url: str,
    client_id_list: Sequence[str] = (),
    thumbprint_list: Sequence[str] | None = None,
    tags: TagParams = (),
) -> Result:
    """Makes an OpenID Connect provider known.

    Args:
        call: the call.
        url: its address, which its tokens name as their issuer; unlike AWS's, with a port where it has one.
        client_id_list: applications that tokens may be for.
        thumbprint_list: SHA-1 of its own TLS certificate, for one that no certificate authority vouches for. Without
            a list the provider is asked, and has to have a certificate that an authority vouches for.
        tags: tags.

    Raises:
        ValidationError: the address is none of a provider.
        InvalidInput: a thumbprint is none, or there are too many.
        EntityAlreadyExists: the provider is known already.
        LimitExceeded: the account has as many providers, or the provider as many client ids, as may be.
        OpenIdIdpCommunicationError: the provider does not answer.
    """
    name = _checked_name(url)
    thumbprints = None if thumbprint_list is None else _checked_thumbprints(thumbprint_list)
    clients = tuple(dict.fromkeys(client_id_list))
    hold_to_quota(call.account, "ClientIdsPerOpenIdConnectProvider", len(clients))
    _hold_to_room(call, url, name)
    provider = OidcProvider(
        url=name,
        arn=iam_arn(call.account.account_id, _KIND, "/", name),
        create_date=call.context.now,
        client_ids=clients,
        tags=checked_tags(call, "TagsPerOpenIDConnectProvider", (), tags),
        thumbprints=thumbprints or (_thumbprint_of(call, name),),
    )
    with unless_taken(_taken(url)):
        made = call.store.add(OIDC_PROVIDER, call.account, provider, referring_to=call.account)
    return {"open_id_connect_provider_arn": made.arn, "tags": tag_views(made.tags)}


def get_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str) -> Result:
    """Describes a provider."""
    provider = _provider(call, open_id_connect_provider_arn)
    return {
        "url": provider.url,
        "client_id_list": sorted(provider.client_ids),
        "thumbprint_list": sorted(provider.thumbprints),
        "create_date": provider.create_date,
        "tags": tag_views(provider.tags),
    }


def describe_open_id_connect_provider_entry(call: Call, *, open_id_connect_provider_arn: str) -> Result:
    """A provider's entry as LDIF."""
    return {"ldif": call.store.ldif(_provider(call, open_id_connect_provider_arn))}


def list_open_id_connect_providers(call: Call) -> Result:
    """Lists the account's providers."""
    arns = sorted(provider.arn for provider in call.store.walk(OIDC_PROVIDER, call.account))
    return {"open_id_connect_provider_list": [{"arn": arn} for arn in arns]}


def update_open_id_connect_provider_thumbprint(
    call: Call, *, open_id_connect_provider_arn: str, thumbprint_list: Sequence[str]
) -> Result:
    """Replaces a provider's thumbprints.

    Raises:
        InvalidInput: a thumbprint is none, or there are too many.
    """
    provider = _provider(call, open_id_connect_provider_arn)
    thumbprints = _checked_thumbprints(thumbprint_list)
    call.store.change(OIDC_PROVIDER, call.account, provider, Set("thumbprints", thumbprints))
    return {}


def add_client_id_to_open_id_connect_provider(
    call: Call, *, open_id_connect_provider_arn: str, client_id: str
) -> Result:
    """Accepts tokens for another application; one that is accepted already stays so.

    Raises:
        LimitExceeded: the provider has as many as it may have.
    """
    provider = _provider(call, open_id_connect_provider_arn)
    if client_id not in provider.client_ids:
        hold_to_quota(call.account, "ClientIdsPerOpenIdConnectProvider", len(provider.client_ids) + 1)
        _set_clients(call, provider, (*provider.client_ids, client_id))
    return {}


def remove_client_id_from_open_id_connect_provider(
    call: Call, *, open_id_connect_provider_arn: str, client_id: str
) -> Result:
    """Accepts no more tokens for an application; one that is not there is passed over."""
    provider = _provider(call, open_id_connect_provider_arn)
    if client_id in provider.client_ids:
        _set_clients(call, provider, (each for each in provider.client_ids if each != client_id))
    return {}


def delete_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str) -> Result:
    """Forgets a provider. Roles that trust it stay as they are and can no longer be assumed through it."""
    call.store.delete(OIDC_PROVIDER, call.account, _provider(call, open_id_connect_provider_arn))
    return {}


def tag_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str, tags: TagParams) -> Result:
    """Sets tags of a provider."""
    provider = _provider(call, open_id_connect_provider_arn)
    return set_tags(call, OIDC_PROVIDER, provider, "TagsPerOpenIDConnectProvider", tags)


def untag_open_id_connect_provider(call: Call, *, open_id_connect_provider_arn: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a provider; keys that it does not have are passed over."""
    return remove_tags(call, OIDC_PROVIDER, _provider(call, open_id_connect_provider_arn), tag_keys)


def list_open_id_connect_provider_tags(call: Call, *, open_id_connect_provider_arn: str, page: Page) -> Result:
    """Lists a provider's tags by key."""
    return list_tags(_provider(call, open_id_connect_provider_arn), page)


def a_new_oidc_provider(call: Call, params: Mapping[str, Any]) -> Target:
    """The provider that is about to be made known."""
    return Target((iam_arn(call.account.account_id, _KIND, "/", _checked_name(params["url"])),))


def an_oidc_provider(call: Call, params: Mapping[str, Any]) -> Target:
    """The provider that OpenIDConnectProviderArn names."""
    arn = params["open_id_connect_provider_arn"]
    provider = _find(call, arn)
    return Target((arn,), resource_tags(provider.tags) if provider else {})


def _find(call: Call, arn: str) -> OidcProvider | None:
    prefix = iam_arn(call.account.account_id, _KIND, "/", "")
    return call.find(OIDC_PROVIDER, arn.removeprefix(prefix)) if arn.startswith(prefix) and arn != prefix else None


def _provider(call: Call, arn: str) -> OidcProvider:
    parse_iam_arn(arn, _KIND)
    found = _find(call, arn)
    if found is None:
        raise NoSuchEntity(f"OpenIDConnect Provider not found for arn {arn}")
    return found


def _set_clients(call: Call, provider: OidcProvider, client_ids: Iterable[str]) -> None:
    call.store.change(OIDC_PROVIDER, call.account, provider, Set("client_ids", tuple(client_ids)))


def _checked_name(url: str) -> str:
    try:
        name = provider_name(url)
    except UnusableAddress as error:
        raise ValidationError("Invalid Open ID Connect Provider URL") from error
    if len(url) > LONGEST_URL:
        raise ValidationError("Invalid Open ID Connect Provider URL")
    return name


def _checked_thumbprints(given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > _MOST_THUMBPRINTS:
        raise InvalidInput("Thumbprint list must contain fewer than 5 entries.")
    if not all(_THUMBPRINT.fullmatch(each) for each in given):
        raise InvalidInput("A thumbprint has to be 40 hexadecimal digits.")
    return tuple(dict.fromkeys(each.lower() for each in given))


def _thumbprint_of(call: Call, name: str) -> str:
    try:
        return call.federation.issuers.thumbprint(name)
    except Unreachable as error:
        raise OpenIdIdpCommunicationError(
            f"Please check .well-known/openid-configuration of provider: https://{name} is valid. It could not be "
            "reached over TLS with a certificate that is trusted here."
        ) from error


def _hold_to_room(call: Call, url: str, name: str) -> None:
    """Refuses a provider that is known, or one too many, before anybody is asked for a thumbprint."""
    if call.find(OIDC_PROVIDER, name) is not None:
        raise EntityAlreadyExists(_taken(url))
    hold_to_quota(call.account, "OpenIDConnectProvidersPerAccount", call.store.count(OIDC_PROVIDER, call.account) + 1)


def _taken(url: str) -> str:
    return f"Provider with url {url} already exists."
