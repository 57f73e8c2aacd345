"""Sites that stand behind a proxy which asks Bindery about every request: which of their addresses is which action.

An operator writes them down in TOML:

    [[site]]
    host = "portal.example.org"       # as clients name it, with its port where it has one
    service = "ecs"                   # what signed requests have to be signed for

    [[site.route]]
    methods = ["GET"]
    path = "/ecs/{region}/servers/{id}"
    action = "ecs:DescribeServers"
    resource = "arn:aws:ecs:{region}:{account}:server/{id}"
    context = { "aws:RequestedRegion" = "{region}" }

`{name}` stands for one segment, `{name...}` at the end for all that follow; `{account}` is the caller's account. The
first route that fits decides. What fits no route is refused. `public = true` lets everybody through.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from adapter.names import Arn

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?", re.ASCII)
_PLACE: Final = re.compile(r"\{([a-z_]+)(\.\.\.)?\}", re.ASCII)
_ACTION: Final = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+", re.ASCII)
_SEGMENT_SAFE: Final = "-._~!$&'()*+,=:@"
_ACCOUNT: Final = "account"
_LONGEST_PATH: Final = 8192
_KEYS: Final = {
    "site": frozenset({"host", "service", "route"}),
    "route": frozenset({"methods", "path", "action", "resource", "context", "public"}),
}


class UnusableSites(Exception):
    """The table of sites is not written as it has to be; the message names the place."""


class AmbiguousPath(Exception):
    """A path that two programs could read in two ways."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route that fits, and what stood in its places."""

    route: Route
    captured: Mapping[str, str]

    def resource(self, account_id: str) -> str:
        """The ARN of what is asked for."""
        return self._filled(self.route.resource, account_id)

    def context(self, account_id: str) -> dict[str, str]:
        """The context keys that the route gives."""
        return {key: self._filled(value, account_id) for key, value in self.route.context.items()}

    def _filled(self, template: str, account_id: str) -> str:
        values = {**self.captured, _ACCOUNT: account_id}
        return _PLACE.sub(lambda found: values[found[1]], template)


@dataclass(frozen=True, slots=True)
class Route:
    """Requests that are one action.

    Attributes:
        segments: of the path; None at a place's position stands for any one segment.
        names: of the places, in their order.
        rest: the name of the place that takes all that follows; None without one.
        within: the places inside one part of the resource's ARN, where a colon would begin another part.
    """

    methods: frozenset[str]
    segments: tuple[str | None, ...]
    names: tuple[str, ...]
    rest: str | None
    action: str
    resource: str
    context: Mapping[str, str]
    is_public: bool
    within: frozenset[str]

    def match(self, method: str, segments: tuple[str, ...]) -> Match | None:
        """What stands in the route's places, for a request that it means; None for others."""
        own = self.segments
        fits = len(segments) > len(own) if self.rest else len(segments) == len(own)
        if method not in self.methods or not fits:
            return None
        captured = []
        for wanted, given in zip(own, segments, strict=False):
            if wanted is None:
                captured.append(given)
            elif wanted != given:
                return None
        found = dict(zip(self.names, captured, strict=True))
        if self.rest:
            found[self.rest] = "/".join(segments[len(own) :])
        return None if any(":" in found.get(name, "") for name in self.within) else Match(self, found)


@dataclass(frozen=True, slots=True)
class Site:
    """A host with its routes."""

    host: str
    service: str
    routes: tuple[Route, ...]

    def match(self, method: str, path: str) -> Match | None:
        """The first route that fits.

        Raises:
            AmbiguousPath: the path could be read in two ways.
        """
        return self._first(method, split_path(path))

    def match_decoded(self, method: str, path: str) -> Match | None:
        """The first route that fits a path that has been decoded already, as WSGI servers do it.

        Raises:
            AmbiguousPath: the path could be read in two ways.
        """
        return self._first(method, split_path(quote(path, safe=f"/{_SEGMENT_SAFE}")))

    def _first(self, method: str, segments: tuple[str, ...]) -> Match | None:
        return next((found for route in self.routes if (found := route.match(method, segments))), None)


