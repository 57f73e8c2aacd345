"""The servers that benchmarks put load on: Bindery on a directory, and others beside it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3

from adapter.server.bootstrap import read_first_start
from tests.benchmarks.http_load import Target
from tests.clients.processes import until_ready, web_server
from tests.conftest import Directory
from tests.documents import ADMINISTRATOR

CALLER = "benchmark"
ANY_KEY = "AKIAIOSFODNN7EXAMPLE", "secret"
"""For servers that look at no signature."""


def client_of(url: str, key_id: str, secret: str) -> Any:
    """A boto3 client, for setting up."""
    return boto3.client(
        "iam", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key_id, aws_secret_access_key=secret
    )


def with_caller(server: Target) -> Target:
    """The same server, with a user of its own whose key signs the load."""
    iam = client_of(server.url, server.key_id, server.secret)
    iam.create_user(UserName=CALLER)
    made = iam.create_access_key(UserName=CALLER)["AccessKey"]
    return Target(server.url, made["AccessKeyId"], made["SecretAccessKey"])


@contextmanager
def bindery(directory: Directory, folder: Path) -> Iterator[Target]:
    """Bindery on a directory; an administrator signs the load."""
    first = read_first_start(directory.data)
    key = first["BINDERY_ROOT_ACCESS_KEY_ID"], first["BINDERY_ROOT_SECRET_ACCESS_KEY"]
    log = folder / "web.log"
    with web_server(directory.settings, log) as url:
        until_ready(url, log)
        found = with_caller(Target(url, *key))
        client_of(url, *key).attach_user_policy(UserName=CALLER, PolicyArn=ADMINISTRATOR)
        yield found


@contextmanager
def another(command: Sequence[str], port: int) -> Iterator[Target]:
    """Another server in a process of its own, once something listens on its port."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not _listens(port):
                if process.poll() is not None:
                    raise AssertionError(f"{command[0]} ended with {process.returncode}")
                time.sleep(0.1)
            yield Target(f"http://127.0.0.1:{port}", *ANY_KEY)
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
