"""Certificates that users sign requests with."""

from __future__ import annotations

from adapter.crypto.certificates import Certificate, UnreadableCertificate, read_certificate
from adapter.errors import DuplicateCertificate, InvalidCertificate, InvalidInput, MalformedCertificate, NoSuchEntity
from adapter.ldap import SIGNING_CERTIFICATE, Set, Where
from adapter.models import KeyStatus, SigningCertificate
from adapter.names import new_certificate_id
from adapter.operations.call import Call, Result
from adapter.operations.owners import Owner, name_view, owner_named
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota

UNREADABLE = "Unable to parse certificate. Please ensure the certificate is in PEM format."


def upload_signing_certificate(call: Call, *, certificate_body: str, user_name: str | None = None) -> Result:
    """Gives a user a certificate, which is active at once.

    Raises:
        NoSuchEntity: there is no such user.
        MalformedCertificate: it is not one certificate in PEM.
        InvalidCertificate: it is over, or not valid yet.
        DuplicateCertificate: somebody has it, in whichever account: it tells of one user who they are.
        LimitExceeded: the user has as many certificates as one may have.
    """
    owner = owner_named(call, user_name)
    given = _checked(call, certificate_body)
    same = Where.any_of("body", given.spellings)
    if any(call.store.exists(SIGNING_CERTIFICATE, account, same) for account in call.store.accounts()):
        raise DuplicateCertificate("The same certificate is associated with an IAM user in the account.")
    hold_to_quota(call.account, "CertificatesPerUser", len(_certificates_of(call, owner)) + 1)
    certificate = SigningCertificate(
        certificate_id=new_certificate_id(),
        create_date=call.context.now,
        owner=owner.dn,
        owner_id=owner.user_id,
        body=given.pem,
    )
    made = call.store.add(SIGNING_CERTIFICATE, call.account, certificate, referring_to=owner)
    return {"certificate": _view(owner, made)}


def list_signing_certificates(call: Call, *, user_name: str | None = None, page: Page) -> Result:
    """Lists a user's certificates by id.

    Raises:
        NoSuchEntity: there is no such user.
    """
    owner = owner_named(call, user_name)
    certificates = sorted(_certificates_of(call, owner), key=lambda each: each.certificate_id.casefold())
    chosen, more = page.cut(certificates, lambda each: each.certificate_id)
    return {"certificates": [_view(owner, each) for each in chosen]} | more


def update_signing_certificate(call: Call, *, certificate_id: str, status: str, user_name: str | None = None) -> Result:
    """Activates a certificate or switches it off.

    Raises:
        InvalidInput: the status is one that nobody can set (`Expired`).
        NoSuchEntity: there is no such user, or the certificate is not the user's.
    """
    if status not in set(KeyStatus):
        raise InvalidInput(f"A signing certificate can't be made {status}.")
    certificate = _certificate(call, owner_named(call, user_name), certificate_id)
    if certificate.status != status:
        call.store.change(SIGNING_CERTIFICATE, call.account, certificate, Set("status", KeyStatus(status)))
    return {}


def delete_signing_certificate(call: Call, *, certificate_id: str, user_name: str | None = None) -> Result:
    """Deletes a certificate for good.

    Raises:
        NoSuchEntity: there is no such user, or the certificate is not the user's.
    """
    certificate = _certificate(call, owner_named(call, user_name), certificate_id)
    call.store.delete(SIGNING_CERTIFICATE, call.account, certificate)
    return {}


def _checked(call: Call, text: str) -> Certificate:
    try:
        certificate = read_certificate(text)
    except UnreadableCertificate as error:
        raise MalformedCertificate(UNREADABLE) from error
    if not certificate.is_valid_at(call.context.now):
        raise InvalidCertificate("The certificate is not valid at this time.")
    return certificate


def _certificates_of(call: Call, owner: Owner) -> list[SigningCertificate]:
    return call.store.find(SIGNING_CERTIFICATE, call.account, Where.equals("owner_id", owner.user_id))


def _certificate(call: Call, owner: Owner, certificate_id: str) -> SigningCertificate:
    certificate = call.find(SIGNING_CERTIFICATE, certificate_id)
    if certificate is None or certificate.owner_id != owner.user_id:
        raise NoSuchEntity(f"The Certificate with id {certificate_id} cannot be found.")
    return certificate


def _view(owner: Owner, certificate: SigningCertificate) -> Result:
    return name_view(owner) | {
        "certificate_id": certificate.certificate_id,
        "certificate_body": certificate.body,
        "status": certificate.status.value,
        "upload_date": certificate.create_date,
    }
