"""The web server: one supervised worker process that serves the WSGI application in threads."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from adapter.addresses import Address

TARGET = "web.wsgi:app"

THREADS = 16
"""Measured on two cores: requests that wait 20 ms for the directory (sign-ins) run 760 a second with 16 threads and
190 with 4; short requests run 15,000 a second, and 12,000 with 64 threads."""

_SECONDS_TO_FINISH = 5
"""What a request may still take when the server is told to stop."""


class WebServerError(Exception):
    """The web server could not be kept alive."""


def serve(address: Address) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP; a worker that crashes is replaced. To be called in the main thread.

    Raises:
        OSError: it can't listen there.
        WebServerError: the worker crashed again and again.
    """
    multiprocessing.set_start_method("spawn", force=True)  # a worker must not inherit threads, locks or handlers
    server = Server(
        target=TARGET,
        address=address.numeric.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
        log_level=LogLevels.error,
    )
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    try:
        server.serve(target_loader=load)
    except SystemExit as error:
        if server.interrupt_signal:
            return  # a worker that ended at the same time as it was told to
        raise WebServerError("The web server crashed again and again; what it said is above.") from error


def load(target: str) -> Callable[..., Any]:
    """Loads `module:name` in the worker process, and ties the worker's life to its parent's, and to nothing else's."""
    os.setpgid(0, 0)  # a terminal's Ctrl-C is for the parent, which then ends the worker in good order
    threading.Thread(target=_end_with_parent, daemon=True).start()
    module, _, name = target.partition(":")
    gc.disable()
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    gc.enable()
    gc.freeze()  # what is there by now lasts as long as the process: looking for garbage in it only holds things up
    return application


def _end_with_parent() -> None:
    """Ends this process when its parent is gone without having said so (SIGKILL), which would leave the port taken."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
