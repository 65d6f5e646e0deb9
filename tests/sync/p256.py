"""Verification as PROTOCOL §0 says: raw ``r ‖ s`` over P-256 with SHA-256, keys as uncompressed points."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gatehouse_sync import canon


def verifies(key: str, message: bytes, sig: str) -> bool:
    try:
        point, raw = canon.unb64(key), canon.unb64(sig)
        if len(point) != 65 or len(raw) != 64:
            return False
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
