"""A company's own slapd: configured as Debian's package does it, with its own schema, administrators and rules."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapter.server.process import answers, socket_uri
from tests.ports import free_port

SUFFIX = "dc=corp,dc=example"
ADMIN = f"cn=admin,{SUFFIX}"
ADMIN_PASSWORD = "Company-admin-1"
CONFIG_ADMIN = "cn=admin,cn=config"
CONFIG_PASSWORD = "Company-config-1"
_DEBIAN = Path("/usr/share/slapd/slapd.init.ldif")
_OWN_RULE = "olcAccess: to attrs=employeeNumber by self read by * none"
"""Nobody else sees the numbers of the company's people."""
_PATIENCE = 20.0


@dataclass(frozen=True)
class Company:
    """A running server that Bindery does not own."""

    folder: Path
    port: int
    socket: Path

    @property
    def uri(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def password_file(self) -> Path:
        return _kept(self.folder / "admin-password", ADMIN_PASSWORD)

    @property
    def config_password_file(self) -> Path:
        return _kept(self.folder / "config-password", CONFIG_PASSWORD)

    def ldap(
        self, program: str, *arguments: str, stdin: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of ldap-utils: as the company's administrator, or as whom its arguments say."""
        who = [] if "-D" in arguments else ["-D", ADMIN, "-w", ADMIN_PASSWORD]
        unfolded = ["-o", "ldif-wrap=no"] if program == "ldapsearch" else []
        command = [program, "-x", "-H", self.uri, *who, *unfolded, *arguments]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=120)
        if check and result.returncode:
            raise AssertionError(f"{command} ended with {result.returncode}: {result.stdout}{result.stderr}")
        return result

    def config(self, program: str, *arguments: str, stdin: str = "", check: bool = True) -> str:
        """The same as who may change cn=config."""
        who = ("-D", CONFIG_ADMIN, "-w", CONFIG_PASSWORD)
        return self.ldap(program, *who, *arguments, stdin=stdin, check=check).stdout

    def dump(self) -> dict[str, Any]:
        """Everything that people wrote into the tree, in an order that does not matter."""
        text = self.ldap("ldapsearch", "-LLL", "-b", SUFFIX, "-E", "pr=1000/noprompt").stdout
        entries = {}
        for record in text.split("\n\n"):
            lines = [line for line in record.splitlines() if line and not line.startswith("#")]
            if lines:
                entries[lines[0]] = sorted(lines[1:])
        return entries

    def configuration(self) -> set[str]:
        """Every line of the database's configuration."""
        return set(self.config("ldapsearch", "-LLL", "-b", "cn=config", "(|(olcSuffix=*)(olcOverlay=*))").splitlines())


def _kept(path: Path, text: str) -> Path:
    path.write_text(text + "\n")
    return path


def _configuration(megabytes: int) -> str:
    """Debian's own template, with the company's suffix, and paths within the folder, which may be copied."""
    text = _DEBIAN.read_text()
    for old, new in {
        "@SUFFIX@": SUFFIX,
        "@PASSWORD@": ADMIN_PASSWORD,
        "/var/lib/ldap": "db",
        "olcDbMaxSize: 1073741824": f"olcDbMaxSize: {megabytes << 20}",
        "/var/run/slapd": ".",
        "olcRootDN: cn=admin,cn=config": f"olcRootDN: {CONFIG_ADMIN}\nolcRootPW: {CONFIG_PASSWORD}",
        "olcAccess: to *\n  by * read": f"{_OWN_RULE}\nolcAccess: to * by * read",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def configure(folder: Path, megabytes: int = 48) -> None:
    """Makes the configuration, as the package's installation does; its database has room for so many megabytes."""
    for name in ("conf", "db"):
        (folder / name).mkdir(parents=True)
    command = ["/usr/sbin/slapadd", "-n0", "-F", str(folder / "conf")]
    subprocess.run(command, input=_configuration(megabytes), text=True, check=True, capture_output=True, cwd=folder)


def load(folder: Path, text: str) -> None:
    """Loads entries while the server is stopped."""
    command = ["/usr/sbin/slapadd", "-q", "-n1", "-F", str(folder / "conf")]
    subprocess.run(command, input=text, text=True, check=True, capture_output=True, cwd=folder)


@contextmanager
def running(folder: Path) -> Iterator[Company]:
    """The server, until the end of the block."""
    port = free_port()
    company = Company(folder, port, folder / "ldapi")
    urls = f"ldap://127.0.0.1:{port} {socket_uri(company.socket)}"
    with (folder / "log").open("ab") as log:
        command = ["/usr/sbin/slapd", "-d0", "-F", str(folder / "conf"), "-h", urls]
        process = subprocess.Popen(command, stderr=log, stdout=log, cwd=folder)
    try:
        deadline = time.monotonic() + _PATIENCE
        while not answers(company.socket):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        yield company
        assert process.poll() is None, "slapd has died"
    finally:
        process.terminate()
        process.wait()
