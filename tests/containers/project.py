"""A project of the compose file: its commands, and what its containers answer."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

from tests.ports import free_port

ROOT: Final = Path(__file__).parents[2]
IMAGE: Final = "docker.io/library/debian:bookworm-slim"
DEMO_PASSWORD: Final = "Bindery-demo-1"
ROOT_PASSWORD: Final = "Given-to-the-containers-1"
PORTS: Final = ("HTTP_PORT", "LDAP_PORT", "LDAPS_PORT", "APACHE_PORT", "PORTAL_PORT")
PROFILES: Final = ("--profile", "demo", "--profile", "clients")
ACCOUNT: Final = "123456789012"
SUFFIX: Final = "dc=example,dc=org"


def engine() -> list[str] | None:
    """The command that reads compose files here, if there is one that works."""
    if works("docker", "compose", "version") and works("docker", "info"):
        return ["docker", "compose"]
    if shutil.which("podman-compose") and works("podman", "info"):
        # It builds images side by side by itself, which builds what they have in common twice.
        return ["podman-compose", "--parallel", "1", "--podman-build-args=--network host --format docker"]
    return None


def works(*command: str) -> bool:
    """Whether a command can be run and ends well."""
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

    def sign_in(self, port: str, path: str, **fields: str) -> tuple[requests.Session, requests.Response]:
        """Asks for a page as a browser does, fills in the sign-in form that comes, and gives what that leads to."""
        session = requests.Session()
        page = session.get(self.url(port, path), timeout=30)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        session.headers["Origin"] = self.url(port, "").rstrip("/")
        form = fields | {"csrf_token": token[1] if token else ""}
        return session, session.post(page.url, data=form, timeout=30)

    def signs_in(self, path: str, **fields: str) -> bool:
        """Whether somebody gets to the console by its sign-in form."""
        _, answer = self.sign_in("HTTP_PORT", path, **fields)
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


def person(name: str, password: str = DEMO_PASSWORD) -> dict[str, str]:
    """What somebody fills in to sign in."""
    return {"account": ACCOUNT, "name": name, "password": password}
