"""What has to be in the directory before the first transaction.

slapd gives every attribute a number when it is first stored, and forgets to take the number back when that happens in a
transaction that fails: writes then end with "internal error", and slapd crashes before long (seen with 2.5.13). An
entry that uses every attribute, written by itself beforehand, keeps this from ever happening.
"""

from __future__ import annotations

import logging
import threading
from types import MappingProxyType

from adapter.ldap import filters, places
from adapter.ldap.connection import Pool
from adapter.ldap.errors import SUCCESS, AlreadyThere, refusal
from adapter.ldap.search import Outcome, Scope, Search, selection
from adapter.ldap.wire import ADD, Wire

log = logging.getLogger(__name__)

_TEXT, _DN, _TIME, _NUMBER = b"-", b"cn=.attributes", b"19700101000000Z", b"0"
SAMPLES = MappingProxyType(
    {
        "description": b"Uses every attribute once; slapd needs that before it can take a transaction back",
        **dict.fromkeys(("o", "ou", "sn", "uid", "displayName", "mobile", "mail"), _TEXT),
        **dict.fromkeys(("iamTag", "iamInlinePolicy", "iamPolicyVersion", "iamTrustPolicy", "iamSealedSecret"), _TEXT),
        **dict.fromkeys(("member", "iamAttachedPolicy", "iamPermissionsBoundary", "iamOwner"), _DN),
        **dict.fromkeys(("iamReferencedAt", "iamSessionsValidFrom", "iamLastUsedAt", "pwdAccountLockedTime"), _TIME),
        "iamPasswordLastUsed": _TIME,
        **dict.fromkeys(("iamLastUsedService", "iamLastUsedRegion"), _TEXT),
        **dict.fromkeys(("iamEnabledAt", "iamCodeFailure", "iamExpiresAt"), _TIME),
        **dict.fromkeys(("iamPublicKey", "sshPublicKey", "iamCertificate", "iamCertificateChain"), _TEXT),
        **dict.fromkeys(("iamServiceName", "iamServiceUserName"), b"none"),
        "iamSerialNumber": b"arn:aws:iam::000000000000:mfa/.attributes",
        "iamCredentialId": b"A" * 20,
        "iamProfileRole": _DN,
        **dict.fromkeys(("iamLastStep", "iamClockDrift", "iamSignCount"), _NUMBER),
        **dict.fromkeys(("iamRecoveryCode", "iamPasskeyId", "iamRelyingParty", "iamTransport"), _TEXT),
        "iamLastAccessed": b"none * 19700101000000Z none",
        **dict.fromkeys(("iamProviderUrl", "iamClientId", "iamSamlMetadata", "iamSamlPrivateKey"), _TEXT),
        "iamAssertionEncryption": b"Allowed",
        "iamThumbprint": b"0" * 40,
        "pwdReset": b"FALSE",
        "pwdPolicySubentry": _DN,
        "iamAccountAlias": b"attributes",
        **dict.fromkeys(("iamBindExemptGroup", "iamPosixGroup", "oathTOTPToken", "oathTOTPParams"), _DN),
        **dict.fromkeys(("cn", "givenName", "iamBindMode"), b"password"),
        **dict.fromkeys(("uidNumber", "gidNumber", "iamPosixNextNumber", "oathTOTPLastTimeStep"), _NUMBER),
        **dict.fromkeys(("homeDirectory", "loginShell", "gecos", "iamPosixHome", "iamPosixShell", "oathSecret"), _TEXT),
        **dict.fromkeys(("shadowLastChange", "shadowMax", "memberUid"), _NUMBER),
        "iamAppCredential": b"A" * 20,
        "pwdEndTime": _TIME,
        **dict.fromkeys(("iamLastVersion", "iamMaxSessionDuration"), _NUMBER),
        "iamUniqueId": b"A" * 21,
        "iamOwnerId": _TEXT,
        "iamAccessKeyId": b"AKIA" + b"0" * 16,
        "iamPath": b"/",
        "iamDefaultVersion": b"v1",
        "iamStatus": b"Inactive",
    }
)
"""Attributes that a transaction may be the first to use, each with a value that the schema's constraints allow."""

_SELECTION = selection(SAMPLES)
_CLASSES = [b"applicationProcess", b"extensibleObject"]


class Groundwork:
    """Sees to it that the entry is there; once a process is enough."""

    def __init__(self, suffix: str) -> None:
        self._dn = f"cn=.attributes,{places.account(suffix)}"
        self._lock = threading.Lock()
        self._done = False

    def ensure(self, pool: Pool) -> None:
        """Creates the entry unless it is there."""
        if self._done:
            return
        with self._lock:
            pool.write(self._create)
            self._done = True

    def _create(self, wire: Wire) -> None:
        """Creates the entry, or adds what it does not use yet: a newer schema has more attributes."""
        found, _ = wire.search(Search(self._dn, Scope.BASE, filters.present("objectClass"), _SELECTION))
        if not found:
            attributes = {name: [value] for name, value in SAMPLES.items()}
            _accept(wire.add(self._dn, {"objectClass": _CLASSES, "cn": [b".attributes"], **attributes}))
            return
        for name, value in SAMPLES.items():
            if name.lower() not in found[0].attributes:
                # One by one: what the adapter may write and not read is there already, and must not bar the others.
                _accept(wire.modify(self._dn, [(name, ADD, [value])]))


def _accept(outcome: Outcome) -> None:
    error = refusal(outcome.code, outcome.diagnostic) if outcome.code != SUCCESS else None
    if error is not None and not isinstance(error, AlreadyThere):
        raise error
