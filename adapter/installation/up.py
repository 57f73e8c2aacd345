"""Both servers in one process tree: the private slapd, watched by a thread, and the web server in the main thread."""

from __future__ import annotations

import http
import http.client
import os
import signal
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from adapter.addresses import Address
from adapter.errors import NoSuchEntity
from adapter.installation import webserver
from adapter.installation.folder import Installation, UnusableSetting
from adapter.installation.operator import opened
from adapter.server import PrivateServer, ServerConfig
from adapter.server.bootstrap import note_shown, read_unshown
from adapter.settings import Settings
from adapter.sites import Sites, UnusableSites

_READY_STEP = 0.05
_ANSWER_LIMIT = 5.0
_FIRST_START_ONLY = ("BINDERY_ROOT_PASSWORD", "BINDERY_ROOT_SECRET_ACCESS_KEY")


class AddressTaken(Exception):
    """A server can't listen where it should; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run.

    Attributes:
        http: where the web server listens; None for a directory whose web server runs elsewhere.
        demo: also load the demo.
    """

    installation: Installation
    server: ServerConfig
    http: Address | None
    demo: bool = False

    @property
    def ldap(self) -> Address:
        """Where the LDAP server listens."""
        return Address(self.server.ldap_host, self.server.ldap_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What runs now.

    Attributes:
        invented: what the first start had to invent, by variable, if nobody has been shown it yet.
    """

    plan: Plan
    account_id: str
    ldap_uri: str
    invented: Mapping[str, str] = field(repr=False)

    @property
    def console_url(self) -> str | None:
        """Where people sign in; None without a web server."""
        return f"http://{self.plan.http.nearby}/console/" if self.plan.http else None


def run(plan: Plan, announce: Callable[[Ready], None]) -> None:
    """Runs both servers until SIGTERM, SIGINT or SIGHUP, and ends both.

    Args:
        announce: called once, when both servers answer.

    Raises:
        AddressTaken: one of them can't listen where it should.
        UnusableFolder, UnusableSetting, SlapdError: the directory can't be used; the message says why.
        WebServerError: the web server could not be kept alive.
    """
    try:
        _end_on_signals()
        _refuse_what_the_web_server_cannot_use(plan.installation.settings)
        _refuse_if_taken("web", "--http", plan.http)
        if plan.installation.settings.ldap_uris:
            _serve_alone(plan, announce)
            return
        first = plan.installation.bootstrap(demo=plan.demo)
        with PrivateServer(plan.server) as server:
            server.prepare(first, demo=plan.demo)  # ends a slapd that outlived an earlier owner and has the port
            _refuse_if_taken("LDAP", "--ldap", plan.ldap)
            server.start()
            _serve(plan, server, announce)
    except KeyboardInterrupt:
        return


def _serve_alone(plan: Plan, announce: Callable[[Ready], None]) -> None:
    """Runs the web server on a directory that is somebody else's."""
    settings = plan.installation.settings
    if plan.http is None:
        raise UnusableSetting(f"The directory is at {settings.ldap_uris[0]} already: there is nothing to run.")
    account_id = ""
    with suppress(NoSuchEntity), opened(settings) as (_, account, _):
        account_id = account.account_id
    ready = Ready(plan=plan, account_id=account_id, ldap_uri=settings.ldap_uris[0], invented={})
    _serve_web(plan.http, plan.installation, (), lambda: announce(ready))


def _serve(plan: Plan, server: PrivateServer, announce: Callable[[Ready], None]) -> None:
    state = plan.installation.state
    account_id = state.account_id if state else ""
    invented = read_unshown(plan.server.data)
    ready = Ready(plan=plan, account_id=account_id, ldap_uri=server.ldap_uri, invented=invented)

    def tell() -> None:
        announce(ready)
        if invented:
            note_shown(plan.server.data)

    if plan.http is None:
        tell()
        server.supervise(threading.Event())
    else:
        _serve_web(plan.http, plan.installation, (server.supervise,), tell)


def _serve_web(
    address: Address,
    installation: Installation,
    beside: tuple[Callable[[threading.Event], None], ...],
    announce: Callable[[], None],
) -> None:
    """Runs the web server in this thread, and what goes on beside it in others, until it ends."""
    ended = threading.Event()
    threads = (
        *(threading.Thread(target=each, args=(ended,), name="slapd-watcher") for each in beside),
        threading.Thread(target=_announce_once_ready, args=(address, announce, ended), name="waiting-for-readiness"),
    )
    _tell_web_server(installation)
    try:
        for thread in threads:
            thread.start()
        webserver.serve(address)
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _refuse_what_the_web_server_cannot_use(settings: Settings) -> None:
    """It could only crash, again and again."""
    try:
        storage_from_string(settings.rate_limit_storage)
        Sites.load(settings.sites_file)
        ssl.create_default_context(cafile=settings.federation_ca_file)
    except (ConfigurationError, ValueError) as error:
        scheme = settings.rate_limit_storage.partition("://")[0]  # what follows may hold a password
        raise UnusableSetting(f"BINDERY_RATE_LIMIT_STORAGE: {scheme}:// can't be used as it stands there") from error
    except UnusableSites as error:
        raise UnusableSetting(f"BINDERY_SITES_FILE: {error}") from error
    except OSError as error:
        raise UnusableSetting(f"BINDERY_FEDERATION_CA_FILE: {settings.federation_ca_file}: {error.strerror}") from error


def _refuse_if_taken(purpose: str, option: str, address: Address | None) -> None:
    reason = address.explain_if_unusable() if address else None
    if reason:
        raise AddressTaken(f"The {purpose} server can't start: {reason}. Choose another with {option} HOST:PORT.")


def _tell_web_server(installation: Installation) -> None:
    """Sets the variables that the web server's process reads; what only the first start needs does not reach it."""
    os.environ.update(installation.variables)
    for name in _FIRST_START_ONLY:
        os.environ.pop(name, None)


def _announce_once_ready(address: Address, announce: Callable[[], None], ended: threading.Event) -> None:
    while not ended.wait(_READY_STEP):
        if answers(address.nearby):
            announce()
            return


def answers(address: Address, path: str = "/readyz") -> bool:
    """Whether the web server answers that it is ready."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=_ANSWER_LIMIT)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end_on_signals() -> None:
    """SIGTERM and the terminal's end (SIGHUP) end the program as Ctrl-C does, so that slapd never outlives it."""
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)  # a second one must not disturb the ending
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)
