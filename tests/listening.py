"""A phone's socket in tests of the live exchange: opened after a pull, heard, and seen to close."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import websockets
from tests.estate import Phone
from tests.served import Served


async def told(line: Any) -> Any:
    return msgspec.json.decode(await asyncio.wait_for(line.recv(), 5))


@contextlib.asynccontextmanager
async def listening(server: Served, phone: Phone) -> AsyncIterator[Any]:
    """A phone's socket after ``ready``."""
    await server.pull(phone)
    async with server.socket() as line:
        await line.send(server.hello(phone))
        assert (await told(line))["ready"] == phone.device.people[phone.person].grants
        yield line


async def closed(line: Any) -> int:
    """The code the server closes with; frames before it are passed over."""
    with pytest.raises(websockets.ConnectionClosed) as end:
        while True:
            await asyncio.wait_for(line.recv(), 8)
    received = end.value.rcvd
    assert received is not None
    return int(received.code)
