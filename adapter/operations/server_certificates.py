"""Certificates for TLS with their private keys, which are kept sealed and never answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapter.crypto.certificates import (
    BrokenChain,
    Certificate,
    UnreadableCertificate,
    UnreadableKey,
    check_chain,
    read_certificate,
)
from adapter.crypto.credentials import seal_private_key
from adapter.errors import KeyPairMismatch, MalformedCertificate, NoSuchEntity
from adapter.ldap import SERVER_CERTIFICATE, Set
from adapter.models import ServerCertificate
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Target, resource_tags
from adapter.operations.signing_certificates import UNREADABLE
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.tags import list_tags, remove_tags, set_tags
from adapter.operations.taken import unless_taken
from adapter.operations.users import below
from adapter.operations.views import tag_views

_KIND = "server-certificate"


def upload_server_certificate(
    call: Call,
    *,
    server_certificate_name: str,
    certificate_body: str,
    private_key: str,
    path: str = "/",
    certificate_chain: str | None = None,
    tags: TagParams = (),
) -> Result:
    """Keeps a certificate with its private key.

    Raises:
        EntityAlreadyExists: the name is taken.
        MalformedCertificate: certificate, chain or key can't be read, or the chain is not in order.
        KeyPairMismatch: the key is not the certificate's.
        LimitExceeded: the account has as many as it may have.
    """
    certificate = _checked(certificate_body, private_key)
    chain = _checked_chain(certificate, certificate_chain) if certificate_chain else None
    present = call.store.count(SERVER_CERTIFICATE, call.account)
    hold_to_quota(call.account, "ServerCertificatesPerAccount", present + 1)
    certificate_id = new_unique_id(IdPrefix.SERVER_CERTIFICATE)
    model = ServerCertificate(
        server_certificate_name=server_certificate_name,
        server_certificate_id=certificate_id,
        arn=iam_arn(call.account.account_id, _KIND, path, server_certificate_name),
        path=path,
        create_date=call.context.now,
        expiration=certificate.not_after,
        body=certificate.pem,
        chain=chain,
        sealed_private_key=seal_private_key(call.keyring, private_key, certificate_id),
        tags=checked_tags(call, "TagsPerServerCertificate", (), tags),
    )
    with unless_taken(_taken(server_certificate_name)):
        made = call.store.add(SERVER_CERTIFICATE, call.account, model, referring_to=call.account)
    tagged = {"tags": tag_views(made.tags)} if made.tags else {}
    return {"server_certificate_metadata": _metadata(made)} | tagged


def get_server_certificate(call: Call, *, server_certificate_name: str) -> Result:
    """Shows a certificate with its chain."""
    certificate = _certificate(call, server_certificate_name)
    view: Result = {
        "server_certificate_metadata": _metadata(certificate),
        "certificate_body": certificate.body,
        "tags": tag_views(certificate.tags),
    }
    chained = {"certificate_chain": certificate.chain} if certificate.chain else {}
    return {"server_certificate": view | chained}


def list_server_certificates(call: Call, *, path_prefix: str = "/", page: Page) -> Result:
    """Lists certificates by name, a page at a time."""
    found, more = page.read(call.store, SERVER_CERTIFICATE, call.account, *below(path_prefix))
    return {"server_certificate_metadata_list": [_metadata(each) for each in found]} | more


def update_server_certificate(
    call: Call,
    *,
    server_certificate_name: str,
    new_path: str | None = None,
    new_server_certificate_name: str | None = None,
) -> Result:
    """Changes name or path.

    Raises:
        NoSuchEntity: there is no such certificate.
        EntityAlreadyExists: the new name is taken.
    """
    certificate = _certificate(call, server_certificate_name)
    if new_path:
        certificate = call.store.change(SERVER_CERTIFICATE, call.account, certificate, Set("path", new_path))
    if new_server_certificate_name and new_server_certificate_name != certificate.server_certificate_name:
        with unless_taken(_taken(new_server_certificate_name)):
            call.store.rename(SERVER_CERTIFICATE, call.account, certificate, new_server_certificate_name)
    return {}


def delete_server_certificate(call: Call, *, server_certificate_name: str) -> Result:
    """Deletes a certificate and its key."""
    call.store.delete(SERVER_CERTIFICATE, call.account, _certificate(call, server_certificate_name))
    return {}


def tag_server_certificate(call: Call, *, server_certificate_name: str, tags: TagParams) -> Result:
    """Sets tags of a certificate."""
    certificate = _certificate(call, server_certificate_name)
    return set_tags(call, SERVER_CERTIFICATE, certificate, "TagsPerServerCertificate", tags)


def untag_server_certificate(call: Call, *, server_certificate_name: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a certificate; keys that it does not have are passed over."""
    return remove_tags(call, SERVER_CERTIFICATE, _certificate(call, server_certificate_name), tag_keys)


