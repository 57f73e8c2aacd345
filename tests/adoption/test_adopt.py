"""`bindery adopt`: what is found, what stands in the way, what is changed, and how it is undone."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter.adoption.adopting import open_adoption
from adapter.adoption.maps import presets, read_map
from adapter.adoption.scan import Findings, Problem
from adapter.cli import cli
from adapter.errors import InvalidInput
from tests.adoption.company import Tree
from tests.adoption.conftest import GROUPS, PEOPLE, Moved, adopt, move_in, opened, settings_of, target
from tests.adoption.foreign import ADMIN, CONFIG_ADMIN, SUFFIX, Company, running

UMLAUT = "uid:: " + base64.b64encode("müller".encode()).decode()
BY_MAIL = (
    "[users]\nclasses = ['inetOrgPerson']\nname = 'mail'\n[groups]\nclasses = ['groupOfNames']\nmembers = ['member']\n"
)
GROUPS_BY_NAME = "[groups]\nclasses = ['x']\nmembers = ['m']\nmember_names = 'memberUid'\n"
OWN = "classes = ['inetOrgPerson']\nname = 'uid'\n"


@pytest.fixture(scope="session")
def moved_in_template(as_it_was: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's server with Bindery moved in, and nobody adopted."""
    folder = tmp_path_factory.mktemp("moved-in") / "server"
    shutil.copytree(as_it_was, folder)
    with running(folder) as server:
        move_in(target(server, folder / "data"))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "server" / "data"


@pytest.fixture
def ready(moved_in_template: Path, tmp_path: Path) -> Iterator[Company]:
    """That server, running."""
    shutil.copytree(moved_in_template, tmp_path / "server", ignore=shutil.ignore_patterns("ldapi"))
    with running(tmp_path / "server") as company:
        yield company


def bindery(server: Company, data: Path, *arguments: str) -> Result:
    command = ["adopt", "--data", str(data), *arguments]
    return CliRunner().invoke(cli, command, env={"BINDERY_LDAP_URIS": server.uri})


def found(server: Company, data: Path, preset: str = "openldap") -> Findings:
    adoption = open_adoption(settings_of(server, data))
    try:
        return adoption.look(read_map(presets()[preset]))
    finally:
        adoption.close()


def add(server: Company, *records: str) -> None:
    server.ldap("ldapadd", stdin="\n\n".join(records) + "\n")


def person(at: str, *lines: str) -> str:
    return "\n".join([f"dn: {at}", "objectClass: inetOrgPerson", "sn: x", *lines])


def group(name: str, *members: str) -> str:
    return "\n".join([f"dn: cn={name},{GROUPS}", "objectClass: groupOfNames", *(f"member: {at}" for at in members)])


def test_a_dry_run_counts_and_changes_nothing(ready: Company, data: Path) -> None:
    before = ready.dump()
    result = bindery(ready, data)
    assert result.exit_code == 0
    assert "60 people can be adopted, 0 are, 0 can't be." in result.output
    assert "10 groups can be adopted, 0 are, 0 can't be." in result.output
    assert ready.dump() == before


def test_only_classes_are_added(ready: Company, data: Path) -> None:
    before = ready.dump()
    assert bindery(ready, data, "--apply", "--yes").exit_code == 0
    after = ready.dump()
    account = f"dn: ou=iam,{SUFFIX}"
    assert before.keys() == after.keys()
    for at in before.keys() - {account}:
        added = set(after[at]) - set(before[at])
        assert added <= {"objectClass: iamUser", "objectClass: iamGroup"}
        assert set(before[at]) <= set(after[at])


def test_a_second_run_finds_only_what_is_new(ready: Company, data: Path) -> None:
    bindery(ready, data, "--apply", "--yes")
    add(ready, person(f"uid=late,{PEOPLE}", "uid: late", "cn: Late"))
    result = bindery(ready, data, "--apply", "--yes", "--json")
    answer = json.loads(result.stdout)
    assert (answer["done"], answer["users"]["adopted"]) == (1, 60)


def test_an_interruption_leaves_what_is_done_and_the_next_run_does_the_rest(ready: Company, data: Path) -> None:
    adoption = open_adoption(settings_of(ready, data))
    tree = read_map(presets()["openldap"])

    def interrupt(done: int, _total: int) -> None:
        if done == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adoption.adopt(tree, adoption.look(tree), interrupt)
    adoption.close()
    half = found(ready, data)
    assert (len(half.users.adopted), len(half.users.new)) == (25, 35)
    assert adopt(settings_of(ready, data)) == 45


