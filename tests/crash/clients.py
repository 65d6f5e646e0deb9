"""Devices that record visits and push them while everything around them dies; each knows what it was promised.

A client is the shared device model behind a real connection: what is not acknowledged stays in its outbox and is sent
again, as a phone does it.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence

import msgspec
from tests.bench.estate import Enrolled, Gate
from tests.bench.wire import Wire

from gatehouse_sync import protocol
from gatehouse_sync.protocol import Need, NeedCerts, PushReply, Rechain

PAUSE_S = 0.02
_STATUS = re.compile(r"^http/1\.1 (\d+)")
_CODE = re.compile(r'"code":"(\w+)"')
RETRYABLE = frozenset({"503", "507", "429"})


Answer = PushReply | Need | Rechain | NeedCerts


class Promise(msgspec.Struct, frozen=True):
    """An op the server acknowledged: when the answer had arrived (UTC seconds), which number, what became of it."""

    at: float
    n: int
    d: str


class Client:
    """One enrolled device; ``run`` records and pushes until told to stop."""

    def __init__(self, enrolled: Enrolled, seed: int) -> None:
        self.enrolled, self.device, self.person = enrolled, enrolled.device, enrolled.person
        self.recorded: list[str] = []
        self.promised: dict[str, Promise] = {}
        self.answers: Counter[str] = Counter()
        """How often which answer came: `ok`, `cut` (no whole answer), or status and code."""
        self.broken: list[str] = []
        """Answers that take back a promise."""
        self._random = random.Random(seed)
        self._visits: list[str] = []
        self._wire: Wire | None = None

    @property
    def unsure(self) -> list[str]:
        """Ids of ops that were recorded and not acknowledged."""
        return [kept.op.head.id for kept in self.device.outbox]

    def act(self) -> None:
        """Record one act: an arrival, or a change of an earlier visit of one's own."""
        pick = self._random.random()
        if not self._visits or pick < 0.6:
            made = self.device.act(self.person, "visit.arrive", self.enrolled.visit())
            self._visits = [*self._visits[-30:], made]
        elif pick < 0.85:
            unit = f"{self._random.randrange(1, 30)}-{self._random.randrange(101, 999)}"
            made = self.device.act(self.person, "visit.amend", {"unit": unit}, self._random.choice(self._visits))
        else:
            visit = self._visits.pop(self._random.randrange(len(self._visits)))
            made = self.device.act(self.person, "visit.leave", {"left_post": self.enrolled.gate.post}, visit)
        self.recorded.append(made)

    def push(self) -> bool:
        """Send what waits, once; whether it was answered with 200."""
        frame = self.device.push()
        if frame is None:
            return True
        try:
            if self._wire is None:
                self._wire = self.enrolled.wire()
            raw = self._wire.request("/api/sync/push", msgspec.json.encode(frame))
            reply = _decoded(raw)
        except (RuntimeError, OSError, msgspec.DecodeError, ValueError) as failure:
            self.answers[_named(failure)] += 1
            self.close()
            return False
        self._take(frame, reply)
        return True

    def _take(self, frame: protocol.Push, reply: Answer) -> None:
        now = time.time()
        self.answers["ok"] += 1
        if isinstance(reply, Need) and reply.need <= self.device.acked:
            self.broken.append(f"the server asks for {reply.need} again, {self.device.acked} was acknowledged")
        if isinstance(reply, Rechain):
            self.broken.append(f"the server asks for a new chain behind {reply.have}")
        if isinstance(reply, PushReply):
            ids = {kept.n: kept.op.head.id for kept in self.device.outbox}
            for n, op, d, _code in reply.results:
                if ids.get(n) != op:
                    self.broken.append(f"number {n} is {ids.get(n)} here and {op} in the answer")
                elif op is not None:
                    self.promised[op] = Promise(now, n, d)
        self.device.pushed(reply)
        self.device.outbox = [kept for kept in self.device.outbox if kept.n > self.device.acked]

    def run(self, stop: threading.Event) -> None:
        """Record up to four acts and push them, again and again, also while nobody answers."""
        while not stop.is_set() and self.device.needs_rechain is None:
            if len(self.device.outbox) < 40:
                for _ in range(self._random.randrange(1, 5)):
                    self.act()
            self.device.batch = self._random.choice((1, 2, 3, 5, 500))
            if not self.push():
                stop.wait(PAUSE_S * self._random.uniform(0.5, 1.5))

    def drain(self, patience_s: float = 30.0) -> None:
        """Send until nothing waits; raises TimeoutError when that takes too long."""
        self.device.batch = 500
        until = time.monotonic() + patience_s
        # One whose chain the server has lost is not asked to heal: that it must is the finding.
        while self.device.outbox and self.device.needs_rechain is None:
            if not self.push():
                time.sleep(PAUSE_S)
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self.device.outbox)} acts do not leave: {dict(self.answers)}")

    def close(self) -> None:
        """Give the connection up."""
        if self._wire is not None:
            self._wire.close()
        self._wire = None


def _decoded(raw: bytes) -> Answer:
    """The answer that these bytes are; told apart by the one member that the others have not."""
    members = msgspec.json.decode(raw)
    if "need" in members:
        return msgspec.json.decode(raw, type=Need)
    if "rechain" in members:
        return msgspec.json.decode(raw, type=Rechain)
    if "need_certs" in members:
        return msgspec.json.decode(raw, type=NeedCerts)
    return msgspec.json.decode(raw, type=PushReply)


def _named(failure: Exception) -> str:
    status = _STATUS.match(str(failure))
    if status is None:
        return "cut"
    code = _CODE.search(str(failure))
    return f"{status[1]} {code[1] if code else '?'}"


def enrol(port: int, gate: Gate, count: int, seed: int) -> list[Client]:
    """So many devices, on a server that answers."""
    return [Client(Enrolled(port, gate, seed * 100 + one), seed * 100 + one) for one in range(count)]


class Load:
    """Clients at work in threads of their own, inside `with`."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=one.run, args=(self._stop,), daemon=True) for one in clients]
        self._clients = clients

    def __enter__(self) -> None:
        for one in self._threads:
            one.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join(90)
        for client in self._clients:
            client.close()
        if any(one.is_alive() for one in self._threads):
            raise TimeoutError("a client does not come to an end: somebody neither answers nor hangs up")


def unfit(clients: Sequence[Client]) -> Counter[str]:
    """Answers that were neither success, nor a lost connection, nor an error to be tried again."""
    found: Counter[str] = Counter()
    for client in clients:
        for name, count in client.answers.items():
            if name not in {"ok", "cut"} and name.split()[0] not in RETRYABLE:
                found[name] += count
    return found
