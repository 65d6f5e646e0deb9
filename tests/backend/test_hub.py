"""What one commit tells its listeners, without sockets: order, and what happens to those that are busy."""

from __future__ import annotations

import msgspec
import pytest
from websockets.frames import Frame, Opcode

from gatehouse.replication.feed import Moved
from gatehouse.replication.hub import Hub, Subscriber
from gatehouse.replication.metrics import Metrics
from gatehouse.web.sockets import text_frame

SCOPE = "site:0199f0a0-0001-7000-8000-000000000001"


class Line:
    """A socket that notes what is written to it, unless it is full."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.full = False

    def tell(self, raw: bytes) -> bool:
        if not self.full:
            self.written.append(raw)
        return not self.full


def listener(hub: Hub, line: Line) -> Subscriber:
    async def look_again() -> None:
        hub.has_granted("org", 0)

    subscriber = Subscriber("device", None, frozenset({SCOPE}), "org", 0, look_again)
    subscriber.tell = line.tell
    hub.subscribe(subscriber)
    return subscriber


def moved(after: int, granted: int = 0) -> Moved:
    return Moved(SCOPE, after, after + 1, [(after, '{"id":"李"}')], [], plain=True, org="org", granted=granted)


def upto(frame: str) -> int:
    return int(msgspec.json.decode(frame)["page"]["upto"])


def test_one_frame_for_all_who_have_nothing_to_send() -> None:
    hub, lines = Hub(Metrics()), [Line(), Line()]
    waiting = [listener(hub, line) for line in lines]
    hub.publish([moved(0)], "e")
    assert lines[0].written[0] is lines[1].written[0]
    assert not any(one.frames or one.wake.is_set() for one in waiting)


def test_what_waits_is_not_overtaken() -> None:
    hub, line = Hub(Metrics()), Line()
    subscriber = listener(hub, line)
    line.full = True
    hub.publish([moved(0)], "e")
    line.full = False
    hub.publish([moved(1)], "e")
    assert not line.written
    assert [upto(frame) for frame in subscriber.take()] == [1, 2]


def test_nothing_passes_a_frame_that_is_on_its_way() -> None:
    hub, line = Hub(Metrics()), Line()
    subscriber = listener(hub, line)
    subscriber.sending_since = 1.0
    hub.publish([moved(0)], "e")
    assert not line.written
    assert subscriber.frames


def test_a_closing_socket_hears_nothing_more() -> None:
    hub, line = Hub(Metrics()), Line()
    subscriber = listener(hub, line)
    subscriber.close(4409)
    hub.publish([moved(0)], "e")
    assert not line.written
    assert not subscriber.frames


@pytest.mark.path("P24")
def test_rows_go_out_only_under_grants_known_to_hold() -> None:
    hub, line = Hub(Metrics()), Line()
    subscriber = listener(hub, line)
    hub.publish([moved(0, granted=1)], "e")
    assert not line.written
    assert not subscriber.frames
    assert subscriber.dirty == {SCOPE: 1}


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536])
def test_a_frame_says_how_long_it_is(length: int) -> None:
    raw = text_frame("x" * length)
    assert raw == Frame(Opcode.TEXT, b"x" * length, fin=True).serialize(mask=False)
    assert raw[0] == 0x81
    assert raw.endswith(b"x" * length)
    assert len(raw) - length == (2 if length < 126 else 4 if length < 65_536 else 10)
