"""Robots as stored. An address and its signing secret are sealed: a copy of the database gives neither away."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatehouse.db.steps import Query, Steps
from gatehouse.robots.news import Reach
from gatehouse.robots.send import Address

KEY: Final = "robot-address"
"""What the server's key derives the sealing key for."""
KIND: Final = "robot.digest"
"""The kind of a robot's job; its id is the robot's."""
_NONCE: Final = 12


class Row(msgspec.Struct, frozen=True):
    """A robot. Quiet hours are minutes of the day in ``zone``; ``last_*`` is how its last message went (UTC ms)."""

    id: str
    org: str
    platform: str
    name: str
    sealed: bytes
    address: bytes
    """A keyed hash of the address: one group is not told twice."""
    tail: str
    """All that is ever shown of the address: its last four characters."""
    signed: int
    team: str | None
    site: str | None
    tells: str
    every_ms: int
    quiet_from: int | None
    quiet_to: int | None
    zone: str
    language: str
    link: str
    made: int
    tested: int | None = None
    last_at: int | None = None
    last_code: str | None = None
    last_said: str | None = None
    failing: int | None = None
    """Since when nothing goes through."""
    gave_up: int | None = None
    """When a message was given up, until one goes through."""

    @property
    def reach(self) -> Reach:
        """What it is told of."""
        return Reach(self.org, frozenset(self.tells.split()), self.team, self.site)


FIELDS: Final = Row.__struct_fields__
_BYTES: Final = frozenset({"sealed", "address"})
_NUMBERS: Final = frozenset(
    {"signed", "every_ms", "quiet_from", "quiet_to", "made", "tested", "last_at", "failing", "gave_up"}
)
COLUMNS: Final = tuple(
    f"{name} {'bytea' if name in _BYTES else 'bigint' if name in _NUMBERS else 'text'}" for name in FIELDS
)


def load(where: str, *args: Any, lock: bool = False) -> Steps[list[Row]]:  # noqa: ANN401 - a statement's arguments
    """Robots by a condition of our own."""
    rows = yield Query(f"SELECT {', '.join(FIELDS)} FROM robot WHERE {where}", args, lock=lock)  # noqa: S608 - our words
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> Row:
    given: dict[str, Any] = dict(zip(FIELDS, row, strict=True))
    return Row(**{**given, **{name: bytes(given[name]) for name in _BYTES}})


def seal(key: bytes, robot: str, address: Address, random: Callable[[int], bytes]) -> bytes:
    """The address encrypted for this robot alone: a sealed box moved to another row does not open."""
    nonce = random(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, msgspec.json.encode(address), robot.encode())


def unseal(key: bytes, robot: str, sealed: bytes) -> Address | None:
    """The address, or None when it was sealed with the key of another server."""
    try:
        raw = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], robot.encode())
    except (InvalidTag, ValueError):
        return None
    return msgspec.json.decode(raw, type=Address)


def fingerprint(key: bytes, url: str) -> bytes:
    """A keyed hash by which an address is known again."""
    return hmac.digest(key, url.encode(), "sha256")
