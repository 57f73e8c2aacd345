"""What a policy gives, and to whom it comes how, in the reader's words."""

from __future__ import annotations

import re

from flask import Blueprint
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from adapter.names import PARTITION
from adapter.services.access import EVERY_SERVICE, ServiceAccess
from adapter.services.catalogue import AccessLevel
from adapter.services.summary import Grant, Loss
from web.console.components import listed
from web.throttle import Throttle

LEVELS: dict[AccessLevel, LazyString] = {
    AccessLevel.LIST: lazy_gettext("List"),
    AccessLevel.READ: lazy_gettext("Read"),
    AccessLevel.WRITE: lazy_gettext("Write"),
    AccessLevel.PERMISSIONS: lazy_gettext("Permissions management"),
    AccessLevel.TAGGING: lazy_gettext("Tagging"),
}
LOSSES: dict[Loss, LazyString] = {
    Loss.DENIED: lazy_gettext("all of it is denied elsewhere"),
    Loss.PARTLY_DENIED: lazy_gettext("some of it is denied elsewhere"),
    Loss.OUTSIDE: lazy_gettext("outside the permissions boundary"),
    Loss.PARTLY_OUTSIDE: lazy_gettext("some of it is outside the permissions boundary"),
}
"""What is missing of what policies allow."""
PLACES: dict[str, LazyString] = {
    "us-east-1": lazy_gettext("N. Virginia"),
    "us-east-2": lazy_gettext("Ohio"),
    "us-west-1": lazy_gettext("N. California"),
    "us-west-2": lazy_gettext("Oregon"),
    "ca-central-1": lazy_gettext("Canada"),
    "sa-east-1": lazy_gettext("São Paulo"),
    "eu-central-1": lazy_gettext("Frankfurt"),
    "eu-west-1": lazy_gettext("Ireland"),
    "eu-west-2": lazy_gettext("London"),
    "eu-west-3": lazy_gettext("Paris"),
    "eu-north-1": lazy_gettext("Stockholm"),
    "ap-south-1": lazy_gettext("Mumbai"),
    "ap-southeast-1": lazy_gettext("Singapore"),
    "ap-southeast-2": lazy_gettext("Sydney"),
    "ap-northeast-1": lazy_gettext("Tokyo"),
    "ap-northeast-2": lazy_gettext("Seoul"),
    "cn-north-1": lazy_gettext("Beijing"),
    "cn-northwest-1": lazy_gettext("Ningxia"),
}
"""Names of regions by their codes."""
_GROUP = "group "
_PLACE = re.compile(r"\$\{(\w+)\}")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Gives templates these words."""
    for name in (level_word, service_title, access_words, way_words, grant_words, loss_word, arn_form):
        console.add_app_template_filter(name)


def level_word(level: AccessLevel) -> str:
    """A kind of access."""
    return str(LEVELS[level])


def service_title(access: ServiceAccess | Grant) -> str:
    """The name of the service that some access is about."""
    return gettext("All services") if access.prefix == EVERY_SERVICE else access.title


def access_words(access: ServiceAccess) -> str:
    """How much of a service a policy gives: "Full: List, Read · Limited: Write"."""
    if access.is_full:
        return gettext("Full access")
    if access.is_inverted:
        count = len(access.actions)
        return ngettext("Everything but %(num)s named action", "Everything but %(num)s named actions", count)
    whole, some = (_levels(access, is_whole=wanted) for wanted in (True, False))
    parts = [
        gettext("Full: %(levels)s", levels=whole) if whole else "",
        gettext("Limited: %(levels)s", levels=some) if some else "",
    ]
    return " · ".join(filter(None, parts)) or gettext("No action that is known")


def grant_words(grant: Grant) -> str:
    """How much of a service some statements give, where no kinds of access can tell it."""
    if grant.is_full:
        return gettext("Full access")
    if grant.excepted:
        count = len(grant.excepted)
        return ngettext("Everything but %(num)s named action", "Everything but %(num)s named actions", count)
    if grant.losses:
        return gettext("Nothing") if grant.prefix != EVERY_SERVICE else gettext("Full access")
    return gettext("No action that is known")


def arn_form(pattern: str, account_id: str) -> str:
    """What a service's ARNs look like, as somebody can write one: what is left to fill in stands in capitals.

    >>> arn_form("arn:${Partition}:ecs:${Region}:${Account}:server/${ServerId}", "123456789012")
    'arn:aws:ecs:REGION:123456789012:server/SERVERID'
    """
    known = {"PARTITION": PARTITION, "ACCOUNT": account_id}
    return _PLACE.sub(lambda place: known.get(place[1].upper(), place[1].upper()), pattern).replace(
        "ACCOUNT", account_id
    )


def loss_word(loss: Loss) -> str:
    """What is missing of what policies allow."""
    return str(LOSSES[loss])


def _levels(access: ServiceAccess, *, is_whole: bool) -> str:
    return listed(level_word(level) for level, whole in access.levels.items() if whole is is_whole)


def way_words(via: str) -> str:
    """How a policy reaches somebody, as the library tells it: directly, or by a group."""
    if via == "directly":
        return gettext("directly")
    if via.startswith(_GROUP):
        return gettext("group %(name)s", name=via.removeprefix(_GROUP))
    return via
