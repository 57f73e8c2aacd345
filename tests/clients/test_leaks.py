"""No secret is in any answer but the one that made it, in any log, or in the directory in clear."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.clients.conftest import Api, Key
from tests.clients.test_signatures import signed


def everywhere(api: Api, log: Path) -> bytes:
    """Everything that Bindery has written: logs, the audit trail, the directory with all of its attributes."""
    files = [path for path in api.directory.data.rglob("*") if path.is_file() and path.suffix in {".log", ".jsonl"}]
    dump = api.directory.ldap("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", "dc=example,dc=org", "*", "+").stdout
    decoded = b"\n".join(
        base64.b64decode(line.partition(":: ")[2])
        for line in dump.splitlines()
        if ":: " in line.partition(" ")[0] + " "
    )
    return b"\n".join([*(path.read_bytes() for path in files), log.read_bytes(), dump.encode(), decoded])


def test_secrets_stay_with_those_who_got_them(own_api: Api, tmp_path: Path) -> None:
    iam = own_api.client("iam")
    iam.create_user(UserName="bob")
    key = own_api.key_of("bob")
    password = "Canary-password-7391"
    iam.create_login_profile(UserName="bob", Password=password)
    iam.update_login_profile(UserName="bob", Password=f"{password}-new")
    own = own_api.client("iam", key)
    with pytest.raises(ClientError):
        own.change_password(OldPassword=f"{password}-new", NewPassword=f"{password}-newer")
    with pytest.raises(ClientError) as wrong:
        own_api.client("iam", Key(key.id, f"{key.secret}x")).list_users()
    answers = [
        iam.list_access_keys(UserName="bob"),
        iam.get_access_key_last_used(AccessKeyId=key.id),
        iam.get_user(UserName="bob"),
        iam.get_login_profile(UserName="bob"),
        wrong.value.response,
    ]
    own_api.http(b"Action=%s&Version=x" % key.secret.encode(), **signed(own_api, b"x", "iam"))
    written = everywhere(own_api, tmp_path / "web.log")
    for secret in (key.secret, own_api.root_key.secret, password):
        assert secret.encode() not in written
        assert secret not in str(answers)
    assert key.id.encode() in written
