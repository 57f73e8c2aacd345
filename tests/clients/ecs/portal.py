"""The sample service behind nginx and Bindery, all of them real and on loopback."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from tests.clients.ldap_programs.machine import Machine
from tests.clients.processes import until_ready, web_server
from tests.conftest import Directory
from tests.ports import free_port
from tests.served import Served

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]
_SERVICE: Final = "tests.clients.ecs.app:create_app"
_GRANIAN: Final = ("--interface", "wsgi", "--factory", "--log-level", "error")
_PORTAL: Final = "127.0.0.1:8088"
_BINDERY: Final = "127.0.0.1:8000"
_ECS: Final = "127.0.0.1:8089"


class Portal(Served):
    """A running portal."""


@contextmanager
def portal(directory: Directory, folder: Path) -> Iterator[Portal]:
    """Starts Bindery's web server, the sample service and nginx in front of both."""
    listen, ecs = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    places = {_PORTAL: listen, _ECS: ecs}
    sites = folder / "sites.toml"
    sites.write_text(_moved("sites.toml", places))
    settings = replace(directory.settings, sites_file=sites, asking_proxies=("127.0.0.1/32",))
    with web_server(settings, folder / "web.log") as bindery:
        until_ready(bindery, folder / "web.log")
        text = _moved("nginx.conf", places | {_BINDERY: bindery.removeprefix("http://")})
        machine = Machine(folder / "machine", {"etc/nginx/portal.conf": text})
        log = folder / "portal.log"
        try:
            service = ("env", f"PYTHONPATH={_ROOT}", sys.executable, "-m", "granian", *_GRANIAN)
            machine.start(*service, "--port", ecs.rpartition(":")[2], _SERVICE, log=folder / "ecs.log")
            machine.start("nginx", "-e", "stderr", "-p", folder, "-c", "/etc/nginx/portal.conf", log=log)
            for address in (ecs, listen):
                machine.until(partial(listens, address), log)
            yield Portal(f"http://{listen}", directory, log)
        finally:
            machine.close()


def _moved(name: str, places: Mapping[str, str]) -> str:
    """A file of the sample with its addresses exchanged for ones that are free."""
    text = (_HERE / name).read_text()
    for usual, free in places.items():
        text = text.replace(usual, free)
    return text


def listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False
