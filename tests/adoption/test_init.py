"""Moving into a server that is somebody else's: what is shown, what is added, what is left to its administrators."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapter.adoption.installing import Plan, carry_out, make_plan, write_settings
from adapter.adoption.plan import State
from adapter.adoption.target import Doors, whole_uri
from adapter.cli import cli
from adapter.errors import EntityAlreadyExists
from adapter.installation.doctor import Verdict, examine
from adapter.ldap.foreign import ForeignServerError
from tests.adoption.conftest import ENVIRONMENT, GROUPS, PEOPLE, Moved, adopt, move_in, opened, settings_of, target
from tests.adoption.foreign import ADMIN, SUFFIX, Company
from tests.adoption.running import OWN, as_administrator, bindery


def test_it_asks_and_does_nothing_without_a_yes(server: Company, tmp_path: Path) -> None:
    before = server.dump(), server.configuration()
    result = bindery(server, tmp_path / "data")
    assert result.exit_code == 1
    assert "Access rules" in result.output
    assert (server.dump(), server.configuration()) == before


def test_where_nobody_can_be_asked_for_a_password_a_file_is_wanted(server: Company, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, as_administrator(server, tmp_path))
    assert (result.exit_code, "give a file that holds it" in result.output) == (2, True)


def test_who_is_not_let_in_is_named(server: Company, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    wrong = ["--password-file", str(tmp_path / "wrong")]
    result = CliRunner().invoke(cli, [*as_administrator(server, tmp_path), *wrong])
    assert (result.exit_code, f"does not let {ADMIN} in: invalidCredentials" in result.output) == (1, True)


def test_a_password_that_is_no_text_is_named(server: Company, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff")
    command = [*as_administrator(server, tmp_path), "--password-file", str(tmp_path / "binary")]
    result = CliRunner().invoke(cli, command)
    assert (result.exit_code, f"{tmp_path / 'binary'} is not text in UTF-8" in result.output) == (1, True)


def test_a_variable_that_makes_no_sense_is_named(server: Company, tmp_path: Path) -> None:
    command = [*as_administrator(server, tmp_path / "data"), "--password-file", str(server.password_file)]
    result = CliRunner().invoke(cli, command, env=ENVIRONMENT | {"BINDERY_ROOT_PASSWORD": "short"})
    assert (result.exit_code, "BINDERY_ROOT_PASSWORD" in result.output) == (1, True)


def test_it_can_be_run_again_and_has_nothing_to_do(server: Company, tmp_path: Path) -> None:
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    after = server.dump(), server.configuration()
    second = bindery(server, tmp_path / "data", "--yes")
    assert (second.exit_code, "Nothing to do." in second.output) == (0, True)
    assert (server.dump(), server.configuration()) == after


def test_the_company_reads_and_hides_what_it_did_before(moved: Moved) -> None:
    mail = moved.company.ldap(
        "ldapsearch", "-LLL", "-D", "", "-b", PEOPLE, "uid=u00000", "mail", "employeeNumber"
    ).stdout
    assert "mail: u00000@corp.example" in mail
    assert "employeeNumber" not in mail


def test_nobody_else_sees_anything_of_iam(moved: Moved) -> None:
    moved.do("tag_user", user_name="u00000", tags=[{"key": "a", "value": "b"}])
    shown = moved.company.ldap(
        "ldapsearch", "-LLL", "-D", "", "-b", SUFFIX, "(|(uid=u00000)(cn=root)(cn=adapter))"
    ).stdout
    assert "uid: u00000" in shown
    assert "iamTag" not in shown
    assert "ou=iam" not in shown


def test_bindery_is_not_the_root_dn_and_reads_no_password(moved: Moved) -> None:
    assert moved.settings.ldap_bind_dn == f"cn=adapter,{OWN}"
    who = ("-D", f"cn=adapter,{OWN}", "-w", str(moved.settings.ldap_bind_password))
    assert "userPassword" not in moved.company.ldap("ldapsearch", "-LLL", *who, "-b", SUFFIX, "userPassword").stdout
    refused = moved.company.ldap("ldapdelete", *who, PEOPLE.replace("ou=staff", "dc=none"), check=False)
    assert refused.returncode != 0


def test_secrets_are_for_the_owner_of_the_folder_alone(server: Company, tmp_path: Path) -> None:
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    for path in (tmp_path / "data").iterdir():
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path.name


def test_settings_name_a_file_and_no_password(server: Company, tmp_path: Path) -> None:
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    text = (tmp_path / "data" / "directory.env").read_text()
    assert f"BINDERY_LDAP_BIND_DN=cn=adapter,{OWN}" in text
    assert (tmp_path / "data" / "adapter-password").read_text().strip() not in text


def test_an_administrator_applies_what_bindery_may_not(server: Company, tmp_path: Path) -> None:
    file = tmp_path / "for-the-admin.ldif"
    assert bindery(server, tmp_path / "data", "--ldif", str(file), config=False).exit_code == 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    server.config("ldapmodify", "-c", stdin=file.read_text(), check=False)
    assert bindery(server, tmp_path / "data", "--yes", config=False).exit_code == 0
    again = bindery(server, tmp_path / "data", "--yes", config=False)
    assert (again.exit_code, "Nothing to do." in again.output) == (0, True)


def test_an_administrators_file_holds_no_secret(server: Company, tmp_path: Path) -> None:
    printed = bindery(server, tmp_path / "data", "--print", config=False).stdout
    assert "olcAccess: {0}to" in printed
    for word in ("SSHA", "userPassword:", (tmp_path / "data" / "adapter-password").read_text().strip()):
        assert word not in printed


def test_without_a_way_to_change_the_configuration_it_says_what_is_needed(server: Company, tmp_path: Path) -> None:
    result = bindery(server, tmp_path / "data", "--yes", config=False)
    assert result.exit_code == 1
    assert "Without Schema bindery" in result.output
    assert "--ldif FILE" in result.output
    assert OWN not in str(server.dump())


def with_broken(plan: Plan, name: str) -> Plan:
    """A plan one of whose overlays the server can't load."""
    item = next(each for each in plan.items if each.name == name)
    broken = replace(item, additions=(replace(item.additions[0], attributes=(("olcModuleLoad", b"none"),)),))
    return replace(plan, items=tuple(broken if each is item else each for each in plan.items))


