"""Entries become models, also those that people have written by hand, and models become entries."""

from __future__ import annotations

import base64
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter.errors import InvalidInput
from adapter.ldap import (
    ACCESS_KEY,
    ACCOUNT,
    GROUP,
    PASSWORD_POLICY,
    POLICY,
    ROLE,
    USER,
    Add,
    Clear,
    Remove,
    Set,
    Store,
    Where,
)
from adapter.models import (
    AccessKey,
    Account,
    Group,
    InlinePolicy,
    KeyStatus,
    Policy,
    PolicyVersion,
    Record,
    Role,
    Tag,
    User,
)
from adapter.names import IdPrefix, new_unique_id

NOW = datetime(2026, 11, 20, 6, 2, 11, 123456, UTC)
PEOPLE = "ou=people,dc=example,dc=org"
POLICIES = "ou=policies,ou=iam,dc=example,dc=org"
INLINE = (InlinePolicy(policy_name="reads", policy_document='{"a":  "ü"}'),)
TAGS = (Tag(key="a=b", value="c=d"), Tag(key="empty", value=""))
ATTACHED = ("cn=ViewOnlyAccess,ou=system-policies,ou=iam,dc=example,dc=org",)


def fields(record: Record) -> dict[str, Any]:
    """What was chosen, without what the directory adds."""
    names = set(type(record).__dataclass_fields__) - {
        "dn",
        "revision",
        "entry_uuid",
        "create_date",
        "arn",
        "update_date",
    }
    return {name: getattr(record, name) for name in names}


USER_MODEL = User(
    user_name="zoe",
    user_id=new_unique_id(IdPrefix.USER),
    arn="",
    path="/eng/web/",
    create_date=NOW,
    display_name="Zoë Zed",
    remarks="knows *everything*",
    mobile_phone="+49 170 1",
    email="zoe@example.org",
    tags=TAGS,
    inline_policies=INLINE,
    attached_policies=ATTACHED,
    boundary=ATTACHED[0],
    disabled=True,
    sessions_valid_from=NOW,
)
GROUP_MODEL = Group(
    group_name="testers",
    group_id=new_unique_id(IdPrefix.GROUP),
    arn="",
    path="/eng/",
    create_date=NOW,
    display_name="Test personnel",
    remarks="they test",
    inline_policies=INLINE,
    attached_policies=ATTACHED,
)
ROLE_MODEL = Role(
    role_name="deploy",
    role_id=new_unique_id(IdPrefix.ROLE),
    arn="",
    create_date=NOW,
    description="deploys",
    assume_role_policy_document="{}",
    max_session_duration=7200,
    tags=TAGS,
    inline_policies=INLINE,
    attached_policies=ATTACHED,
    boundary=ATTACHED[0],
)
VERSIONS = (
    PolicyVersion(version_id="v12", document='{"v": 12}', create_date=NOW),
    PolicyVersion(version_id="v9", document='{"v": 9}', create_date=NOW, is_default_version=True),
)
POLICY_MODEL = Policy(
    policy_name="reads",
    policy_id=new_unique_id(IdPrefix.POLICY),
    arn="",
    create_date=NOW,
    update_date=NOW,
    description="reads",
    default_version_id="v9",
    versions=VERSIONS,
    last_version=12,
    tags=TAGS,
)
KEY_MODEL = AccessKey(
    access_key_id="AKIAABCDEFGHIJKLMNOP",
    owner=f"uid=zoe,{PEOPLE}",
    owner_id=new_unique_id(IdPrefix.USER),
    status=KeyStatus.INACTIVE,
    create_date=NOW,
    sealed_secret=bytes(range(256)),
)


@pytest.mark.parametrize(
    ("noun", "model"),
    [(USER, USER_MODEL), (GROUP, GROUP_MODEL), (ROLE, ROLE_MODEL), (POLICY, POLICY_MODEL), (ACCESS_KEY, KEY_MODEL)],
    ids=lambda value: getattr(value, "label", ""),
)
def test_every_field_comes_back(store: Store, account: Account, noun: Any, model: Any) -> None:
    added = store.add(noun, account, model)
    assert fields(added) == fields(model)
    assert store.get(noun, account, noun.name_of(model)) == added


