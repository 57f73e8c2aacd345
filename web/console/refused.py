"""What the library says when it refuses something, for readers of other languages than English."""

from __future__ import annotations

import re

from flask_babel import gettext, lazy_gettext, ngettext

from web.console.policy_sayings import document_words
from web.console.sayings import Sayings
from web.console.service_sayings import service_words

_ERRORS = Sayings(
    (
        # There is no such thing
        lazy_gettext("The user with name %(name)s cannot be found."),
        lazy_gettext("The group with name %(name)s cannot be found."),
        lazy_gettext("The role with name %(name)s cannot be found."),
        lazy_gettext("The %(kind)s policy with name %(name)s cannot be found."),
        lazy_gettext("The %(kind)s with name %(name)s cannot be found."),
        lazy_gettext("Policy %(arn)s version %(version)s does not exist or is not attachable."),
        lazy_gettext("Policy %(arn)s does not exist or is not attachable."),
        lazy_gettext("Scope ARN: %(arn)s does not exist or is not attachable."),
        lazy_gettext("Policy %(arn)s was not found."),
        lazy_gettext("The Access Key with id %(id)s cannot be found."),
        lazy_gettext("Login Profile for User %(name)s cannot be found."),
        lazy_gettext("The Password Policy with domain name %(id)s cannot be found."),
        lazy_gettext("The account policy with name PasswordPolicy cannot be found."),
        lazy_gettext("The account alias with name %(name)s cannot be found."),
        lazy_gettext("The event %(id)s cannot be found."),
        lazy_gettext("The job with id %(id)s cannot be found."),
        lazy_gettext("The Certificate with id %(id)s cannot be found."),
        lazy_gettext("The Public Key with id %(id)s cannot be found."),
        lazy_gettext("The Server Certificate with name %(name)s cannot be found."),
        lazy_gettext("Instance Profile %(name)s cannot be found."),
        lazy_gettext("OpenIDConnect Provider not found for arn %(arn)s"),
        lazy_gettext("Manifest not found for arn %(arn)s"),
        lazy_gettext("No such credential %(id)s exists"),
        lazy_gettext("VirtualMFADevice with serial number %(number)s doesn't exist."),
        lazy_gettext("MFA Device invalid for user."),
        lazy_gettext("There is no MFA device that recovery codes could stand in for. Add one first."),
        lazy_gettext("There is no entry %(dn)s."),
        lazy_gettext("User %(name)s is not in group %(group)s."),
        lazy_gettext("User %(name)s has no device for binding."),
        lazy_gettext("User %(name)s has no device that could be enabled."),
        lazy_gettext("User %(name)s has no POSIX number."),
        lazy_gettext("This account gives no POSIX numbers."),
        lazy_gettext("The account %(id)s does not exist."),
        lazy_gettext("%(arn)s does not exist any more."),
        # There is one already
        lazy_gettext("User with name %(name)s already exists."),
        lazy_gettext("Group with name %(name)s already exists."),
        lazy_gettext("Role with name %(name)s already exists."),
        lazy_gettext("A policy called %(name)s already exists. Duplicate names are not allowed."),
        lazy_gettext("Provider with name %(name)s already exists."),
        lazy_gettext("Provider with url %(url)s already exists."),
        lazy_gettext("Instance Profile %(name)s already exists."),
        lazy_gettext("Login Profile for user %(name)s already exists."),
        lazy_gettext("The account alias %(name)s already exists."),
        lazy_gettext("The Server Certificate with name %(name)s already exists."),
        lazy_gettext("MFADevice entity at the same path and name already exists."),
        lazy_gettext("MFA Device is already in use."),
        lazy_gettext("User %(name)s has a device for binding already."),
        lazy_gettext("This passkey is in use already."),
        lazy_gettext("The same certificate is associated with an IAM user in the account."),
        lazy_gettext("The SSH public key is already associated with the specified IAM user."),
        lazy_gettext("The name or id is taken."),
        # It is not written as it has to be
        lazy_gettext(
            "The specified value for %(name)s is invalid. It must contain only alphanumeric characters and/or the "
            "following: +=,.@_-"
        ),
        lazy_gettext(
            "The specified value for %(name)s is invalid. It must begin and end with / and contain only alphanumeric "
            "characters and/or / characters."
        ),
        # Something else is in the way
        lazy_gettext("Others keep changing the same entity. Please try again."),
        lazy_gettext("Others keep using codes of the same user. Please try again."),
        lazy_gettext("Others keep using passkeys of the same user. Please try again."),
        lazy_gettext("Cannot delete a policy attached to entities."),
        lazy_gettext("Cannot delete the default version of a policy."),
        lazy_gettext(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        ),
        lazy_gettext("MFA VirtualDevice in use. Must deactivate first."),
        lazy_gettext("Policy is outside your own account."),
        lazy_gettext(
            "Cannot perform the operation on the protected role '%(name)s' - this role is only modifiable by AWS"
        ),
        # That is too much
        lazy_gettext("Cannot exceed quota for %(name)s: %(limit)s"),
        lazy_gettext(
            "A managed policy can have up to %(limit)s versions. "
            "Before you create a new version, you must delete an existing version."
        ),
        lazy_gettext("Maximum policy size of %(limit)s bytes exceeded for %(kind)s %(name)s"),
        lazy_gettext("Too many wrong authentication codes. Please wait and try again."),
        lazy_gettext("More than %(most)s users can be sorted by user name only. Search first."),
        # That is not written as it has to be
        lazy_gettext("ARN %(arn)s is not valid."),
        lazy_gettext("Duplicate tag keys found. Please note that Tag keys are case insensitive."),
        lazy_gettext("Tag keys that start with aws: are reserved for the system."),
        lazy_gettext("The path %(path)s is reserved for service-linked roles."),
        lazy_gettext("Path and name of a virtual MFA device are too long together."),
        lazy_gettext("Invalid Open ID Connect Provider URL"),
        lazy_gettext("A thumbprint has to be 40 hexadecimal digits."),
        lazy_gettext(
            "Please check .well-known/openid-configuration of provider: https://%(name)s is valid. "
            "It could not be reached over TLS with a certificate that is trusted here."
        ),
        lazy_gettext("Thumbprint list must contain fewer than 5 entries."),
        lazy_gettext("The private key is not one in PEM without a passphrase."),
        lazy_gettext("The private key has to be RSA of %(least)s to %(most)s bits."),
        lazy_gettext("The metadata of the provider has expired."),
        lazy_gettext("The public key encoding format is unsupported or unrecognized."),
        lazy_gettext("The public key certificate and the private key do not match."),
        lazy_gettext("The request is too large."),
        lazy_gettext("Could not parse metadata: %(error)s"),
        lazy_gettext("The public key is malformed or otherwise invalid: %(error)s."),
        lazy_gettext("Unable to parse certificate. Please ensure the certificate is in PEM format."),
        lazy_gettext("The certificate is not valid at this time."),
        lazy_gettext("The service %(name)s is not supported."),
        lazy_gettext("A name contains something that is not a character."),
        lazy_gettext("The value of %(name)s can't be written: %(error)s"),
        lazy_gettext("The name of a %(kind)s can't be stored: %(error)s"),
        lazy_gettext("The object classes of this %(kind)s's entry do not allow that."),
        lazy_gettext("Numbers up to %(number)s have been given already."),
        lazy_gettext("This is no place in the audit trail."),
        lazy_gettext("Invalid Marker."),
        lazy_gettext("Invalid marker."),
        # The policy simulator
        lazy_gettext("Invalid Input Action: %(action)s is not the name of an action with its service."),
        lazy_gettext("Invalid Input Policy: %(name)s is malformed: %(error)s"),
        lazy_gettext("Invalid Entity Arn: %(arn)s does not clearly define entity type and name."),
        lazy_gettext("Invalid Context Entry: %(value)s is not a valid %(kind)s for %(name)s."),
        lazy_gettext("ResourceNames are not in a valid ARN format: %(arn)s."),
        lazy_gettext("Only one permissions boundary can be simulated."),
        lazy_gettext("Invalid ARN: %(arn)s is not that of a user, group or role."),
        lazy_gettext("Invalid ARN: %(arn)s is not that of a user, group, role or policy of this account."),
        lazy_gettext("That is too much to simulate at once: name fewer resources, or fewer statements."),
        # Who is asking
        lazy_gettext("%(arn)s does not exist any more or is disabled."),
        lazy_gettext("The account requires a second factor. Set one up first."),
        lazy_gettext("This account requires MFA. Set up a second factor first."),
        lazy_gettext("The old password was incorrect."),
        lazy_gettext("Only IAM Users can change their own password"),
        lazy_gettext("Must specify userName when calling with non-User credentials"),
        lazy_gettext("Authentication code for device is not valid."),
        lazy_gettext("The passkey could not be verified. Please try again."),
        lazy_gettext("A passkey has no clock that could be wrong."),
        lazy_gettext("The new password must differ from the old one."),
        lazy_gettext("Password does not conform to the account password policy."),
        lazy_gettext("Cannot call %(operation)s with session credentials"),
        # The credential report
        lazy_gettext("There is no credential report. Use GenerateCredentialReport to generate one."),
        lazy_gettext("The credential report has expired. Use GenerateCredentialReport to generate a new one."),
        lazy_gettext("The credential report is still being generated."),
        lazy_gettext("The credential report is damaged. Use GenerateCredentialReport to generate a new one."),
        # The directory
        lazy_gettext("The directory does not accept a value: it breaks a rule on its form or size."),
        lazy_gettext("The directory does not accept a value: it contains characters that are not allowed there."),
        lazy_gettext("The directory does not accept a name: it contains characters that are not allowed there."),
        lazy_gettext("The directory does not accept a name."),
        lazy_gettext("The directory took too long. Nothing has been changed."),
    )
)
_PLACES = Sayings((lazy_gettext("Value at '%(name)s'"),))
"""Where a parameter is that breaks a rule."""
_RULES = Sayings(
    (
        lazy_gettext("Member must not be null"),
        lazy_gettext("Member must be a structure"),
        lazy_gettext("Member must be a list"),
        lazy_gettext("Member must be a string"),
        lazy_gettext("Member must be an integer"),
        lazy_gettext("Member must be a boolean"),
        lazy_gettext("Member must satisfy enum value set: [%(choices)s]"),
        lazy_gettext("Member must satisfy regular expression pattern: %(pattern)s"),
        lazy_gettext("Member must have length greater than or equal to %(least)s"),
        lazy_gettext("Member must have length less than or equal to %(most)s"),
        lazy_gettext("Member must have value greater than or equal to %(least)s"),
        lazy_gettext("Member must have value less than or equal to %(most)s"),
    )
)
"""What a parameter breaks, in the words of AWS's validation."""
_FIRST_STEPS = Sayings(
    (
        lazy_gettext("remove users from group"),
        lazy_gettext("detach all policies"),
        lazy_gettext("delete policies"),
        lazy_gettext("delete login profile"),
        lazy_gettext("remove roles from instance profile"),
        lazy_gettext("delete access keys"),
        lazy_gettext("delete MFA device"),
        lazy_gettext("delete certificates"),
        lazy_gettext("remove referenced objects"),
    )
)
"""What has to be done before something can be deleted."""
_DEMANDS = Sayings(
    (
        lazy_gettext("at least %(count)s characters"),
        lazy_gettext("a lower-case letter (a-z)"),
        lazy_gettext("an upper-case letter (A-Z)"),
        lazy_gettext("a digit (0-9)"),
        lazy_gettext("a symbol (%(symbols)s)"),
        lazy_gettext("to differ from your last password"),
        lazy_gettext("to differ from your last %(count)s passwords"),
    )
)
_LAYERS = Sayings(
    (
        lazy_gettext("identity-based policy"),
        lazy_gettext("permissions boundary"),
        lazy_gettext("session policy"),
        lazy_gettext("resource-based policy"),
        lazy_gettext("role trust policy"),
        lazy_gettext("an identity-based policy"),
        lazy_gettext("a permissions boundary"),
        lazy_gettext("a session policy"),
        lazy_gettext("a resource-based policy"),
        lazy_gettext("the role trust policy"),
    )
)
_NONCONFORMING = re.compile(r"Password does not conform to the account password policy\. It needs (?P<demands>.+)\.")
_VALIDATION = re.compile(r"\d+ validation errors? detected: (?P<complaints>.+)", re.DOTALL)
_CONFLICT = re.compile(r"Cannot delete entity, must (?P<step>.+) first\.")
_COMPLAINT = re.compile(r"(?P<place>.+?) failed to satisfy constraint: (?P<rule>.+)", re.DOTALL)


