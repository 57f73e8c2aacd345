"""Services that an operator registers: in the directory, and known at once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter import Iam
from adapter.cli import cli

ECS = Path(__file__).parents[1] / "clients/ecs/ecs.toml"


@pytest.fixture
def bindery(directory: Any) -> Any:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, ["service", *map(str, arguments), "--data", str(directory.data)])

    return run


def test_a_registered_service_is_known_at_once(bindery: Any, iam: Iam) -> None:
    assert iam.services().title("ecs") == "ECS"
    done = bindery("register", ECS)
    assert done.exit_code == 0, done.output
    assert _until_known_as(iam, "Elastic Cloud Server")
    assert iam.services().actions("ecs") == ("CreateServers", "DeleteServers", "ListServers", "StopServers")


def test_registering_again_replaces_and_says_so(bindery: Any, iam: Iam, tmp_path: Path) -> None:
    assert bindery("register", ECS).output.startswith("new")
    assert bindery("register", ECS).output.startswith("unchanged")
    changed = tmp_path / "ecs.toml"
    changed.write_text(ECS.read_text().replace("Elastic Cloud Server", "Servers"))
    assert bindery("register", changed).output.startswith("changed")
    assert json.loads(bindery("list", "--json").output) == [{"prefix": "ecs", "title": "Servers", "actions": 4}]


def test_a_service_is_removed(bindery: Any, iam: Iam) -> None:
    bindery("register", ECS)
    assert bindery("remove", "ecs").exit_code == 0
    assert bindery("list").stdout == ""
    assert bindery("remove", "ecs").exit_code == 1


def test_aws_s_format_is_imported_under_a_title(bindery: Any, tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_text(json.dumps({"Name": "queue", "Actions": [{"Name": "ListQueues"}]}))
    assert bindery("import", file, "--title", "Queues").exit_code == 0
    assert json.loads(bindery("list", "--json").output)[0]["title"] == "Queues"


def test_a_definition_that_is_wrong_registers_nothing(bindery: Any, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("prefix = 'iam'\ntitle = 'Mine'\n")
    done = bindery("register", file)
    assert (done.exit_code, "iam is Bindery's own" in done.output) == (1, True)
    assert bindery("list").stdout == ""


def test_a_definition_that_an_ldap_tool_broke_is_left_out(bindery: Any, iam: Iam, directory: Any) -> None:
    bindery("register", ECS)
    at = f"cn=ecs,ou=services,ou=iam,{directory.suffix}"
    change = f"dn: {at}\nchangetype: modify\nreplace: iamServiceDefinition\niamServiceDefinition: nonsense\n"
    directory.ldap("ldapmodify", stdin=change)
    assert "CreateCluster" in iam.services().actions("ecs")


def _until_known_as(iam: Iam, title: str) -> bool:
    """Whether the service comes to be known by a title; the feed needs some milliseconds."""
    for _ in range(200):
        if iam.services().title("ecs") == title:
            return True
        time.sleep(0.02)
    return False
