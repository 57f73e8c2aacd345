"""Who used which service and action, when; and which policies let them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext, open_iam
from adapter.errors import AccessDenied, InvalidInput, NoSuchEntity
from adapter.ldap import USER, Store
from adapter.models import LastAccess
from tests.conftest import Directory
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import ECS_DEFINITION, READ_ONLY, TRUST, allow, deny, document

USER_ARN = "arn:aws:iam::123456789012:user/{}"
AsUser = Callable[[str], Do]


@pytest.fixture
def bob(iam: Iam, do: Do, as_user: AsUser, directory: Directory) -> Caller:
    """A user who may look at users; everything that he has done is written down when `settled` returns."""
    as_user("bob")
    do("put_user_policy", user_name="bob", policy_name="look", policy_document=allow(["iam:Get*", "iam:List*"]))
    return sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)


def context(**more: Any) -> RequestContext:
    return RequestContext(region="eu-central-1", **more)


def services(do: Do, arn: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The services of a report, by prefix."""
    job = do("generate_service_last_accessed_details", arn=arn, **more)["job_id"]
    answer = do("get_service_last_accessed_details", job_id=job)
    assert answer["job_status"] == "COMPLETED"
    return {each["service_namespace"]: each for each in answer["services_last_accessed"]}


def until(condition: Callable[[], Any]) -> Any:
    """Waits for what is written off the request's path."""
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def accessed(directory: Directory, name: str) -> tuple[LastAccess, ...]:
    """What the entry of a user says."""
    store = Store.open(directory.settings)
    [account] = store.accounts()
    user = store.get(USER, account, name, also=("last_accessed",))
    store.close()
    assert user
    return user.last_accessed


def test_an_attempt_shows_within_seconds(do: Do, iam: Iam, bob: Caller) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    iam.execute(bob, "list_users", {}, context())
    iam_row = until(lambda: services(do, bob.arn)["iam"].get("last_authenticated") and services(do, bob.arn)["iam"])
    assert iam_row["service_name"] == "AWS Identity and Access Management"
    assert before <= iam_row["last_authenticated"] <= datetime.now(UTC)
    assert iam_row["last_authenticated_entity"] == bob.arn
    assert (iam_row["last_authenticated_region"], iam_row["total_authenticated_entities"]) == ("eu-central-1", 1)
    assert "tracked_actions_last_accessed" not in iam_row


def test_a_registered_service_is_reached_and_called_by_its_title(do: Do, bob: Caller) -> None:
    do("put_user_policy", user_name="bob", policy_name="servers", policy_document=allow("*"))
    assert "ecs" not in services(do, bob.arn)
    do("register_service", prefix="ecs", definition=ECS_DEFINITION)
    assert services(do, bob.arn)["ecs"]["service_name"] == "Elastic Cloud Server"


def test_of_a_registered_service_every_action_is_told_that_is_allowed(do: Do, bob: Caller) -> None:
    do("register_service", prefix="ecs", definition=ECS_DEFINITION)
    do("put_user_policy", user_name="bob", policy_name="servers", policy_document=allow(["ecs:List*", "ecs:Stop*"]))
    found = services(do, bob.arn, granularity="ACTION_LEVEL")["ecs"]["tracked_actions_last_accessed"]
    assert found == [{"action_name": "ListServers"}, {"action_name": "StopServers"}]


def test_services_are_called_as_aws_calls_them_or_else_by_their_titles(do: Do, bob: Caller) -> None:
    names = {"s3:Get*": "Amazon S3", "cloudtrail:Get*": "CloudTrail", "unheard:Get*": "unheard"}
    do("put_user_policy", user_name="bob", policy_name="some", policy_document=allow(list(names)))
    found = services(do, bob.arn)
    assert {f"{prefix}:Get*": found[prefix]["service_name"] for prefix in ("s3", "cloudtrail", "unheard")} == names


def test_a_refused_attempt_counts_as_well(do: Do, iam: Iam, bob: Caller, directory: Directory) -> None:
    with pytest.raises(AccessDenied):
        iam.execute(bob, "create_user", {"user_name": "eve"}, context())
    found = until(lambda: accessed(directory, "bob"))
    assert {(each.service, each.action) for each in found} == {("iam", ""), ("iam", "CreateUser")}


