"""A write transaction on one connection of the PostgreSQL pool."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias, TypeVar

from piccolo.engine.postgres import PostgresTransaction as StockTransaction

from gatehouse.db.failures import TransactionLost
from gatehouse.db.finish import finish
from gatehouse.db.ownership import require_owner, require_top_level

if TYPE_CHECKING:
    from gatehouse.db.postgres import PostgresDatabase

T = TypeVar("T")

# A pooled asyncpg connection; asyncpg ships no types.
PostgresConnection: TypeAlias = Any

WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresTransaction(StockTransaction):
    """BEGIN … COMMIT (READ COMMITTED) on a pooled connection; Piccolo queries inside `async with` take part in it.

    BEGIN and COMMIT are sent by us and not by asyncpg's own transaction object, because that object takes the answer
    ROLLBACK, which a COMMIT earns after a swallowed error, for success.
    """

    connection: PostgresConnection

    def __init__(self, engine: "PostgresDatabase", allow_nested: bool = False) -> None:  # noqa: FBT001, FBT002 - Piccolo's signature
        require_top_level(engine.current_transaction.get(), allow_nested=allow_nested)
        self.database = engine
        super().__init__(engine=engine, allow_nested=False)
        self.owner: asyncio.Task[object] | None = None
        self.ended = False

    async def __aenter__(self) -> Self:
        self.connection = await self.database.take(WRITE)
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
        await finish(self._end(failed=exception is not None))
        return False

    async def run(self, work: Callable[[PostgresConnection], Awaitable[T]], *, commit: bool = False) -> T:
        """Run `work(connection)` inside this transaction; the same call as on SQLite, where it saves thread hops."""
        self.require_open()
        result = await work(self.connection)
        if commit:
            await self.commit()
        return result

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:  # type: ignore[override]  # Piccolo's has to be undone by hand
        """Take back what the block did if it raises, keep the rest of the transaction, and raise on."""
        self.require_open()
        name = f"sp{self.get_savepoint_id()}"
        await self.connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            if not (self._committed or self._rolled_back or self.ended or self.connection.is_closed()):
                await finish(self.connection.execute(f"ROLLBACK TO {name}; RELEASE {name}"))
            raise
        await self.connection.execute(f"RELEASE {name}")

    async def commit(self) -> None:
        """Commit now; the block ends without a further commit."""
        self.require_open()
        await finish(self._commit())

    async def rollback(self) -> None:
        """Roll back now; the block ends without a commit."""
        self.require_open()
        await finish(self.connection.execute("ROLLBACK"))
        self._rolled_back = True

    def require_open(self) -> None:
        """Raise unless the calling task opened this transaction and it still takes statements."""
        require_owner(self.owner, ended=self.ended or self._committed or self._rolled_back)

    async def _commit(self) -> None:
        answer = await self.connection.execute("COMMIT")
        self._committed = True
        if answer != "COMMIT":
            raise TransactionLost("A statement failed and the code went on; the transaction was rolled back.")

    async def _end(self, *, failed: bool) -> None:
        try:
            if not (failed or self._committed or self._rolled_back):
                await self._commit()
        finally:
            await self.database.give_back(self.connection)
