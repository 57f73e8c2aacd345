"""The sample service behind nginx, used by programs that sign their requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter import Iam, open_iam
from tests.callers import root_of
from tests.clients.ecs.portal import Portal, portal
from tests.conftest import running_copy

FULL = "arn:aws:iam::aws:policy/ECSFullAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ECSReadOnlyAccess"
_PEOPLE = "arn:aws:iam::123456789012:user/"


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    for directory in running_copy(template, folder / "data"):
        with portal(directory, folder) as found:
            yield found


@pytest.fixture(scope="module")
def iam(site: Portal) -> Iterator[Iam]:
    door = open_iam(site.directory.settings)
    yield door
    door.close()


@pytest.fixture(scope="module")
def keys(iam: Iam, site: Portal) -> dict[str, Credentials]:
    """The keys of somebody who may read, and of somebody who may do everything with servers."""
    root = root_of(iam, site.directory)
    found = {}
    for name, policy in (("reader", READ_ONLY), ("operator", FULL)):
        iam.execute(root, "create_user", {"user_name": name})
        iam.execute(root, "attach_user_policy", {"user_name": name, "policy_arn": policy})
        key = iam.execute(root, "create_access_key", {"user_name": name})["access_key"]
        found[name] = Credentials(key["access_key_id"], key["secret_access_key"])
    return found


def call(
    site: Portal, key: Credentials | None, method: str, path: str, body: bytes = b"", **more: str
) -> requests.Response:
    """Sends a request that is signed over its body as well; `more` are headers that nobody has signed."""
    headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
    request = AWSRequest(method, site.at(path), data=body, headers=headers)
    added = {name.replace("_", "-"): value for name, value in more.items()}
    if key is not None:
        S3SigV4Auth(key, "ecs", "eu-de").add_auth(request)
    return requests.request(
        method, site.at(path), data=body, headers=dict(request.headers) | added, allow_redirects=False, timeout=30
    )


SERVERS = "/ecs/eu-de/servers"


def test_a_reader_lists_servers(site: Portal, keys: dict[str, Credentials]) -> None:
    answer = call(site, keys["reader"], "GET", SERVERS)
    assert (answer.status_code, answer.json()["servers"][0]["name"]) == (200, "web-1")


def test_a_reader_creates_none_and_is_told_why(site: Portal, keys: dict[str, Credentials]) -> None:
    answer = call(site, keys["reader"], "POST", SERVERS, b'{"name": "mine"}')
    assert (answer.status_code, answer.json()["code"]) == (403, "AccessDenied")
    assert "because no identity-based policy allows the ecs:CreateServers action" in answer.json()["message"]


def test_an_operator_creates_stops_and_deletes_a_server(site: Portal, keys: dict[str, Credentials]) -> None:
    made = call(site, keys["operator"], "POST", SERVERS, b'{"name": "mine"}')
    assert (made.status_code, made.json()["owner"]) == (201, "operator")
    own = f"{SERVERS}/{made.json()['id']}"
    assert call(site, keys["operator"], "POST", f"{own}/stop").json()["state"] == "stopped"
    assert call(site, keys["operator"], "DELETE", own).status_code == 200


def test_nobody_says_who_they_are_by_a_header(site: Portal, keys: dict[str, Credentials]) -> None:
    made = call(site, keys["operator"], "POST", SERVERS, b'{"name": "x"}', X_Auth_Request_User="root")
    assert made.json()["owner"] == "operator"


@pytest.mark.parametrize("header", ["X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Host", "X-Original-URI"])
def test_nobody_talks_the_proxy_into_asking_about_something_else(
    site: Portal, keys: dict[str, Credentials], header: str
) -> None:
    told = {"X-Forwarded-Uri": SERVERS, "X-Forwarded-Method": "GET", "X-Forwarded-Host": "elsewhere"}.get(header, "/")
    answer = call(site, keys["reader"], "POST", SERVERS, b'{"name": "x"}', **{header.replace("-", "_"): told})
    assert answer.status_code == 403


def test_a_program_that_is_not_known_is_told_so(site: Portal) -> None:
    answer = call(site, Credentials("AKIAAAAAAAAAAAAAAAAA", "x" * 40), "GET", SERVERS)
    assert answer.status_code == 401


def test_without_a_signature_the_way_leads_to_the_sign_in(site: Portal) -> None:
    answer = call(site, None, "GET", SERVERS)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/console/sign-in?next={requests.utils.quote(site.at(SERVERS), safe='')}",
    )


@pytest.mark.parametrize(
    "path", ["//ecs/eu-de/servers", "/ecs/eu-de/%73ervers", "/ecs/x/../eu-de/servers", "/ecs/eu-de/servers;a=b"]
)
def test_a_path_with_tricks_reaches_nobody(site: Portal, keys: dict[str, Credentials], path: str) -> None:
    request = AWSRequest("GET", site.at(path))
    SigV4Auth(keys["operator"], "ecs", "eu-de").add_auth(request)
    sent = requests.Request("GET", site.at("/"), headers=dict(request.headers)).prepare()
    sent.url = site.at(path)
    with requests.Session() as session:
        assert session.send(sent, timeout=30).status_code in {401, 403}


def test_decisions_tell_when_a_service_was_used_last_and_where(
    site: Portal, iam: Iam, keys: dict[str, Credentials]
) -> None:
    call(site, keys["operator"], "GET", "/ecs/eu-nl/servers")
    asked = {"arn": f"{_PEOPLE}operator", "granularity": "ACTION_LEVEL"}
    root = root_of(iam, site.directory)
    for _ in range(100):
        job = iam.execute(root, "generate_service_last_accessed_details", asked)
        found = {"job_status": "IN_PROGRESS"}
        while found["job_status"] == "IN_PROGRESS":
            found = iam.execute(root, "get_service_last_accessed_details", job)
        used = {each["service_namespace"]: each for each in found["services_last_accessed"]}["ecs"]
        regions = {
            each["action_name"]: each.get("last_accessed_region") for each in used["tracked_actions_last_accessed"]
        }
        if regions.get("ListServers") == "eu-nl":
            return
        time.sleep(0.1)  # it is taken down off the path of requests
    pytest.fail(f"nobody used it there: {used}")


def test_what_is_done_and_what_is_refused_stand_in_the_event_history(
    site: Portal, iam: Iam, keys: dict[str, Credentials]
) -> None:
    call(site, keys["reader"], "POST", SERVERS, b'{"name": "theirs"}')
    call(site, keys["operator"], "POST", SERVERS, b'{"name": "theirs"}')
    found = iam.execute(
        root_of(iam, site.directory), "lookup_events", {"event_name": "ecs:CreateServers", "max_items": 2}
    )
    told = [(each["actor"].rpartition("/")[2], each["outcome"], each["source_ip"]) for each in found["events"]]
    assert told == [("operator", "ok", "127.0.0.1"), ("reader", "AccessDenied", "127.0.0.1")]


def test_what_makes_no_sense_is_refused_with_a_message_for_programs(site: Portal, keys: dict[str, Credentials]) -> None:
    for body in (b"{}", b"[]", b'{"name": 1}', b'{"name": ""}', b'{"name": "%s"}' % (b"x" * 65), b"{"):
        answer = call(site, keys["operator"], "POST", SERVERS, body)
        assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_a_region_that_there_is_not_has_no_servers(site: Portal, keys: dict[str, Credentials]) -> None:
    assert call(site, keys["operator"], "GET", "/ecs/eu-xx/servers").status_code == 404
