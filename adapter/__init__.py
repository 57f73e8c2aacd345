"""Bindery's library: IAM on an LDAP directory, without any web framework.

>>> iam = open_iam(Settings.from_env())
>>> attempt = iam.login.begin("123456789012", "bob", password, RequestContext())
>>> caller = iam.login.resume(attempt.session)
>>> iam.execute(caller, "create_user", {"user_name": "alice"})
"""

from __future__ import annotations

from functools import partial

from adapter.caller import Caller, CallerKind, RequestContext
from adapter.crypto.passkeys import Site
from adapter.crypto.sealing import Keyring
from adapter.errors import IamError
from adapter.federation.federation import Federation
from adapter.iam import Iam
from adapter.installation.doctor import findings
from adapter.ldap import Store
from adapter.login.claims import Attempt, HalfDone, Owed, ProofRefused, SessionClaims, SignInRefused
from adapter.login.proving import Factors
from adapter.operations.mfa_policy import ProofWanted
from adapter.operations.second_factors import Proof
from adapter.outside.watcher import Watcher
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail

__all__ = [
    "Attempt",
    "Caller",
    "CallerKind",
    "Factors",
    "HalfDone",
    "Iam",
    "IamError",
    "Owed",
    "Proof",
    "ProofRefused",
    "ProofWanted",
    "RequestContext",
    "SessionClaims",
    "Settings",
    "SignInRefused",
    "Site",
    "open_iam",
]


def open_iam(settings: Settings) -> Iam:
    """Opens Bindery on a directory; connections are made when they are first needed.

    Args:
        settings: where the directory, the master key and the audit trail are.

    Raises:
        OSError: the master key can't be read.
        SealingError: the master key file does not hold one.
    """
    keyring = Keyring.from_text(settings.read_master_key())
    store, trail = Store.open(settings), AuditTrail.of(settings)
    return Iam(
        store,
        trail,
        keyring,
        Federation.of(settings),
        watcher=Watcher.of(settings, store, trail),
        check_up=partial(findings, settings),
    )
