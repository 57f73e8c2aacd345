"""What the outside needs to verify the identity tokens of an account: discovery and public keys, for everybody.

Source: OpenID Connect Discovery 1.0, section 4; RFC 7517, section 5.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from adapter import Iam
from adapter.crypto.identity_tokens import ALGORITHMS

_ADDRESS: Final = re.compile(r"/oidc/([0-9]{12})/\.well-known/(openid-configuration|jwks\.json)", re.ASCII)
CACHING: Final = ("Cache-Control", "public, max-age=300")


def issuer_document(iam: Iam, path: str, origin: str) -> dict[str, Any] | None:
    """The document at an address; None where there is none, or no token of the account may be good.

    Args:
        iam: the door.
        path: such as `/oidc/123456789012/.well-known/jwks.json`.
        origin: scheme and host under which the outside reaches this server.
    """
    found = _ADDRESS.fullmatch(path)
    keys = iam.identity_keys(found[1]) if found else None
    if found is None or keys is None:
        return None
    if found[2] == "jwks.json":
        return {"keys": [json.loads(key) for key in keys]}
    issuer = f"{origin}/oidc/{found[1]}"
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "https://sts.amazonaws.com/"],
    }
