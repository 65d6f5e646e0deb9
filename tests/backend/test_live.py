"""Live over real sockets: who may listen, what is heard, and that one listener never harms another (PROTOCOL §11)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import websockets
from tests.estate import DAY, HOUR
from tests.listening import closed, listening, told
from tests.served import Served, served

from gatehouse.db.steps import read
from gatehouse.replication import hub, live
from gatehouse.web.sockets import TellingProtocol
from gatehouse_sync.page import apply_page
from gatehouse_sync.protocol import Page


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(database_url, tmp_path) as running:
        yield running


@pytest.fixture
async def server_sqlite(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(sqlite_url, tmp_path) as running:
        yield running


@pytest.mark.path("P24")
async def test_a_small_page_comes_with_the_poke_and_a_large_one_is_pulled(server: Served) -> None:
    """P24, 11.2: exactly the page of the transaction; it applies like any other."""
    reader, writer = await server.estate.phone("G2"), await server.estate.phone("G1")
    scope = f"site:{server.estate.site}"
    async with listening(server, reader) as line:
        visit = writer.arrive(unit="1-101")
        await writer.drain()
        frame = await told(line)
        page = _page(frame)
        assert page.scope == scope
        assert apply_page(reader.device.people[reader.person].store, page) is not None
        assert reader.row(visit)["f"]["unit"] == "1-101"  # type: ignore[index]  # a missing row fails the test
        assert (await reader.pull_once(digests=True)).reset == []
        for _ in range(120):
            writer.arrive(note="很长的备注" * 20)
        await writer.drain()
        frame = await told(line)
        head = (await reader.pull_once()).heads[scope]
        assert frame == {"poke": {scope: head}}


async def test_a_page_goes_out_at_once_where_the_server_can_and_by_the_sender_where_not(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    offer = hub.Subscriber.offer

    def noted(self: hub.Subscriber, scope: str, upto: int, frame: str | None) -> None:
        offered.append(scope)
        offer(self, scope, upto, frame)

    monkeypatch.setattr(hub.Subscriber, "offer", noted)
    for ws, inbox in ((TellingProtocol, 0), ("websockets-sansio", 1)):
        folder = tmp_path / str(inbox)
        folder.mkdir()
        async with served(f"{sqlite_url}{inbox}", folder, ws=ws) as server:
            reader, writer = await server.estate.phone("G2"), await server.estate.phone("G1")
            async with listening(server, reader) as line:
                offered.clear()
                writer.arrive(unit="1-101")
                await writer.drain()
                assert _page(await told(line)).scope == f"site:{server.estate.site}"
                assert len([scope for scope in offered if scope.startswith("site:")]) == inbox


@pytest.mark.trap("T35")
@pytest.mark.path("P24")
async def test_the_first_answer_tells_what_came_after_the_last_pull(server: Served) -> None:
    """11.1: nobody was poked of what was committed between the pull and the subscription."""
    reader, writer = await server.estate.phone("G2"), await server.estate.phone("G1")
    await server.pull(reader)
    writer.arrive(unit="1-101")
    await writer.drain()
    async with server.socket() as line:
        await line.send(server.hello(reader))
        heads = (await told(line))["heads"]
    pulled = await reader.pull_once()
    assert heads == {scope: seq for scope, seq in pulled.heads.items() if seq}
    assert [page.upto for page in pulled.pages if page.rows] == [heads[f"site:{server.estate.site}"]]


def _page(frame: Any) -> Page:
    return msgspec.json.decode(msgspec.json.encode(frame["page"]), type=Page)


async def test_who_may_not_listen(server_sqlite: Served) -> None:
    """11.1, row 43, TH28."""
    server = server_sqlite
    phone = await server.estate.phone("G1")
    await server.pull(phone)
    for origin in (
        None,
        "https://evil.example",
        "null",
        f"{server.origin}.evil.example",
        "http://127.0.0.1:1",
        "http://[",
    ):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with server.socket(origin=origin):
                pass
        assert refused.value.response.status_code == 403
    cases: list[tuple[str | bytes, int]] = [
        (server.hello(phone, device="nonsense"), 4401),
        (server.hello(phone, device="é.é.é.é.é"), 4401),
        (server.hello(phone, session="nonsense"), 4401),
        (server.hello(phone, grants="0" * 16), 4409),
        (server.hello(phone, session=None), 4409),
        (server.hello(phone, more=1), 1007),
        ("not json", 1007),
        ("[" * 5_000, 1007),
        (b"\x00\xff", 1007),
    ]
    for message, code in cases:
        async with server.socket(origin="https://gate.example") as line:
            await line.send(message)
            assert await closed(line) == code, message
    server.estate.clock.forward(HOUR)
    old = server.hello(phone)
    server.estate.clock.forward(HOUR)
    async with server.socket() as line:
        await line.send(old)
        assert await closed(line) == 4401


async def test_who_says_nothing_is_shown_out(server_sqlite: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """11.1: the first message within 5 s; 11.3: silence is dead."""
    monkeypatch.setattr(live, "HELLO_S", 0.2)
    async with server_sqlite.socket() as line:
        assert await closed(line) == 4401
    monkeypatch.setattr(live, "SILENCE_S", 0.3)
    async with listening(server_sqlite, await server_sqlite.estate.phone("G1")) as line:
        assert await closed(line) == 1001
    assert server_sqlite.estate.core.hub._all == set()


async def test_a_flood_and_a_giant_are_closed_and_others_hear_on(server: Served) -> None:
    """11.3, row 43: more than 20 messages in 10 s: 1008; a 2 MB frame: 1009."""
    writer, reader = await server.estate.phone("G1"), await server.estate.phone("G2")
    async with listening(server, reader) as calm:
        async with listening(server, await server.estate.phone("G3")) as line:
            for _ in range(20):
                await line.send('"ping"')
                assert await told(line) == "pong"
            with contextlib.suppress(websockets.ConnectionClosed):
                for _ in range(1000):
                    await line.send('"ping"')
            assert await closed(line) == 1008
        async with listening(server, await server.estate.phone("G3")) as line:
            with contextlib.suppress(websockets.ConnectionClosed):
                await line.send("x" * 2_000_000)
            assert await closed(line) == 1009
        writer.arrive()
        await writer.drain()
        assert "page" in await told(calm)
    for _ in range(100):
        if server.estate.core.hub._all == set():
            break
        await asyncio.sleep(0.02)
    assert server.estate.core.hub._all == set()
    assert server.estate.core.hub._by_scope == {}


@pytest.mark.path("P24")
async def test_a_stalled_reader_delays_nobody_and_is_let_go(
    server_sqlite: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: its inbox stays small; when sending takes too long its socket ends."""
    server = server_sqlite
    monkeypatch.setattr(hub, "STALLED_S", 0.5)
    writer = await server.estate.phone("G1")
    stalled, calm_phone = await server.estate.phone("G2"), await server.estate.phone("G3")
    await server.pull(stalled)
    server.send_narrowly()
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", server.port))
    reader, sink = await asyncio.open_connection(sock=narrow, limit=1)
    sink.write(
        f"GET /api/sync/live HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await asyncio.sleep(0.2)
    hello = server.hello(stalled).encode()
    sink.write(bytes([0x81, 0x80 | 126]) + len(hello).to_bytes(2, "big") + b"\0\0\0\0" + hello)
    await asyncio.sleep(0.3)
    listeners = server.estate.core.hub
    (subscriber,) = listeners._all
    async with listening(server, calm_phone) as calm:
        slowest = 0.0
        for _ in range(400):
            for _ in range(12):
                writer.arrive(note="很长的备注" * 30)
            await writer.drain()
            writer.device.outbox.clear()
            started = asyncio.get_running_loop().time()
            assert "page" in await told(calm)
            slowest = max(slowest, asyncio.get_running_loop().time() - started)
            if subscriber not in listeners._all:
                break
            assert len(subscriber.frames) <= 64
        assert subscriber not in listeners._all, "the stalled socket was never let go"
        assert slowest < 2
    sink.close()
    del reader


async def test_signing_out_and_revoking_close_sockets(server: Served) -> None:
    """4401/4403/4409: the person's sockets come back after a pull, the revoked device's stay shut."""
    estate = server.estate
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    async with listening(server, phone) as line:
        phone.act("session.end", {})
        await phone.drain()
        assert await closed(line) == 4409
    async with server.socket() as line:
        await line.send(server.hello(phone))
        assert await closed(line) == 4401
    async with listening(server, other) as line:
        estate.admin.act("device.revoke", {"device": other.id})
        await estate.admin.drain()
        assert await closed(line) == 4403
    async with server.socket() as line:
        await line.send(server.hello(other))
        assert await closed(line) == 4403


@pytest.mark.trap("T20")
@pytest.mark.path("P24")
async def test_a_lost_role_closes_the_socket_and_its_rows_do_not_go_out(server: Served) -> None:
    """I5, P24: rows of the very transaction that ends the role included."""
    estate = server.estate
    phone = await estate.phone("G1")
    async with listening(server, phone) as line:
        estate.admin.arrive(unit="9-901")
        estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles["G1"])
        await estate.admin.drain()
        with pytest.raises(websockets.ConnectionClosed) as end:
            while True:
                assert "9-901" not in str(await told(line))
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 4409


