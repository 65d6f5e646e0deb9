"""Device tokens: ten minutes of proof that a device holds its key (PROTOCOL 4.4). Nothing is stored for them."""

from __future__ import annotations

import hmac

import msgspec

from gatehouse.errors import Problem
from gatehouse_sync import canon
from gatehouse_sync.ids import is_uuid

LIFETIME_MS = 10 * 60_000
ANCHOR_MS = 5 * 60_000
_PARTS = 4


class DeviceClaim(msgspec.Struct, frozen=True):
    """The device and chain a token stands for."""

    device: str
    chain: str
    org: str


class TokenMint:
    """Makes and checks tokens with a secret all processes share."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, claim: DeviceClaim, now: int) -> tuple[str, int]:
        """A token and the instant it expires."""
        expires = now + LIFETIME_MS
        text = f"{claim.device}.{claim.chain}.{claim.org}.{expires}"
        return f"{text}.{self._mac(text)}", expires

    def read(self, token: str | None, now: int) -> DeviceClaim:
        """The claim of a valid token.

        Raises:
            Problem: ``device_token_needed``, ``device_token_expired``.
        """
        text, _, mac = (token or "").rpartition(".")
        parts = text.split(".")
        if len(parts) != _PARTS or not text.isascii() or not mac.isascii():
            raise Problem("device_token_needed")
        if not hmac.compare_digest(self._mac(text), mac):
            raise Problem("device_token_needed")
        device, chain, org, expires = parts
        if not (is_uuid(device) and is_uuid(chain) and expires.isdigit()):
            raise Problem("device_token_needed")
        if int(expires) <= now:
            raise Problem("device_token_expired")
        return DeviceClaim(device, chain, org)

    def _mac(self, text: str) -> str:
        return canon.b64(canon.hmac_sha256(self._secret, b"gh-device-token-1" + text.encode()))