def test_what_is_only_wanted_may_be_refused(server: Company, tmp_path: Path) -> None:
    where = target(server, tmp_path / "data")
    with Doors(where) as doors:
        plan = with_broken(make_plan(where, doors, ENVIRONMENT), "Overlay syncprov")
        refused = carry_out(plan, doors, lambda _what, _refusal: None)
        write_settings(plan)
    assert [item.name for item in refused] == ["Overlay syncprov"]
    for moved in opened(server, tmp_path / "data"):
        moved.do("create_user", user_name="newcomer")
        assert [user["user_name"] for user in moved.do("list_users")["users"]] == ["newcomer"]


def test_an_overlay_that_is_needed_and_refused_stops_it_before_the_tree_is_touched(
    server: Company, tmp_path: Path
) -> None:
    where = target(server, tmp_path / "data")
    with Doors(where) as doors:
        plan = make_plan(where, doors, ENVIRONMENT)
        with pytest.raises(ForeignServerError, match="Without Overlay ppolicy"):
            carry_out(with_broken(plan, "Overlay ppolicy"), doors, lambda _what, _refusal: None)
    assert OWN not in str(server.dump())


def test_an_interruption_anywhere_is_mended_by_the_next_run(server: Company, tmp_path: Path) -> None:
    where = target(server, tmp_path / "data")
    for stop_after in range(5):
        told: list[str] = []

        def interrupt(what: str, _refusal: str, limit: int = stop_after, told: list[str] = told) -> None:
            told.append(what)
            if len(told) > limit:
                raise KeyboardInterrupt

        with Doors(where) as doors, suppress(KeyboardInterrupt):
            carry_out(make_plan(where, doors, ENVIRONMENT), doors, interrupt)
    move_in(where)
    for moved in opened(server, tmp_path / "data"):
        assert moved.do("list_users")["users"] == []


def test_a_name_that_is_taken_by_the_company_is_left_alone(server: Company, tmp_path: Path) -> None:
    server.ldap("ldapadd", stdin=f"dn: {OWN}\nobjectClass: organizationalUnit\nou: iam\n")
    result = bindery(server, tmp_path / "data", "--yes")
    assert result.exit_code == 1
    assert "is not Bindery's" in result.output


def test_a_base_that_is_not_there_is_refused(server: Company, tmp_path: Path) -> None:
    result = bindery(server, tmp_path / "data", "--yes", "--new-users", f"ou=nowhere,{SUFFIX}")
    assert (result.exit_code, "There is no entry ou=nowhere" in result.output) == (1, True)


