"""Piccolo on SQLite: one long-lived writer, two readers, nothing that leaks.

Piccolo's own engine opens a connection and a thread per query and keeps the write lock for good when a COMMIT fails.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar, cast

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import Atomic, SQLiteEngine, TransactionType
from piccolo.querystring import QueryString

from gatehouse.db.failures import Busy, StorageBroken
from gatehouse.db.lane import Lane
from gatehouse.db.process_lock import ProcessLock
from gatehouse.db.sqlite_connection import BUSY_TIMEOUT_S, connect_reader, connect_writer, create_file, rows_as_dicts
from gatehouse.db.sqlite_transaction import SQLiteTransaction

T = TypeVar("T")

_READERS: Final = 2
_PRIMARY_CODE: Final = 0xFF
# These cannot run inside a transaction, so they run without one.
_OUTSIDE_TRANSACTION: Final = ("PRAGMA", "VACUUM", "ATTACH", "DETACH")


class SQLiteDatabase(SQLiteEngine):
    """The SQLite engine of one process. `open()` before use, `close()` at the end, both on the same event loop."""

    dialect: Final = "sqlite"

    def __init__(self, path: Path, *, write_wait: float = BUSY_TIMEOUT_S) -> None:
        """`write_wait`: seconds a transaction waits for the writer before it raises Busy."""
        self.file = path.absolute()
        self._write_wait = write_wait
        self._lock = ProcessLock(self.file)
        self._turn: asyncio.Lock | None = None
        self._broken: str | None = None
        self.writer = Lane("sqlite-writer", partial(connect_writer, self.file))
        self._readers = Lane("sqlite-reader", partial(connect_reader, self.file), _READERS)
        super().__init__(path=str(self.file))

    async def open(self) -> None:
        """Take the file for this process and start the connections.

        Raises DatabaseInUse or DatabaseUnusable, leaving nothing open.
        """
        create_file(self.file)
        self._lock.acquire()
        try:
            await self.writer.open()
            await self._readers.open()
        except BaseException:
            await self.writer.close()
            self._lock.release()
            raise
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Let a running transaction end, then close everything; a second call does nothing."""
        if self._turn is None:
            return
        async with self._turn:
            turn, self._turn = self._turn, None
            del turn
        # Readers first: the last connection to close empties the write-ahead log, and that has to be the writer.
        await self._readers.close()
        await self.writer.close()
        self._lock.release()

    def write(self) -> SQLiteTransaction:
        """Open a write transaction: `async with engine.write() as tx`, then `await tx.run(work)` or Piccolo queries.

        Raises Busy on entry if the writer is not free in time.
        """
        return SQLiteTransaction(self)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work(connection)` on a reader in one hop, all of it in one snapshot; rows are plain tuples.

        Not inside a transaction: a reader does not see what that has not committed.
        """
        self._require_open()
        if self.current_transaction.get() is not None:
            raise TransactionError("read() would not see this transaction's own writes; use tx.run().")
        return await self._readers.run(partial(_in_snapshot, work))

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = False,  # noqa: FBT001, FBT002 - Piccolo's signature
    ) -> SQLiteTransaction:
        """Do as `write()`, under the name Piccolo uses."""
        return SQLiteTransaction(self, transaction_type, allow_nested)

    def atomic(self, transaction_type: TransactionType = TransactionType.immediate) -> Atomic:
        """Collect queries and run them in one transaction."""
        return Atomic(engine=self, transaction_type=transaction_type)

    async def batch(self, query: object, batch_size: int = 100, node: str | None = None) -> NoReturn:
        """Refused: it would hold a snapshot, and with it the write-ahead log, as long as the caller likes."""
        raise NotImplementedError("Read in pages by key; batch() keeps the log from being emptied.")

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Run a Piccolo query where it belongs: in the open transaction, else a SELECT on a reader, else the writer.

        SQL that reads but does not begin with SELECT (WITH …) is sent to the writer; use `read()` to read with it.
        """
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._route(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Run a DDL statement in the open transaction, else in one of its own."""
        return await self._route(ddl, [])

    async def _route(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        self._require_open()
        if self.log_queries:
            self.print_query(query_id=self.get_query_id(), query=sql)

        def work(connection: sqlite3.Connection) -> list[dict[str, Any]]:
            return rows_as_dicts(connection, sql, args)

        transaction = cast("SQLiteTransaction | None", self.current_transaction.get())
        if transaction is not None:
            return await transaction.run(work)
        word = sql.lstrip()[:8].upper()
        if word.startswith("SELECT"):
            return await self._readers.run(work)
        if word.startswith(_OUTSIDE_TRANSACTION):
            await self.take_writer()
            try:
                return await self.writer.run(work)
            finally:
                self.give_writer_back()
        async with self.write() as own:
            return await own.run(work, commit=True)

    # For the transaction.

    async def take_writer(self) -> None:
        """Wait for the writer's turn, first come first served; raises Busy after `write_wait` seconds."""
        turn = self._require_open()
        self.require_sound()
        if not turn.locked():
            await turn.acquire()
        else:
            try:
                async with asyncio.timeout(self._write_wait):
                    await turn.acquire()
            except TimeoutError:
                raise Busy(f"The database writer was not free within {self._write_wait:g} s.") from None
        if self._turn is not turn:
            turn.release()
            self._require_open()

    def give_writer_back(self) -> None:
        """End this turn; called once for each `take_writer` that returned."""
        if self._turn is not None:
            self._turn.release()

    def note_disk_failure(self, failure: sqlite3.Error) -> None:
        """Remember a commit that the disk failed: after a failed fsync nobody knows what is on it."""
        if _is_io_error(failure):
            self._broken = str(failure)

    def require_sound(self) -> None:
        """Raise StorageBroken once the disk has failed under a commit; a restart checks and recovers the file."""
        if self._broken is not None:
            raise StorageBroken(f"The disk failed under a commit ({self._broken}); restart after checking it.")

    @property
    def broken(self) -> bool:
        """Whether the disk failed under a commit; the process should end and be restarted."""
        return self._broken is not None

    def _require_open(self) -> asyncio.Lock:
        if self._turn is None:
            raise TransactionError("The database is not open.")
        return self._turn


def _in_snapshot(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_io_error(failure: sqlite3.Error) -> bool:
    return getattr(failure, "sqlite_errorcode", 0) & _PRIMARY_CODE == sqlite3.SQLITE_IOERR
