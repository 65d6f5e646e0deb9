"""Private parts sealed to the server: a device that keeps one cannot read it, a restored server can (PROTOCOL 14.2).

ECDH on P-256 with a key made for the occasion, HKDF-SHA-256 (RFC 5869), AES-256-GCM. Each sealed part has a key of its
own, since the op's id is in it, so the nonce is all zeros.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gatehouse.audit.keys import POINT_BYTES, SigningKey, point
from gatehouse_sync import canon, protocol
from gatehouse_sync.protocol import SealKey

PURPOSE = "seal"
_NONCE = bytes(12)
_KEY_BYTES = 32
_SHARED = 512


class Private(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sealed: the private part's text and its salt, as an op carries them."""

    private: str
    salt: str


class Unsealer:
    """The private half of the sealing key, which follows from the server's signing key and is never stored."""

    def __init__(self, signing: SigningKey) -> None:
        self._key = signing.derived(PURPOSE)
        self._point = point(self._key.public_key())
        public = canon.b64(self._point)
        self.public = SealKey(public, signing.sign(protocol.seal_key_message(public)))
        # A device seals what one reply acknowledged with one key of its own.
        self._shared = lru_cache(maxsize=_SHARED)(self._exchange)

    def open(self, op: str, com: str, sealed: str) -> Private | None:
        """The private part and salt of an op, or None for what is damaged, another op's or another server's."""
        try:
            raw = canon.unb64(sealed)
            made_for = raw[:POINT_BYTES]
            key = _key(self._shared(made_for), made_for, self._point, op)
            text = AESGCM(key).decrypt(_NONCE, raw[POINT_BYTES:], protocol.sealed_message(op, com))
            return msgspec.json.decode(text, type=Private)
        except (canon.NotCanonicalError, InvalidTag, ValueError):
            return None

    def _exchange(self, made_for: bytes) -> bytes:
        return self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), made_for))


def seal(public: str, op: str, com: str, held: Private, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """``held`` of an op, sealed to the server's ``public`` sealing key; ``key`` is for once (None: a fresh one)."""
    once = key or ec.generate_private_key(ec.SECP256R1())
    made_for, theirs = point(once.public_key()), canon.unb64(public)
    shared = once.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    text = canon.encode({"private": held.private, "salt": held.salt})
    box = AESGCM(_key(shared, made_for, theirs, op)).encrypt(_NONCE, text, protocol.sealed_message(op, com))
    return canon.b64(made_for + box)


def _key(shared: bytes, made_for: bytes, theirs: bytes, op: str) -> bytes:
    info = b"gh-sealed-1" + made_for + theirs + op.encode()
    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=info).derive(shared)
