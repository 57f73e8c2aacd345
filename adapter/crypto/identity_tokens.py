"""Identity tokens for the outside: JSON Web Tokens that anything which trusts OpenID Connect can verify.

Source: OpenID Connect Core 1.0, section 2; RFC 7517 (JSON Web Key), RFC 7519 (JSON Web Token).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

_RSA_BITS: Final = 2048
_NEW: Final[Mapping[str, Callable[[], RSAKey | ECKey]]] = {
    "RS256": lambda: RSAKey.generate_key(_RSA_BITS),
    "ES384": lambda: ECKey.generate_key("P-384"),
}
_KINDS: Final[Mapping[str, type[RSAKey] | type[ECKey]]] = {"RS256": RSAKey, "ES384": ECKey}
ALGORITHMS: Final = tuple(_NEW)


def new_key(algorithm: str) -> bytes:
    """A fresh private key, as PEM (PKCS #8)."""
    return _NEW[algorithm]().as_pem(private=True)


def public_jwk(private_key: bytes, key_id: str, algorithm: str) -> str:
    """The public half of a key, as a JSON Web Key.

    Args:
        private_key: PEM.
        key_id: what tokens name it by.
        algorithm: the only one that it is good for.
    """
    key = _KINDS[algorithm].import_key(private_key)
    return json.dumps({**key.as_dict(private=False), "kid": key_id, "alg": algorithm, "use": "sig"})


def sign(claims: Mapping[str, Any], private_key: bytes, key_id: str, algorithm: str) -> str:
    """A signed token.

    Args:
        claims: what it says.
        private_key: PEM.
        key_id, algorithm: of that key.
    """
    key = _KINDS[algorithm].import_key(private_key)
    header = {"alg": algorithm, "kid": key_id, "typ": "JWT"}
    return jwt.encode(header, dict(claims), key, algorithms=[algorithm])
