"""The doors to an adopted tree: `bindery up` runs the web server alone, console and API know everybody."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from adapter.addresses import Address
from adapter.installation.up import answers
from tests.adoption.company import Tree
from tests.adoption.conftest import CORP, Moved
from tests.documents import READ_ONLY
from tests.ports import free_port
from tests.web.visitor import Visitor, text
from web import create_app

PATIENCE = 60


@pytest.fixture
def visitor(moved: Moved) -> Visitor:
    return Visitor(create_app(moved.settings, moved.iam))


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.mark.parametrize("name", ["u00000", "u00001", "u00002"])
def test_an_adopted_user_signs_in_at_the_console(visitor: Visitor, moved: Moved, name: str) -> None:
    moved.do("attach_user_policy", user_name=name, policy_arn=READ_ONLY)
    visitor.sign_in(name, f"Password-{int(name[1:])}")
    assert "u00007" in text(visitor.get("/console/users"))


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("", "u00000"),
        ("users/u00001/groups", "everyone"),
        ("users/u00001/ldif", "objectClass: iamUser"),
        ("groups", "team-7"),
        ("groups/team-0", "u00001"),
        ("groups/team-1", "u00001"),
        ("tree?dn=ou%3Dstaff,dc%3Dcorp,dc%3Dexample", "l=Berlin"),
    ],
)
def test_pages_of_the_console_show_the_adopted_tree(visitor: Visitor, moved: Moved, page: str, word: str) -> None:
    moved.do("attach_user_policy", user_name="u00000", policy_arn=ADMINISTRATOR)
    for group in ("team-0", "team-1"):
        if "u00001" not in CORP.members[group]:
            moved.do("add_user_to_group", group_name=group, user_name="u00001")
    visitor.sign_in("u00000", "Password-0")
    response = visitor.get(f"/console/{page}", follow_redirects=True)
    assert response.status_code == 200
    assert word in text(response)
    assert ".empty" not in text(response)


@pytest.fixture
def api(moved: Moved, tmp_path: Path) -> Iterator[str]:
    """`bindery up` on the folder that `bindery init` has filled; only the server's port is another one now."""
    address = Address("127.0.0.1", free_port())
    command = [sys.executable, "-m", "adapter.cli", "up", "--data", str(moved.settings.data), "--http", str(address)]
    environ = {**os.environ, "BINDERY_LDAP_URIS": moved.company.uri}
    with (tmp_path / "up.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE
        while "Ctrl-C stops it" not in (tmp_path / "up.log").read_text():
            assert process.poll() is None, (tmp_path / "up.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert answers(address)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def client(url: str, key: dict[str, Any]) -> Any:
    return boto3.client(
        "iam",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
    )


def test_boto3_works_with_the_web_server_alone(api: str, moved: Moved, corp: Tree) -> None:
    moved.do("attach_group_policy", group_name="everyone", policy_arn=READ_ONLY)
    key = moved.do("create_access_key", user_name="u00001")["access_key"]
    iam = client(api, key)
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 25})
    assert [user["UserName"] for page in pages for user in page["Users"]] == sorted(corp.people)
    assert [user["UserName"] for user in iam.get_group(GroupName="team-1")["Users"]] == corp.members["team-1"]
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.create_user(UserName="newcomer")


def test_no_directory_is_made_beside_the_companys(api: str, moved: Moved) -> None:
    assert api
    assert not (moved.settings.data / "directory").exists()
    assert not (moved.settings.data / "directory.json").exists()
