"""The virtual network: messages between phones and the server, on virtual time, with whatever may happen to them."""

from __future__ import annotations

import heapq
import random
from typing import Literal

import msgspec

Verb = Literal["push", "pull"]
MINUTE = 60_000


class Message(msgspec.Struct, frozen=True):
    """A request on its way, or the reply to one.

    ``life`` and ``exchange`` are the run of the phone's app and its request that it belongs to: a reply to another is
    heard by nobody. ``problem`` is the code of a request that earned no reply proper.
    """

    way: Literal["request", "reply"]
    verb: Verb
    phone: str
    life: int
    exchange: int
    body: bytes
    problem: str | None = None
    spoilt: bool = False


class Network:
    """What is under way, and who is cut off in which direction."""

    def __init__(self) -> None:
        self.deaf: set[str] = set()
        """Phones that replies do not reach."""
        self.mute: set[str] = set()
        """Phones whose requests do not arrive."""
        self._queue: list[tuple[int, int, Message]] = []
        self._order = 0

    def put(self, at: int, message: Message) -> None:
        """Let a message arrive at that instant."""
        self._order += 1
        heapq.heappush(self._queue, (at, self._order, message))

    def blocks(self, message: Message) -> bool:
        """Whether a partition swallows it."""
        return message.phone in (self.mute if message.way == "request" else self.deaf)

    def due(self, now: int) -> Message | None:
        """The next message that has arrived by now."""
        if self._queue and self._queue[0][0] <= now:
            return heapq.heappop(self._queue)[2]
        return None

    def settle(self) -> int:
        """Everything under way arrives at once from now on; gives how much that is."""
        self.deaf.clear()
        self.mute.clear()
        self._queue = [(0, order, message) for _, order, message in sorted(self._queue, key=lambda one: one[1])]
        return len(self._queue)


def fate(dice: random.Random, message: Message) -> tuple[str, list[tuple[int, bytes]]]:
    """What happens to one message: the fault's name, and each arrival with its delay (ms) and bytes."""
    name = dice.choices(
        ("well", "drop", "duplicate", "slow", "truncate", "corrupt"),
        (70, 8, 6, 8, 4, 4),
    )[0]
    body = message.body
    match name:
        case "drop":
            return name, []
        case "duplicate":
            return name, [(0, body), (dice.choice((0, 0, MINUTE, 40 * MINUTE)), body)]
        case "slow":
            return name, [(dice.randint(1, 180) * MINUTE, body)]
        case "truncate":
            return name, [(0, body[: dice.randrange(len(body))] if body else body)]
        case "corrupt" if message.way == "request" and message.verb == "push":
            return name, [(0, flipped(dice, body))]
        case _:
            return "well", [(0, body)]


def flipped(dice: random.Random, body: bytes) -> bytes:
    """One bit of a push frame falls over, outside its ops.

    A private part is under its commitment, not under the frame's signature, so what happens to it on the way is that
    op's decision (P4, P6); a pull and the replies are TLS's to protect.
    """
    raw = bytearray(body)
    outside = [*range(raw.index(b'"ops"')), *range(raw.rindex(b'"prev"'), len(raw))]
    raw[dice.choice(outside)] ^= 1 << dice.randrange(7)
    return bytes(raw)
