"""Decisions for other services over HTTP, one worker process each: Bindery beside cedarpy behind Flask, and in itself.

The first question about somebody reads their entry and writes down that they tried to use the service; the table of
first questions shows that cost, the others what questions cost from then on.

Run it with `python -m tests.benchmarks.bench_access`; about two minutes.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.benchmarks.bench_api import SIZES
from tests.benchmarks.http_load import Script, Target, rate_of
from tests.benchmarks.policy_workload import ACTION, REGION, Workload
from tests.benchmarks.servers import CALLER, another, bindery, client_of
from tests.benchmarks.tables import Rates, beside, in_turns, say, table
from tests.benchmarks.worlds import name_of, world
from tests.conftest import Directory
from tests.documents import allow
from tests.ports import free_port

ROUNDS, SECONDS = 8, 0.7
BATCH = 1_000
ASKED = 2_000
PEOPLE = 1_000
WORK = Workload(has_conditions=True)
SUBJECT: Final = "bob"
EVALUATION: Final = "/access/v1/evaluation"
FORWARD: Final = "/access/v1/forward-auth"
HOST: Final = "portal.example.org"
SITES: Final = f"""
[[site]]
host = "{HOST}"
service = "s3"
[[site.route]]
path = "/files/{{name}}"
action = "s3:GetObject"
resource = "arn:aws:s3:::bucket-1/{{name}}"
"""


def question() -> dict[str, Any]:
    """The one that the policy benchmark asks: only the last of fifty statements matches."""
    return {
        "subject": {"type": "user", "id": SUBJECT},
        "action": {"name": ACTION},
        "resource": {"type": "s3", "id": WORK.resource},
        "context": {"aws:RequestedRegion": REGION, "aws:SourceIp": "10.1.2.3"},
    }


def signed(server: Target, path: str, body: Any) -> AWSRequest:
    """A signed question."""
    headers = {"Content-Type": "application/json", "User-Agent": "bench"}
    request = AWSRequest("POST", f"{server.url}{path}", data=json.dumps(body).encode(), headers=headers)
    SigV4Auth(Credentials(server.key_id, server.secret), "bindery", "us-east-1").add_auth(request)
    return request


def post(server: Target, path: str, body: Any) -> bytes:
    """A signed question as it goes over the wire."""
    request = signed(server, path, body)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"Host: {urlsplit(server.url).netloc}", f"Content-Length: {len(request.data)}"]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + request.data


def single(server: Target) -> Iterator[Script]:
    """One question a request."""
    return itertools.repeat([post(server, EVALUATION, question())])


def batch(server: Target) -> Iterator[Script]:
    """A thousand questions a request, each about another resource."""
    items = [{"resource": {"type": "s3", "id": f"{WORK.resource}{number}"}} for number in range(BATCH)]
    return itertools.repeat([post(server, f"{EVALUATION}s", question() | {"evaluations": items})])


def about(name: str) -> dict[str, Any]:
    """The question about somebody else."""
    return question() | {"subject": {"type": "user", "id": name}}


def spread(users: int) -> list[str]:
    """Some of the many users, from the first to the last."""
    return [name_of(number * users // PEOPLE) for number in range(PEOPLE)]


def anybody(server: Target, users: int) -> Iterator[Script]:
    """Another one of them each time."""
    return itertools.cycle([[post(server, EVALUATION, about(name))] for name in spread(users)])


def first_questions(server: Target, directory: Directory, users: int) -> float:
    """How many of them a second are asked about for the first time; returns when it is written down that they tried."""
    asked = [signed(server, EVALUATION, about(name)) for name in spread(users)]
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as connection:
        started = time.perf_counter()
        for request in asked:
            connection.request("POST", EVALUATION, request.data, dict(request.headers))
            connection.getresponse().read()
        spent = time.perf_counter() - started
    while len(_tried(directory)) < PEOPLE:
        time.sleep(0.2)
    return PEOPLE / spent


def _tried(directory: Directory) -> list[str]:
    """The entries of those who are known to have tried to use a service."""
    found = directory.ldap("ldapsearch", "-LLL", "-b", f"ou=people,{directory.suffix}", "(iamLastAccessed=*)", "1.1")
    return [line for line in found.stdout.splitlines() if line.startswith("dn: uid=user")]


@contextmanager
def cedar_point() -> Iterator[Target]:
    """cedarpy behind Flask and granian, with as many threads as ours."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    with another([*command, "--blocking-threads", "4", "tests.benchmarks.cedar_point:app"], port) as server:
        yield server


