"""Login profiles: a user's console password, given by an administrator or changed by the user.

A login profile exists exactly when the user's entry has a password.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

from adapter.caller import CallerKind
from adapter.errors import AccessDenied, EntityAlreadyExists, InvalidUserType, NoSuchEntity, PasswordPolicyViolation
from adapter.ldap import USER, PasswordRefused, Set, Store
from adapter.models import Account, User
from adapter.operations.call import Call, Result
from adapter.operations.passwords import hold_to_password_policy, password_demands
from adapter.operations.resources import Params, Target, oneself
from adapter.policy import CompiledPolicy, compile_policy, parse_document


def create_login_profile(
    call: Call, *, password: str, user_name: str | None = None, password_reset_required: bool = False
) -> Result:
    """Gives a user a password.

    Raises:
        EntityAlreadyExists: the user has one.
        PasswordPolicyViolation: it does not meet the account's policy.
    """
    user = call.user(user_name)
    if call.store.password_set_at(user):
        raise EntityAlreadyExists(f"Login Profile for user {user.user_name} already exists.")
    _set_password(call, user, password, password_reset_required)
    return {"login_profile": _view(call, user, password_reset_required)}


def get_login_profile(call: Call, *, user_name: str | None = None) -> Result:
    """Tells since when a user has a password, and whether it has to be changed."""
    user = _with_password(call, user_name)
    return {"login_profile": _view(call, user, user.password_reset_required)}


def update_login_profile(
    call: Call, *, user_name: str, password: str | None = None, password_reset_required: bool | None = None
) -> Result:
    """Changes a user's password, or whether it has to be changed at the next sign-in.

    Raises:
        NoSuchEntity: the user has no password.
        PasswordPolicyViolation: the new one does not meet the account's policy.
    """
    user = _with_password(call, user_name)
    if password is not None:
        _set_password(call, user, password, bool(password_reset_required))
    elif password_reset_required is not None:
        _hold_to_rules(call, user)
        call.store.require_reset(user.dn, password_reset_required)
    return {}


def delete_login_profile(call: Call, *, user_name: str | None = None) -> Result:
    """Takes a user's password away, for the console and for every LDAP application.

    Raises:
        NoSuchEntity: the user has none.
    """
    call.store.clear_password(_with_password(call, user_name).dn)
    return {}


def own_password(call: Call, params: Params) -> Target:
    """The caller's own password. Where the account lets all users change theirs, it says so like a resource policy:
    nothing else has to allow it, and an explicit deny still counts.
    """
    target = oneself(call, params)
    if call.caller.kind is CallerKind.USER and call.store.password_policy(call.account).allow_users_to_change_password:
        return replace(target, policy=_everybody_s_own(call.caller.arn))
    return target


@lru_cache(maxsize=1024)
def _everybody_s_own(arn: str) -> CompiledPolicy:
    """The rule "this user may change its own password"."""
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "iam:ChangePassword", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return compile_policy(parse_document(document, kind="resource"), name="the account's password policy")


def change_password(call: Call, *, old_password: str, new_password: str) -> Result:
    """Changes the caller's own password.

    Raises:
        InvalidUserType: the caller is the root user, whose password is not changed by API.
        NoSuchEntity: the caller has no password.
        AccessDenied: the old password is not right.
        PasswordPolicyViolation: the new one does not meet the account's policy.
    """
    if call.caller.kind is not CallerKind.USER:
        raise InvalidUserType("Only IAM Users can change their own password")
    _with_password(call, None)
    change_own_password(call.store, call.account, call.caller.dn, old_password, new_password)
    return {}


def change_own_password(store: Store, account: Account, dn: str, old: str, new: str) -> None:
    """Changes a password as its owner: the directory checks the old one and holds its history against the new one.

    Raises:
        AccessDenied: the old password is not right.
        PasswordPolicyViolation: the new one does not meet the account's policy; nothing was changed.
    """
    policy = store.password_policy(account)
    hold_to_password_policy(policy, new)
    try:
        changed = store.change_own_password(dn, old, new)
    except PasswordRefused as error:
        demands = ", ".join(password_demands(policy))
        raise PasswordPolicyViolation(
            f"Password does not conform to the account password policy. It needs {demands}."
        ) from error
    if not changed.ok:
        raise AccessDenied("The old password was incorrect.")


def _set_password(call: Call, user: User, password: str, reset_required: bool) -> None:
    hold_to_password_policy(call.store.password_policy(call.account), password)
    _hold_to_rules(call, user)
    try:
        call.store.set_password(user.dn, password)
    except PasswordRefused as error:
        raise PasswordPolicyViolation("Password does not conform to the account password policy.") from error
    call.store.require_reset(user.dn, reset_required)


def _hold_to_rules(call: Call, user: User) -> None:
    """Puts a user whose password is given here under the account's rules, where another tool has made the entry."""
    policy = call.store.own_password_policy(call.account)
    if policy and user.password_policy is None:
        call.store.change(USER, call.account, user, Set("password_policy", policy), guard=False)


def _with_password(call: Call, user_name: str | None) -> User:
    user = call.user(user_name)
    if call.store.password_set_at(user) is None:
        raise NoSuchEntity(f"Login Profile for User {user.user_name} cannot be found.")
    return user


def _view(call: Call, user: User, reset_required: bool) -> Result:
    return {
        "user_name": user.user_name,
        "create_date": call.store.password_set_at(user),
        "password_reset_required": reset_required,
    }