def test_the_arn_follows_from_account_path_and_name(store: Store, account: Account) -> None:
    assert store.add(USER, account, USER_MODEL).arn == "arn:aws:iam::123456789012:user/eng/web/zoe"


def test_a_policy_has_its_versions_newest_first_and_its_document(store: Store, account: Account) -> None:
    policy = store.add(POLICY, account, POLICY_MODEL)
    assert [version.version_id for version in policy.versions] == ["v12", "v9"]
    assert policy.document == '{"v": 9}'


def test_a_person_is_stored_as_ldap_clients_expect_it(store: Store, account: Account, directory: Any) -> None:
    store.add(USER, account, USER_MODEL)
    shown = directory.ldap("ldapsearch", "-LLL", "-b", f"uid=zoe,{PEOPLE}", "cn", "sn", "mail", "mobile").stdout
    assert {"cn: zoe", "sn: zoe", "mail: zoe@example.org", "mobile: +49 170 1"} <= set(shown.splitlines())


def test_a_field_is_set_and_cleared(store: Store, account: Account) -> None:
    zoe = store.add(USER, account, USER_MODEL)
    zoe = store.change(USER, account, zoe, Set("path", "/"), Clear("boundary"), Set("tags", ()), Set("disabled", False))
    assert (zoe.path, zoe.boundary, zoe.tags, zoe.disabled) == ("/", None, (), False)
    assert zoe == store.get(USER, account, "zoe")


def test_one_value_is_added_and_removed(store: Store, account: Account) -> None:
    zoe = store.add(USER, account, USER_MODEL)
    blue = Tag(key="team", value="blue")
    zoe = store.change(USER, account, zoe, Remove("tags", TAGS[0]), Add("tags", blue))
    assert set(zoe.tags) == {TAGS[1], blue}


def test_the_auxiliary_class_comes_with_the_first_attribute_that_needs_it(
    store: Store, account: Account, directory: Any
) -> None:
    directory.ldap("ldapadd", stdin=f"dn: uid=yan,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: yan\ncn: Yan\nsn: Yan\n")
    yan = store.get(USER, account, "yan")
    assert yan is not None
    yan = store.change(USER, account, yan, Set("display_name", "Yan"))
    assert "iamUser" not in directory.ldap("ldapsearch", "-LLL", "-b", yan.dn, "objectClass").stdout
    changed = store.change(USER, account, yan, Set("path", "/eng/"), Add("tags", TAGS[0]))
    assert (changed.path, changed.tags, changed.user_id) == ("/eng/", TAGS[:1], yan.user_id)
    assert "iamUser" in directory.ldap("ldapsearch", "-LLL", "-b", yan.dn, "objectClass").stdout


def test_values_that_mean_nothing_are_left_out_with_a_warning(
    store: Store, account: Account, directory: Any, caplog: pytest.LogCaptureFixture
) -> None:
    store.add(USER, account, USER_MODEL)
    nonsense = base64.b64encode(b"\xff\xfe").decode()
    change = (
        f"dn: uid=zoe,{PEOPLE}\nchangetype: modify\nadd: iamTag\niamTag: no equals sign\niamTag:: {nonsense}\n-\n"
        "add: iamInlinePolicy\niamInlinePolicy: nameonly\n"
    )
    directory.ldap("ldapmodify", stdin=change)
    with caplog.at_level(logging.WARNING):
        zoe = store.get(USER, account, "zoe")
    assert zoe is not None
    assert (set(zoe.tags), zoe.inline_policies) == (set(TAGS), INLINE)
    assert caplog.text.count("can't be read") == 3


