"""Transactions beside ordinary writes: slapd has to survive what crashes or stops it with a usual configuration."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import ldap3
import pytest

from tests.conftest import Directory

START, STEP, END = "1.3.6.1.1.21.1", ("1.3.6.1.1.21.2", True, b""), "1.3.6.1.1.21.3"
COMMIT = b"\x30\x02\x04\x00"
REFRESH_AND_PERSIST = ("1.3.6.1.4.1.4203.1.9.1.1", True, b"\x30\x03\x0a\x01\x03")
TURNS = 150
WRITERS = 4


def connect(directory: Directory, strategy: str = ldap3.SAFE_SYNC) -> ldap3.Connection:
    connection = ldap3.Connection(
        ldap3.Server(directory.server.ldapi_uri, get_info=ldap3.NONE),
        authentication=ldap3.SASL,
        sasl_mechanism="EXTERNAL",
        sasl_credentials="",
        client_strategy=strategy,
        receive_timeout=None if strategy == ldap3.ASYNC_STREAM else 30,
    )
    connection.bind()
    return connection


def replace(connection: ldap3.Connection, rdn: str, value: str, *controls: object) -> None:
    change = {"description": [(ldap3.MODIFY_REPLACE, [value])]}
    connection.modify(f"{rdn},dc=example,dc=org", change, controls=list(controls))


def add_key(connection: ldap3.Connection, name: str, *controls: object) -> None:
    bob = "uid=bob,ou=people,dc=example,dc=org"
    attributes = {"iamOwner": bob, "iamOwnerId": name, "iamStatus": "Active", "iamSealedSecret": b"x"}
    dn = f"iamAccessKeyId={name},ou=keys,ou=iam,dc=example,dc=org"
    connection.add(dn, "iamAccessKey", attributes, controls=list(controls))


def in_transactions(directory: Directory, writer: int) -> list[int]:
    """Each touches two entries and makes a third; the answers to the commits."""
    connection = connect(directory)
    results = []
    for turn in range(TURNS):
        connection.extended(START)
        replace(connection, "uid=bob,ou=people", str(turn), STEP)
        replace(connection, "cn=admin,ou=groups", str(turn), STEP)
        add_key(connection, f"AKIA{writer}{turn:012}", STEP)
        results.append(connection.extended(END, COMMIT, no_encode=True)[1]["result"])
    return results


def plainly(directory: Directory, writer: int) -> list[int]:
    """Adds people and changes what the transactions change as well."""
    connection = connect(directory)
    results = []
    for turn in range(TURNS):
        replace(connection, "uid=bob,ou=people", f"plain {turn}")
        dn = f"uid=u{writer}x{turn},ou=people,dc=example,dc=org"
        results.append(connection.add(dn, "inetOrgPerson", {"cn": "u", "sn": "u"})[1]["result"])
    return results


@pytest.mark.parametrize("watched", [False, True])
def test_slapd_survives_concurrent_transactions_and_writes(demo_directory: Directory, watched: bool) -> None:
    pid = demo_directory.server.pid
    if watched:
        feed = connect(demo_directory, ldap3.ASYNC_STREAM)
        feed.extend.standard.persistent_search(
            "dc=example,dc=org", "(objectClass=*)", attributes=["*"], changes_only=False, notifications=False,
            streaming=False, callback=lambda _: None, controls=[REFRESH_AND_PERSIST],
        )  # fmt: skip
    work: list[Callable[[], list[int]]] = [
        partial(kind, demo_directory, writer) for kind in (in_transactions, plainly) for writer in range(WRITERS)
    ]
    with ThreadPoolExecutor(len(work)) as pool:
        results = [future.result() for future in [pool.submit(task) for task in work]]
    assert results == [[0] * TURNS] * len(work)
    assert demo_directory.server.pid == pid
    keys = demo_directory.ldap(
        "ldapsearch",
        "-LLL",
        "-b",
        "ou=keys,ou=iam,dc=example,dc=org",
        "(iamOwner=uid=bob,ou=people,dc=example,dc=org)",
        "1.1",
    ).stdout
    assert keys.count("dn: ") == WRITERS * TURNS
