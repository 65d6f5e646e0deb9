"""The Caddyfile that is handed out, run for real: sockets, headers, addresses and bodies come through as they must."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import websockets
from tests.deploy.proxy import CADDY, Fronted, caddy, free_port, upstream
from tests.estate import Estate, Phone

from gatehouse.app import create_app
from gatehouse.cli import server_options
from gatehouse.settings import Settings
from gatehouse.web.headers import SECURITY_HEADERS
from gatehouse.web.static import built_app
from gatehouse_sync import canon
from gatehouse_sync.protocol import MAX_BYTES, PullReply

pytestmark = pytest.mark.skipif(CADDY is None, reason="caddy is not installed (Debian: apt-get install caddy)")
MIB = 1024 * 1024
FENCE = 16_000_000
"""The most that the proxy lets through, of which the app itself takes 1 MiB."""


class Site:
    """An estate behind the proxy; `seen` are the addresses and schemes by which the app knows its clients."""

    def __init__(self, estate: Estate, fronted: Fronted, seen: list[tuple[str, str]]) -> None:
        self.estate, self.fronted, self.seen = estate, fronted, seen

    async def pull(self, phone: Phone) -> PullReply:
        headers = {"content-type": "application/json", "x-gatehouse-device": phone.token()}
        if phone.session is not None:
            headers["authorization"] = f"Bearer {phone.session}"
        async with self.fronted.client() as http:
            body = canon.encode(phone.device.pull(phone.person))
            answer = await http.post("/api/sync/pull", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        reply = msgspec.json.decode(answer.content, type=PullReply)
        phone.device.pulled(phone.person, reply)
        return reply

    def socket(self, origin: str) -> Any:
        return websockets.connect(
            f"wss://localhost:{self.fronted.port}/api/sync/live",
            ssl=self.fronted.trust,
            origin=origin,  # type: ignore[arg-type]  # a plain text
            compression=None,
            proxy=None,
        )


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """With the options of `gatehouse serve` where the proxy's address is trusted."""
    estate, seen = Estate(sqlite_url), list[tuple[str, str]]()
    settings = Settings(database_url=sqlite_url, data=tmp_path, trusted_proxies=(ip_network("127.0.0.1/32"),))
    app = create_app(settings, estate.database, estate.core)

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            seen.append((scope["client"][0], scope["scheme"]))
        await app(scope, receive, send)

    async with upstream(watched, **server_options(settings)) as port:
        await estate.build()
        async with caddy(port, tmp_path) as fronted:
            yield Site(estate, fronted, seen)


@pytest.mark.timeout(240)
async def test_a_socket_lives_on_in_silence_and_hears_at_once(site: Site) -> None:
    """Longer than every limit on the way is patient: the app's own is 60 s without a word from the phone."""
    phone, writer = await site.estate.phone("G2"), await site.estate.phone("G1")
    await site.pull(phone)
    async with site.socket(site.fronted.origin) as line:
        hello = {"device": phone.token(), "grants": phone.device.people[phone.person].grants, "session": phone.session}
        await line.send(msgspec.json.encode(hello).decode())
        assert "ready" in msgspec.json.decode(await asyncio.wait_for(line.recv(), 5))
        began = time.monotonic()
        while time.monotonic() - began < 70:
            await asyncio.sleep(25)
            await line.send('"ping"')
            assert await asyncio.wait_for(line.recv(), 5) == '"pong"'
        writer.arrive(unit="1-101")
        await writer.drain()
        told = msgspec.json.decode(await asyncio.wait_for(line.recv(), 5))
        assert told
    assert ("127.0.0.1", "wss") in site.seen


async def test_a_socket_of_another_origin_is_refused(site: Site) -> None:
    with pytest.raises(websockets.InvalidStatus, match="403"):
        async with site.socket("https://evil.example"):
            pass


async def test_plain_http_is_sent_to_https(site: Site) -> None:
    async with site.fronted.client() as http:
        answer = await http.get(f"{site.fronted.plain}/visitors?x=1")
    assert answer.status_code in {301, 308}
    assert answer.headers["location"] == "https://localhost/visitors?x=1"  # the public port is 443


