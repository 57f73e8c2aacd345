"""docker-compose.yml tried for real: `make compose-test`. Says so, and goes on, where nothing can run containers.

Every step is what the file's own comments tell people to do, on ports that are free and with volumes of its own.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
import requests

from tests.clients.ldap_programs.machine import free_port

ROOT: Final = Path(__file__).parents[1]
IMAGE: Final = "docker.io/library/debian:bookworm-slim"
PATIENCE: Final = 60
DEMO_PASSWORD: Final = "Bindery-demo-1"
ROOT_PASSWORD: Final = "Given-to-the-containers-1"
PORTS: Final = ("HTTP_PORT", "LDAP_PORT", "LDAPS_PORT", "APACHE_PORT")
PROFILES: Final = ("--profile", "demo", "--profile", "clients")
SUFFIX: Final = "dc=example,dc=org"


def engine() -> list[str] | None:
    """The command that reads compose files here, if there is one that works."""
    if _works("docker", "compose", "version") and _works("docker", "info"):
        return ["docker", "compose"]
    if shutil.which("podman-compose") and _works("podman", "info"):
        # It builds images side by side by itself, which builds what they have in common twice.
        return ["podman-compose", "--parallel", "1", "--podman-build-args=--network host --format docker"]
    return None


def _works(*command: str) -> bool:
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
    return False


@dataclass
class Containers:
    """A project of the compose file."""

    command: list[str]
    folder: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in PORTS})
    project: str = "bindery-test"
    secrets: dict[str, Path] = field(init=False)

    def __post_init__(self) -> None:
        given = {"ROOT_PASSWORD_FILE": ROOT_PASSWORD, "MASTER_KEY_FILE": base64.b64encode(os.urandom(32)).decode()}
        self.secrets = {name: self.folder / name.lower() for name in given}
        for name, file in self.secrets.items():
            file.write_text(f"{given[name]}\n")
            file.chmod(0o644)

    def compose(self, *arguments: str, check: bool = True) -> str:
        """Runs a compose command."""
        environment = os.environ | {name: str(port) for name, port in self.ports.items()}
        environment |= {"BUILDAH_ISOLATION": "chroot"} | {name: str(file) for name, file in self.secrets.items()}
        full = [*self.command, "-p", self.project, *PROFILES, *arguments]
        done = subprocess.run(full, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise SystemExit(f"{' '.join(full)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def is_healthy(self, service: str) -> bool:
        """Whether the image's own health check passes."""
        if self.command[0] == "docker":
            identity = self.compose("ps", "-q", service).strip()
            told = ["docker", "inspect", "--format", "{{.State.Health.Status}}", identity]
            return subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip() == "healthy"
        # podman has nobody who runs it now and then where there is no systemd.
        check = ["podman", "healthcheck", "run", f"{self.project}_{service}_1"]
        return subprocess.run(check, capture_output=True, check=False).returncode == 0

    def is_confined(self, service: str) -> bool:
        """Whether a service runs as nobody in particular, who can't change its image."""
        script = "test $(id -u) = 10001 && ! touch /opt/x 2>/dev/null && ! touch /usr/x 2>/dev/null && echo confined"
        return "confined" in self.compose("exec", "-T", service, "sh", "-c", script)

    def url(self, port: str, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.ports[port]}{path}"

    def signs_in(self, path: str, **fields: str) -> bool:
        """Whether somebody gets to the console by its sign-in form."""
        session = requests.Session()
        page = session.get(self.url("HTTP_PORT", path), timeout=30)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        headers = {"Origin": self.url("HTTP_PORT", "").rstrip("/")}
        form = fields | {"csrf_token": token[1] if token else ""}
        answer = session.post(self.url("HTTP_PORT", path), data=form, headers=headers, timeout=30)
        return answer.ok and answer.url.endswith("/console/")

    def ldap(self, port: str, *options: str) -> str:
        """What the directory answers over TLS when Joy asks for herself, and trusts the authority that was made."""
        uri = f"{'ldaps' if port == 'LDAPS_PORT' else 'ldap'}://127.0.0.1:{self.ports[port]}"
        who = ("-D", f"uid=joy,ou=people,{SUFFIX}", "-w", DEMO_PASSWORD)
        command = ["ldapsearch", "-x", "-LLL", *options, "-H", uri, *who, "-b", SUFFIX, "uid=joy", "uid", "memberOf"]
        environment = os.environ | {"LDAPTLS_REQCERT": "demand", "LDAPTLS_CACERT": str(self.folder / "ca.pem")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout + done.stderr

    def apache(self, name: str, password: str = DEMO_PASSWORD) -> int:
        return requests.get(self.url("APACHE_PORT"), auth=(name, password), timeout=30).status_code


def main() -> None:
    """Tries the compose file."""
    command = engine()
    if command is None:
        click.echo("compose-test: NOT RUN: there is neither a docker that answers nor podman with podman-compose here.")
        return
    if command[0] == "podman-compose" and not _has_image():
        click.echo(f"compose-test: NOT RUN: podman is here, but {IMAGE} is not and can't be fetched.")
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        containers = Containers(command, Path(folder))
        containers.compose("down", "-v", "-t", "2", check=False)  # what a run that was killed has left
        try:
            _try(containers)
        except BaseException:
            click.echo(containers.compose("logs", check=False), err=True)
            raise
        finally:
            containers.compose("down", "-v", "-t", "2", check=False)
    click.echo(f"compose-test: passed with {command[0]} in {time.monotonic() - started:.0f} s.")


def _has_image() -> bool:
    return _works("podman", "image", "exists", IMAGE) or _works("podman", "pull", "-q", IMAGE)


def _try(it: Containers) -> None:
    _step("builds", lambda: it.compose("build"))
    began = time.monotonic()
    _step("starts", lambda: it.compose("up", "-d"))
    _until("the console is ready", lambda: requests.get(it.url("HTTP_PORT", "/readyz"), timeout=5).ok)
    click.echo(f"  … {time.monotonic() - began:.1f} s after `up`")
    _until("the demo's people sign in through HTTP", lambda: it.signs_in("/console/sign-in", **_person("joy")))
    _hold("a wrong password does not", not it.signs_in("/console/sign-in", **_person("joy", "Not-the-password-1")))
    root = {"account": "root@123456789012.invalid", "password": ROOT_PASSWORD}
    _hold("the root user signs in with the password of the secret file", it.signs_in("/console/sign-in/root", **root))
    kept = it.compose("exec", "-T", "directory", "ls", "/data")
    _hold("the master key of the secret file is not kept in the volume", "master.key" not in kept, kept)
    (it.folder / "ca.pem").write_text(it.compose("exec", "-T", "directory", "cat", "/data/public/ca.pem"))
    _until(
        "ldapsearch with StartTLS finds Joy in the group",
        lambda: "memberOf: cn=development" in it.ldap("LDAP_PORT", "-ZZ"),
    )
    _hold("ldapsearch over ldaps finds Joy", "uid: joy" in it.ldap("LDAPS_PORT"))
    _hold("no password is taken without TLS", "confidentiality required" in it.ldap("LDAP_PORT").lower())
    _until("Apache asks for a password", lambda: requests.get(it.url("APACHE_PORT"), timeout=5).status_code == 401)
    _hold("Apache lets Joy in, who is in the group", it.apache("joy") == 200)
    _hold("Apache keeps Ray out, who is not", it.apache("ray") == 401)
    _hold("Apache keeps a wrong password out", it.apache("joy", "Not-the-password-1") == 401)
    for service in ("directory", "web", "apache"):
        _hold(f"{service} says that it is well", it.is_healthy(service))
        _hold(f"{service} is no root and its file system is read-only", it.is_confined(service))
    _step("restarts", lambda: it.compose("restart", "-t", "2", "directory", "web"))
    _until("the data is still there", lambda: it.signs_in("/console/sign-in", **_person("joy")))
    _hold("and so is the certificate", "uid: joy" in it.ldap("LDAPS_PORT"))
    _step("ends", lambda: it.compose("down", "-v", "-t", "2"))
    program = it.command[0].removesuffix("-compose")
    left = subprocess.run([program, "volume", "ls", "-q"], capture_output=True, text=True, check=True).stdout
    _hold("nothing is left", it.project not in left, left)


def _person(name: str, password: str = DEMO_PASSWORD) -> dict[str, str]:
    return {"account": "123456789012", "name": name, "password": password}


def _step(words: str, act: Callable[[], object]) -> None:
    began = time.monotonic()
    act()
    click.echo(f"  {words} ({time.monotonic() - began:.0f} s)")


def _hold(words: str, is_so: bool, why: str = "") -> None:
    if not is_so:
        raise SystemExit(f"compose-test: FAILED: {words}: it is not so. {why}")
    click.echo(f"  {words}")


def _until(words: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if is_so():
                _hold(words, True)
                return
        time.sleep(0.2)
    _hold(words, False, f"Not within {PATIENCE} s.")


if __name__ == "__main__":
    main()
