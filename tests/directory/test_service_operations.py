"""Services at the door: listed, described, registered and removed by whoever may, and known everywhere at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from adapter import Iam
from adapter.errors import (
    AccessDenied,
    ConcurrentModification,
    IamError,
    InvalidInput,
    NoSuchEntity,
    UnmodifiableEntity,
    ValidationError,
)
from adapter.installation.accounts import create_account
from adapter.services.checks import InvalidDefinition
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in
from tests.documents import ECS_DEFINITION as ECS
from tests.documents import READ_ONLY, allow

NO_REVISION = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
QUEUE = json.dumps({"prefix": "queue", "title": "Queues", "actions": {"SendMessage": {"level": "Write"}}})


def _register(do: Do, definition: str = ECS, prefix: str = "ecs", **more: str) -> dict[str, Any]:
    return do("register_service", prefix=prefix, definition=definition, **more)["service"]


def _last_event(do: Do) -> dict[str, Any]:
    return do("lookup_events", max_items=1)["events"][0]


def test_the_list_has_what_is_shipped_and_what_is_registered(do: Do) -> None:
    _register(do, QUEUE, "queue")
    found = do("list_services")
    by_prefix = {each["prefix"]: each for each in found["services"]}
    assert (found["total"], found["registered"]) == (21, 1)
    assert (by_prefix["queue"]["source"], by_prefix["queue"]["action_count"]) == ("Registered", 1)
    assert by_prefix["queue"]["create_date"] is not None
    assert (by_prefix["iam"]["source"], by_prefix["iam"]["create_date"]) == ("Shipped", None)
    assert by_prefix["iam"]["action_count"] > 150


def test_the_list_is_searched_filtered_and_paged(do: Do) -> None:
    _register(do)
    assert [each["prefix"] for each in do("list_services", text="elastic cloud")["services"]] == ["ecs"]
    assert [each["prefix"] for each in do("list_services", source="Registered")["services"]] == ["ecs"]
    assert "ecs" not in [each["prefix"] for each in do("list_services", source="Shipped")["services"]]
    first = do("list_services", max_items=3)
    second = do("list_services", max_items=3, marker=first["marker"])
    assert len({each["prefix"] for each in (*first["services"], *second["services"])}) == 6


def test_a_service_is_described_with_all_that_it_says_of_itself(do: Do) -> None:
    _register(do)
    found = do("get_service", prefix="ecs")["service"]
    actions = {each["name"]: each for each in found["actions"]}
    assert actions["CreateServers"]["access_level"] == "Write"
    assert actions["CreateServers"]["resource_types"] == ["server"]
    assert found["resource_types"][0]["arns"] == ["arn:${Partition}:ecs:${Region}:${Account}:server/${ServerId}"]
    assert found["regions"] == ["eu-de", "eu-nl"]
    assert json.loads(found["definition"])["title"] == "Elastic Cloud Server"


def test_a_service_that_is_only_shipped_is_described_as_well(do: Do) -> None:
    found = do("get_service", prefix="bindery")["service"]
    assert (found["source"], found["is_registered"]) == ("Shipped", False)
    assert "RegisterService" in [each["name"] for each in found["actions"]]


def test_a_service_that_nobody_knows_is_not_found(do: Do) -> None:
    for operation in ("get_service", "deregister_service", "describe_service_entry"):
        with pytest.raises(NoSuchEntity):
            do(operation, prefix="unheard")


def test_registering_tells_the_catalogue_at_once_and_removing_does_too(do: Do, iam: Iam) -> None:
    assert iam.services().title("ecs") == "ECS"
    _register(do)
    assert iam.services().title("ecs") == "Elastic Cloud Server"
    do("deregister_service", prefix="ecs")
    assert iam.services().title("ecs") == "ECS"


def test_registering_again_replaces(do: Do) -> None:
    before = _register(do)
    after = _register(do, title="Servers")
    assert (after["title"], after["create_date"]) == ("Servers", before["create_date"])
    assert after["revision_id"] != before["revision_id"]


def test_the_entry_is_shown_as_ldif(do: Do) -> None:
    _register(do)
    assert do("describe_service_entry", prefix="ecs")["ldif"].startswith("dn: cn=ecs,ou=services,ou=iam,")


def test_what_registering_would_change_is_told_before(do: Do) -> None:
    _register(do)
    wanted = json.dumps(
        {
            "prefix": "ecs",
            "title": "Servers",
            "actions": {"ListServers": {"level": "Read"}, "CreateServers": {"level": "Write"}, "Resize": {}},
        }
    )
    found = do("describe_service_registration", definition=wanted)
    assert (found["outcome"], found["replaces"], found["replaces_shipped"]) == (
        "changed",
        "Elastic Cloud Server",
        False,
    )
    assert found["added_actions"] == ["Resize"]
    assert found["removed_actions"] == ["DeleteServers", "StopServers"]
    assert found["changed_actions"] == ["CreateServers", "ListServers"]
    assert do("get_service", prefix="ecs")["service"]["title"] == "Elastic Cloud Server"


def test_a_definition_that_is_there_already_changes_nothing(do: Do) -> None:
    _register(do)
    found = do("describe_service_registration", definition=ECS)
    assert (found["outcome"], found["added_actions"], found["changed_actions"]) == ("unchanged", [], [])


def test_a_new_service_says_so_and_that_it_hides_what_is_shipped(do: Do) -> None:
    assert do("describe_service_registration", definition=QUEUE)["revision_id"] == NO_REVISION
    found = do("describe_service_registration", definition=ECS)
    assert (found["outcome"], found["replaces"], found["replaces_shipped"]) == ("new", "ECS", True)


def test_policies_are_told_that_name_a_service_and_what_it_does_not_have(do: Do) -> None:
    do("create_policy", policy_name="Servers", policy_document=allow(["ecs:CreateServers", "ecs:Reboot*", "s3:Get*"]))
    do("create_policy", policy_name="Buckets", policy_document=allow("s3:*"))
    found = do("list_policies_naming_service", prefix="ecs", with_definition=ECS)
    mine = {each["policy_name"]: each for each in found["policies"] if each["kind"] == "customer"}
    assert mine.keys() == {"Servers"}
    assert mine["Servers"]["actions"] == ["CreateServers", "Reboot*"]
    assert mine["Servers"]["unknown_actions"] == ["Reboot*"]
    assert found["with_unknown_actions"] >= 1


def test_what_means_nothing_already_is_not_told_again(do: Do) -> None:
    _register(do)
    do("create_policy", policy_name="Servers", policy_document=allow(["ecs:Reboot*", "ecs:ListServers", "ecs:Stop*"]))
    wanted = json.dumps({"prefix": "ecs", "title": "Servers", "actions": {"ListServers": {}}})
    found = do("list_policies_naming_service", prefix="ecs", with_definition=wanted)["policies"]
    assert [each["unknown_actions"] for each in found if each["policy_name"] == "Servers"] == [["Stop*"]]


def test_a_policy_that_hides_its_names_in_escapes_is_found(do: Do) -> None:
    do(
        "create_policy",
        policy_name="Hidden",
        policy_document=allow("queue:SendMessage").replace("queue", "q\\u0075eue"),
    )
    found = do("list_policies_naming_service", prefix="queue")
    assert [each["policy_name"] for each in found["policies"]] == ["Hidden"]


@pytest.mark.parametrize(
    ("definition", "prefix", "error"),
    [
        (QUEUE, "ecs", InvalidInput),
        ("nonsense", "ecs", InvalidDefinition),
        (json.dumps({"prefix": "iam", "title": "Mine"}), "iam", InvalidDefinition),
        ("x" * 1_000_001, "ecs", ValidationError),
        (QUEUE, "E C S", ValidationError),
    ],
    ids=["another's", "nonsense", "our own", "too long", "no prefix"],
)
def test_what_can_t_be_registered_changes_nothing(do: Do, definition: str, prefix: str, error: type[IamError]) -> None:
    with pytest.raises(error):
        _register(do, definition, prefix)
    assert do("list_services", source="Registered")["services"] == []


def test_the_longest_definition_is_kept_and_read(do: Do) -> None:
    actions = {f"Action{number:05}{'x' * 100}": {"level": "Read"} for number in range(5_500)}
    definition = json.dumps({"prefix": "vast", "title": "Vast", "actions": actions})
    assert 700_000 < len(definition) < 1_000_000
    assert _register(do, definition, "vast")["action_count"] == 5_500


def test_what_grows_over_the_limit_by_its_one_spelling_is_refused(do: Do) -> None:
    actions = {f"Action{number:05}{'x' * 100}": {} for number in range(8_000)}
    definition = json.dumps({"prefix": "vast", "title": "Vast", "actions": actions})
    assert len(definition) < 1_000_000
    with pytest.raises(InvalidDefinition, match="longer"):
        _register(do, definition, "vast")


def test_a_revision_that_is_not_there_any_more_is_refused(do: Do) -> None:
    first = _register(do, revision_id=NO_REVISION)["revision_id"]
    with pytest.raises(ConcurrentModification):
        _register(do, title="Mine", revision_id=NO_REVISION)
    second = _register(do, title="Mine", revision_id=first)["revision_id"]
    with pytest.raises(ConcurrentModification):
        do("deregister_service", prefix="ecs", revision_id=first)
    do("deregister_service", prefix="ecs", revision_id=second)


def _at_once(attempt: Callable[[int], None]) -> None:
    """Has six do it at the same time."""
    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_many_who_register_a_service_at_once_one_wins(do: Do) -> None:
    def attempt(number: int) -> None:
        try:
            _register(do, title=f"Title {number}", revision_id=NO_REVISION)
            won.append(number)
        except ConcurrentModification:
            lost.append(number)

    won: list[int] = []
    lost: list[int] = []
    _at_once(attempt)
    assert (len(won), len(lost)) == (1, 5)
    assert do("get_service", prefix="ecs")["service"]["title"] == f"Title {won[0]}"


def test_of_many_who_replace_a_service_at_once_the_last_one_counts(do: Do) -> None:
    done: list[int] = []
    _at_once(lambda number: done.append(len(_register(do, title=f"Title {number}"))))
    assert len(done) == 6
    assert do("get_service", prefix="ecs")["service"]["title"] in {f"Title {number}" for number in range(6)}


def test_whoever_may_only_read_can_register_nothing(do: Do, as_user: Callable[[str], Do]) -> None:
    rita = as_user("rita")
    do("attach_user_policy", user_name="rita", policy_arn=READ_ONLY)
    assert rita("list_services")["registered"] == 0
    assert rita("get_service", prefix="iam")["service"]["title"] == "IAM"
    assert rita("describe_service_registration", definition=ECS)["outcome"] == "new"
    for operation, params in (("register_service", {"definition": ECS}), ("deregister_service", {})):
        with pytest.raises(AccessDenied, match="arn:aws:bindery::123456789012:service/ecs"):
            rita(operation, prefix="ecs", **params)


def test_the_right_can_be_given_for_one_service_alone(do: Do, as_user: Callable[[str], Do]) -> None:
    own = "arn:aws:bindery::123456789012:service/queue"
    tim = as_user("tim")
    do(
        "put_user_policy",
        user_name="tim",
        policy_name="own",
        policy_document=allow(["bindery:RegisterService", "bindery:GetService"], own),
    )
    assert _register(tim, QUEUE, "queue")["title"] == "Queues"
    with pytest.raises(AccessDenied):
        _register(tim)


def test_another_account_uses_services_and_changes_none(do: Do, iam: Iam, directory: Directory) -> None:
    _register(do)
    made = create_account(directory.settings, email="root@other.example")
    other = sign_in(iam, made.account_id, None, made.root_password)
    found = iam.execute(other, "get_service", {"prefix": "ecs"})
    assert (found["service"]["title"], found["can_change"]) == ("Elastic Cloud Server", False)
    for operation, params in (("register_service", {"definition": QUEUE}), ("deregister_service", {})):
        with pytest.raises(UnmodifiableEntity):
            iam.execute(other, operation, {"prefix": "queue", **params})


def test_the_trail_tells_who_registered_and_removed_what(do: Do) -> None:
    _register(do)
    event = _last_event(do)
    assert (event["event_name"], event["resources"]) == (
        "bindery:RegisterService",
        ["arn:aws:bindery::123456789012:service/ecs"],
    )
    do("deregister_service", prefix="ecs")
    assert _last_event(do)["event_name"] == "bindery:DeregisterService"


def test_the_trail_does_not_keep_a_whole_definition(do: Do) -> None:
    actions = {f"Action{number}": {} for number in range(2_000)}
    _register(do, json.dumps({"prefix": "vast", "title": "Vast", "actions": actions}), "vast")
    event = do("describe_event", event_id=_last_event(do)["event_id"])["event"]
    assert len(event["params"]["definition"]) < 20_000


def test_what_an_ldap_tool_broke_is_listed_and_can_be_removed(do: Do, directory: Directory) -> None:
    _register(do, QUEUE, "queue")
    change = (
        f"dn: cn=queue,ou=services,ou=iam,{directory.suffix}\n"
        "changetype: modify\nreplace: iamServiceDefinition\niamServiceDefinition: nonsense\n"
    )
    directory.ldap("ldapmodify", stdin=change)
    (found,) = do("list_services", source="Registered")["services"]
    assert (found["is_readable"], found["title"], found["action_count"]) == (False, "queue", 0)
    assert not do("get_service", prefix="queue")["service"]["is_readable"]
    do("deregister_service", prefix="queue", revision_id=found["revision_id"])
    assert do("list_services", source="Registered")["services"] == []
