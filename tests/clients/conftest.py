"""A real web server on a real directory, and the clients that AWS's users have: boto3 and the `aws` command."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from adapter.server.bootstrap import read_first_start
from tests.clients.processes import until_ready, web_server
from tests.clients.strict import strict
from tests.conftest import Directory, running_copy
from tests.documents import ADMINISTRATOR

REGION = "eu-central-1"
_AWS = Path(sys.executable).with_name("aws")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Key:
    """Both halves of an access key."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Api:
    """Bindery's API over HTTP, on a directory of its own."""

    url: str
    directory: Directory
    root_key: Key

    def client(self, service: str, key: Key | None = None, region: str = REGION) -> Any:
        """A boto3 client, of the root user when no key is given."""
        key = key or self.root_key
        client = boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key.id,
            aws_secret_access_key=key.secret,
            config=Config(retries={"max_attempts": 1}, parameter_validation=False),
        )
        return strict(client)

    def key_of(self, user_name: str) -> Key:
        """A new access key of a user."""
        made = self.client("iam").create_access_key(UserName=user_name)["AccessKey"]
        return Key(made["AccessKeyId"], made["SecretAccessKey"])

    def aws(self, *arguments: str, key: Key | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs the `aws` command."""
        key = key or self.root_key
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": key.id,
            "AWS_SECRET_ACCESS_KEY": key.secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_MAX_ATTEMPTS": "1",
        }
        command = [str(_AWS), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert not check or done.returncode == 0, done.stderr
        return done

    def aws_json(self, *arguments: str, key: Key | None = None) -> Any:
        """What the `aws` command answers."""
        return json.loads(self.aws(*arguments, key=key).stdout)

    def http(
        self, body: bytes | Iterator[bytes] = b"", method: str = "POST", path: str = "/", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Sends a request as it is; header names are written with underscores."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()


@contextmanager
def serving(directory: Directory, log: Path) -> Iterator[Api]:
    """The web server on a directory."""
    first = read_first_start(directory.data)
    key = Key(first["BINDERY_ROOT_ACCESS_KEY_ID"], first["BINDERY_ROOT_SECRET_ACCESS_KEY"])
    with web_server(directory.settings, log) as url:
        until_ready(url, log)
        yield Api(url, directory, key)


@pytest.fixture(scope="module")
def api(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API for all tests of a module; each makes what it needs under names of its own."""
    folder = tmp_path_factory.mktemp("api")
    for directory in running_copy(template, folder / "data"):
        with serving(directory, folder / "web.log") as found:
            yield found


@pytest.fixture
def own_api(directory: Directory, tmp_path: Path) -> Iterator[Api]:
    """The API for one test alone."""
    with serving(directory, tmp_path / "web.log") as found:
        yield found


@pytest.fixture
def iam(api: Api) -> Any:
    """The root user's IAM client."""
    return api.client("iam")


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"name{next(_numbers)}"


@pytest.fixture
def user(iam: Any, name: str) -> str:
    """A user without any rights."""
    iam.create_user(UserName=name)
    return name


@pytest.fixture
def administrator(api: Api, iam: Any) -> Key:
    """The key of a user who may do anything."""
    name = f"administrator{next(_numbers)}"
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    return api.key_of(name)
