"""What the policy engine says of documents and of statements, for readers of other languages than English."""

from __future__ import annotations

import re
from dataclasses import replace

from flask_babel import gettext, lazy_gettext

from adapter.policy import Finding
from web.console.sayings import Sayings

_FINDINGS = Sayings(
    (
        # What is wrong, in AWS's words
        lazy_gettext("Syntax errors in policy."),
        lazy_gettext("The policy must contain a valid version string"),
        lazy_gettext("Policy document must be version 2012-10-17 or greater."),
        lazy_gettext("Policy statement must contain actions."),
        lazy_gettext("Policy statement must contain resources."),
        lazy_gettext("Policy document should not specify a principal."),
        lazy_gettext("Missing required field Principal"),
        lazy_gettext("Has prohibited field Resource"),
        lazy_gettext("The policy failed legacy parsing"),
        lazy_gettext(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        ),
        lazy_gettext("Statement IDs (SID) in a single policy must be unique."),
        lazy_gettext('Resource %(resource)s must be in ARN format or "*".'),
        lazy_gettext('Partition "%(partition)s" is not valid for resource "%(resource)s".'),
        lazy_gettext("Resource vendor must be fully qualified and cannot contain regexes."),
        lazy_gettext("IAM resource %(resource)s cannot contain region information."),
        lazy_gettext('IAM resource path must either be "*" or start with %(kinds)s.'),
        lazy_gettext("AssumeRole policy may only specify STS AssumeRole actions."),
        lazy_gettext("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        lazy_gettext("Actions/Condition can contain only one colon."),
        lazy_gettext("Vendor %(vendor)s is not valid"),
        lazy_gettext('Invalid principal in policy: "AWS":"%(principal)s"'),
        # What is wrong, in detail
        lazy_gettext("the text is longer than %(most)s characters"),
        lazy_gettext("the text is not UTF-8 (byte %(place)s)"),
        lazy_gettext("more than %(most)s levels of nesting"),
        lazy_gettext("half of a surrogate pair stands alone"),
        lazy_gettext("the key %(key)s stands twice in one object"),
        lazy_gettext("a number has more than %(most)s characters"),
        lazy_gettext("%(name)s is not a JSON value"),
        lazy_gettext("Expecting value (line %(line)s, column %(column)s)"),
        lazy_gettext("Expecting property name enclosed in double quotes (line %(line)s, column %(column)s)"),
        lazy_gettext("Expecting %(sign)s delimiter (line %(line)s, column %(column)s)"),
        lazy_gettext("Illegal trailing comma before end of %(kind)s (line %(line)s, column %(column)s)"),
        lazy_gettext("Extra data (line %(line)s, column %(column)s)"),
        lazy_gettext("Unterminated string starting at (line %(line)s, column %(column)s)"),
        lazy_gettext("Invalid control character at (line %(line)s, column %(column)s)"),
        lazy_gettext("Invalid %(what)s (line %(line)s, column %(column)s)"),
        lazy_gettext("a policy is a JSON object"),
        lazy_gettext("unknown version"),
        lazy_gettext("there is no Statement"),
        lazy_gettext("there is no statement"),
        lazy_gettext("a statement is a JSON object"),
        lazy_gettext("Effect is Allow or Deny"),
        lazy_gettext("the principal is whoever the policy is attached to"),
        lazy_gettext("neither %(one)s nor %(other)s"),
        lazy_gettext("both %(one)s and %(other)s"),
        lazy_gettext("there is no element %(name)s"),
        lazy_gettext("there is no condition operator %(name)s"),
        lazy_gettext("expected a string or a list of strings"),
        lazy_gettext('expected "*" or an object'),
        lazy_gettext("expected strings, numbers or booleans"),
        lazy_gettext("Condition is a JSON object"),
        lazy_gettext("an operator holds a JSON object"),
        lazy_gettext("the list is empty"),
        lazy_gettext("%(name)s is a string"),
        lazy_gettext("%(value)s is not a date"),
        lazy_gettext("%(sid)s stands twice"),
        # What could be better
        lazy_gettext("Allow with NotPrincipal lets in everybody who is not listed."),
        lazy_gettext("Everybody is allowed, in every account."),
        lazy_gettext("iam:PassRole on every role gives the rights of every role."),
        lazy_gettext("Allow with %(element)s also allows what comes to exist later."),
        lazy_gettext("It allows every action on every resource."),
        lazy_gettext("The list of values is empty."),
        lazy_gettext("This operator takes no policy variables."),
        lazy_gettext("The operator can't read this value, so it matches nothing."),
        lazy_gettext("An ARN has six parts; this value matches nothing."),
        lazy_gettext("StringEquals knows no wildcards; the * is an ordinary character."),
        lazy_gettext("%(key)s can have several values."),
        lazy_gettext("%(key)s has one value at most."),
        lazy_gettext("ForAllValues is also true when the request lacks the key."),
        lazy_gettext("No action of this statement has the key %(key)s."),
        lazy_gettext("Policy variables are plain text before version 2012-10-17."),
        lazy_gettext("A policy variable works only after the fifth colon of an ARN."),
        lazy_gettext("A policy variable lacks its closing brace."),
        lazy_gettext("%(action)s is already covered by another entry."),
        lazy_gettext("Identity policies have no Id."),
        lazy_gettext("The key stands twice under its operator, in another case: both have to hold."),
        lazy_gettext("%(key)s lacks the key of a tag, as in %(example)s."),
        lazy_gettext("There is no global condition key %(key)s."),
        # How to mend it
        lazy_gettext("Write one JSON object."),
        lazy_gettext("Wrap the policy in { }."),
        lazy_gettext("Wrap the statement in { }."),
        lazy_gettext("Put it in quotation marks."),
        lazy_gettext('Write "Allow" or "Deny".'),
        lazy_gettext("Remove Principal and NotPrincipal."),
        lazy_gettext("Remove it, or mind the spelling: %(names)s."),
        lazy_gettext("Keep one of them."),
        lazy_gettext("Use strings only."),
        lazy_gettext("Use plain values only."),
        lazy_gettext("Use one of the guide's condition operators."),
        lazy_gettext("Add a statement."),
        lazy_gettext("Write a date such as %(example)s."),
        lazy_gettext("Use letters and digits only."),
        lazy_gettext("Give each statement a Sid of its own."),
        lazy_gettext("Name an action."),
        lazy_gettext("Name a resource."),
        lazy_gettext("Name a principal."),
        lazy_gettext("Remove it: a trust policy is about its own role."),
        lazy_gettext('Write %(form)s or "*".'),
        lazy_gettext("Write %(form)s, such as %(example)s."),
        lazy_gettext("A group is no principal: name its users, or attach an identity policy to the group."),
        lazy_gettext(
            "A wildcard can't stand for part of a principal: name it whole, or use a condition on aws:PrincipalArn."
        ),
        lazy_gettext("Name an account (12 digits), or the ARN of a user, role or session."),
        lazy_gettext("Name those whom you trust in Principal."),
        lazy_gettext("Name principals, or add a condition such as %(key)s."),
        lazy_gettext("Name the roles, and add a condition on iam:PassedToService."),
        lazy_gettext("Use %(element)s, or an effect of Deny."),
        lazy_gettext("Grant what the work needs."),
        lazy_gettext("Name a value, or remove the condition."),
        lazy_gettext("Correct the value."),
        lazy_gettext("Put ForAllValues: or ForAnyValue: in front of the operator."),
        lazy_gettext("Use the operator without ForAllValues: or ForAnyValue:."),
        lazy_gettext("Remove the condition, or split the statement."),
        lazy_gettext("Use a wildcard there."),
        lazy_gettext("Remove it."),
        lazy_gettext("Mind the spelling; the guide lists the global condition keys."),
        lazy_gettext("Mind the spelling: a variable without a value matches nothing."),
        lazy_gettext("Put the values into one list."),
        lazy_gettext('Add a "Statement" element.'),
        lazy_gettext("Add %(what)s."),
        lazy_gettext("Write %(what)s."),
        # Actions and condition keys that services do not have
        lazy_gettext("The service %(service)s has no action %(action)s."),
        lazy_gettext("Did you mean %(action)s?"),
        lazy_gettext("Check the name; the statement means nothing as it is."),
        lazy_gettext("The service %(service)s has no condition key %(key)s."),
        lazy_gettext("Check the name; no request has this key."),
    )
)
_REASONS = Sayings(
    (
        lazy_gettext("It is about other actions."),
        lazy_gettext("It names others."),
        lazy_gettext("It is about other resources."),
        lazy_gettext("A condition is not met."),
        lazy_gettext("Its condition %(operator)s on %(key)s is not met: the request has no such key."),
        lazy_gettext('Its condition %(operator)s on %(key)s is not met: the request has "%(value)s".'),
    )
)

_BRACKET = re.compile(r" \(")


def said(finding: Finding) -> Finding:
    """A finding in the reader's language."""
    message, fix, detail = (_FINDINGS.said(text) for text in (finding.message, finding.fix, finding.detail))
    return replace(finding, message=message, fix=fix, detail=detail)


def document_words(message: str) -> str | None:
    """An error about a document: what is wrong with it, with the place in brackets; None for any other message."""
    if message.endswith(")"):
        for bracket in _BRACKET.finditer(message):
            what, where = message[: bracket.start()], message[bracket.end() : -1]
            if _FINDINGS.said(what) != what:
                return gettext("%(what)s (%(where)s)", what=_FINDINGS.said(what), where=_place_words(where))
    words = _FINDINGS.said(message)
    return None if words == message else words


def _place_words(place: str) -> str:
    """A place in a document, and what is wrong there."""
    path, colon, detail = place.partition(": ")
    words = _FINDINGS.said(detail)
    if not colon or words == detail:
        return _FINDINGS.said(place)
    return gettext("%(path)s: %(detail)s", path=path, detail=words)


def reason_words(reason: str) -> str:
    """What kept a statement from being about a request, as a sentence."""
    return _REASONS.said(f"{reason[:1].upper()}{reason[1:]}.")
