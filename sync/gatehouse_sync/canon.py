"""Canonical JSON, hashes and byte texts (PROTOCOL §0)."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
import unicodedata
from typing import Any

import msgspec

MAX_INT = 2**53 - 1
MAX_DEPTH = 16

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()
_url, _standard = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_escape = re.compile(r"\\(?:u[0-9a-f]{4}|.)")


class NotCanonicalError(ValueError):
    """Raised for a text that is not the canonical JSON of anything."""


def encode(value: object) -> bytes:
    """``canon(value)``: sorted keys, no spaces, raw UTF-8. Takes plain JSON values and msgspec Structs."""
    return _encoder.encode(value)


def decode(text: bytes | str) -> Any:  # noqa: ANN401  # JSON is any value until a Struct gives it a type
    """The value of a canonical text.

    Raises:
        NotCanonicalError: not UTF-8, not JSON, or not the canonical bytes of its own value (duplicate keys,
            spaces, unsorted keys, floats, integers beyond 2^53, text that is not NFC).
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error
    if not _plain(value, 0) or _encoder.encode(value) != raw or not is_nfc(raw):
        raise NotCanonicalError("not canonical")
    return value


def is_nfc(raw: bytes) -> bool:
    """Whether every string of a JSON text is in Unicode normal form C; ASCII always is.

    A combining mark after an escape (a new line that begins with one) must not be taken to join the escape's letter.
    """
    if raw.isascii():
        return True
    text = raw.decode()
    return unicodedata.is_normalized("NFC", _escape.sub(r"\g<0> ", text) if "\\" in text else text)


def _plain(value: object, depth: int) -> bool:
    """No floats, no integers beyond 2^53, no nesting deeper than ``MAX_DEPTH``."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return True
    if isinstance(value, int):
        return -MAX_INT <= value <= MAX_INT
    if depth >= MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return all(key.isascii() and _plain(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return all(_plain(item, depth + 1) for item in value)
    return False


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the joined parts, 32 bytes."""
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, message, "sha256")


def b64(raw: bytes) -> str:
    """Unpadded base64url."""
    return binascii.b2a_base64(raw, newline=False).translate(_url).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of an unpadded base64url text.

    Raises:
        NotCanonicalError: padding, foreign characters, or stray bits: one value has one text.
    """
    try:
        padded = text.encode("ascii").translate(_standard) + b"=" * (-len(text) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise NotCanonicalError("not base64url") from error
    if b64(raw) != text:
        raise NotCanonicalError("not base64url")
    return raw


def commit(salt: bytes, private: bytes) -> str:
    """``com`` of a private part (PROTOCOL 2.2); ``salt`` is 32 bytes."""
    return sha256(b"gh-private-1", salt, private).hex()
