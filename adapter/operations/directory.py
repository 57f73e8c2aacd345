"""The directory itself: how its server is, and the account's part of the tree, entry by entry."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from adapter.errors import NoSuchEntity
from adapter.ldap import ServerInfo, csn
from adapter.ldap import dn as names
from adapter.operations.call import Call, Result
from adapter.operations.paging import DEFAULT_PAGE, Page, make_marker, read_marker

_DEEPEST: Final = 8
"""Levels above an entry that are shown with it; each costs a question."""


def describe_directory(call: Call) -> Result:
    """Describes the directory's server: whether it answers, how far changes have arrived, what a check-up finds.

    What concerns the machine that it runs on is told to the directory's first account alone.
    """
    info = call.store.server_info()
    is_first = call.store.is_first(call.account)
    return {
        "answers": info.answers,
        "servers": _servers(info) if is_first else [],
        "version": info.version,
        "started": info.started,
        "connections": info.connections if is_first else None,
        "providers": [_provider(csn) for csn in info.context_csn],
        "class_count": len(info.classes),
        "top": top_of(call),
        "findings": call.check_up(info) if is_first else None,
    }


def describe_entry(call: Call, *, dn: str | None = None, page: Page) -> Result:
    """Describes an entry of the account's part of the tree, and the tree as far as the way to it.

    Args:
        call: the call.
        dn: of the entry; without it, the topmost one.
        page: which part of what lies below it; or beside it, when nothing does.

    Raises:
        NoSuchEntity: there is no such entry, or it belongs to another account.
    """
    top = top_of(call)
    wanted = dn or top
    others = _tops_of_others(call)
    node = call.store.node(wanted) if _is_within(wanted, top, others) else None
    if node is None:
        raise NoSuchEntity(f"There is no entry {wanted}.")
    way, hidden = _way(node.dn, top), {names.normalise(other) for other in others}
    paged = node.dn if node.has_children or len(way) == 1 else way[-2]
    levels = []
    for at in way:
        level = call.store.level(
            call.account,
            at,
            after=read_marker(page.marker) if page.marker and at == paged else None,
            size=page.max_items or DEFAULT_PAGE,
        )
        nodes = [asdict(each) for each in level.nodes if names.normalise(each.dn) not in hidden]
        marker = make_marker(level.last) if level.last and at == paged else None
        more = level.last is not None
        cut = {"total": level.total, "is_cut": level.is_cut, "has_more": more, "marker": marker}
        levels.append({"dn": at, "name": names.first_step(at), "nodes": nodes} | cut)
    return {"entry": asdict(node) | {"ldif": call.store.entry_text(node.dn)}, "top": top, "levels": levels}


def top_of(call: Call) -> str:
    """The topmost entry of the account's part of the tree."""
    return names.parent(call.account.dn)


def _tops_of_others(call: Call) -> list[str]:
    return [names.parent(each.dn) for each in call.store.accounts() if each.account_id != call.account.account_id]


def _is_within(wanted: str, top: str, others: list[str]) -> bool:
    """Whether a DN lies in the account's part of the tree."""

    def below(base: str) -> bool:
        return names.same(wanted, base) or names.is_below(wanted, base)

    return below(top) and not any(below(other) for other in others if names.is_below(other, top))


def _way(at: str, top: str) -> list[str]:
    """The DNs from the topmost entry down to one; of a very long way, its end."""
    way = [at]
    while not names.same(way[0], top):
        way.insert(0, names.parent(way[0]))
    return way[-_DEEPEST:]


def _servers(info: ServerInfo) -> list[dict[str, Any]]:
    """Each server, and how far behind the others it is with the changes of each provider."""
    arrived = {uri: [_provider(each) for each in numbers] for uri, numbers in info.arrived.items()}
    newest: dict[str, datetime] = {}
    for each in (each for changes in arrived.values() for each in changes if each["time"]):
        newest[each["server_id"]] = max(each["time"], newest.get(each["server_id"], each["time"]))
    return [
        {
            "uri": uri,
            "status": status,
            "changes": [each | {"behind": _behind(each, newest)} for each in arrived.get(uri, ())],
        }
        for uri, status in info.servers.items()
    ]


def _behind(change: dict[str, Any], newest: dict[str, datetime]) -> float:
    """Seconds between the newest change of a provider anywhere and the newest that has arrived at a server."""
    return (newest[change["server_id"]] - change["time"]).total_seconds() if change["time"] else 0.0


def _provider(number: str) -> dict[str, Any]:
    """How far the changes of one provider have arrived, by its change sequence number."""
    return {"csn": number, "time": csn.time_of(number), "server_id": csn.server_of(number)}
