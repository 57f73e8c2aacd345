"""How changes reach the servers, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext, ngettext

from web.console.boxes import Column, Label, Picture, bottom, edge

_GAP: Final = 18
_ALONE: Final = Column(0, 440, 44, _GAP)
_SOURCES: Final = Column(0, 300, 30, _GAP)
_REACHED: Final = Column(460, 300, 30, _GAP)
_LATE: Final = 5.0
"""Seconds after which a change is late: replication takes a moment even when all is well."""


def draw(providers: Sequence[Mapping[str, Any]], servers: Sequence[Mapping[str, Any]]) -> Picture | None:
    """Lays out who takes changes, and whom they reach; a single server is one box.

    Args:
        providers, servers: as `describe_directory` answers them.

    Returns:
        None when nothing is known of either.
    """
    if not servers:
        return None
    if len(servers) == 1:
        (box,) = _ALONE.place([_only(servers[0])])
        return Picture((box,), (), box.height, box.width)
    sources = _SOURCES.place(map(_provider, providers))
    reached = _REACHED.place(map(_server, servers))
    edges = tuple(edge(source, server) for source in sources for server in reached if server.label.kind != "bad")
    boxes = (*sources, *reached)
    return Picture(boxes, edges, bottom(boxes), _REACHED.x + _REACHED.width)


def lag(seconds: float) -> str:
    """How far behind, as people say it."""
    if seconds <= _LATE:
        return gettext("Up to date")
    if seconds < 120:
        return ngettext("%(num)s second behind", "%(num)s seconds behind", round(seconds))
    return ngettext("%(num)s minute behind", "%(num)s minutes behind", round(seconds / 60))


def _only(each: Mapping[str, Any]) -> Label:
    """A server that no other one could be behind: how far it has come."""
    label = _server(each)
    return replace(label, told=each["changes"][0]["csn"]) if each["changes"] else label


def _provider(each: Mapping[str, Any]) -> Label:
    return Label("provider", gettext("Provider %(id)s", id=each["server_id"] or "—"), gettext("takes changes"))


def _server(each: Mapping[str, Any]) -> Label:
    if each["status"] != "ok":
        return Label("bad", each["uri"], gettext("Does not answer"))
    behind = max((change["behind"] for change in each["changes"]), default=0.0)
    return Label("warn" if behind > _LATE else "good", each["uri"], lag(behind))
