"""An authenticator in software: makes passkeys and answers challenges as browsers hand them on."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One authenticator with at most one passkey.

    Attributes:
        origin: that the browser shows.
        counts: whether it counts its uses.
        flags: what it says about its user.
    """

    origin: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    count: int = 0
    passkey_id: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, **changes: Any) -> str:
        """The browser's answer to `navigator.credentials.create`."""
        asked = json.loads(options)
        self.passkey_id = secrets.token_bytes(32)
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.passkey_id).to_bytes(2, "big") + self.passkey_id + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": text(self._client_data("webauthn.create", asked["challenge"])),
            "attestationObject": text(attestation),
            "transports": ["internal"],
        }
        return self._answer(response | changes)

    def prove(self, options: str, **changes: Any) -> str:
        """The browser's answer to `navigator.credentials.get`."""
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(asked["rpId"])
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(client_data),
            "authenticatorData": text(data),
            "signature": text(signature),
        }
        return self._answer(response | changes)

    def _answer(self, response: dict[str, Any]) -> str:
        name = text(self.passkey_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        content = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(content).encode()

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(host.encode()).digest() + flags + self.count.to_bytes(4, "big")
