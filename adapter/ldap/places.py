"""Where the entries are that every directory of Bindery's has: their names, below a suffix or an account's entry."""

from __future__ import annotations

from typing import Final

from adapter.ldap import dn

CONFIG: Final = "cn=config"
"""Where slapd keeps its own configuration, and as whom its overlays write."""


def people(suffix: str) -> str:
    """Where an account's users are, unless it says otherwise."""
    return f"ou=people,{suffix}"


def groups(suffix: str) -> str:
    """Where an account's groups are, unless it says otherwise."""
    return f"ou=groups,{suffix}"


def further_suffix(account_id: str, suffix: str) -> str:
    """Below which entry a further account is, in the directory of that suffix."""
    return f"{dn.rdn('o', account_id)},{suffix}"


def account(suffix: str) -> str:
    """The entry of the account that is below a suffix."""
    return f"ou=iam,{suffix}"


def root_user(account_dn: str) -> str:
    """The entry of an account's root user."""
    return f"cn=root,{account_dn}"


def password_policy(account_dn: str, name: str = "default") -> str:
    """The entry of one of an account's password policies."""
    return f"cn={name},ou=password-policies,{account_dn}"


def placeholder(account_dn: str) -> str:
    """What fills groups where a group needs a member; there is no such entry."""
    return f"cn=.empty,{account_dn}"


def adapter(suffix: str) -> str:
    """Who Bindery binds as."""
    return f"cn=adapter,{account(suffix)}"


def system_policies(suffix: str) -> str:
    """Where system-defined policies are."""
    return f"ou=system-policies,{account(suffix)}"
