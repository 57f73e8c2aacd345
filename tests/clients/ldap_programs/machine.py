"""A machine of its own for a test: Debian's packages are on it, and /etc, /var and /run are its own.

It is a namespace. `.ci/packages test` unpacks the packages into a folder, and here that is laid over /usr, /etc and
/var: the programs find everything where they expect it, and nothing of the real machine changes. When the machine
ends, or the tests are killed, so does everything that runs on it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

DEBIAN = Path(__file__).parents[3] / ".venv/debian"
PATIENCE = 60
_USERS = {"nslcd": 901, "dovecot": 902, "dovenull": 903, "freerad": 904, "sssd": 905, "www-data": 33, "postgres": 906}
_PRIVATE = frozenset({"etc/nslcd.conf", "etc/sssd/sssd.conf"})
"""Files that their programs refuse when others can read them."""
_LAYERS = """
set -e
debian=$1 own=$2 options=$3
mount --make-rprivate / 2>/dev/null || true
mount -t tmpfs tmpfs /mnt
mkdir -p /mnt/etc /mnt/etc.work /mnt/var /mnt/var.work
mount -t overlay overlay -o "lowerdir=$debian/usr:/usr" /usr
mount -t overlay overlay -o "lowerdir=$own/etc:$debian/etc:/etc,upperdir=/mnt/etc,workdir=/mnt/etc.work$options" /etc
mount -t overlay overlay -o "lowerdir=$own/var:$debian/var:/var,upperdir=/mnt/var,workdir=/mnt/var.work$options" /var
mount -t tmpfs -o mode=755 tmpfs /run
echo ready
exec sleep infinity
"""


class NoMachine(AssertionError):
    """A machine can't be had here; the message says what is missing."""


class Machine:
    """A namespace with files of its own in /etc and /var.

    Args:
        own: a folder for these files.
        files: their texts by their paths, such as `etc/nslcd.conf`.
    """

    def __init__(self, own: Path, files: Mapping[str, str]) -> None:
        if not (DEBIAN / "packages").is_file():
            raise NoMachine("The LDAP clients of Debian's packages are missing: run .ci/packages test (on Debian)")
        for folder in (own, own / "etc", own / "var"):
            folder.mkdir(mode=0o755, exist_ok=True)
        for name, text in (_accounts() | dict(files)).items():
            target = own / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            target.chmod(0o600 if name in _PRIVATE else 0o644)
        self._init = subprocess.Popen(
            [*_unshare(), "sh", "-c", _LAYERS, "sh", DEBIAN, own, "" if os.geteuid() == 0 else ",userxattr"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started: list[subprocess.Popen[str]] = []
        assert self._init.stdout
        assert self._init.stderr
        if self._init.stdout.readline() != "ready\n":
            raise NoMachine(
                "This user can't have mount namespaces with overlays, which keep the tested clients away from the real "
                f"machine: run the tests as root, or allow user namespaces ({self._init.stderr.read().strip()})"
            )
        children = Path(f"/proc/{self._init.pid}/task/{self._init.pid}/children")
        self._first = children.read_text().strip()

    def run(self, *command: object, stdin: str = "", check: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs a program on the machine and waits for its end."""
        done = subprocess.run(
            self._inside(*command), input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def start(self, *command: object, log: Path) -> subprocess.Popen[str]:
        """Starts a program that runs until the machine is closed."""
        with log.open("w") as output:
            process = subprocess.Popen(self._inside(*command), stdout=output, stderr=output, text=True)
        self._started.append(process)
        return process

    def as_user(self, user: object, group: object, *command: object) -> tuple[object, ...]:
        """A command that another user runs, which takes root: an ordinary user's namespace has one user only."""
        if os.geteuid() != 0:
            raise NoMachine(f"{command[0]} has to be run as {user} here: run these tests as root")
        return ("setpriv", "--reuid", user, "--regid", group, "--clear-groups", *command)

    def until(self, is_ready: Callable[[], bool], log: Path) -> None:
        """Waits for something that a program does."""
        deadline = time.monotonic() + PATIENCE
        while not is_ready():
            assert time.monotonic() < deadline, log.read_text()
            assert all(each.poll() in {None, 0} for each in self._started), log.read_text()
            time.sleep(0.05)

    def close(self) -> None:
        """Ends the machine, and with it everything that runs there."""
        self._init.kill()
        for process in (self._init, *self._started):
            process.wait(timeout=PATIENCE)

    def _inside(self, *command: object) -> list[str]:
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", self._first, "--mount", "--pid", "--ipc", *user, *map(str, command)]


def _unshare() -> list[str]:
    if shutil.which("unshare") is None:
        raise NoMachine("The program unshare (util-linux) is missing: these tests run on Linux")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    spaces = ["--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"]
    return ["setpriv", "--pdeathsig", "KILL", "unshare", *user, *spaces]


def _accounts() -> dict[str, str]:
    """The machine's users: the real ones, and those that the packages would have made."""
    is_root = os.geteuid() == 0
    numbers = {name: number if is_root else 0 for name, number in _USERS.items()}
    passwd, group = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
    passwd += "".join(
        f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n"
        for name, number in numbers.items()
        if f"\n{name}:" not in passwd
    )
    group += "".join(f"{name}:x:{number}:\n" for name, number in numbers.items() if f"\n{name}:" not in group)
    hosts = "127.0.0.1 localhost ldap.example.org\n"
    return {"etc/passwd": passwd, "etc/group": group, "etc/hosts": hosts}
