"""The server's signing key, in a file beside the database, never in it (P9, TH30)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gatehouse_sync import canon

_ALGORITHM = ec.ECDSA(hashes.SHA256())
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES = 65
SIGNATURE_BYTES = 64
_POINT = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


class SigningKey:
    """A P-256 key that signs in the raw ``r ‖ s`` form of WebCrypto."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public = canon.b64(point(key.public_key()))
        """The 65-byte uncompressed point, base64url."""
        self._verify = VerifyingKey(self.public)

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_file(cls, path: Path) -> SigningKey:
        """The key in ``path``; made there (mode 0600) when the file does not exist."""
        try:
            pem = path.read_bytes()
        except FileNotFoundError:
            return cls._create(path)
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise TypeError(f"{path.name} does not hold a P-256 key")
        return cls(key)

    @classmethod
    def _create(cls, path: Path) -> SigningKey:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # Written whole under another name and then linked: two processes starting at once agree on one key.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return cls.from_file(path)
        finally:
            draft.unlink()
        return cls(key)

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only holders of this key can derive, for what the processes of one server share."""
        number = self._key.private_numbers().private_value
        return canon.hmac_sha256(number.to_bytes(32, "big"), b"gh-secret-1" + purpose.encode())

    def derived(self, purpose: str) -> ec.EllipticCurvePrivateKey:
        """A P-256 key for another purpose: whoever learns it learns nothing of this one, and cannot sign."""
        number = int.from_bytes(canon.hmac_sha256(self.secret(purpose), b"gh-key-1"), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())

    def sign(self, message: bytes) -> str:
        """A base64url signature of 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message, _ALGORITHM))
        return canon.b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether this key signed the message."""
        return self._verify.verify(message, signature)


def earlier_keys(path: Path) -> list[SigningKey]:
    """Keys this server signed with before the one in ``path``: beside it, ``server-key.earlier-*.pem`` for instance.

    They open what devices keep from their time, and sign nothing.
    """
    return [SigningKey.from_file(one) for one in sorted(path.parent.glob(f"{path.stem}.earlier-*{path.suffix}"))]


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """The 65-byte uncompressed point of a public key."""
    return key.public_bytes(*_POINT)


class VerifyingKey:
    """The public half of a device's or the server's key."""

    def __init__(self, public: str) -> None:
        """Take the base64url point; raises ValueError when it is not one on the curve."""
        point = canon.unb64(public)
        if len(point) != POINT_BYTES:  # a compressed point would be a second text for one key
            raise ValueError("not an uncompressed point")
        self._key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether the signature, raw ``r ‖ s`` in base64url, is this key's over the message."""
        try:
            raw = canon.unb64(signature)
        except canon.NotCanonicalError:
            return False
        if len(raw) != SIGNATURE_BYTES:
            return False
        r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        if not (0 < r < _ORDER and 0 < s < _ORDER):
            return False
        try:
            self._key.verify(encode_dss_signature(r, s), message, _ALGORITHM)
        except InvalidSignature:
            return False
        return True
