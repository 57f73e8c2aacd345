"""What differs in an adopted tree: the tables of users and groups as an account's layout makes them.

Bindery's own trees need none of this. In a tree that was there before, those are users and groups who carry our
classes; their names and members are where they always were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

from adapter.ldap.application_mapping import APP_GROUP
from adapter.ldap.mapping import GROUP, USER
from adapter.ldap.noun import M, Noun
from adapter.models import Account, Layout

USER_MARK: Final = "iamUser"
GROUP_MARK: Final = "iamGroup"
MEMBERS: Final = "members"

MEMBER_OF_CLASS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "groupofnames": "member",
        "groupofmembers": "member",
        "groupofuniquenames": "uniqueMember",
        "posixgroup": "memberUid",
    }
)
"""Where groups of a class have their members; an entry of several classes goes by the first one here."""

MEMBERS_BY_DN: Final = ("member", "uniqueMember")
MEMBERS_BY_NAME: Final = "memberUid"
"""Where groups of any kind have their members."""


def within(noun: Noun[M], account: Account) -> Noun[M]:
    """The table as it is for one account."""
    layout = account.layout
    if layout is None or noun.label not in _CHANGED:
        return noun
    found = noun.in_layouts.get(layout)
    if found is None:
        found = noun.in_layouts[layout] = cast("Noun[M]", _CHANGED[noun.label](noun, layout))
    return found


def home(noun: Noun[Any], account: Account, suffix: str) -> str:
    """Below which entry new ones of a kind are made."""
    return noun.home or noun.base(account, suffix)


def knows_members_by_name(noun: Noun[Any]) -> bool:
    """Whether entries of a kind may have members of which they only know the names."""
    field = noun.by_name.get(MEMBERS)
    return field is not None and bool(field.names_in)


def _user(noun: Noun[Any], layout: Layout) -> Noun[Any]:
    return replace(
        noun,
        mark=USER_MARK,
        naming=layout.user_naming,
        name_mirrors=tuple(each for each in noun.name_mirrors if each != layout.user_naming),
        referrers=(*noun.referrers, *layout.member_attributes[1:]),
        name_referrers=(layout.member_names,) if layout.member_names else (),
        home=layout.new_user_base,
    )


def _group(noun: Noun[Any], layout: Layout) -> Noun[Any]:
    kept = MEMBER_OF_CLASS[layout.new_group_class.lower()]
    members = replace(
        noun.by_name[MEMBERS],
        attribute=kept,
        also_in=tuple(each for each in layout.member_attributes if each != kept),
        names_in=layout.member_names,
        filler=layout.placeholder.encode(),
    )
    by_name = replace(
        members, name="members_by_name", attribute=layout.member_names, also_in=(), names_in="", filler=b""
    )
    return replace(
        noun,
        mark=GROUP_MARK,
        classes=(layout.new_group_class,),
        fields=(
            *(field for field in noun.fields if field.name != MEMBERS),
            members,
            *((by_name,) if layout.member_names else ()),
        ),
        referrers=(*noun.referrers, *layout.member_attributes[1:]),
        home=layout.new_group_base,
    )


def _copy(noun: Noun[Any], layout: Layout) -> Noun[Any]:
    """A group that Bindery keeps itself; it may need to be filled like any other."""
    filled = replace(noun.by_name[MEMBERS], filler=layout.placeholder.encode())
    return replace(noun, fields=tuple(filled if field.name == MEMBERS else field for field in noun.fields))


_CHANGED: Final[Mapping[str, Callable[[Noun[Any], Layout], Noun[Any]]]] = MappingProxyType(
    {USER.label: _user, GROUP.label: _group, APP_GROUP.label: _copy}
)
