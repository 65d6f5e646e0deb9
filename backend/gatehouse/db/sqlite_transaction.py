"""A write transaction on the one writer connection."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import SQLiteTransaction as StockTransaction
from piccolo.engine.sqlite import TransactionType

from gatehouse.db.failures import TransactionLost
from gatehouse.db.finish import finish
from gatehouse.db.ownership import require_owner, require_top_level

if TYPE_CHECKING:
    from gatehouse.db.sqlite import SQLiteDatabase

T = TypeVar("T")


class SQLiteTransaction(StockTransaction):
    """BEGIN IMMEDIATE … COMMIT on the writer; Piccolo queries inside `async with` take part in it.

    BEGIN travels with the first statement, so a transaction costs one hop for `run` and one for COMMIT, or a single
    hop with `run(work, commit=True)`. An error of the database dooms the transaction unless a savepoint takes it
    back: as on PostgreSQL, what the body swallowed can not be committed.
    """

    def __init__(
        self,
        engine: "SQLiteDatabase",
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = False,  # noqa: FBT001, FBT002 - Piccolo's signature
    ) -> None:
        require_top_level(engine.current_transaction.get(), allow_nested=allow_nested)
        if transaction_type is not TransactionType.immediate:
            raise TransactionError("SQLite transactions here are IMMEDIATE; to read in one snapshot use engine.read().")
        self.database = engine
        super().__init__(engine=engine, transaction_type=transaction_type, allow_nested=False)
        self.owner: asyncio.Task[object] | None = None
        self.ended = False
        self._begun = False  # read and written on the writer's thread only
        self._doomed = False

    async def __aenter__(self) -> Self:
        await self.database.take_writer()
        self.owner = asyncio.current_task()
        self.context = self.database.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        self.database.current_transaction.reset(self.context)
        self.ended = True
        work = self._abandon if exception is not None or self._rolled_back else self._conclude
        try:
            if not self._committed:
                await finish(self.database.writer.run(work))
        finally:
            self.database.give_writer_back()
        return False

    async def run(self, work: Callable[[sqlite3.Connection], T], *, commit: bool = False) -> T:
        """Run `work(connection)` inside this transaction in one thread hop and give its result.

        `work` returns plain rows, never a cursor, and neither commits nor rolls back. With `commit=True` the
        transaction is committed in the same hop and takes no more statements.
        """
        self.require_open()

        def hop(connection: sqlite3.Connection) -> T:
            self._continue(connection)
            try:
                result = work(connection)
            except sqlite3.Error:
                self._doomed = True
                raise
            if not connection.in_transaction:
                raise TransactionLost("The transaction ended inside the work it was given.")
            if commit:
                self._conclude(connection)
            return result

        future = self.database.writer.run(hop)
        return await (finish(future) if commit else future)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:  # type: ignore[override]  # Piccolo's has to be undone by hand
        """Take back what the block did if it raises, keep the rest of the transaction, and raise on."""
        name = f"sp{self.get_savepoint_id()}"
        await self.run(_statement(f"SAVEPOINT {name}"))
        try:
            yield
        except BaseException:
            if self._committed or self.ended:
                raise
            await finish(self.database.writer.run(lambda connection: self._take_back(connection, name)))
            raise
        await self.run(_statement(f"RELEASE {name}"))

    async def commit(self) -> None:
        """Commit now; the block ends without a further commit."""
        self.require_open()
        await finish(self.database.writer.run(self._conclude))

    async def rollback(self) -> None:
        """Roll back now; the block ends without a commit."""
        self.require_open()
        await finish(self.database.writer.run(self._abandon))
        self._rolled_back = True

    def require_open(self) -> None:
        """Raise unless the calling task opened this transaction and it still takes statements."""
        require_owner(self.owner, ended=self.ended or self._committed or self._rolled_back)

    # What follows runs on the writer's thread.

    def _continue(self, connection: sqlite3.Connection) -> None:
        if self._doomed:
            raise TransactionLost("A statement of this transaction failed; it takes no more statements.")
        if not self._begun:
            self.database.require_sound()
            if connection.in_transaction:  # a ROLLBACK that itself failed
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            self._begun = True
        elif not connection.in_transaction:
            # SQLite rolls back by itself on a full disk, on I/O errors and when memory runs out.
            raise TransactionLost("SQLite rolled the transaction back; nothing of it is stored.")

    def _conclude(self, connection: sqlite3.Connection) -> None:
        if not self._begun:
            return
        if self._doomed or not connection.in_transaction:
            self._abandon(connection)
            raise TransactionLost("A statement failed and the code went on; the transaction was rolled back.")
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as failure:
            self.database.note_disk_failure(failure)
            self._abandon(connection)
            self._doomed = True
            raise
        self._committed = True

    def _abandon(self, connection: sqlite3.Connection) -> None:
        if self._begun and connection.in_transaction:
            with suppress(sqlite3.Error):  # what led here is the error to report
                connection.execute("ROLLBACK")

    def _take_back(self, connection: sqlite3.Connection, name: str) -> None:
        if connection.in_transaction:
            connection.execute(f"ROLLBACK TO {name}")
            connection.execute(f"RELEASE {name}")
            self._doomed = False


def _statement(sql: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute(sql)

    return work
