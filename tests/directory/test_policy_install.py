"""`bindery policy install` on a running directory."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter.commands.policy_install import install
from adapter.errors import ConcurrentModification
from adapter.installation.policy_packs import State, carry_out, plan
from adapter.ldap import SYSTEM_POLICY, Set, Store
from adapter.models import Account, Policy
from adapter.server.packs import load
from adapter.trail.verification import verify_trail
from tests.conftest import Directory

NOW = datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)


def document(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def policy(name: str, action: str = "ecs:Get*", **more: Any) -> dict[str, Any]:
    return {"PolicyName": name, "Document": document(action), **more}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pack; files of an earlier one stay."""
    folder = tmp_path / "pack"
    folder.mkdir()

    def write_files(*policies: dict[str, Any]) -> Path:
        for content in policies:
            (folder / f"{content['PolicyName']}.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    return write_files


def run(directory: Directory, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(install, [str(folder), "--data", str(directory.data), *options])


def shown(result: Result) -> list[str]:
    return result.stdout.splitlines()


def found(store: Store, account: Account, name: str) -> Policy | None:
    return store.get(SYSTEM_POLICY, account, name)


def test_a_pack_is_installed_beside_the_shipped_policies(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    result = run(directory, write(policy("AcmeAudit", Path="/acme/", Description="Ours."), policy("AcmeWork")))
    assert (result.exit_code, result.stderr) == (0, "2 new, 0 changed, 0 unchanged\n")
    assert shown(result) == [
        "new        arn:aws:iam::aws:policy/acme/AcmeAudit",
        "new        arn:aws:iam::aws:policy/AcmeWork",
    ]
    installed = found(store, account, "AcmeAudit")
    assert installed is not None
    assert (installed.path, installed.description, installed.is_system) == ("/acme/", "Ours.", True)
    assert json.loads(installed.document) == document("ecs:Get*")
    assert found(store, account, "AdministratorAccess") is not None


def test_installing_again_changes_nothing(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    folder = write(policy("AcmeAudit", Path="/acme/", Description="Ours."))
    run(directory, folder)
    before = found(store, account, "AcmeAudit")
    result = run(directory, folder)
    assert shown(result) == ["unchanged  arn:aws:iam::aws:policy/acme/AcmeAudit"]
    assert found(store, account, "AcmeAudit") == before


def test_a_changed_document_becomes_a_new_default_version_and_ids_stay(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    run(directory, write(policy("AcmeAudit")))
    before = found(store, account, "AcmeAudit")
    result = run(directory, write(policy("AcmeAudit", "ecs:List*")))
    after = found(store, account, "AcmeAudit")
    assert shown(result) == ["changed    arn:aws:iam::aws:policy/AcmeAudit"]
    assert before is not None
    assert after is not None
    assert (after.policy_id, after.create_date) == (before.policy_id, before.create_date)
    assert after.default_version_id == "v2"
    assert json.loads(after.document) == document("ecs:List*")
    assert [version.version_id for version in after.versions] == ["v2", "v1"]


def test_at_most_five_versions_are_kept(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    for number in range(7):
        run(directory, write(policy("AcmeAudit", f"ecs:Get{number}")))
    after = found(store, account, "AcmeAudit")
    assert after is not None
    assert [version.version_id for version in after.versions] == ["v7", "v6", "v5", "v4", "v3"]
    assert after.last_version == 7


def test_path_and_description_follow_the_pack_without_a_new_version(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    run(directory, write(policy("AcmeAudit", Path="/acme/", Description="Ours.")))
    result = run(directory, write(policy("AcmeAudit")))
    after = found(store, account, "AcmeAudit")
    assert shown(result) == ["changed    arn:aws:iam::aws:policy/AcmeAudit"]
    assert after is not None
    assert (after.path, after.description, after.default_version_id) == ("/", None, "v1")


def test_only_the_layout_of_a_document_is_no_change(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    folder = write(policy("AcmeAudit"))
    run(directory, folder)
    content = (folder / "AcmeAudit.json").read_text(encoding="utf-8")
    (folder / "AcmeAudit.json").write_text(json.dumps(json.loads(content), indent=8, sort_keys=True), encoding="utf-8")
    assert shown(run(directory, folder)) == ["unchanged  arn:aws:iam::aws:policy/AcmeAudit"]


def test_a_dry_run_shows_everything_and_writes_nothing(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    result = run(directory, write(policy("AcmeAudit")), "--dry-run")
    assert shown(result) == ["new        arn:aws:iam::aws:policy/AcmeAudit"]
    assert "nothing was written" in result.stderr
    assert found(store, account, "AcmeAudit") is None


def test_a_pack_with_one_fault_is_refused_whole(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    folder = write(policy("AcmeAudit"), policy("Broken", "no-prefix"))
    result = run(directory, folder)
    assert result.exit_code == 1
    assert "Broken.json: Document.Statement[0].Action" in result.stderr
    assert found(store, account, "AcmeAudit") is None


def test_a_pack_cannot_take_the_name_of_a_shipped_policy(
    directory: Directory, store: Store, account: Account, write: Callable[..., Path]
) -> None:
    before = found(store, account, "ReadOnlyAccess")
    result = run(directory, write(policy("readonlyaccess", "*"), policy("AcmeAudit")))
    assert result.exit_code == 1
    assert "is one of Bindery's own system-defined policies" in result.stderr
    assert found(store, account, "ReadOnlyAccess") == before
    assert found(store, account, "AcmeAudit") is None


def test_a_change_made_meanwhile_is_not_overwritten(
    store: Store, account: Account, directory: Directory, write: Callable[..., Path]
) -> None:
    run(directory, write(policy("AcmeAudit")))
    (step,) = plan(store, account, load(write(policy("AcmeAudit", "ecs:List*"))), NOW)
    assert step.state is State.CHANGED
    assert step.installed is not None
    store.change(SYSTEM_POLICY, account, step.installed, Set("description", "somebody else's"))
    with pytest.raises(ConcurrentModification, match="AcmeAudit"):
        carry_out(store, account, step, NOW)


def test_every_change_is_in_the_audit_trail(directory: Directory, write: Callable[..., Path]) -> None:
    folder = write(policy("AcmeAudit"))
    run(directory, folder)
    run(directory, folder)
    trail = directory.data / "audit.jsonl"
    lines = [json.loads(line) for line in trail.read_text(encoding="utf-8").splitlines()]
    events = [line for line in lines if line["event"] == "bindery:InstallSystemPolicy"]
    assert [event["resources"] for event in events] == [["arn:aws:iam::aws:policy/AcmeAudit"]]
    assert not list(verify_trail(trail))


def test_a_folder_without_policies_is_refused(directory: Directory, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run(directory, empty)
    assert result.exit_code == 1
    assert "holds no .json file" in result.stderr
