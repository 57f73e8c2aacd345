"""Every error that Bindery's operations raise: one class per AWS error code.

Codes, statuses and wording follow the AWS IAM and STS API references ("Common errors" and the errors of each
operation), because tools written for AWS decide by them.
"""

from __future__ import annotations

from typing import ClassVar


class IamError(Exception):
    """An operation was refused.

    Args:
        message: one sentence for the caller that names what is wrong; never a secret.

    Attributes:
        code: the AWS error code, as it stands in an ErrorResponse.
        status: the HTTP status that goes with it.
    """

    code: ClassVar[str] = "ServiceFailure"
    status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AccessDenied(IamError):
    """The caller's policies do not allow the action on the resource."""

    code, status = "AccessDenied", 403


class ConcurrentModification(IamError):
    """Others kept changing the same entry until the attempts ran out; the call may be repeated."""

    code, status = "ConcurrentModification", 409


class DeleteConflict(IamError):
    """Something still depends on what should be deleted."""

    code, status = "DeleteConflict", 409


class DuplicateCertificate(IamError):
    """The owner has the same certificate already."""

    code, status = "DuplicateCertificate", 409


class DuplicateSSHPublicKey(IamError):
    """The user has the same public key already."""

    code, status = "DuplicateSSHPublicKey", 400


class EntityAlreadyExists(IamError):
    """The name is taken (names differ by more than case)."""

    code, status = "EntityAlreadyExists", 409


class ExpiredToken(IamError):
    """The session is over; its holder has to get new credentials."""

    code, status = "ExpiredToken", 403


class ExpiredIdentityToken(IamError):
    """What an identity provider said of somebody is no longer good."""

    code, status = "ExpiredTokenException", 400


class IDPCommunicationError(IamError):
    """The identity provider does not answer, or not as it has to; the call may be repeated."""

    code, status = "IDPCommunicationError", 400


class IDPRejectedClaim(IamError):
    """The identity provider says that it did not authenticate anybody."""

    code, status = "IDPRejectedClaim", 403


class IncompleteSignature(IamError):
    """The request's signature lacks something or is not written as it has to be."""

    code, status = "IncompleteSignature", 400


class InvalidAction(IamError):
    """There is no operation of that name."""

    code, status = "InvalidAction", 400


class InvalidAuthorizationMessage(IamError):
    """An encoded authorization message is none of this account's."""

    code, status = "InvalidAuthorizationMessageException", 400


class InvalidAuthenticationCode(IamError):
    """The codes of an MFA device are not right, or not in a row."""

    code, status = "InvalidAuthenticationCode", 403


class InvalidCertificate(IamError):
    """A certificate is none that can be used."""

    code, status = "InvalidCertificate", 400


class InvalidClientTokenId(IamError):
    """The access key or the session token is not known here, or is no longer good."""

    code, status = "InvalidClientTokenId", 403


class InvalidIdentityToken(IamError):
    """What is said to come from an identity provider does not, or is not meant for this account."""

    code, status = "InvalidIdentityToken", 400


class InvalidInput(IamError):
    """A parameter has a value that makes no sense here."""

    code, status = "InvalidInput", 400


class InvalidParameterValue(IamError):
    """A parameter of an STS operation has a value that makes no sense beside the others."""

    code, status = "InvalidParameterValue", 400


class InvalidPublicKey(IamError):
    """A public key is malformed or too weak."""

    code, status = "InvalidPublicKey", 400


class InvalidUserType(IamError):
    """The operation is not meant for this kind of caller."""

    code, status = "InvalidUserType", 400


class KeyPairMismatch(IamError):
    """The private key does not belong to the certificate."""

    code, status = "KeyPairMismatch", 400


class LimitExceeded(IamError):
    """A quota would be exceeded."""

    code, status = "LimitExceeded", 409


class MalformedCertificate(IamError):
    """A certificate can not be read."""

    code, status = "MalformedCertificate", 400


class MalformedPolicyDocument(IamError):
    """A policy document is not valid.

    Args:
        message: AWS's own short text, which is all that tools get to see.
        place: the place in the document and what is wrong there, for people: `str` of the error tells it too.
    """

    code, status = "MalformedPolicyDocument", 400

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place

    def __str__(self) -> str:
        return f"{self.message} ({self.place})" if self.place else self.message


class MalformedQueryString(IamError):
    """The query string can't be decoded."""

    code, status = "MalformedQueryString", 404


class MissingAuthenticationToken(IamError):
    """The request is not signed at all."""

    code, status = "MissingAuthenticationToken", 403


class NoSuchEntity(IamError):
    """What the call names does not exist."""

    code, status = "NoSuchEntity", 404


class NotSupportedService(IamError):
    """There can be no credentials for a service of that name."""

    code, status = "NotSupportedService", 404


class OpenIdIdpCommunicationError(IamError):
    """An identity provider that is to be trusted does not answer."""

    code, status = "OpenIdIdpCommunicationError", 400


class PackedPolicyTooLarge(IamError):
    """Session policies and tags together do not fit into a session token."""

    code, status = "PackedPolicyTooLarge", 400


class PasswordPolicyViolation(IamError):
    """The new password does not meet the account's password policy."""

    code, status = "PasswordPolicyViolation", 400


class ReportExpired(IamError):
    """The credential report is older than four hours; a new one has to be generated."""

    code, status = "ReportExpired", 410


class ReportInProgress(IamError):
    """The credential report is still being made."""

    code, status = "ReportInProgress", 404


class ReportNotPresent(IamError):
    """Nobody has generated a credential report yet."""

    code, status = "ReportNotPresent", 410


class ServiceFailure(IamError):
    """Something failed on Bindery's side; the details are in the server's log."""

    code, status = "ServiceFailure", 500


class ServiceUnavailable(IamError):
    """The directory does not answer; nothing is known to have been changed by this call unless the message says so."""

    code, status = "ServiceUnavailable", 503


class SignatureDoesNotMatch(IamError):
    """The signature is not the one that the secret gives, or is out of its time or scope."""

    code, status = "SignatureDoesNotMatch", 403


class UnmodifiableEntity(IamError):
    """The entity belongs to the system and can't be changed."""

    code, status = "UnmodifiableEntity", 400


class UnrecognizedPublicKeyEncoding(IamError):
    """A public key is not written as it has to be."""

    code, status = "UnrecognizedPublicKeyEncoding", 400


class ValidationError(IamError):
    """A parameter breaks a constraint of the service model."""

    code, status = "ValidationError", 400