def error_words(message: str) -> str:
    """What an error says, in the reader's language."""
    if password := _NONCONFORMING.fullmatch(message):
        return gettext(
            "Password does not conform to the account password policy. It needs %(demands)s.",
            demands=gettext(", ").join(demand_words(each) for each in password["demands"].split(", ")),
        )
    if parameters := _VALIDATION.fullmatch(message):
        return _validation(parameters["complaints"].split("; "))
    if conflict := _CONFLICT.fullmatch(message):
        return gettext("Cannot delete entity, must %(step)s first.", step=_FIRST_STEPS.said(conflict["step"]))
    words = document_words(message) or _ERRORS.said(message)
    return service_words(message) if words == message else words


def demand_words(demand: str) -> str:
    """What a password needs, in the reader's language; follows "It needs"."""
    return _DEMANDS.said(demand)


def layer_words(layer: str) -> str:
    """The kind of policy that allows or denies something, in the reader's language."""
    return _LAYERS.said(layer)


def _validation(complaints: list[str]) -> str:
    return ngettext(
        "%(num)s validation error detected: %(complaints)s",
        "%(num)s validation errors detected: %(complaints)s",
        len(complaints),
        complaints="; ".join(map(_complaint, complaints)),
    )


def _complaint(complaint: str) -> str:
    found = _COMPLAINT.fullmatch(complaint)
    if not found:
        return complaint
    place, rule = _PLACES.said(found["place"]), _RULES.said(found["rule"])
    return gettext("%(place)s failed to satisfy constraint: %(rule)s", place=place, rule=rule)