def test_asking_whether_one_may_is_no_attempt(iam: Iam, bob: Caller, directory: Directory) -> None:
    iam.can(bob, "list_users", {}, context())
    iam.execute(bob, "get_user", {}, context())
    assert {each.action for each in until(lambda: accessed(directory, "bob"))} == {"", "GetUser"}


def test_what_is_used_again_within_a_quarter_of_an_hour_is_not_written_again(
    iam: Iam, bob: Caller, directory: Directory
) -> None:
    start = datetime.now(UTC).replace(microsecond=0)
    for minutes in (0, 14, 15):
        iam.execute(bob, "list_users", {}, context(now=start + timedelta(minutes=minutes)))
    iam.close()
    times = {each.action: each.time for each in accessed(directory, "bob")}
    assert times == {"": start + timedelta(minutes=15), "ListUsers": start + timedelta(minutes=15)}


def test_actions_are_told_where_they_are_asked_for(do: Do, iam: Iam, bob: Caller) -> None:
    iam.execute(bob, "list_users", {}, context())
    until(lambda: "last_authenticated" in services(do, bob.arn)["iam"])
    actions = {
        each["action_name"]: each
        for each in services(do, bob.arn, granularity="ACTION_LEVEL")["iam"]["tracked_actions_last_accessed"]
    }
    assert actions["ListUsers"]["last_accessed_entity"] == bob.arn
    assert actions["ListUsers"]["last_accessed_region"] == "eu-central-1"
    assert actions["GetUser"] == {"action_name": "GetUser"}
    assert "CreateUser" not in actions


def test_another_service_tells_of_its_own_decisions(do: Do, iam: Iam, bob: Caller) -> None:
    do("put_user_policy", user_name="bob", policy_name="files", policy_document=allow("s3:GetObject"))
    iam.note_access(bob, "s3:GetObject", context())
    s3 = until(
        lambda: (
            (found := services(do, bob.arn, granularity="ACTION_LEVEL")["s3"])["total_authenticated_entities"] and found
        )
    )
    assert s3["service_name"] == "Amazon S3"
    assert [each["action_name"] for each in s3["tracked_actions_last_accessed"]] == ["GetObject"]


def test_what_another_tool_is_told_can_not_break_the_entry(iam: Iam, bob: Caller, directory: Directory) -> None:
    iam.note_access(bob, "we ird:Ac\ntion ü", RequestContext(region="a b" * 100))
    found = until(lambda: accessed(directory, "bob"))
    assert {(each.service, each.action) for each in found} == {("weird", ""), ("weird", "Action")}


def test_two_processes_write_side_by_side(iam: Iam, bob: Caller, directory: Directory) -> None:
    other = open_iam(directory.settings)
    for number in range(20):
        door = (iam, other)[number % 2]
        door.note_access(bob, f"s3:Action{number}", context())
    other.close()
    iam.close()
    assert {each.action for each in accessed(directory, "bob")} == {"", *(f"Action{number}" for number in range(20))}


def test_a_namesake_has_done_nothing(do: Do, iam: Iam, bob: Caller, directory: Directory) -> None:
    directory.ldap("ldapdelete", f"uid=bob,ou=people,{directory.suffix}")
    do("create_user", user_name="bob")
    iam.note_access(bob, "s3:GetObject", context())
    iam.close()
    assert accessed(directory, "bob") == ()


def test_what_the_root_user_does_is_written_nowhere(do: Do, iam: Iam, directory: Directory) -> None:
    do("list_users")
    iam.close()
    found = directory.ldap("ldapsearch", "-LLL", "-b", directory.suffix, "(iamLastAccessed=*)", "dn").stdout
    assert [line for line in found.splitlines() if line and not line.startswith("dn: cn=.attributes,")] == []


