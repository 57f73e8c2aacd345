"""The sample service behind nginx and Bindery, all of them real and on loopback."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from string import Template
from typing import Final

from tests.clients.ldap_programs.machine import Machine, free_port
from tests.clients.processes import until_ready, web_server
from tests.conftest import Directory

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]
_SERVICE: Final = "tests.clients.ecs.app"


@dataclass(frozen=True)
class Portal:
    """A running portal."""

    url: str
    directory: Directory
    log: Path

    def at(self, path: str) -> str:
        return f"{self.url}{path}"


@contextmanager
def portal(directory: Directory, folder: Path) -> Iterator[Portal]:
    """Starts Bindery's web server, the sample service and nginx in front of both."""
    listen, ecs = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    sites = folder / "sites.toml"
    sites.write_text(Template((_HERE / "sites.toml").read_text()).substitute(host=listen))
    settings = replace(directory.settings, sites_file=sites, asking_proxies=("127.0.0.1/32",))
    with web_server(settings, folder / "web.log") as bindery:
        until_ready(bindery, folder / "web.log")
        values = {"listen": listen, "ecs": ecs, "bindery": bindery.removeprefix("http://"), "folder": folder}
        text = Template((_HERE / "nginx.conf").read_text()).substitute(values)
        machine = Machine(folder / "machine", {"etc/nginx/portal.conf": text})
        log = folder / "portal.log"
        try:
            machine.start("env", f"PYTHONPATH={_ROOT}", sys.executable, "-m", _SERVICE, ecs, log=folder / "ecs.log")
            machine.start("nginx", "-c", "/etc/nginx/portal.conf", "-g", "master_process off;", log=log)
            for address in (ecs, listen):
                machine.until(partial(_listens, address), log)
            yield Portal(f"http://{listen}", directory, log)
        finally:
            machine.close()


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False