@pytest.mark.parametrize(
    ("problem", "records"),
    [
        (Problem.NAMELESS, [person(f"cn=No Name,{PEOPLE}", "cn: No Name")]),
        (Problem.SEVERAL_NAMES, [person(f"cn=Two,{PEOPLE}", "cn: Two", "uid: one", "uid: two")]),
        (Problem.NAME_REFUSED, [person(f"uid=a b,{PEOPLE}", "uid: a b", "cn: x")]),
        (
            Problem.NAME_REFUSED,
            [person(f"cn=umlaut,{PEOPLE}", "cn: umlaut", "uid:: " + base64.b64encode("müller".encode()).decode())],
        ),
        (Problem.NAME_TAKEN, [person(f"cn=Other,{PEOPLE}", "cn: Other", "uid: U00007")]),
        (Problem.NAME_REFUSED, [group("Domain Users", f"cn=nobody,{SUFFIX}")]),
    ],
)
def test_what_can_not_be_adopted_is_told_and_left_alone(
    ready: Company, data: Path, problem: Problem, records: list[str]
) -> None:
    add(ready, *records)
    findings = found(ready, data)
    assert findings.problems[problem] >= 1
    assert findings.blocked >= 1
    result = bindery(ready, data, "--apply", "--yes")
    assert (result.exit_code, problem.value in result.output) == (3, True)
    at = records[0].splitlines()[0]
    assert not [line for line in ready.dump()[at] if "iam" in line]


def test_of_two_with_the_same_name_neither_is_adopted(ready: Company, data: Path) -> None:
    add(ready, person(f"cn=Other,{PEOPLE}", "cn: Other", "uid: U00007"))
    findings = found(ready, data)
    assert (findings.problems[Problem.NAME_TAKEN], len(findings.users.new), findings.users.blocked) == (2, 59, 2)


@pytest.mark.parametrize(
    ("problem", "member"),
    [
        (Problem.NESTED, f"cn=everyone,{GROUPS}"),
        (Problem.MISSING, f"uid=gone,{PEOPLE}"),
        (Problem.OUTSIDE, f"ou=teams,{SUFFIX}"),
        (Problem.NOT_ADOPTED, f"cn=No Name,{PEOPLE}"),
    ],
)
def test_members_that_do_not_count_are_told_of(ready: Company, data: Path, problem: Problem, member: str) -> None:
    add(ready, person(f"cn=No Name,{PEOPLE}", "cn: No Name"), group("mixed", member))
    findings = found(ready, data)
    assert findings.examples[problem] == [f"cn=mixed,{GROUPS}: {member}"]
    assert f"cn=mixed,{GROUPS}" in findings.groups.new


def test_a_name_without_a_person_is_a_missing_member(ready: Company, data: Path) -> None:
    add(ready, f"dn: cn=unix,{GROUPS}\nobjectClass: posixGroup\ncn: unix\ngidNumber: 1\nmemberUid: gone")
    assert found(ready, data).examples[Problem.MISSING] == [f"cn=unix,{GROUPS}: gone"]


def test_undoing_leaves_nothing_of_iam(ready: Company, data: Path) -> None:
    before = ready.dump()
    bindery(ready, data, "--apply", "--yes")
    for moved in opened(ready, data):
        moved.do("tag_user", user_name="u00001", tags=[{"key": "a", "value": "b"}])
        moved.do("update_group", group_name="team-0", display_name="Team zero")
    dry = bindery(ready, data, "--undo")
    assert "Entries that are adopted: 70. Nothing has been changed" in dry.output
    assert bindery(ready, data, "--undo", "--apply", "--yes").exit_code == 0
    after = ready.dump()
    outside = [at for at in before if "ou=iam," not in at]
    assert {at: after[at] for at in outside} == {at: before[at] for at in outside}


def test_undoing_exports_what_is_taken_away(ready: Company, data: Path) -> None:
    bindery(ready, data, "--apply", "--yes")
    for moved in opened(ready, data):
        moved.do("tag_user", user_name="u00000", tags=[{"key": "color", "value": "blue"}])
    answer = json.loads(bindery(ready, data, "--undo", "--apply", "--yes", "--json").stdout)
    assert "iamtag: color=blue" in Path(answer["export"]).read_text()
    assert answer["adopted"] == 70


def test_groups_of_the_other_presets_are_found_by_their_classes(ready: Company, data: Path) -> None:
    counts = {name: len(found(ready, data, name).groups.new) for name in presets()}
    assert counts == {
        "openldap": 10,
        "rfc2307": 3,
        "rfc2307bis": 7,
        "freeipa": 7,
        "groupofuniquenames": 3,
        "lldap": 7,
    }