def list_server_certificate_tags(call: Call, *, server_certificate_name: str, page: Page) -> Result:
    """Lists a certificate's tags by key."""
    return list_tags(_certificate(call, server_certificate_name), page)


def a_new_certificate(call: Call, params: Mapping[str, Any]) -> Target:
    """The certificate that is about to be kept, for the authorization."""
    name = params["server_certificate_name"]
    return Target((iam_arn(call.account.account_id, _KIND, params.get("path", "/"), name),))


def a_certificate(call: Call, params: Mapping[str, Any]) -> Target:
    """The certificate that ServerCertificateName names; a rename needs the right to both names."""
    name = params["server_certificate_name"]
    found = call.find(SERVER_CERTIFICATE, name)
    path, keys = (found.path, resource_tags(found.tags)) if found else ("/", {})
    account_id = call.account.account_id
    now = found.arn if found else iam_arn(account_id, _KIND, path, name)
    then = iam_arn(account_id, _KIND, params.get("new_path") or path, params.get("new_server_certificate_name") or name)
    return Target((now,) if then == now or not _is_renamed(params) else (now, then), keys)


def _is_renamed(params: Mapping[str, Any]) -> bool:
    return bool(params.get("new_path") or params.get("new_server_certificate_name"))


def _checked(body: str, private_key: str) -> Certificate:
    try:
        certificate = read_certificate(body)
        is_pair = certificate.belongs_to(private_key)
    except UnreadableCertificate as error:
        raise MalformedCertificate(UNREADABLE) from error
    except UnreadableKey as error:
        raise MalformedCertificate(
            "Unable to parse private key. Please ensure the key is in PEM format and has no passphrase."
        ) from error
    if not is_pair:
        raise KeyPairMismatch("The public key certificate and the private key do not match.")
    return certificate


def _checked_chain(certificate: Certificate, chain: str) -> str:
    try:
        check_chain(certificate, chain)
    except UnreadableCertificate as error:
        raise MalformedCertificate(UNREADABLE) from error
    except BrokenChain as error:
        raise MalformedCertificate(
            "Unable to validate certificate chain. The certificate chain must start with the immediate signing "
            "certificate, followed by any intermediaries in order. The index within the chain of the invalid "
            f"certificate is: {error.index}"
        ) from error
    return chain.strip()


def _certificate(call: Call, name: str) -> ServerCertificate:
    certificate = call.find(SERVER_CERTIFICATE, name)
    if certificate is None:
        raise NoSuchEntity(f"The Server Certificate with name {name} cannot be found.")
    return certificate


def _taken(name: str) -> str:
    return f"The Server Certificate with name {name} already exists."


def _metadata(certificate: ServerCertificate) -> Result:
    return {
        "path": certificate.path,
        "server_certificate_name": certificate.server_certificate_name,
        "server_certificate_id": certificate.server_certificate_id,
        "arn": certificate.arn,
        "upload_date": certificate.create_date,
        "expiration": certificate.expiration,
    }
