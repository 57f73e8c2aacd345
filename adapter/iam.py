"""The one door: every operation of the console, the API and the command line goes through `Iam.execute`."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from adapter.authenticate import Authenticated, Authenticator
from adapter.authorize import global_keys, hold
from adapter.background import Background
from adapter.caller import Caller, CallerKind, RequestContext
from adapter.crypto.canonical import HttpRequest
from adapter.crypto.sealing import Keyring
from adapter.crypto.sigv4 import SERVICES
from adapter.decisions import Decisions, Enforcement
from adapter.errors import AccessDenied, ConcurrentModification, IamError, InvalidAction
from adapter.explanation import Explanation, explanation_of, hinges_on_details, reading_calls
from adapter.federation.federation import Federation
from adapter.graph import Graph
from adapter.ldap import SIGNING_KEY, NotThere, Stale, Store
from adapter.login.app_passwords import AppPasswords
from adapter.login.console import Login
from adapter.models import Account
from adapter.mutual_tls import CertificateAuthenticator
from adapter.operations import federated_roles
from adapter.operations.call import Call, CheckUp, Result
from adapter.operations.catalogue import CATALOGUE, Operation
from adapter.operations.catalogue.coverage import ABSENT_BY_NAME
from adapter.operations.identity_tokens import published
from adapter.operations.mfa_policy import hold_to_enrolment, hold_to_fresh_proof, needs_fresh_proof
from adapter.operations.parameters import check_parameters, secret_parameters
from adapter.operations.resources import Target, request_keys
from adapter.operations.session_limits import hold_to_session
from adapter.outside.watcher import Watcher
from adapter.policy import Request, evaluate
from adapter.services.registry import Services
from adapter.trail.audit import AuditRecord, AuditTrail, without_secrets
from adapter.trail.history import History
from adapter.trail.refusals import Refusals
from adapter.usage.credentials import CredentialUsage
from adapter.usage.services import LastAccesses

_log = logging.getLogger(__name__)

Params = Mapping[str, Any]

_NOTHING: Final[Params] = MappingProxyType({})
_UNKNOWN: Final = Target(())
_TRACKED: Final = frozenset({"iam", "sts"})
"""Services whose use is taken down."""
_TRIES: Final = 60
_LONGEST_PAUSE: Final = 0.05
"""Seconds. An operation that lost a race is run again from the start, after a random pause that grows up to this."""


@dataclass(slots=True)
class _Attempted:
    """A call of `execute`, and how far the authorization came: the audit trail names the resources."""

    row: Operation
    caller: Caller
    context: RequestContext
    target: Target = _UNKNOWN


class Iam:
    """Bindery's operations on one directory.

    Args:
        store: the directory.
        trail: the audit trail.
        keyring: opens what is sealed.
        federation: knows identity providers.
        watcher: follows what others change in the directory.
        check_up: looks at the installation and tells what it finds.
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
        self._trail = trail
        self._history = History(trail.path)
        self._check_up = check_up
        self._keyring = keyring
        self._federation = federation
        self._watcher = watcher
        self._graph = Graph(store, self._watcher.own_writes.note)
        self._usage = CredentialUsage(store)
        self._accesses = LastAccesses(store)
        self._background = Background()
        self._refusals = Refusals(trail)
        self._authenticator = Authenticator(self._graph, keyring, self._usage, self._refusals)
        self._certificates = CertificateAuthenticator(store, self._graph, self._refusals)
        self.enforcement = Enforcement(self._graph, self._accesses, self._write)
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
        attempted = _Attempted(_row(operation), caller, context or RequestContext())
        row = attempted.row
        try:
            result = self._run(attempted, check_parameters(row.service, row.wire_name, params))
        except IamError as error:
            if not row.only_reads or isinstance(error, AccessDenied):
                self._audit(attempted, params, error.code)
            raise
        if not row.only_reads:
            self._audit(attempted, params, "ok")
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
            attempted = _Attempted(_row(operation), caller, context or RequestContext())
            shared = shared or self._call(attempted)
            answers[key] = self._refusal(shared, attempted, params)
        return answers

    def _refusal(self, call: Call, attempted: _Attempted, params: Params) -> AccessDenied | None:
        row = attempted.row
        try:
            self._authorize(call, attempted, check_parameters(row.service, row.wire_name, params))
        except AccessDenied as refusal:
            return refusal
        return None

    def might(self, caller: Caller, refused: Request) -> bool:
        """Whether the caller may do what was refused to some other thing, such as creating a user of another name."""
        principal = self._graph.principal(self._account(caller), caller)
        return principal is not None and hinges_on_details(evaluate(refused, principal.policies))

    def explain(self, caller: Caller, request: Request, context: RequestContext | None = None) -> Explanation:
        """Why a request of the caller's own would be decided as it would be now.

        Args:
            caller: who asks, about nobody but themselves.
            request: the action, the resource and the context keys, such as those of a refusal.
            context: the circumstances of the question; they decide which policies the caller may read.

        Raises:
            AccessDenied: the caller does not exist any more.
        """
        principal = self._graph.principal(self._account(caller), caller)
        if principal is None:
            raise AccessDenied(f"{caller.arn} does not exist any more or is disabled.")
        own = Request(caller.arn, request.action, request.resource, request.context, request.resource_account)
        decision = evaluate(own, principal.policies)
        calls = reading_calls(decision, caller)
        names = {str(number): key for number, key in enumerate(calls)}
        allowed = self.may(caller, {name: calls[key] for name, key in names.items()}, context)
        return explanation_of(decision, {key for name, key in names.items() if allowed[name]})

    def demand_proof(self, caller: Caller, context: RequestContext) -> None:
        """Asks for a fresh proof before several operations that would ask for one in the middle.

        Raises:
            ProofWanted: the caller, who is signed in at the console, has to prove again who they are.
        """
        hold_to_fresh_proof(self._call(_Attempted(CATALOGUE["describe_caller"], caller, context)))

    def authenticate(
        self,
        request: HttpRequest,
        now: datetime,
        services: tuple[str, ...] = SERVICES,
        *,
        is_body_elsewhere: bool = False,
        context: RequestContext | None = None,
    ) -> Authenticated:
        """The caller who signed an API request; see `Authenticator.authenticate` for what is refused."""
        return self._authenticator.authenticate(
            request, now, services, is_body_elsewhere=is_body_elsewhere, context=context
        )

    def authenticate_certificate(self, der: bytes, context: RequestContext) -> Caller:
        """The caller who showed a client certificate; see `CertificateAuthenticator.caller` for what is refused."""
        return self._certificates.caller(der, context)

    def note_access(self, caller: Caller, action: str, context: RequestContext) -> None:
        """Takes down that somebody tried to use an action that is decided about elsewhere; returns at once.

        Args:
            caller: who tried.
            action: with its service, such as `s3:GetObject`.
            context: when and where.
        """
        self._accesses.note(self._account(caller), caller, action, context.region, context.now)

    def services(self) -> Services:
        """The services that policies speak about, with those that an operator has registered."""
        return self._graph.services()

    def identity_keys(self, account_id: str) -> list[str] | None:
        """The public keys with which tokens of an account can be verified, as JSON Web Keys.

        Returns:
            None for an account that does not exist or issues no tokens.
        """
        account = self._graph.account(account_id)
        if account is None or not account.issues_identity_tokens:
            return None
        keys = published(self._store.find(SIGNING_KEY, account), datetime.now(UTC))
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

    def _run(self, attempted: _Attempted, params: Params) -> Result:
        """Authorizes and runs, again from the start when somebody else was faster: the second look tells more."""
        identify = attempted.row.identify
        if identify:
            attempted.caller = federated_roles.not_yet_known(params)
        for pause in _pauses():
            if pause:
                time.sleep(pause)
            call = self._call(attempted)
            if identify:
                attempted.caller = call.caller = identify(call, params)
            self._note(attempted, call.account)
            self._authorize(call, attempted, params)
            if needs_fresh_proof(attempted.row.name, params):
                hold_to_fresh_proof(call)
            try:
                return attempted.row.perform(call, params)
            except (Stale, NotThere):
                continue
        raise ConcurrentModification("Others keep changing the same entity. Please try again.")

    def _call(self, attempted: _Attempted) -> Call:
        caller = attempted.caller
        return Call(
            store=self._store,
            account=self._account(caller),
            caller=caller,
            context=attempted.context,
            keyring=self._keyring,
            background=self._background,
            federation=self._federation,
            history=self._history,
            check_up=self._check_up,
            services=self._graph.services,
        )

    def _note(self, attempted: _Attempted, account: Account) -> None:
        row, context = attempted.row, attempted.context
        if row.service in _TRACKED:
            self._accesses.note(account, attempted.caller, row.action, context.region, context.now)

    def _account(self, caller: Caller) -> Account:
        account = self._graph.account(caller.account_id)
        if account is None:
            raise AccessDenied(f"The account {caller.account_id} does not exist.")
        return account

    def _authorize(self, call: Call, attempted: _Attempted, params: Params) -> None:
        row = attempted.row
        hold_to_session(call.caller, row.service, row.wire_name)
        hold_to_enrolment(call.caller, row.name)
        attempted.target = target = row.resource(call, params)
        principal = self._graph.principal(call.account, call.caller)
        if principal is None:
            raise AccessDenied(f"{call.caller.arn} does not exist any more or is disabled.")
        if not row.open_to_caller:
            keys = global_keys(principal, call.context) | target.keys | request_keys(params, row.request_keys)
            tagging = (row.tag_action,) if row.tag_action and params.get("tags") else ()
            hold(principal, (row.action, *tagging, *target.actions), target, keys)
            for demand in target.demands:
                keys = global_keys(principal, call.context) | demand.keys
                hold(principal, (demand.action,), Target((demand.arn,)), keys)

    def _audit(self, attempted: _Attempted, params: Params, outcome: str) -> None:
        row, caller, context = attempted.row, attempted.caller, attempted.context
        record = AuditRecord(
            time=context.now,
            request_id=context.request_id,
            account_id=caller.account_id,
            actor=caller.arn,
            event=row.action,
            outcome=outcome,
            resources=attempted.target.arns,
            source_ip=context.source_ip,
            user_agent=context.user_agent,
            factor=caller.factor,
            params=without_secrets(params, secret_parameters(row.service, row.wire_name)),
        )
        is_garbage = caller.kind is CallerKind.STRANGER and outcome != "ok"
        self._write(record, self._refusals if is_garbage else self._trail)

    def _write(self, record: AuditRecord, trail: AuditTrail | Refusals | None = None) -> None:
        try:
            (trail or self._trail).write(record)
        except OSError:
            # The change is made and acknowledged by the directory: to call it a failure now would be the greater lie.
            _log.critical("the audit trail can't be written: %s by %s", record.event, record.actor, exc_info=True)


def _pauses() -> Iterator[float]:
    """How long to wait before each try, in seconds: at once, then a random time that grows."""
    yield 0.0
    for attempt in range(1, _TRIES):
        yield random.uniform(0, min(_LONGEST_PAUSE, 0.002 * attempt))  # noqa: S311  # spreads load, guards nothing


def _row(operation: str) -> Operation:
    try:
        return CATALOGUE[operation]
    except KeyError:
        if operation in ABSENT_BY_NAME:
            raise ABSENT_BY_NAME[operation].refusal() from None
        raise InvalidAction(f"Could not find operation {operation[:128]}.") from None
