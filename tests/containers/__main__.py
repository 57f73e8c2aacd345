"""docker-compose.yml tried for real: `make compose-test`. Says so, and goes on, where nothing can run containers.

Every step is what the file's own comments tell people to do, on ports that are free and with volumes of its own.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

import click
import requests

from tests.containers.portal import try_portal
from tests.containers.project import ACCOUNT, IMAGE, ROOT_PASSWORD, Containers, engine, person, works
from tests.containers.telling import hold, step, until


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
    return works("podman", "image", "exists", IMAGE) or works("podman", "pull", "-q", IMAGE)


def _try(it: Containers) -> None:
    step("builds", lambda: it.compose("build"))
    began = time.monotonic()
    step("starts", lambda: it.compose("up", "-d"))
    until("the console is ready", lambda: requests.get(it.url("HTTP_PORT", "/readyz"), timeout=5).ok)
    click.echo(f"  … {time.monotonic() - began:.1f} s after `up`")
    until("the demo's people sign in through HTTP", lambda: it.signs_in("/console/sign-in", **person("joy")))
    hold("a wrong password does not", not it.signs_in("/console/sign-in", **person("joy", "Not-the-password-1")))
    root = {"account": f"root@{ACCOUNT}.invalid", "password": ROOT_PASSWORD}
    hold("the root user signs in with the password of the secret file", it.signs_in("/console/sign-in/root", **root))
    kept = it.compose("exec", "-T", "directory", "ls", "/data")
    hold("the master key of the secret file is not kept in the volume", "master.key" not in kept, kept)
    (it.folder / "ca.pem").write_text(it.compose("exec", "-T", "directory", "cat", "/data/public/ca.pem"))
    until(
        "ldapsearch with StartTLS finds Joy in the group",
        lambda: "memberOf: cn=development" in it.ldap("LDAP_PORT", "-ZZ"),
    )
    hold("ldapsearch over ldaps finds Joy", "uid: joy" in it.ldap("LDAPS_PORT"))
    hold("no password is taken without TLS", "confidentiality required" in it.ldap("LDAP_PORT").lower())
    until("Apache asks for a password", lambda: requests.get(it.url("APACHE_PORT"), timeout=5).status_code == 401)
    hold("Apache lets Joy in, who is in the group", it.apache("joy") == 200)
    hold("Apache keeps Ray out, who is not", it.apache("ray") == 401)
    hold("Apache keeps a wrong password out", it.apache("joy", "Not-the-password-1") == 401)
    try_portal(it)
    for service in ("directory", "web", "apache", "portal", "portal-web", "ecs"):
        hold(f"{service} says that it is well", it.is_healthy(service))
        hold(f"{service} is no root and its file system is read-only", it.is_confined(service))
    step("restarts", lambda: it.compose("restart", "-t", "2", "directory", "web"))
    until("the data is still there", lambda: it.signs_in("/console/sign-in", **person("joy")))
    hold("and so is the certificate", "uid: joy" in it.ldap("LDAPS_PORT"))
    step("ends", lambda: it.compose("down", "-v", "-t", "2"))
    program = it.command[0].removesuffix("-compose")
    left = subprocess.run([program, "volume", "ls", "-q"], capture_output=True, text=True, check=True).stdout
    hold("nothing is left", it.project not in left, left)


if __name__ == "__main__":
    main()
