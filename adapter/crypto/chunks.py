"""Bodies that are sent and signed piece by piece (`Content-Encoding: aws-chunked`).

Each piece reads `SIZE;chunk-signature=SIGNATURE`, a line break, the bytes and a line break; its signature covers the
one before it, so that no piece can be changed, moved or left out, and an empty piece ends the body.

Source: Amazon S3 API reference, "Signature calculations for the Authorization header: transferring payload in multiple
chunks".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from adapter.errors import IncompleteSignature, SignatureDoesNotMatch

STREAMING_PAYLOAD = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD"
_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8});chunk-signature=([0-9a-f]{64})\r\n")
_EMPTY = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """What is the same for all pieces of a body: the signing key, the time and the scope."""

    key: bytes = field(repr=False)
    timestamp: str
    scope: str

    def sign(self, previous: str, content: bytes) -> str:
        """The signature of a piece that follows the one signed with `previous`."""
        digest = hashlib.sha256(content).hexdigest()
        lines = (_ALGORITHM, self.timestamp, self.scope, previous, _EMPTY, digest)
        return hmac.digest(self.key, "\n".join(lines).encode("latin-1"), "sha256").hex()


def open_chunks(body: bytes, chain: Chain, seed: str) -> bytes:
    """The bytes of a body without what is written between its pieces.

    Args:
        body: as it came over the wire.
        chain: verifies the pieces.
        seed: the verified signature of the request's head, which the first piece follows.

    Raises:
        IncompleteSignature: the body is not written in pieces, is cut short or goes on after its end.
        SignatureDoesNotMatch: a piece was changed, moved or left out.
    """
    pieces: list[bytes] = []
    position, previous = 0, seed
    while True:
        head = _HEAD.match(body, position)
        if not head:
            raise IncompleteSignature(f"The chunk at byte {position} of the body is malformed.")
        size, signature = int(head[1], 16), head[2].decode()
        content = body[head.end() : head.end() + size]
        position = head.end() + size + 2
        if body[position - 2 : position] != b"\r\n":
            raise IncompleteSignature(f"The chunk before byte {position} of the body is cut short.")
        if not hmac.compare_digest(chain.sign(previous, content), signature):
            raise SignatureDoesNotMatch("A chunk of the body does not match its signature.")
        if not size:
            break
        pieces.append(content)
        previous = signature
    if position != len(body):
        raise IncompleteSignature("The body goes on after its last chunk.")
    return b"".join(pieces)
