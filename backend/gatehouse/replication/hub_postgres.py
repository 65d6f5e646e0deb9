"""Pokes between processes on PostgreSQL: one LISTEN connection each, and notifications sent outside the transaction.

A lost connection is noticed, opened again, and followed by a poke to everybody: what was missed is pulled (P24).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
import structlog

from gatehouse.db.postgres import PostgresDatabase
from gatehouse.replication.feed import Regrant
from gatehouse.replication.hub import Hub

CHANNEL = "gatehouse"
LISTENER = "gatehouse-listen"
RETRY_S = (0.1, 0.5, 1.0, 2.0, 5.0)
HEARTBEAT_S = 15.0
ANSWER_S = 5.0
MOST_SCOPES = 40
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
_log = structlog.get_logger()


class Note(msgspec.Struct, array_like=True):
    """One notification: who sent it, scopes with their numbers, people and devices to cut off."""

    sender: str
    moved: list[tuple[str, int]]
    regranted: list[str]
    revoked: list[str]
    regrants: list[Regrant] = []
    """The changes whose people and devices all stand in this note and the ones before it."""


class PostgresHub:
    """Joins a process's hub with those of the others."""

    def __init__(self, database: PostgresDatabase, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._me = secrets.token_hex(6)
        self._moved: dict[str, int] = {}
        self._regranted: set[str] = set()
        self._revoked: set[str] = set()
        self._regrants: list[Regrant] = []
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen and to tell; returns when the first connection listens."""
        self._hub.elsewhere = self._tell
        self._tasks = [asyncio.create_task(self._listen_forever()), asyncio.create_task(self._send_forever())]
        async with asyncio.timeout(10):
            await self._listening.wait()

    async def stop(self) -> None:
        """End both tasks and their connections."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _tell(
        self,
        moved: Sequence[tuple[str, int]],
        regranted: Sequence[str],
        revoked: Sequence[str],
        regrants: Sequence[Regrant],
    ) -> None:
        for scope, seq in moved:
            self._moved[scope] = max(seq, self._moved.get(scope, 0))
        self._regranted.update(regranted)
        self._revoked.update(revoked)
        self._regrants += regrants
        self._wake.set()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:  # noqa: ANN401  # asyncpg's callback
        note = msgspec.json.decode(payload, type=Note)
        if note.sender == self._me:
            return
        # Until it is known what was missed, a change that is heard may be the end of one whose beginning was not.
        self._hub.cut_off(note.regranted, note.revoked, note.regrants if self._listening.is_set() else [])
        for change in note.regrants:
            self._hub.has_granted(change.org, change.after)
        for scope, seq in note.moved:
            self._hub.poke(scope, seq)

    async def _listen_forever(self) -> None:
        misses = 0
        while True:
            try:
                await self._listen()
                misses = 0
            except LOST as error:
                _log.warning("listen_connection_lost", error=type(error).__name__)
            if self._listening.is_set():
                misses = 0
                self._listening.clear()
            await asyncio.sleep(RETRY_S[min(misses, len(RETRY_S) - 1)])
            misses += 1

    async def _listen(self) -> None:
        """Listen until the connection is lost; a silent one is found by asking it."""
        connection = await asyncpg.connect(
            **self._database.config,
            timeout=ANSWER_S,
            command_timeout=ANSWER_S,  # LISTEN's too: a line may go silent after it was opened
            server_settings={"application_name": LISTENER},
        )
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(CHANNEL, self._hear)
            await self._missed(connection)
            self._hub.poke_all()
            self._listening.set()
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_S):
                        await lost.wait()
                if not lost.is_set():
                    await self._missed(connection)
        finally:
            connection.terminate()

    async def _missed(self, connection: Any) -> None:  # noqa: ANN401  # asyncpg ships no types
        """Whether grants changed of which no notification came: sent while nobody heard, or by a process that died."""
        rows = await connection.fetch("SELECT org, granted FROM org_head WHERE org = ANY($1)", self._hub.orgs())
        for org, granted in rows:
            self._hub.has_granted(org, granted)

    async def _send_forever(self) -> None:
        """One coalesced notification after commits, on a connection whose own commits need not reach the disk."""
        connection: Any = None
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                notes = self._drain()
                try:
                    if connection is None or connection.is_closed():
                        connection = await asyncpg.connect(
                            **self._database.config, timeout=ANSWER_S, server_settings={"synchronous_commit": "off"}
                        )
                    for note in notes:
                        text = msgspec.json.encode(note).decode()
                        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, text, timeout=ANSWER_S)
                except LOST as error:
                    _log.warning("notify_failed", error=type(error).__name__)
                    if connection is not None:
                        connection.terminate()
                    connection = None
                    # It is told again: whoever listens elsewhere would learn of it only by asking on their own.
                    for note in notes:
                        for scope, seq in note.moved:
                            self._moved[scope] = max(seq, self._moved.get(scope, 0))
                        self._regranted.update(note.regranted)
                        self._revoked.update(note.revoked)
                    self._regrants = [change for note in notes for change in note.regrants] + self._regrants
                    await asyncio.sleep(RETRY_S[1])
                    self._wake.set()
        finally:
            if connection is not None:
                connection.terminate()

    def _drain(self) -> list[Note]:
        """What waits, in notifications small enough for PostgreSQL (8,000 bytes)."""
        moved, self._moved = list(self._moved.items()), {}
        people, self._regranted = sorted(self._regranted), set()
        devices, self._revoked = sorted(self._revoked), set()
        regrants, self._regrants = self._regrants, []
        longest = max(len(moved), len(people), len(devices))
        notes = [
            Note(self._me, moved[i : i + MOST_SCOPES], people[i : i + MOST_SCOPES], devices[i : i + MOST_SCOPES])
            for i in range(0, longest, MOST_SCOPES)
        ]
        # Behind all they concern, for only then are the others known to be unchanged.
        notes += [
            Note(self._me, [], [], [], regrants[i : i + MOST_SCOPES]) for i in range(0, len(regrants), MOST_SCOPES)
        ]
        return notes