def test_a_group_s_report_tells_of_its_members(do: Do, iam: Iam, bob: Caller) -> None:
    do("create_group", group_name="staff")
    for name in ("bob", "eve"):
        if name != "bob":
            do("create_user", user_name=name)
        do("add_user_to_group", group_name="staff", user_name=name)
    do("attach_group_policy", group_name="staff", policy_arn=READ_ONLY)
    iam.execute(bob, "list_users", {}, context())
    group = "arn:aws:iam::123456789012:group/staff"
    found = until(lambda: (row := services(do, group)["iam"])["total_authenticated_entities"] and row)
    assert (found["last_authenticated_entity"], found["total_authenticated_entities"]) == (bob.arn, 1)


def test_the_entities_of_a_group_are_listed_latest_first(do: Do, iam: Iam, bob: Caller) -> None:
    do("create_group", group_name="staff")
    do("create_user", user_name="adam", path="/eng/")
    for name in ("adam", "bob"):
        do("add_user_to_group", group_name="staff", user_name=name)
    iam.execute(bob, "list_users", {}, context())
    until(lambda: "last_authenticated" in services(do, bob.arn)["iam"])
    job = do("generate_service_last_accessed_details", arn="arn:aws:iam::123456789012:group/staff")["job_id"]
    first = do("get_service_last_accessed_details_with_entities", job_id=job, service_namespace="iam", max_items=1)
    second = do(
        "get_service_last_accessed_details_with_entities",
        job_id=job,
        service_namespace="iam",
        marker=first["marker"],
    )
    [one], [other] = first["entity_details_list"], second["entity_details_list"]
    assert (one["entity_info"]["name"], "last_authenticated" in one) == ("bob", True)
    assert other == {
        "entity_info": {
            "arn": "arn:aws:iam::123456789012:user/eng/adam",
            "name": "adam",
            "type": "USER",
            "id": do("get_user", user_name="adam")["user"]["user_id"],
            "path": "/eng/",
        }
    }
    assert (first["is_truncated"], second["is_truncated"]) == (True, False)


def test_a_policy_s_report_tells_of_all_whom_it_reaches_and_of_each_once(do: Do) -> None:
    policy = do("create_policy", policy_name="p", policy_document=allow("s3:*"))["policy"]["arn"]
    do("create_group", group_name="staff")
    for name in ("direct", "both", "member", "bounded"):
        do("create_user", user_name=name)
    do("create_role", role_name="deploy", assume_role_policy_document=TRUST)
    do("attach_role_policy", role_name="deploy", policy_arn=policy)
    do("attach_group_policy", group_name="staff", policy_arn=policy)
    for name in ("direct", "both"):
        do("attach_user_policy", user_name=name, policy_arn=policy)
    for name in ("both", "member"):
        do("add_user_to_group", group_name="staff", user_name=name)
    do("put_user_permissions_boundary", user_name="bounded", permissions_boundary=policy)
    job = do("generate_service_last_accessed_details", arn=policy)["job_id"]
    found = do("get_service_last_accessed_details_with_entities", job_id=job, service_namespace="s3")
    names = [each["entity_info"]["name"] for each in found["entity_details_list"]]
    assert names == ["deploy", "both", "direct", "member"]
    assert list(services(do, policy)) == ["s3"]


def test_a_system_policy_has_a_report_too(do: Do) -> None:
    assert "iam" in services(do, READ_ONLY)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (allow("*"), ["iam", "sts"]),
        (allow("s3:Get*"), ["s3"]),
        (allow(["s3:*", "SQS:SendMessage"]), ["s3", "sqs"]),
        (deny("*"), []),
        (document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), ["sts"]),
        (document({"Effect": "Allow", "NotAction": "iam:Create*", "Resource": "*"}), ["iam", "sts"]),
        (
            document(
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
            ),
            ["sts"],
        ),
        (
            document(
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/x"},
            ),
            ["iam", "sts"],
        ),
    ],
)
def test_services_are_those_that_policies_reach(ask: Do, policy: str, expected: list[str]) -> None:
    ask("create_user", user_name="bob")
    ask("put_user_policy", user_name="bob", policy_name="p", policy_document=policy)
    try:
        assert list(services(ask, USER_ARN.format("bob"))) == expected
    finally:
        ask("delete_user_policy", user_name="bob", policy_name="p")
        ask("delete_user", user_name="bob")


