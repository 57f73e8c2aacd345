"""Who showed a client certificate? A certificate that somebody has proved to have the key of becomes a caller.

It is compared as a whole with the signing certificates that users have (UploadSigningCertificate): who has vouched for
it means nothing, and no name in it does. Everything that is wrong with it has one answer.

Source: RFC 8705, section 2.2 (self-signed certificate mutual TLS).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from adapter.cache import Loaded
from adapter.caller import Caller, RequestContext, caller_of
from adapter.credential import Credential, with_owner, write_refusal
from adapter.crypto.certificates import Certificate, UnreadableCertificate, read_der
from adapter.errors import InvalidClientTokenId
from adapter.graph import ANY_CREDENTIAL, Graph
from adapter.ldap import SIGNING_CERTIFICATE, Store, Where
from adapter.models import Account, SigningCertificate
from adapter.trail.refusals import Refusals

_log = logging.getLogger(__name__)

_INVALID: Final = "The client certificate is not one of an active user's."

_Kept = tuple[tuple[Account, SigningCertificate], ...]


class CertificateAuthenticator:
    """Knows whose certificate was shown.

    Args:
        store: where certificates are.
        graph: remembers them, and knows their owners.
        refusals: where requests are written down with a certificate that does not count.
    """

    def __init__(self, store: Store, graph: Graph, refusals: Refusals) -> None:
        self._store = store
        self._graph = graph
        self._refusals = refusals

    def caller(self, der: bytes, context: RequestContext) -> Caller:
        """The user whose certificate was shown.

        Args:
            der: the certificate, whose private key whoever showed it has.
            context: the circumstances.

        Raises:
            InvalidClientTokenId: nobody has it, or more than one, or its owner is gone, disabled or another of that
                name, or it is switched off or out of its time.
            ServiceUnavailable: the directory does not answer.
        """
        try:
            certificate = read_der(der)
        except UnreadableCertificate as error:
            raise InvalidClientTokenId(_INVALID) from error
        found = self._find(certificate)
        if found is not None and found.is_good and certificate.is_valid_at(context.now):
            return replace(caller_of(found.account, found.owner), certificate_id=found.proof.certificate_id)
        refusal = InvalidClientTokenId(_INVALID)
        told = {"certificate_id": found.proof.certificate_id} if found else {}
        write_refusal(self._refusals, refusal, found, told, context)
        raise refusal

    def _find(self, certificate: Certificate) -> Credential[SigningCertificate] | None:
        """The one user's certificate that it is, in whichever account."""
        kept = self._kept(certificate)
        if len(kept) > 1:
            entries = " and ".join(each.dn for _, each in kept)
            _log.warning("a certificate does not count, because it is that of more than one user: %s", entries)
            return None
        return with_owner(self._graph, *kept[0]) if kept else None

    def _kept(self, certificate: Certificate) -> _Kept:
        """Every entry that holds it; one that there is not is looked for again, lest strangers fill the memory."""

        def load() -> Loaded[_Kept]:
            where = Where.any_of("body", certificate.spellings)
            found = tuple(
                (account, each)
                for account in self._store.accounts()
                for each in self._store.find(SIGNING_CERTIFICATE, account, where)
            )
            tokens = (self._graph.tokens(record) for records in found for record in records)
            return Loaded(found, frozenset({ANY_CREDENTIAL}).union(*tokens), worth_keeping=bool(found))

        return self._graph.remembered(("certificate", certificate.fingerprint), load)