@dataclass(frozen=True, slots=True)
class Sites:
    """All sites, by host."""

    by_host: Mapping[str, Site] = field(default_factory=dict)

    def origins(self, *, is_https: bool) -> frozenset[str]:
        """Scheme and host of all of them; where the console is reached over https, so are they."""
        schemes = ("https",) if is_https else ("https", "http")
        return frozenset(f"{scheme}://{host}" for scheme in schemes for host in self.by_host)

    @classmethod
    def load(cls, file: Path | None) -> Sites:
        """Reads the table; without a file there are no sites.

        Raises:
            UnusableSites: the file can't be read, or something in it is wrong.
        """
        if file is None:
            return cls()
        try:
            return cls.parse(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise UnusableSites(f"{file}: {error.strerror}") from error
        except (UnicodeDecodeError, UnusableSites) as error:
            raise UnusableSites(f"{file}: {error}") from error

    @classmethod
    def parse(cls, text: str) -> Sites:
        """Reads the table's text.

        Raises:
            UnusableSites: something in it is wrong.
        """
        try:
            tables = tomllib.loads(text).get("site", [])
        except tomllib.TOMLDecodeError as error:
            raise UnusableSites(str(error)) from error
        by_host: dict[str, Site] = {}
        for number, table in enumerate(_tables(tables, "site"), start=1):
            site = _site(table, f"site {number}")
            if site.host in by_host:
                raise UnusableSites(f"site {number}: {site.host} is there twice")
            by_host[site.host] = site
        return cls(by_host)


def split_path(path: str) -> tuple[str, ...]:
    """The segments of a path, decoded.

    Only the one canonical spelling of a path passes: the service behind the proxy must not see another path than the
    one that was decided about.

    Raises:
        AmbiguousPath: it has empty or dot segments, encoded characters that need no encoding, encoded slashes, a
            backslash, parameters after a semicolon, or is no path at all.
    """
    if not path.startswith("/") or len(path) > _LONGEST_PATH:
        raise AmbiguousPath("it does not begin with a slash, or is too long")
    if path == "/":
        return ()
    return tuple(_segment(text) for text in path[1:].split("/"))


def _segment(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text.encode("ascii")).decode("utf-8")
    except UnicodeError as error:
        raise AmbiguousPath("it is not encoded as UTF-8") from error
    if not decoded or decoded.endswith(".") or decoded != decoded.strip():
        raise AmbiguousPath("it has a segment that is empty or ends with a dot or a space")
    if any(character in "/\\;%" for character in decoded) or not decoded.isprintable():
        raise AmbiguousPath("it has a character that is read in more than one way")
    if quote(decoded, safe=_SEGMENT_SAFE) != text:
        raise AmbiguousPath("it is not in its canonical spelling")
    return decoded


def _site(table: Mapping[str, Any], place: str) -> Site:
    _hold_to_keys(table, "site", place)
    host = _text(table, "host", place)
    if not _HOST.fullmatch(host):
        raise UnusableSites(f"{place}: host {host!r} is not a host name in lower case, with or without a port")
    routes = _tables(table.get("route", []), f"{place}: route")
    found = (_route(route, f"{place}, route {number}") for number, route in enumerate(routes, start=1))
    return Site(host, _text(table, "service", place), tuple(found))


def _route(table: Mapping[str, Any], place: str) -> Route:
    _hold_to_keys(table, "route", place)
    methods = table.get("methods", ["GET", "HEAD"])
    if not isinstance(methods, list) or not methods or not METHODS.issuperset(map(str, methods)):
        raise UnusableSites(f"{place}: methods has to be a list of {', '.join(sorted(METHODS))}")
    segments, names, rest = _pattern(_text(table, "path", place), place)
    is_public = table.get("public", False)
    if not isinstance(is_public, bool):
        raise UnusableSites(f"{place}: public is true or false")
    known = {*names, *([rest] if rest else []), _ACCOUNT}
    action, resource, context = ("", "", {}) if is_public else _meaning(table, known, place)
    within = frozenset(found[1] for part in resource.split(":")[:5] for found in _PLACE.finditer(part))
    return Route(frozenset(map(str, methods)), segments, names, rest, action, resource, context, is_public, within)


def _meaning(table: Mapping[str, Any], known: set[str], place: str) -> tuple[str, str, dict[str, str]]:
    action, resource = _text(table, "action", place), _text(table, "resource", place)
    if not _ACTION.fullmatch(action):
        raise UnusableSites(f"{place}: action {action!r} is not written as SERVICE:Action")
    if resource != "*":
        try:
            Arn.parse(resource)
        except ValueError as error:
            raise UnusableSites(f"{place}: resource {error}") from error
    context = table.get("context", {})
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise UnusableSites(f"{place}: context is a table of texts")
    for template in (resource, *context.values()):
        unknown = {found[1] for found in _PLACE.finditer(template)} - known
        if unknown:
            raise UnusableSites(f"{place}: the path has no place {{{min(unknown)}}}")
    return action, resource, context


def _pattern(path: str, place: str) -> tuple[tuple[str | None, ...], tuple[str, ...], str | None]:
    """The segments of a route's path, the names of its places, and of the one that takes the rest."""
    if not path.startswith("/"):
        raise UnusableSites(f"{place}: path {path!r} does not begin with a slash")
    segments: list[str | None] = []
    names: list[str] = []
    texts = path[1:].split("/") if path != "/" else []
    for number, text in enumerate(texts, start=1):
        found = _PLACE.fullmatch(text)
        if found is None:
            if not text or "{" in text or "}" in text:
                raise UnusableSites(f"{place}: path {path!r} has a segment that is empty or only partly a place")
            segments.append(text)
        elif found[1] == _ACCOUNT or found[1] in names:
            raise UnusableSites(f"{place}: {{{found[1]}}} can't be used twice, and {{{_ACCOUNT}}} is the caller's")
        elif found[2]:
            if number != len(texts):
                raise UnusableSites(f"{place}: {text} can only stand at the end")
            return tuple(segments), tuple(names), found[1]
        else:
            segments.append(None)
            names.append(found[1])
    return tuple(segments), tuple(names), None


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise UnusableSites(f"{place}: {key} is missing")
    return value


def _tables(value: Any, place: str) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnusableSites(f"{place} has to be a list of tables")
    yield from value


def _hold_to_keys(table: Mapping[str, Any], kind: str, place: str) -> None:
    unknown = table.keys() - _KEYS[kind]
    if unknown:
        raise UnusableSites(f"{place}: nobody knows what {min(unknown)} means")