def test_a_policy_without_a_readable_version_is_left_out(
    store: Store, account: Account, directory: Any, caplog: pytest.LogCaptureFixture
) -> None:
    entry = "objectClass: iamPolicy\ncn: broken\niamDefaultVersion: v1\niamPolicyVersion: nonsense\n"
    directory.ldap("ldapadd", stdin=f"dn: cn=broken,{POLICIES}\n{entry}")
    with caplog.at_level(logging.WARNING):
        assert store.find(POLICY, account) == []
    assert "can't be read" in caplog.text


def test_a_default_version_that_is_gone_gives_way_to_the_newest(store: Store, account: Account, directory: Any) -> None:
    version = "v2 20261120060211Z {}"
    entry = f"objectClass: iamPolicy\ncn: odd\niamDefaultVersion: v1\niamPolicyVersion: {version}\n"
    directory.ldap("ldapadd", stdin=f"dn: cn=odd,{POLICIES}\n{entry}")
    policy = store.get(POLICY, account, "odd")
    assert policy is not None
    assert (policy.default_version_id, policy.document, policy.last_version) == ("v2", "{}", 2)


def test_a_version_written_by_hand_is_removed_by_its_value(store: Store, account: Account, directory: Any) -> None:
    versions = "iamPolicyVersion: v1 20261120060211Z {}\niamPolicyVersion: v2 20261120060211.5Z {}\n"
    directory.ldap(
        "ldapadd", stdin=f"dn: cn=odd,{POLICIES}\nobjectClass: iamPolicy\ncn: odd\niamDefaultVersion: v2\n{versions}"
    )
    policy = store.get(POLICY, account, "odd")
    assert policy is not None
    changed = store.change(POLICY, account, policy, Remove("versions", policy.versions[1]))
    assert [version.version_id for version in changed.versions] == ["v2"]


def test_a_password_policy_speaks_ldaps_language(store: Store, account: Account, directory: Any) -> None:
    policy = store.password_policy(account)
    changes = (
        Set("minimum_password_length", 14),
        Set("max_password_age", 90),
        Set("password_reuse_prevention", 5),
        Set("hard_expiry", True),
        Set("require_symbols", True),
    )
    changed = store.change(PASSWORD_POLICY, account, policy, *changes)
    assert (changed.minimum_password_length, changed.max_password_age, changed.hard_expiry) == (14, 90, True)
    shown = directory.ldap("ldapsearch", "-LLL", "-b", policy.dn).stdout.splitlines()
    assert {"pwdMinLength: 14", "pwdMaxAge: 7776000", "pwdInHistory: 5", "pwdGraceAuthNLimit: 0"} <= set(shown)


def test_an_accounts_alias_and_quotas_come_back(store: Store, account: Account) -> None:
    quotas = (("AttachedPoliciesPerUser", 20),)
    changed = store.change(ACCOUNT, account, account, Set("account_alias", "acme-corp"), Set("quotas", quotas))
    assert (changed.account_alias, changed.quotas) == ("acme-corp", quotas)
    assert store.account(account.account_id) == changed
    assert store.find(ACCOUNT, account, Where.equals("account_alias", "ACME-corp")) == [changed]


@pytest.mark.parametrize(
    "change",
    [
        Set("email", "zoë@example.org"),
        Set("display_name", "\udc80"),
        Set("display_name", "a" * 3_000_000),
        Set("path", "/with space/"),
        Set("path", "/" + "a" * 600 + "/"),
        Set("boundary", "no name"),
        Add("tags", Tag(key="50%", value="")),
        Add("inline_policies", InlinePolicy(policy_name="a b", policy_document="{}")),
        Add("inline_policies", InlinePolicy(policy_name="a", policy_document="x" * 1_000_000)),
    ],
    ids=lambda change: f"{change.field}",
)
def test_a_value_that_can_not_be_stored_is_refused_and_nothing_changes(
    store: Store, account: Account, change: Any
) -> None:
    zoe = store.add(USER, account, USER_MODEL)
    with pytest.raises(InvalidInput):
        store.change(USER, account, zoe, Set("remarks", "half done"), change)
    assert store.get(USER, account, "zoe") == zoe
