"""A console as it runs in earnest: a directory, a granian process, and people to sign in as."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from adapter import open_iam
from adapter.server.tree import DEMO_PASSWORD
from tests.callers import root_of
from tests.conftest import Directory, running_copy
from tests.ports import free_port
from tests.served import Served

GIVEN_PASSWORD = "Given-by-admin-1"
LONG_NAME = "a-very-long-user-name.with+everything=in,it@an-organisation.example.org"[:64]
LONG_GROUP = "a-group-whose-name-is-as-long-as-the-names-of-groups-may-possibly-be-" + "x" * 59
LONG_ROLE = "deploys-to-every-stage-of-every-region-and-then-some-more-of-them"[:64]
LONG_POLICY = (
    "arn:aws:iam::123456789012:policy/engineering/teams/"
    "deploy-to-the-staging-environment-of-every-region-and-then-some-more"
)
_PATIENCE = 30


class Console(Served):
    """A running console."""


@contextmanager
def serving(directory: Directory, folder: Path) -> Iterator[Console]:
    """Serves the application on a free port."""
    port = free_port()
    environment = os.environ | {"BINDERY_DATA": str(directory.data), "BINDERY_SUFFIX": directory.suffix}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "granian.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--blocking-threads", "4", "web.wsgi:app"],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            console = Console(f"http://127.0.0.1:{port}", directory, log)
            _wait_for(console, process)
            yield console
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def furnished(template: Path, folder: Path) -> Iterator[Console]:
    """A console on a copy of a directory, with more people in it."""
    for directory in running_copy(template, folder / "data"):
        invite_people(directory)
        with serving(directory, folder) as console:
            yield console


def _wait_for(console: Console, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(console.at("/healthz"), timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the console does not answer: {console.log.read_text(errors='replace')}")


def invite_people(directory: Directory) -> None:
    """Adds people whose pages look different: long names and a boundary, nothing at all, a password to change."""
    iam = open_iam(directory.settings)
    root = root_of(iam, directory)
    for operation, params in _story():
        iam.execute(root, operation, params)
    iam.close()


def _story() -> Iterator[tuple[str, dict[str, object]]]:
    own = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:List*","Resource":"*"}]}'
    yield "create_account_alias", {"account_alias": "example-org"}
    for name in ("nobody", "eve", LONG_NAME):
        yield "create_user", {"user_name": name}
        reset = name == "eve"
        password = GIVEN_PASSWORD if reset else DEMO_PASSWORD
        yield "create_login_profile", {"user_name": name, "password": password, "password_reset_required": reset}
    yield "create_group", {"group_name": LONG_GROUP}
    for group in ("DevelopmentPersonnel", "TestPersonnel", LONG_GROUP):
        yield "add_user_to_group", {"user_name": LONG_NAME, "group_name": group}
    system = "arn:aws:iam::aws:policy/"
    yield "attach_user_policy", {"user_name": LONG_NAME, "policy_arn": f"{system}IAMUserChangePassword"}
    yield (
        "put_user_permissions_boundary",
        {
            "user_name": LONG_NAME,
            "permissions_boundary": f"{system}PowerUserAccess",
        },
    )
    yield "put_user_policy", {"user_name": LONG_NAME, "policy_name": "inline-ecs", "policy_document": own}
    yield "put_group_policy", {"group_name": LONG_GROUP, "policy_name": "inline-ecs", "policy_document": own}
    long_name = LONG_POLICY.rpartition("/")[2]
    yield "create_policy", {"policy_name": long_name, "path": "/engineering/teams/", "policy_document": own}
    yield "attach_group_policy", {"group_name": LONG_GROUP, "policy_arn": LONG_POLICY}
    trust = {"AWS": "arn:aws:iam::123456789012:user/ray", "Service": "ecs-tasks.amazonaws.com"}
    words = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [words]})
    yield "create_role", {"role_name": LONG_ROLE, "path": "/teams/", "assume_role_policy_document": document}
    yield "attach_role_policy", {"role_name": LONG_ROLE, "policy_arn": LONG_POLICY}
