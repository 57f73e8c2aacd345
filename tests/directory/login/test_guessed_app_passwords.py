"""Guesses at app passwords, as proxies hand them on: whatever is wrong with them, the directory judges one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter import Iam
from tests.conftest import Directory
from tests.directory.conftest import Do

BINDS = "cn=Bind,cn=Operations,cn=Monitor"


def _binds(directory: Directory) -> int:
    """How often somebody has bound since the directory was started."""
    found = directory.ldap("ldapsearch", "-LLL", "-b", BINDS, "-s", "base", "monitorOpCompleted").stdout
    count = re.search(r"monitorOpCompleted: (\d+)", found)
    assert count
    return int(count[1])


@pytest.fixture
def judged(iam: Iam, do: Do, directory: Directory) -> Any:
    """Gives how many passwords the directory judges for one guess."""
    for name in ("bob", "eve"):
        do("create_user", user_name=name)
        do("create_service_specific_credential", user_name=name, service_name="gitea")
    lock = "changetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    directory.ldap("ldapmodify", stdin=f"dn: uid=eve,ou=people,{directory.suffix}\n{lock}")
    iam.app_passwords.caller("gitea", "nobody", "first", datetime.now(UTC))
    own = -_binds(directory) + _binds(directory)

    def count(login: str, password: str) -> int:
        before = _binds(directory)
        assert iam.app_passwords.caller("gitea", login, password, datetime.now(UTC)) is None
        return _binds(directory) - before - own

    return count


@pytest.mark.parametrize("login", ["bob", "eve", "nobody", "bob-at-123456789012", "bob)(uid=*", "\x00"])
def test_a_wrong_guess_is_judged_whoever_it_is_about(judged: Any, login: str) -> None:
    assert judged(login, "wrong") == 1


@pytest.mark.parametrize("login", ["bob", "nobody"])
def test_an_empty_guess_is_judged_of_nobody(judged: Any, login: str) -> None:
    assert judged(login, "") == 0