async def test_every_header_comes_once_and_none_is_lost(site: Site) -> None:
    assert built_app(), "run `make build` first"
    async with site.fronted.client() as http:
        page = await http.get("/", headers={"accept-encoding": "identity"})
        again = await http.get("/", headers={"if-none-match": page.headers["etag"], "accept-encoding": "identity"})
        problem = await http.get("/api/nothing")
    assert (page.status_code, again.status_code, problem.status_code) == (200, 304, 404)
    for answer in (page, problem):
        names = Counter(name.lower() for name, _ in answer.headers.multi_items())
        assert [name for name, number in names.items() if number > 1] == []
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "server" not in names
    assert {name: page.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert problem.headers["content-type"] == "application/problem+json"


async def test_stored_compression_arrives_as_it_was_stored(site: Site) -> None:
    folder = built_app()
    assert folder, "run `make build` first"
    script = next(path for path in (folder / "assets").glob("*.js") if path.with_name(f"{path.name}.br").exists())
    async with site.fronted.client() as http:
        async with http.stream("GET", f"/assets/{script.name}", headers={"accept-encoding": "br"}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        plain = await http.get(f"/assets/{script.name}", headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "br"
    assert raw == script.with_name(f"{script.name}.br").read_bytes()
    assert "content-encoding" not in plain.headers
    assert plain.content == script.read_bytes()


async def test_the_app_knows_its_clients_by_their_own_address_and_no_claim_changes_that(site: Site) -> None:
    """Else one guard who mistypes a password too often would lock out the whole estate."""
    claims = {
        "x-forwarded-for": "203.0.113.7, 203.0.113.8",
        "x-forwarded-proto": "http",
        "forwarded": "for=203.0.113.9",
    }
    for address in ("127.0.0.2", "127.0.0.3"):
        async with site.fronted.client(address) as http:
            await http.get("/api/health", headers=claims)
        assert site.seen[-1] == (address, "https")


async def test_a_body_too_large_for_the_app_is_told_in_its_own_words(site: Site) -> None:
    async with site.fronted.client() as http:
        answer = await http.post(
            "/api/sync/push", content=b" " * (MAX_BYTES + 1), headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_packed_body_is_refused_unopened(site: Site) -> None:
    bomb = gzip.compress(b"\0" * (200 * MIB))
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    async with site.fronted.client() as http:
        answer = await http.post("/api/sync/push", content=bomb, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_media_type")


async def test_a_server_that_is_down_is_a_pause_and_says_so(tmp_path: Path) -> None:
    async with caddy(free_port(), tmp_path) as fronted, fronted.client() as http:
        answer = await http.post("/api/sync/push", content=b"{}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["cache-control"] == "no-store"


# What the proxy does of itself, before a server that takes anything.


class Sink:
    """Reads whatever comes and counts it."""

    def __init__(self) -> None:
        self.size = 0
        self.whole = False
        self.digest = hashlib.sha256()
        self.headers: dict[str, str] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.headers = {name.decode(): text.decode() for name, text in scope["headers"]}
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.size += len(message.get("body", b""))
            self.digest.update(message.get("body", b""))
            if not message.get("more_body", False):
                break
        self.whole = True
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[tuple[Sink, Fronted]]:
    sink = Sink()
    async with upstream(sink, lifespan="off") as port, caddy(port, tmp_path) as fronted:
        yield sink, fronted


async def test_a_flood_in_chunks_ends_at_the_fence(sink: tuple[Sink, Fronted]) -> None:
    reads, fronted = sink

    async def flood() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b"x" * MIB

    async with fronted.client() as http:
        try:
            answer = await http.post("/", content=flood())
        except httpx.TransportError:
            pass  # hung up on while it was still sending, with the answer on the way
        else:
            assert answer.status_code == 413
    assert reads.size <= FENCE
    assert not reads.whole


@pytest.mark.parametrize("size", [FENCE, 99_999_999, 100_000_000, 10**15])
async def test_an_announced_flood_is_refused_before_it_begins(sink: tuple[Sink, Fronted], size: int) -> None:
    reads, fronted = sink
    reader, writer = await asyncio.open_connection("localhost", fronted.port, ssl=fronted.trust)
    writer.write(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
    assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 413 Request Entity Too Large\r\n"
    writer.close()
    assert reads.headers == {}


@pytest.mark.parametrize("size", [0, MAX_BYTES, 9_999_872, FENCE - 256])
async def test_what_lies_below_the_fence_arrives_byte_for_byte(sink: tuple[Sink, Fronted], size: int) -> None:
    reads, fronted = sink
    body = bytes(range(256)) * (size // 256)
    async with fronted.client() as http:
        answer = await http.post("/", content=body)
    assert (answer.status_code, reads.size, reads.digest.digest()) == (204, len(body), hashlib.sha256(body).digest())


async def test_a_packed_body_passes_as_it_is(sink: tuple[Sink, Fronted]) -> None:
    reads, fronted = sink
    body = gzip.compress(b"gate" * MIB)
    async with fronted.client() as http:
        await http.post("/", content=body, headers={"content-encoding": "gzip"})
    assert (reads.size, reads.headers["content-encoding"]) == (len(body), "gzip")
    assert reads.digest.digest() == hashlib.sha256(body).digest()


async def test_nobody_is_said_to_take_compression_who_did_not_ask_for_it(sink: tuple[Sink, Fronted]) -> None:
    reads, fronted = sink
    reader, writer = await asyncio.open_connection("localhost", fronted.port, ssl=fronted.trust)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 204 No Content\r\n"
    writer.close()
    assert "accept-encoding" not in reads.headers
    assert reads.headers["host"] == "localhost"  # the origin check of the socket goes by it
