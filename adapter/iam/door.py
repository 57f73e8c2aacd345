"""The one door: every operation of the console, the API and the command line goes through `Iam.execute`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from adapter.authenticate import Authenticator
from adapter.background import Background
from adapter.caller import Caller, RequestContext
from adapter.crypto.sealing import Keyring
from adapter.decisions import Decisions, Enforcement
from adapter.errors import AccessDenied, ConcurrentModification, IamError
from adapter.explanation import Explanation, explanation_of, reading_calls
from adapter.federation.federation import Federation
from adapter.graph import Graph
from adapter.iam.admission import Admission
from adapter.iam.attempts import Attempted, Params
from adapter.iam.races import tries
from adapter.iam.recorder import Recorder
from adapter.ldap import SIGNING_KEY, NotThere, Stale, Store
from adapter.login.app_passwords import AppPasswords
from adapter.login.console import Login
from adapter.models import Account
from adapter.mutual_tls import CertificateAuthenticator
from adapter.operations import federated_roles
from adapter.operations.call import Call, CheckUp, Result
from adapter.operations.identity_tokens import published
from adapter.operations.mfa_policy import hold_to_fresh_proof, needs_fresh_proof
from adapter.outside.watcher import Watcher
from adapter.policy import Request
from adapter.services.registry import Services
from adapter.trail.audit import AuditTrail
from adapter.trail.history import History
from adapter.trail.refusals import Refusals
from adapter.usage.credentials import CredentialUsage
from adapter.usage.services import LastAccesses

_NOTHING: Final[Params] = MappingProxyType({})
_TRACKED: Final = frozenset({"iam", "sts"})
"""Services whose use is taken down."""


class Iam:
    """Bindery's operations on one directory.

    Args:
        store: the directory.
        trail: the audit trail.
        keyring: opens what is sealed.
        federation: knows identity providers.
        watcher: follows what others change in the directory.
        check_up: looks at the installation and tells what it finds.

    Attributes:
        authenticate: the caller who signed a request; see `Authenticator.authenticate`.
        authenticate_certificate: the caller who showed a client certificate; see `CertificateAuthenticator.caller`.
        enforcement: lets other services' acts pass, or refuses them.
        app_passwords: tells whose an app password is.
        decisions: answers questions of other services about what somebody may do.
        login: signs people in at the console.
    """

    def __init__(  # noqa: PLR0913  (what it is composed of)
        self,
        store: Store,
        trail: AuditTrail,
        keyring: Keyring,
        federation: Federation,
        *,
        watcher: Watcher,
        check_up: CheckUp,
    ) -> None:
        self._store = store
        self._history = History(trail.path)
        self._check_up = check_up
        self._keyring = keyring
        self._federation = federation
        self._watcher = watcher
        self._graph = Graph(store, self._watcher.own_writes.note)
        self._usage = CredentialUsage(store)
        self._accesses = LastAccesses(store)
        self._background = Background()
        refusals = Refusals(trail)
        self._recorder = Recorder(trail, refusals)
        self._admission = Admission(self._graph)
        self.authenticate = Authenticator(self._graph, keyring, self._usage, refusals).authenticate
        self.authenticate_certificate = CertificateAuthenticator(store, self._graph, refusals).caller
        self.enforcement = Enforcement(self._graph, self._accesses, self._recorder.write)
        self.app_passwords = AppPasswords(store, self._graph)
        self.decisions = Decisions(store, self._graph, keyring, self._accesses)
        self.login = Login(store, self._graph, trail, keyring, self._usage)

    def execute(
        self, caller: Caller, operation: str, params: Params = _NOTHING, context: RequestContext | None = None
    ) -> Result:
        """Runs an operation for a caller: checks the parameters, authorizes, runs, writes the audit trail.

        Args:
            caller: who calls.
            operation: snake-cased AWS name, such as `create_user`.
            params: by snake-cased AWS name; None counts as not given.
            context: the circumstances; absent, a call made on the server itself.

        Raises:
            IamError: the operation was refused; nothing was changed.
            ProofWanted: the caller, who is signed in at the console, has to prove again who they are.
        """
        attempted = Attempted.of(caller, operation, context)
        only_reads = attempted.row.only_reads
        try:
            result = self._run(attempted, attempted.checked(params))
        except IamError as error:
            if not only_reads or isinstance(error, AccessDenied):
                self._recorder.note(attempted, params, error.code)
            raise
        if not only_reads:
            self._recorder.note(attempted, params, "ok")
        return result

    def can(
        self, caller: Caller, operation: str, params: Params = _NOTHING, context: RequestContext | None = None
    ) -> bool:
        """Whether `execute` would be allowed; for hiding buttons, never for protecting anything."""
        return self.may(caller, {operation: (operation, params)}, context)[operation]

    def may(
        self, caller: Caller, calls: Mapping[str, tuple[str, Params]], context: RequestContext | None = None
    ) -> dict[str, bool]:
        """Which of several calls `execute` would allow; `refusals` says why it would not."""
        return {key: refusal is None for key, refusal in self.refusals(caller, calls, context).items()}

    def refusals(
        self, caller: Caller, calls: Mapping[str, tuple[str, Params]], context: RequestContext | None = None
    ) -> dict[str, AccessDenied | None]:
        """How `execute` would refuse each of several calls, each thing that they name looked up only once.

        Args:
            caller: who would call.
            calls: by names of one's own choice: the operation and its parameters.
            context: the circumstances; absent, calls made on the server itself.

        Returns:
            By the same names: the refusal, or None for a call that would be allowed.
        """
        shared: Call | None = None
        answers = {}
        for key, (operation, params) in calls.items():
            attempted = Attempted.of(caller, operation, context)
            shared = shared or self._call(caller, attempted.context)
            answers[key] = self._refusal(shared, attempted, params)
        return answers

    def _refusal(self, call: Call, attempted: Attempted, params: Params) -> AccessDenied | None:
        try:
            self._admission.authorize(call, attempted, attempted.checked(params))
        except AccessDenied as refusal:
            return refusal
        return None

    def might(self, caller: Caller, refused: Request) -> bool:
        """Whether the caller may do what was refused to some other thing, such as creating a user of another name."""
        return self._admission.might(caller, refused)

    def explain(self, caller: Caller, request: Request, context: RequestContext | None = None) -> Explanation:
        """Why a request of the caller's own would be decided as it would be now.

        Args:
            caller: who asks, about nobody but themselves.
            request: the action, the resource and the context keys, such as those of a refusal.
            context: the circumstances of the question; they decide which policies the caller may read.

        Raises:
            AccessDenied: the caller does not exist any more.
        """
        decision = self._admission.decision(caller, request)
        calls = reading_calls(decision, caller)
        names = {str(number): key for number, key in enumerate(calls)}
        allowed = self.may(caller, {name: calls[key] for name, key in names.items()}, context)
        return explanation_of(decision, {key for name, key in names.items() if allowed[name]})

    def demand_proof(self, caller: Caller, context: RequestContext) -> None:
        """Asks for a fresh proof before several operations that would ask for one in the middle.

        Raises:
            ProofWanted: the caller, who is signed in at the console, has to prove again who they are.
        """
        hold_to_fresh_proof(self._call(caller, context))

    def note_access(self, caller: Caller, action: str, context: RequestContext) -> None:
        """Takes down that somebody tried to use an action that is decided about elsewhere; returns at once.

        Args:
            caller: who tried.
            action: with its service, such as `s3:GetObject`.
            context: when and where.
        """
        self._accesses.note(self._admission.account(caller), caller, action, context.region, context.now)

    def services(self) -> Services:
        """The services that policies speak about, with those that an operator has registered."""
        return self._graph.services()

    def identity_keys(self, account_id: str) -> list[str] | None:
        """The public keys with which tokens of an account can be verified, as JSON Web Keys.

        Returns:
            None for an account that does not exist, or has issued no tokens that may still be good.
        """
        account = self._graph.account(account_id)
        keys = published(self._store.find(SIGNING_KEY, account), datetime.now(UTC)) if account else []
        if account is None or not (keys or account.issues_identity_tokens):
            return None
        return [key.public_jwk for key in keys]

    def web_secret(self) -> bytes:
        """The secret that signs cookies, the same on every host that has the master key."""
        return self._keyring.derive("web session cookies")

    def start(self) -> None:
        """Makes ready for many questions, as a server's process does; returns at once."""
        self._graph.start()
        self._watcher.start()

    def is_ready(self) -> bool:
        """Whether the directory answers."""
        return self._store.is_answering()

    def close(self) -> None:
        """Closes all connections."""
        self._watcher.stop()
        self._background.close()
        self._federation.close()
        self._usage.close()
        self._accesses.close()
        self._graph.close()
        self._store.close()

    def _run(self, attempted: Attempted, params: Params) -> Result:
        """Authorizes and runs, again from the start when somebody else was faster: the second look tells more."""
        identify = attempted.row.identify
        if identify:
            attempted.caller = federated_roles.not_yet_known(params)
        for _ in tries():
            call = self._call(attempted.caller, attempted.context)
            if identify:
                attempted.caller = call.caller = identify(call, params)
            self._note(attempted, call.account)
            self._admission.authorize(call, attempted, params)
            if needs_fresh_proof(attempted.row.name, params):
                hold_to_fresh_proof(call)
            try:
                return attempted.row.perform(call, params)
            except (Stale, NotThere):
                continue
        raise ConcurrentModification("Others keep changing the same entity. Please try again.")

    def _call(self, caller: Caller, context: RequestContext) -> Call:
        return Call(
            store=self._store,
            account=self._admission.account(caller),
            caller=caller,
            context=context,
            keyring=self._keyring,
            background=self._background,
            federation=self._federation,
            history=self._history,
            check_up=self._check_up,
            services=self._graph.services,
        )

    def _note(self, attempted: Attempted, account: Account) -> None:
        row, context = attempted.row, attempted.context
        if row.service in _TRACKED:
            self._accesses.note(account, attempted.caller, row.action, context.region, context.now)
