"""What clients are told when something fails on Bindery's side."""

from __future__ import annotations

import time

from tests.clients.conftest import Api
from tests.clients.refusals import refused


def test_without_the_directory_the_service_is_unavailable_and_comes_back(own_api: Api) -> None:
    iam = own_api.client("iam")
    assert iam.list_users()["Users"] == []
    own_api.directory.server.stop()
    with refused("ServiceUnavailable", 503, "The directory does not answer."):
        iam.list_users()
    with refused("ServiceUnavailable", 503):
        own_api.client("sts").get_caller_identity()
    own_api.directory.server.start()
    deadline = time.monotonic() + 30
    while True:
        try:
            assert iam.list_users()["Users"] == []
            return
        except iam.exceptions.ClientError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_what_failed_inside_is_told_to_nobody(own_api: Api) -> None:
    own_api.directory.ldap("ldapdelete", "cn=default,ou=password-policies,ou=iam,dc=example,dc=org")
    with refused("ServiceFailure", 500, "The request processing has failed because of an unknown error"):
        own_api.client("iam").get_account_password_policy()


def test_a_sealed_secret_that_was_put_to_another_key_signs_nothing(own_api: Api) -> None:
    iam = own_api.client("iam")
    for name in ("bob", "eve"):
        iam.create_user(UserName=name)
    bobs, eves = own_api.key_of("bob"), own_api.key_of("eve")
    assert own_api.client("sts", bobs).get_caller_identity()
    keys = "ou=keys,ou=iam,dc=example,dc=org"
    found = own_api.directory.ldap(
        "ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", f"iamAccessKeyId={eves.id},{keys}", "iamSealedSecret"
    ).stdout
    (sealed,) = [line for line in found.splitlines() if line.startswith("iamSealedSecret")]
    stolen = f"dn: iamAccessKeyId={bobs.id},{keys}\nchangetype: modify\nreplace: iamSealedSecret\n{sealed}\n"
    own_api.directory.ldap("ldapmodify", stdin=stolen)
    time.sleep(0.2)
    with refused("InvalidClientTokenId", 403):
        own_api.client("sts", type(eves)(bobs.id, eves.secret)).get_caller_identity()
