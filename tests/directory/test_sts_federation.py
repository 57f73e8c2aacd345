"""GetFederationToken: a user vouches for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Iam, RequestContext
from adapter.authorize import decide, global_keys
from adapter.caller import CallerKind
from adapter.errors import AccessDenied, InvalidClientTokenId
from adapter.graph import Graph
from adapter.ldap import Store
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.directory.sessions import ACCOUNT, Signer, trust, user_arn
from tests.documents import ADMINISTRATOR, allow

As = Callable[..., Signer]
GUEST = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"


@pytest.fixture
def broker(key_of: As) -> Signer:
    return key_of("broker", ADMINISTRATOR)


def guest_of(signer: Signer, **params: Any) -> Signer:
    return Signer(signer.iam, signer("get_federation_token", name="guest", **params)["credentials"])


def test_a_federated_user_is_named_by_whoever_vouches(broker: Signer) -> None:
    answer = broker("get_federation_token", name="guest", policy=allow("s3:*"))
    assert answer["federated_user"] == {"arn": GUEST, "federated_user_id": f"{ACCOUNT}:guest"}
    assert answer["packed_policy_size"] > 0
    guest = Signer(broker.iam, answer["credentials"])
    assert guest("get_caller_identity") == {"user_id": f"{ACCOUNT}:guest", "account": ACCOUNT, "arn": GUEST}
    assert guest.caller.kind is CallerKind.FEDERATED_USER


def test_vouching_has_to_be_allowed(key_of: As) -> None:
    with pytest.raises(AccessDenied, match=f"perform: sts:GetFederationToken on resource: {GUEST} because"):
        guest_of(key_of("joy"))
    guest_of(key_of("ray", document=allow("sts:GetFederationToken", GUEST)))


def test_tagging_whom_one_vouches_for_has_to_be_allowed(key_of: As) -> None:
    ray = key_of("ray", document=allow("sts:GetFederationToken"))
    with pytest.raises(AccessDenied, match="sts:TagSession"):
        guest_of(ray, tags=[{"key": "team", "value": "red"}])


@pytest.mark.parametrize("operation", ["list_users", "get_user"])
def test_a_federated_user_may_not_call_iam(broker: Signer, operation: str) -> None:
    with pytest.raises(InvalidClientTokenId):
        guest_of(broker, policy=allow("*"))(operation)


def test_a_federated_user_assumes_no_role(do: Do, broker: Signer) -> None:
    do("create_role", role_name="deploy", assume_role_policy_document=trust(GUEST))
    with pytest.raises(AccessDenied, match="Cannot call AssumeRole with session credentials"):
        guest_of(broker, policy=allow("*")).assume("deploy")


def test_vouching_lasts_twelve_hours_and_for_the_root_user_one(iam: Iam, do: Do, broker: Signer) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    root = Signer(iam, do("create_access_key")["access_key"])
    for signer, hours in ((broker, 12), (root, 1)):
        credentials = signer("get_federation_token", name="guest", at=now)["credentials"]
        assert credentials["expiration"] == now + timedelta(hours=hours)


def may(directory: Directory, guest: Signer, action: str = "s3:GetObject", **keys: str) -> bool:
    """What the policies say about an action that is not one of Bindery's own."""
    with closing(Store.open(directory.settings)) as store:
        graph = Graph(store)
        account = graph.account(ACCOUNT)
        principal = graph.principal(account, guest.caller) if account else None
        graph.close()
    assert principal is not None
    return decide(principal, action, "*", global_keys(principal, RequestContext()) | keys).allowed


def test_a_federated_user_has_what_both_its_policy_and_the_user_allow(directory: Directory, key_of: As) -> None:
    broker = key_of("broker", document=allow(["sts:*", "s3:Get*"]))
    guest = guest_of(broker, policy=allow("s3:GetObject"))
    assert may(directory, guest)
    assert not may(directory, guest, "s3:GetBucketTagging")
    assert not may(directory, guest_of(broker, policy=allow("s3:*")), "s3:PutObject")


def test_without_a_session_policy_a_federated_user_may_do_nothing(directory: Directory, broker: Signer) -> None:
    assert not may(directory, guest_of(broker))


def test_whom_the_root_user_vouches_for_has_what_its_policy_allows(directory: Directory, iam: Iam, do: Do) -> None:
    root = Signer(iam, do("create_access_key")["access_key"])
    guest = guest_of(root, policy=allow("s3:GetObject"))
    assert may(directory, guest)
    assert not may(directory, guest, "s3:PutObject")
    assert not may(directory, guest_of(root))


def test_tags_of_a_federated_user_take_the_place_of_the_users(directory: Directory, do: Do, broker: Signer) -> None:
    do("tag_user", user_name="broker", tags=[{"key": "Team", "value": "blue"}])
    policy = allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    assert may(directory, guest_of(broker, policy=policy, tags=[{"key": "team", "value": "red"}]))
    assert not may(directory, guest_of(broker, policy=policy))


def test_a_federated_user_is_no_user_to_policies(directory: Directory, broker: Signer) -> None:
    asked = {
        "StringEquals": {"aws:PrincipalType": "FederatedUser", "aws:userid": f"{ACCOUNT}:guest"},
        "ArnEquals": {"aws:PrincipalArn": GUEST},
        "Null": {"aws:username": "true"},
    }
    assert may(directory, guest_of(broker, policy=allow("s3:*", Condition=asked)))


def test_a_federated_user_is_gone_with_whoever_vouched(do: Do, broker: Signer) -> None:
    guest = guest_of(broker, policy=allow("*"))
    do("detach_user_policy", user_name="broker", policy_arn=ADMINISTRATOR)
    key = broker.credentials["access_key_id"]
    do("delete_access_key", user_name="broker", access_key_id=key)
    assert guest.caller.arn == GUEST
    do("delete_user", user_name="broker")
    with pytest.raises(InvalidClientTokenId):
        _ = guest.caller


def test_the_name_of_a_federated_user_is_not_that_of_a_user(do: Do, broker: Signer) -> None:
    do("create_user", user_name="guest")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(user_arn("guest")))
    with pytest.raises(AccessDenied):
        guest_of(broker, policy=allow("*")).assume("deploy")
