"""Starting and ending the web server's process."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from adapter import Settings
from tests.ports import free_port

PATIENCE = 60


@contextmanager
def web_server(settings: Settings, log: Path) -> Iterator[str]:
    """A web server in a process of its own; gives its address."""
    address = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "BINDERY_DATA": str(settings.data),
        "BINDERY_SUFFIX": settings.suffix,
        "BINDERY_FEDERATION_CA_FILE": str(settings.federation_ca_file or ""),
        "BINDERY_FEDERATION_NETWORKS": " ".join(settings.federation_networks),
        "BINDERY_COOKIE_DOMAIN": settings.cookie_domain,
        "BINDERY_PUBLIC_URL": settings.public_url,
        "BINDERY_SITES_FILE": str(settings.sites_file or ""),
        "BINDERY_ASKING_PROXIES": " ".join(settings.asking_proxies),
        "BINDERY_CLIENT_CERTIFICATE_HEADER": settings.client_certificate_header,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.clients.serving", address], env=environment, stdout=output, stderr=output
        )
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def until_ready(url: str, log: Path) -> None:
    """Waits until the server says that it is ready."""
    deadline = time.monotonic() + PATIENCE
    while not _is_ready(url):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def _is_ready(url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