@pytest.mark.path("P24")
async def test_a_change_during_the_greeting_is_not_missed(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """I5: the role ends after the server has looked and before it listens for changes."""
    estate = server.estate
    phone = await estate.phone("G1")
    await server.pull(phone)
    looked = 0

    async def slow(database: Any, steps: Any) -> Any:
        nonlocal looked
        looked += 1
        found = await read(database, steps)
        if looked == 1:
            estate.admin.act("role.end", {"until": estate.clock.ms}, estate.roles["G1"])
            await estate.admin.drain()
        return found

    monkeypatch.setattr(live, "read", slow)
    async with server.socket() as line:
        await line.send(server.hello(phone))
        assert await closed(line) == 4409


async def test_a_dated_role_closes_the_socket_when_it_ends(server_sqlite: Served) -> None:
    """I5: nobody pushes anything at that moment."""
    server, estate = server_sqlite, server_sqlite.estate
    await estate.hire("D1", "周代班", "guard", estate.site, until=estate.clock.ms + 400)
    await estate.hire("D2", "吴代班", "guard", estate.site, until=estate.clock.ms + 30 * DAY)
    await estate.admin.drain()
    async with listening(server, await estate.phone("D2")) as longer:
        async with listening(server, await estate.phone("D1")) as line:
            assert await closed(line) == 4409
        await longer.send('"ping"')
        assert await told(longer) == "pong"


@pytest.mark.parametrize(
    ("origin", "host"), [("null", ""), ("https://", ""), ("http://[", "h"), ("h", "h"), ("//h", "h")]
)
def test_what_is_no_origin_is_nobodys(origin: str, host: str) -> None:
    assert not live.same_origin(origin, host, frozenset())
