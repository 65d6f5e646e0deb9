"""Piccolo on PostgreSQL: a pool that gets every connection back, with limits on every wait."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NoReturn, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import Atomic, PostgresEngine
from piccolo.querystring import QueryString

from gatehouse.db.failures import Busy, DatabaseAway, DatabaseUnusable
from gatehouse.db.finish import finish
from gatehouse.db.postgres_transaction import SNAPSHOT, PostgresConnection, PostgresTransaction

T = TypeVar("T")

_OLDEST: Final = 140000  # PostgreSQL 14
_GIVE_BACK_S: Final = 5.0
_CLOSE_S: Final = 10.0
_log = logging.getLogger(__name__)
# What a connection that is already lost may answer; the internal error comes when it is killed between two statements.
_LOST: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class PostgresDatabase(PostgresEngine):
    """The PostgreSQL engine of one process. `open()` before use, `close()` at the end, both on the same event loop.

    All waits are in seconds: for a connection (`acquire_wait`), for one statement (`command_wait`), for a row lock
    (`lock_wait`), and the longest a transaction may lie idle (`idle_wait`) before the server ends it.
    """

    dialect: Final = "postgres"

    def __init__(
        self,
        url: str,
        *,
        connections: int = 10,
        acquire_wait: float = 10.0,
        command_wait: float = 30.0,
        lock_wait: float = 10.0,
        idle_wait: float = 30.0,
    ) -> None:
        self._connections = connections
        self._acquire_wait = acquire_wait
        self._command_wait = command_wait
        self._server_settings = {
            "application_name": "gatehouse",
            # A plan made while a table was empty stays a full scan for as long as asyncpg caches the statement.
            "plan_cache_mode": "force_custom_plan",
            # All our statements look rows up by key. On a table that was never analysed PostgreSQL takes 100 keys for
            # half of it and reads all of it: 11 ms a push at 20,000 ops, more with each, until the first ANALYZE.
            "enable_seqscan": "off",
            "lock_timeout": f"{round(lock_wait * 1000)}ms",
            "idle_in_transaction_session_timeout": f"{round(idle_wait * 1000)}ms",
            "jit": "off",  # our statements are short; compiling them takes longer than running them
            "timezone": "UTC",
        }
        super().__init__(config={"dsn": url})

    async def check_version(self) -> None:
        """Do nothing: Piccolo would connect from the constructor; `open()` checks instead."""

    async def prep_database(self) -> None:
        """Do nothing: we need no extensions."""

    async def open(self) -> None:
        """Start the pool, check the server's version and durability; raises DatabaseUnusable, leaving nothing open."""
        try:
            self.pool = await asyncpg.create_pool(
                **self.config,
                min_size=1,
                max_size=self._connections,
                command_timeout=self._command_wait,
                timeout=self._acquire_wait,
                server_settings=self._server_settings,
            )
            await self._check_server()
        except (*_LOST, DatabaseAway, ValueError) as failure:
            await self.close()
            # The address may hold a password, so it is not repeated.
            raise DatabaseUnusable(f"PostgreSQL cannot be used at the given address: {failure}") from failure
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let running work end, for ten seconds at most, then close the pool; a second call does nothing."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_S):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    def write(self) -> PostgresTransaction:
        """Open a write transaction: `async with engine.write() as tx`, then `tx.connection` or Piccolo queries.

        Raises Busy on entry if no connection is free in time.
        """
        return PostgresTransaction(self)

    async def read(self, work: Callable[[PostgresConnection], Awaitable[T]]) -> T:
        """Run `work(connection)` in one REPEATABLE READ, READ ONLY transaction: all of it in one snapshot (P21).

        Piccolo queries inside `work` would take another connection; use the one given. Not inside a transaction.
        """
        if self.current_transaction.get() is not None:
            raise TransactionError("read() would not see this transaction's own writes; use tx.run().")
        connection = await self.take(SNAPSHOT)
        try:
            return await work(connection)
        finally:
            await finish(self.give_back(connection))

    def transaction(self, allow_nested: bool = False) -> PostgresTransaction:  # noqa: FBT001, FBT002 - Piccolo's signature
        """Do as `write()`, under the name Piccolo uses."""
        return PostgresTransaction(self, allow_nested)

    def atomic(self) -> Atomic:
        """Collect queries and run them in one transaction."""
        return Atomic(engine=self)

    async def batch(self, query: object, batch_size: int = 100, node: str | None = None) -> NoReturn:
        """Refused: it opens a connection beside the pool and keeps a snapshot as long as the caller likes."""
        raise NotImplementedError("Read in pages by key; batch() works outside the pool and its limits.")

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Sequence[Any]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Run a Piccolo query in the open transaction, else on a connection of the pool."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._route(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Sequence[Any]:  # noqa: ARG002, FBT001, FBT002 - Piccolo's signature
        """Run a DDL statement in the open transaction, else on a connection of the pool."""
        return await self._route(ddl, [])

    async def _route(self, sql: str, args: list[Any]) -> Sequence[Any]:
        if self.log_queries:
            self.print_query(query_id=self.get_query_id(), query=sql)
        transaction = cast("PostgresTransaction | None", self.current_transaction.get())
        if transaction is not None:
            transaction.require_open()
            return cast("Sequence[Any]", await transaction.connection.fetch(sql, *args))
        connection = await self.take()
        try:
            return cast("Sequence[Any]", await connection.fetch(sql, *args))
        finally:
            await finish(self.give_back(connection))

    # For the transaction.

    async def take(self, begin: str | None = None) -> PostgresConnection:
        """Take a connection from the pool and `begin` on it; each one taken must be given back."""
        if self.pool is None:
            raise TransactionError("The database is not open.")
        try:
            # Not acquire(timeout=…): that runs in a task of its own, and a connection can get lost in between.
            async with asyncio.timeout(self._acquire_wait):
                connection = await self.pool.acquire()
        except TimeoutError:
            raise Busy(f"No database connection was free within {self._acquire_wait:g} s.") from None
        except OSError as failure:
            # Also a socket file that is not there, a name that does not resolve, a network without a way.
            raise DatabaseAway(f"PostgreSQL cannot be reached: {type(failure).__name__}.") from failure
        if begin is not None:
            try:
                await connection.execute(begin)
            except BaseException:
                await finish(self.give_back(connection, unsure=True))
                raise
        return connection

    async def give_back(self, connection: PostgresConnection, *, unsure: bool = False) -> None:
        """Roll back what is open and return the connection; one that does not answer is replaced, never an error."""
        try:
            # After an interrupted BEGIN the driver cannot know; a ROLLBACK too many is only a warning.
            if unsure or connection.is_in_transaction():
                await connection.execute("ROLLBACK", timeout=_GIVE_BACK_S)
        except _LOST as failure:
            _log.warning("a database connection was lost at the end of a transaction: %s", type(failure).__name__)
            with contextlib.suppress(*_LOST):  # the driver has noticed too, and taken it away
                connection.terminate()
        pool = self.pool
        if pool is None:
            # close() ran out of patience; the pool terminates what is still out.
            return
        with contextlib.suppress(*_LOST):  # the pool has replaced it by then
            await pool.release(connection, timeout=_GIVE_BACK_S)

    async def _check_server(self) -> None:
        connection = await self.take()
        try:
            version = int(await connection.fetchval("SHOW server_version_num"))
            durable = {name: await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")}
        finally:
            await self.give_back(connection)
        if version < _OLDEST:
            raise DatabaseUnusable(f"PostgreSQL {version // 10000} is too old; 14 is the oldest that works.")
        off = [name for name, value in durable.items() if value == "off"]
        if off:
            raise DatabaseUnusable(
                f"The PostgreSQL server has {' and '.join(off)} off: what it confirms may be lost. Turn it on."
            )