def give_policies(server: Target) -> None:
    """Gives the demo's Bob the benchmark's policies and no others."""
    iam = client_of(server.url, server.key_id, server.secret)
    for group in iam.list_groups_for_user(UserName=SUBJECT)["Groups"]:
        iam.remove_user_from_group(UserName=SUBJECT, GroupName=group["GroupName"])
    for attached in iam.list_attached_user_policies(UserName=SUBJECT)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=SUBJECT, PolicyArn=attached["PolicyArn"])
    for number, text in enumerate(WORK.documents()):
        made = iam.create_policy(PolicyName=f"benchmark{number}", PolicyDocument=json.dumps(text))
        iam.attach_user_policy(UserName=SUBJECT, PolicyArn=made["Policy"]["Arn"])


def turns(*acts: tuple[Target, Iterator[Script]]) -> list[Rates]:
    """The rates of several servers or loads, measured in short turns."""
    return in_turns([partial(rate_of, server.url, scripts, SECONDS) for server, scripts in acts], ROUNDS)


@dataclass(frozen=True)
class Latency:
    """Milliseconds, one request at a time."""

    median: float
    p99: float


def forward_auth_latency(server: Target) -> Latency:
    """How long a proxy waits for the answer about a signed request."""
    iam = client_of(server.url, server.key_id, server.secret)
    iam.put_user_policy(UserName=CALLER, PolicyName="files", PolicyDocument=allow("s3:GetObject"))
    signed = AWSRequest("GET", f"https://{HOST}/files/report")
    SigV4Auth(Credentials(server.key_id, server.secret), "s3", "us-east-1").add_auth(signed)
    told = {"Method": "GET", "Proto": "https", "Host": HOST, "Uri": "/files/report", "For": "198.51.100.7"}
    headers = dict(signed.headers) | {f"X-Forwarded-{name}": value for name, value in told.items()}
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    spent = []
    for _ in range(ASKED):
        started = time.perf_counter()
        connection.request("GET", FORWARD, headers=headers)
        answer = connection.getresponse()
        answer.read()
        spent.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise AssertionError(answer.status)
    connection.close()
    return Latency(statistics.median(spent), statistics.quantiles(spent, n=100)[98])


def _with_sites(directory: Directory, folder: Path) -> Directory:
    file = folder / "sites.toml"
    file.write_text(SITES)
    settings = replace(directory.settings, sites_file=file, asking_proxies=("127.0.0.1/32",))
    return replace(directory, settings=settings)


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bindery-bench-")))
        servers, worlds = [], []
        for users in SIZES:
            say(f"loading {users:,} users …")
            (folder / str(users)).mkdir()
            worlds.append(_with_sites(stack.enter_context(world(users)), folder / str(users)))
            servers.append(stack.enter_context(bindery(worlds[-1], folder / str(users))))
            give_policies(servers[-1])
        small = servers[0]
        cedar = stack.enter_context(cedar_point())
        both = turns((small, single(small)), (cedar, single(cedar)))
        many, one = turns((small, batch(small)), (small, single(small)))
        by_size = turns(*((server, single(server)) for server in servers))
        # Not sooner: just after their start the servers read all names ahead.
        first = [first_questions(*each) for each in zip(servers, worlds, SIZES, strict=True)]
        of_any = turns(*((server, anybody(server, users)) for server, users in zip(servers, SIZES, strict=True)))
        latencies = [forward_auth_latency(server) for server in servers]
    say()
    table(["evaluations a second", "Bindery", "cedarpy behind Flask", "times"], [beside("one a request", *both)])
    table(
        ["evaluations a second", f"{BATCH:,} a request", "one a request", "times"],
        [["Bindery", many.usual * BATCH, one.usual, many.times(one) * BATCH]],
    )
    table(
        ["evaluations a second", *(f"{size:,} users" for size in SIZES), "ratio"],
        [
            beside("of one user", *by_size),
            beside(f"of {PEOPLE:,} users in turn", *of_any),
            ["first questions, one after the other", *first, first[0] / first[1]],
        ],
    )
    table(
        ["forward-auth, milliseconds", *(f"{size:,} users" for size in SIZES)],
        [["median", *(one.median for one in latencies)], ["99th percentile", *(one.p99 for one in latencies)]],
    )


if __name__ == "__main__":
    main()
