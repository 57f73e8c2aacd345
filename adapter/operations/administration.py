"""Whether anybody would still administer the account, for asking before the last one is taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapter.ldap import GROUP, SYSTEM_POLICY, USER, Where
from adapter.models import User
from adapter.operations.call import Call, Result

_ADMINISTRATOR: Final = "AdministratorAccess"
_LOOKED_AT_ONCE: Final = 100


def describe_administration(call: Call, *, without_user: str | None = None, without_group: str | None = None) -> Result:
    """Tells whether an active administrator would be left without a user, without a group, or without both's tie.

    Active administrators are users who can sign in and whom AdministratorAccess reaches, directly or by a group.

    Args:
        call: the call.
        without_user: leave this user out; with a group, only its membership in that group.
        without_group: leave this group out; with a user, only that user's membership in it.

    Returns:
        `is_last`: somebody administers the account now, and nobody would then.
    """
    policy = call.find(SYSTEM_POLICY, _ADMINISTRATOR)
    if policy is None:
        return {"is_last": False}
    user, group = (without_user or "").casefold(), (without_group or "").casefold()
    attached = Where.refers("attached_policies", policy.dn)
    now, then = False, False
    for name, via in _active(call, attached):
        now = True
        gone = (not user or name == user) and (not group or via == group)
        then = then or not gone
        if then:
            break
    return {"is_last": now and not then}


def _active(call: Call, attached: Where) -> Iterable[tuple[str, str]]:
    """Names of active administrators, and the group that makes each one; empty for a policy of one's own."""
    for user in call.store.find(USER, call.account, attached):
        if _can_sign_in(call, user):
            yield user.user_name.casefold(), ""
    for group in call.store.find(GROUP, call.account, attached):
        names = call.store.member_names(call.account, group)
        for start in range(0, len(names), _LOOKED_AT_ONCE):
            chunk = Where.any_of("user_name", names[start : start + _LOOKED_AT_ONCE])
            for user in call.store.find(USER, call.account, chunk, Where.present("password")):
                if not user.disabled:
                    yield user.user_name.casefold(), group.group_name.casefold()


def _can_sign_in(call: Call, user: User) -> bool:
    return not user.disabled and call.store.password_set_at(user) is not None
