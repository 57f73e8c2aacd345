"""Where LDAP clients find the directory."""

from __future__ import annotations

from typing import Final

from adapter.ldap import filters
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.reading import Reading
from adapter.ldap.search import Scope, Search, selection

_LISTENERS: Final = Search(
    "cn=Listeners,cn=Monitor", Scope.ONE, filters.present(OBJECT_CLASS), selection(["labeledURI"])
)
_SOCKET: Final = "ldapi:"


class Listeners(Reading):
    """Addresses of one directory."""

    def addresses(self) -> list[str]:
        """The servers that Bindery itself goes to; where that is a socket, what the server there listens on besides."""
        known = [uri for uri in self._pool.uris if not uri.startswith(_SOCKET)]
        if known:
            return known
        told = [uri.decode() for entry in self._ask(_LISTENERS) for uri in entry.attributes.get("labeleduri", [])]
        return [uri for uri in told if not uri.startswith(_SOCKET)]