def test_a_wrong_password_is_one_sentence(server: Company, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    result = bindery(server, tmp_path / "data", "--yes", "--password-file", str(wrong))
    assert (result.exit_code, "invalidCredentials" in result.output) == (1, True)


def test_new_people_and_groups_go_where_it_was_told(server: Company, tmp_path: Path) -> None:
    unit = f"ou=new,{PEOPLE}"
    server.ldap("ldapadd", stdin=f"dn: {unit}\nobjectClass: organizationalUnit\nou: new\n")
    move_in(target(server, tmp_path / "data", new_users=unit))
    for moved in opened(server, tmp_path / "data"):
        moved.do("create_user", user_name="newcomer")
        assert f"dn: uid=newcomer,{unit}" in server.dump()


def test_the_plan_as_json_tells_everything(server: Company, tmp_path: Path) -> None:
    result = bindery(server, tmp_path / "data", "--json")
    plan = json.loads(result.stdout)
    assert result.exit_code == 3
    assert {item["state"] for item in plan["items"]} == {State.MISSING.value}
    assert all(item["ldif"] for item in plan["items"])
    assert plan["groups"] == GROUPS


def test_an_account_that_is_there_needs_its_master_key(server: Company, tmp_path: Path) -> None:
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    (tmp_path / "data" / "master.key").unlink()
    result = bindery(server, tmp_path / "data", "--yes")
    assert (result.exit_code, "master.key is missing" in result.output) == (1, True)


def test_of_several_suffixes_one_has_to_be_said(server: Company, tmp_path: Path) -> None:
    (server.folder / "other").mkdir()
    second = "dn: olcDatabase=mdb,cn=config\nobjectClass: olcMdbConfig\nolcDatabase: mdb\n"
    server.config("ldapadd", stdin=f"{second}olcSuffix: dc=other,dc=example\nolcDbDirectory: other\n")
    result = bindery(server, tmp_path / "data", "--yes")
    assert (result.exit_code, "Say which suffix with --suffix" in result.output) == (1, True)
    assert bindery(server, tmp_path / "data", "--yes", "--suffix", SUFFIX).exit_code == 0
    assert "iam" not in server.config("ldapsearch", "-LLL", "-b", "cn=config", "(olcSuffix=dc=other,dc=example)")


def test_what_the_check_up_finds_is_bindery_s_own(moved: Moved) -> None:
    findings = {finding.check: finding for finding in examine(moved.settings)}
    assert findings["access rules"].verdict is Verdict.FINE
    assert findings["schema"].verdict is Verdict.FINE


def test_many_writers_at_once_do_no_harm_to_a_server_with_many_threads(moved: Moved) -> None:
    def work(worker: int) -> None:
        for number in range(8):
            name = f"w{worker}-{number}"
            moved.do("create_user", user_name=name)
            moved.do("add_user_to_group", group_name="team-1", user_name=name)
            moved.do("update_user", user_name=name, new_user_name=f"{name}-renamed")
            moved.do("remove_user_from_group", group_name="team-1", user_name=f"{name}-renamed")
            moved.do("delete_user", user_name=f"{name}-renamed")

    before = moved.company.dump()[f"dn: cn=team-1,{GROUPS}"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert moved.company.dump()[f"dn: cn=team-1,{GROUPS}"] == before


def test_of_many_who_want_one_name_one_gets_it(moved: Moved) -> None:
    def create(_: int) -> bool:
        try:
            moved.do("create_user", user_name="wanted")
        except EntityAlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(8))) == 1


def test_the_usual_socket_is_found(server: Company, tmp_path: Path) -> None:
    assert whole_uri("ldapi:///", [tmp_path / "none", server.socket]).endswith("server%2Fldapi")
    assert whole_uri(server.uri) == server.uri
    with pytest.raises(ForeignServerError, match="not where it usually is"):
        whole_uri("ldapi:///", [tmp_path / "none"])


@pytest.mark.parametrize("unit", ["ou=Sales\\, Inside,l=Zürich", "ou=研发部,l=上海", "ou=R\\+D,l=Kraków"])
def test_people_may_be_anywhere_whatever_the_place_is_called(server: Company, tmp_path: Path, unit: str) -> None:
    data = tmp_path / "data"
    move_in(target(server, data, users=f"{unit},{PEOPLE}"))
    adopt(settings_of(server, data))
    for moved in opened(server, data):
        names = [user["user_name"] for user in moved.do("list_users")["users"]]
        moved.do("tag_user", user_name=names[0], tags=[{"key": "a", "value": "b"}])
        assert len(names) == 2
    assert bindery(server, data, "--yes", "--users", f"{unit},{PEOPLE}").output.endswith("Nothing to do.\n")


def test_a_schema_of_an_earlier_version_gets_what_is_new(server: Company, tmp_path: Path) -> None:
    where = target(server, tmp_path / "data")
    with Doors(where) as doors:
        plan = make_plan(where, doors, ENVIRONMENT)
        schema = plan.items[0].additions[0]
        kept = tuple(each for each in schema.attributes if not any(word in each[1] for word in LATER))
        assert len(schema.attributes) - len(kept) == 2
        replace(schema, attributes=kept).carry_out(doors.config or doors.data)
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    shown = server.ldap(
        "ldapsearch", "-LLL", "-s", "base", "-b", "cn=Subschema", "objectClasses", "attributeTypes"
    ).stdout
    for word in ("'iamReport'", "'iamReportPieces'"):
        assert word in shown


LATER = (b"'iamReport'", b"'iamReportPieces'")