def test_a_job_id_is_as_long_as_aws_s(do: Do, bob: Caller) -> None:
    assert len(do("generate_service_last_accessed_details", arn=bob.arn)["job_id"]) == 36


def test_a_job_is_its_caller_s_own(do: Do, iam: Iam, bob: Caller) -> None:
    job = do("generate_service_last_accessed_details", arn=bob.arn)["job_id"]
    with pytest.raises(NoSuchEntity):
        iam.execute(bob, "get_service_last_accessed_details", {"job_id": job}, context())


@pytest.mark.parametrize("job_id", ["x" * 36, "!" * 36, "A" * 36, "0f0f0f0f-1111-2222-3333-444444444444"])
def test_a_job_that_nobody_began_is_not_found(ask: Do, job_id: str) -> None:
    with pytest.raises(NoSuchEntity):
        ask("get_service_last_accessed_details", job_id=job_id)


def test_a_job_ends_with_a_day_and_with_what_it_is_about(do: Do, iam: Iam, root: Caller, bob: Caller) -> None:
    job = {"job_id": do("generate_service_last_accessed_details", arn=bob.arn)["job_id"]}
    late = context(now=datetime.now(UTC) + timedelta(days=1, minutes=1))
    with pytest.raises(NoSuchEntity):
        iam.execute(root, "get_service_last_accessed_details", job, late)
    do("delete_user_policy", user_name="bob", policy_name="look")
    do("delete_login_profile", user_name="bob")
    do("delete_user", user_name="bob")
    with pytest.raises(NoSuchEntity):
        do("get_service_last_accessed_details", **job)


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:user/nobody", "arn:aws:iam::aws:policy/Nothing"])
def test_a_report_about_nothing_is_refused(ask: Do, arn: str) -> None:
    with pytest.raises(NoSuchEntity):
        ask("generate_service_last_accessed_details", arn=arn)


@pytest.mark.parametrize(
    "arn",
    ["arn:aws:s3:::some-long-bucket", "arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:user/bob", "x" * 30],
)
def test_an_arn_of_something_else_is_refused(ask: Do, arn: str) -> None:
    with pytest.raises(InvalidInput):
        ask("generate_service_last_accessed_details", arn=arn)
    with pytest.raises(InvalidInput):
        ask("list_policies_granting_service_access", arn=arn, service_namespaces=["iam"])


def test_policies_that_grant_a_service_are_told_with_where_they_are(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_group", group_name="staff")
    do("add_user_to_group", group_name="staff", user_name="bob")
    do("attach_group_policy", group_name="staff", policy_arn=READ_ONLY)
    do("put_group_policy", group_name="staff", policy_name="ours", policy_document=allow("iam:GetUser"))
    do("put_user_policy", user_name="bob", policy_name="mine", policy_document=allow("s3:*"))
    do("put_user_policy", user_name="bob", policy_name="never", policy_document=deny("iam:*"))
    answer = do(
        "list_policies_granting_service_access", arn=USER_ARN.format("bob"), service_namespaces=["s3", "iam", "ec2"]
    )
    found = {each["service_namespace"]: each["policies"] for each in answer["policies_granting_service_access"]}
    assert list(found) == ["ec2", "iam", "s3"]
    inline = {"policy_name": "ours", "policy_type": "INLINE", "entity_type": "GROUP", "entity_name": "staff"}
    managed = {"policy_name": "ReadOnlyAccess", "policy_type": "MANAGED", "policy_arn": READ_ONLY}
    assert found["iam"] == [inline, managed]
    assert {each["policy_name"] for each in found["s3"]} == {"mine"} | (
        {"ReadOnlyAccess"} & {each["policy_name"] for each in found["s3"]}
    )
    assert answer["is_truncated"] is False


def test_a_policy_has_no_policies_that_grant_it_anything(ask: Do) -> None:
    with pytest.raises(InvalidInput):
        ask("list_policies_granting_service_access", arn=READ_ONLY, service_namespaces=["iam"])