@pytest.mark.parametrize("preset", sorted(presets()))
def test_every_preset_leads_to_users_who_sign_in_and_groups_with_members(
    ready: Company, data: Path, corp: Tree, preset: str
) -> None:
    adopt(settings_of(ready, data), preset)
    for moved in opened(ready, data):
        groups = [each["group_name"] for each in moved.do("list_groups")["groups"]]
        tree = read_map(presets()[preset])
        for name in groups:
            users = [each["user_name"] for each in moved.do("get_group", group_name=name, max_items=999)["users"]]
            is_unix = list(corp.groups).index(name) % 3 == 2
            assert users == ([] if is_unix and not tree.member_names else corp.members[name])
        moved.do("create_group", group_name="crew")
        moved.do("add_user_to_group", group_name="crew", user_name="u00001")
        assert [each["user_name"] for each in moved.do("get_group", group_name="crew")["users"]] == ["u00001"]


def test_a_detail_that_the_classes_of_an_adopted_entry_forbid_is_refused(ready: Company, data: Path) -> None:
    account = "objectClass: account\nobjectClass: posixAccount\nuid: svc\ncn: svc\nuidNumber: 7\ngidNumber: 7"
    add(ready, f"dn: uid=svc,{PEOPLE}\n{account}\nhomeDirectory: /")
    adopt(settings_of(ready, data), "rfc2307")
    for moved in opened(ready, data):
        moved.do("tag_user", user_name="svc", tags=[{"key": "a", "value": "b"}])
        with pytest.raises(InvalidInput, match="object classes"):
            moved.do("update_user", user_name="svc", display_name="Service")


def test_a_map_of_ones_own_chooses_another_name(ready: Company, data: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(BY_MAIL)
    assert bindery(ready, data, "--map", str(own), "--apply", "--yes").exit_code == 0
    for moved in opened(ready, data):
        assert moved.do("get_user", user_name="u00001@corp.example")["user"]["user_name"] == "u00001@corp.example"
        assert len(moved.do("list_groups")["groups"]) == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "Expected"),
        ("[people]\n", "people means nothing here"),
        (f"[users]\n{OWN}\n[groups]\nclasses = []\nmembers = ['member']\n", "groups classes"),
        (f"[users]\n{OWN}\n[groups]\nclasses = ['a)(b']\nmembers = ['member']\n", "groups classes"),
        (f"[users]\n{OWN}\n[groups]\nclasses = ['x']\nmembers = ['member']\nnew = 'posixGroup'\n", "groups new"),
        (f"[users]\nclasses = ['x']\nname = 'cn'\n{GROUPS_BY_NAME}", "by uid"),
    ],
)
def test_a_map_that_makes_no_sense_is_wrong_usage(
    ready: Company, data: Path, tmp_path: Path, text: str, words: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    result = bindery(ready, data, "--map", str(own))
    assert (result.exit_code, words in result.output) == (2, True)


def test_nothing_can_be_adopted_in_a_directory_that_bindery_made(directory: Any) -> None:
    result = CliRunner().invoke(cli, ["adopt", "--data", str(directory.data)])
    assert (result.exit_code, "bindery init gets one ready" in result.output) == (1, True)


def test_adoption_is_written_into_the_audit_trail(ready: Company, data: Path) -> None:
    bindery(ready, data, "--apply", "--yes")
    trail = "".join(path.read_text() for path in data.rglob("audit*") if path.is_file())
    assert '"AdoptDirectory"' in trail


def test_after_all_the_work_removal_leaves_the_company_as_it_was(as_it_was: Path, tmp_path: Path) -> None:
    shutil.copytree(as_it_was, tmp_path / "server")
    with running(tmp_path / "server") as server:
        before = server.dump()
        data = tmp_path / "server" / "data"
        move_in(target(server, data))
        adopt(settings_of(server, data))
        for moved in opened(server, data):
            work(moved)
        command = ["init", "--data", str(data), "--ldap-uri", server.uri, "--bind-dn", ADMIN]
        command += ["--password-file", str(server.password_file), "--config-dn", CONFIG_ADMIN]
        command += ["--config-password-file", str(server.config_password_file), "--remove", "--yes"]
        assert CliRunner().invoke(cli, command).exit_code == 0
        assert server.dump() == before


def work(moved: Moved) -> None:
    """A day at the office, at whose end every group has the members that it had, and one whom Bindery made."""
    moved.do("create_user", user_name="temp")
    moved.do("create_login_profile", user_name="temp", password="Temporary-password-1")
    moved.do("create_group", group_name="crew")
    for name in ("everyone", "team-0", "team-1", "crew"):
        moved.do("add_user_to_group", group_name=name, user_name="temp")
    moved.do("create_access_key", user_name="u00001")
    moved.do("put_user_policy", user_name="u00002", policy_name="p", policy_document=EMPTY)
    moved.do("put_group_policy", group_name="team-0", policy_name="p", policy_document=EMPTY)
    moved.do("tag_user", user_name="u00000", tags=[{"key": "a", "value": "b"}])
    moved.do("update_user", user_name="u00000", new_path="/eng/")
    moved.do("create_role", role_name="r", assume_role_policy_document=TRUST)


EMPTY = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
        ],
    }
)
