"""Hashes, canonical texts and signatures made with general libraries, never with the code that the cases test."""

import base64
import hashlib
import json
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: s and ORDER - s sign the same."""

KEY = ec.derive_private_key(0x6761_7465_686F_7573_65, ec.SECP256R1())
"""A key that guards nothing: its scalar is printed here."""
OTHER_KEY = ec.derive_private_key(0x6F74_6865_72, ec.SECP256R1())


def canon(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(*parts: bytes | str) -> bytes:
    return hashlib.sha256(b"".join(part.encode() if isinstance(part, str) else part for part in parts)).digest()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def commitment(salt: bytes, private: str) -> str:
    return sha256("gh-private-1", salt, private).hex()


def root(device: str, chain: str, follows: dict[str, Any] | None) -> bytes:
    return sha256("gh-chain-1", canon({"chain": chain, "device": device, "follows": follows}))


def links(start: bytes, hashes_: list[bytes]) -> list[bytes]:
    result = [start]
    for hash_ in hashes_:
        result.append(sha256(result[-1], hash_))
    return result[1:]


def derived(*names: str) -> str:
    raw = int.from_bytes(sha256("gh-id-1", "\n".join(names))[:16], "big")
    return str(uuid.UUID(int=raw & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62))


def public(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return b64(point)


def der(key: ec.EllipticCurvePrivateKey, message: str) -> bytes:
    return key.sign(message.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def raw(key: ec.EllipticCurvePrivateKey, message: str) -> bytes:
    """``r ‖ s``, 64 bytes."""
    r, s = decode_dss_signature(der(key, message))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
