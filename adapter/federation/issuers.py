"""The keys that OpenID Connect providers sign with: asked for when they are needed, and kept for a while.

Source: OpenID Connect Discovery 1.0, section 4; RFC 7517 (JSON Web Key).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from adapter.federation.addresses import SCHEME
from adapter.federation.fetching import Fetcher, Unreachable

Key = RSAKey | ECKey

MINUTE: Final = 60.0
"""Keys of a provider are asked for again because of an unknown key id at most once in this many seconds."""
_RETRY: Final = 10.0
_SHORTEST: Final = 300.0
_USUAL: Final = 3600.0
_LONGEST: Final = 24 * 3600.0
_MOST_KEYS: Final = 100
_MOST_ISSUERS: Final = 1000
_RSA_BITS: Final = (2048, 8192)
_CURVES: Final = frozenset({"P-256", "P-384"})
_DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(slots=True)
class _Held:
    """The keys of one provider.

    Attributes:
        fetched_at: when they were read.
        good_until: they are asked for again after that; until `fetched_at + _LONGEST` they do when that fails.
        next_try: before that the provider is left alone.
        trouble: what went wrong when it was asked last.
    """

    keys: tuple[Key, ...] = ()
    fetched_at: float = 0.0
    good_until: float = 0.0
    next_try: float = 0.0
    trouble: Unreachable = field(default_factory=lambda: Unreachable("it has not been asked yet"))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serves(self, key_id: str | None, now: float) -> bool:
        """Whether the keys can be used as they are."""
        return bool(self.keys) and now < self.good_until and (key_id is None or key_id in {k.kid for k in self.keys})


class IssuerKeys:
    """Knows the keys of OpenID Connect providers.

    Args:
        fetcher: asks them.
        clock: seconds, from any starting point.
    """

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._held: OrderedDict[tuple[str, ...], _Held] = OrderedDict()
        self._lock = threading.Lock()

    def keys(self, url: str, thumbprints: Sequence[str], key_id: str | None) -> tuple[Key, ...]:
        """The keys of a provider.

        Args:
            url: the provider's address without `https://`.
            thumbprints: of its certificates.
            key_id: the key that is needed; when it is not among the known ones, the provider is asked again.

        Raises:
            Unreachable: there are none to be had.
        """
        held = self._entry((url, *thumbprints))
        if held.serves(key_id, self._clock()):
            return held.keys
        with held.lock:
            now = self._clock()
            if not held.serves(key_id, now) and now >= held.next_try:
                self._refresh(held, url, thumbprints, now)
            if not held.keys or now >= held.fetched_at + _LONGEST:
                raise held.trouble
            return held.keys

    def close(self) -> None:
        """Lets go of the threads."""
        self._fetcher.close()

    def thumbprint(self, url: str) -> str:
        """SHA-1 of a provider's own certificate.

        Raises:
            Unreachable: there is none to be had.
        """
        return self._fetcher.thumbprint(SCHEME + url)

    def _entry(self, name: tuple[str, ...]) -> _Held:
        with self._lock:
            held = self._held.setdefault(name, _Held())
            self._held.move_to_end(name)
            if len(self._held) > _MOST_ISSUERS:
                self._held.popitem(last=False)
            return held

    def _refresh(self, held: _Held, url: str, thumbprints: Sequence[str], now: float) -> None:
        try:
            keys, seconds = self._fetch(url, thumbprints)
        except Unreachable as trouble:
            held.trouble, held.next_try = trouble, now + _RETRY
            return
        held.keys, held.fetched_at, held.next_try = keys, now, now + MINUTE
        held.good_until = now + seconds

    def _fetch(self, url: str, thumbprints: Sequence[str]) -> tuple[tuple[Key, ...], float]:
        issuer = SCHEME + url
        found = self._fetcher.document(issuer.rstrip("/") + _DISCOVERY, thumbprints).content
        if found.get("issuer") != issuer:
            raise Unreachable("its configuration names another issuer")
        address = found.get("jwks_uri")
        if not isinstance(address, str):
            raise Unreachable("its configuration does not say where its keys are")
        document = self._fetcher.document(address, thumbprints)
        keys = read_keys(document.content)
        if not keys:
            raise Unreachable("it has no key that can be used")
        wanted = _USUAL if document.max_age is None else float(document.max_age)
        return keys, min(max(wanted, _SHORTEST), _LONGEST)


def read_keys(document: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys of a JSON Web Key Set that signatures can be verified with; others are passed over."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        return ()
    return tuple(key for each in listed[:_MOST_KEYS] if isinstance(each, dict) and (key := _key(each)))


def _key(data: dict[str, Any]) -> Key | None:
    public: dict[str, str | list[str]] = {
        name: value for name, value in data.items() if name in _MEMBERS and isinstance(value, str)
    }
    if public.get("use", "sig") != "sig" or public.get("kty") not in ("RSA", "EC"):
        return None
    try:
        key = JWKRegistry.import_key(public)
        if isinstance(key, RSAKey):
            return key if _RSA_BITS[0] <= key.public_key.key_size <= _RSA_BITS[1] else None
        return key if isinstance(key, ECKey) and public.get("crv") in _CURVES and key.public_key else None
    except (JoseError, ValueError, KeyError, TypeError):
        return None


_MEMBERS: Final = frozenset({"kty", "use", "alg", "kid", "n", "e", "crv", "x", "y"})
