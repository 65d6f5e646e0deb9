"""Frames as a device would sign them, with other contents."""

from __future__ import annotations

import msgspec
from tests.estate import Phone

from gatehouse_sync import canon, chain
from gatehouse_sync.protocol import Push, SentOp, push_message


def resigned(phone: Phone, frame: Push, ops: list[SentOp]) -> bytes:
    """The frame with other ops in it, signed as its device would."""
    hashes = [
        bytes.fromhex(op.head_hash) if op.head_hash is not None else chain.head_hash((op.head or "").encode())
        for op in ops
    ]
    last = chain.links(bytes.fromhex(frame.prev), hashes)[-1].hex() if hashes else frame.prev
    bare = msgspec.structs.replace(frame, ops=ops)
    return canon.encode(msgspec.structs.replace(bare, sig=phone.key.sign(push_message(bare, last))))
