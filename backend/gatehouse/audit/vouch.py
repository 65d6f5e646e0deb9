"""Vouchers: a decision in the server's own words, which a device keeps without being able to read it (PROTOCOL 14.3).

A decision says whose value lost, and why, which is no business of a device that others use too (P12). So a voucher is
not merely signed: it is encrypted and authenticated under a key that only holders of the signing key can derive, and
that costs 2 µs where a signature costs 25.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatehouse.audit.keys import SigningKey
from gatehouse_sync import canon
from gatehouse_sync.decision import Decision
from gatehouse_sync.protocol import MAX_VOUCHER

PURPOSE = "voucher"
_NONCE_BYTES = 12


class About(msgspec.Struct, frozen=True):
    """What a voucher is about: an op and its head's hash, the org, and the device it was given to."""

    device: str
    hash: str
    op: str
    org: str


class Voucher(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was decided about an op, when it had arrived (UTC ms), and where that stood in the log."""

    at: int
    decision: Decision
    epoch: str
    n: int


class Vouchers:
    """Makes vouchers, and knows its own again, also those made with an earlier key."""

    def __init__(self, key: SigningKey, earlier: Sequence[SigningKey], random: Callable[[int], bytes]) -> None:
        self._random = random
        self._boxes = [AESGCM(one.secret(PURPOSE)) for one in (key, *earlier)]

    def make(self, about: About, voucher: Voucher) -> str:
        """The voucher as a device keeps it; empty when it is too long to be given back."""
        nonce = self._random(_NONCE_BYTES)
        made = canon.b64(nonce + self._boxes[0].encrypt(nonce, canon.encode(voucher), _bound(about)))
        return made if len(made) <= MAX_VOUCHER else ""

    def open(self, about: About, text: str) -> Voucher | None:
        """What the voucher says, or None for one that this server did not make about this."""
        try:
            raw = canon.unb64(text)
        except canon.NotCanonicalError:
            return None
        for box in self._boxes:
            try:
                said = box.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(about))
            except (InvalidTag, ValueError):
                continue
            return msgspec.json.decode(said, type=Voucher)
        return None


def _bound(about: About) -> bytes:
    return b"gh-voucher-1" + canon.encode(about)
