"""Copies of a PostgreSQL database, by its own programs: ``pg_dump`` and ``pg_restore``, found on PATH.

The log is verified in the snapshot that is dumped, and the dump is read to its end; put back, it is verified again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.ledger import Entry
from gatehouse.backup import names, withdrawn
from gatehouse.backup.prove import BackupRefused, Report, look
from gatehouse.backup.restore import Epochs, Restored, begin_anew
from gatehouse.backup.take import Taken, free, taken
from gatehouse.db.copy import finish_copy, unfinished
from gatehouse.db.migrate import MIGRATING, migrate, pending
from gatehouse.db.postgres import PostgresDatabase
from gatehouse.db.postgres_transaction import PostgresConnection
from gatehouse.db.steps import on_postgres, read, write

_PATIENT_S: Final = 6 * 3600.0
_DUMP: Final = b"PGDMP"
_SERVERS: Final = (
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gatehouse'"
)
_TABLES: Final = "SELECT COUNT(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"


async def take_postgres(url: str, target: Path, key: VerifyingKey | None) -> Taken:
    """Dump the database at ``url`` to the new file ``target`` (mode 600), on disk and proved before it gets its name.

    With ``key`` None the log is not verified.

    Raises:
        StorageError: the dump cannot be made, or the log does not verify; nothing is left of it.
    """
    programs = _program("pg_dump"), _program("pg_restore")
    free(target)
    async with _opened(url) as database:
        if await pending(database):
            raise BackupRefused("The database has an older schema: run `gatehouse migrate` first.")
        with unfinished(target) as draft:

            async def dump(connection: PostgresConnection) -> Report:
                snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
                what = ("--format=custom", "--schema=public", f"--snapshot={snapshot}", f"--file={draft}")
                await _run(programs[0], url, *what, "--no-password")
                return await on_postgres(connection, look(key))

            report = await database.read(dump)
            await _run(programs[1], None, f"--file={os.devnull}", str(draft))
            finish_copy(draft, target)
    return taken(target, report)


async def restore_postgres(  # what a restore is made of
    file: Path,
    url: str,
    key: VerifyingKey,
    now: int,
    *,
    replace: bool = False,
    random: Callable[[int], bytes] = os.urandom,
    own: withdrawn.Kept | None = None,
) -> Restored:
    """Put a dump into the database at ``url``, which is empty, or whose tables are kept aside with ``replace``.

    ``now`` is UTC milliseconds; ``own`` is what no restore may undo. ``Restored.aside`` names the schema where the
    tables of before are.

    Raises:
        StorageError: a server runs, the database is not empty, or the dump is none or does not verify. The database is
            as it was before.
    """
    _admit(file)
    program = _program("pg_restore")
    aside = f"before_{names.stamp(now).lower()}"
    async with _connected(url) as guard:
        if await guard.fetchval(_SERVERS):
            raise BackupRefused("A server runs on this database: stop every one of them first.")
        holds = await guard.fetchval(_TABLES)
        if holds and not replace:
            raise BackupRefused(
                "This database holds tables already: name an empty one in GATEHOUSE_DATABASE_URL, or add --replace, "
                f"which keeps them in the schema {aside}."
            )
        lost = await _epochs(guard) if holds else {}
        gone = await _withdrawn(guard) if holds else []
        replayed: dict[str, int] = {}
        async with guard.transaction():
            await guard.execute(f"ALTER SCHEMA public RENAME TO {aside}; CREATE SCHEMA public")
        try:
            # A server that starts meanwhile waits here, as it would for another's migration.
            await guard.execute(f"SELECT pg_advisory_lock({MIGRATING})")
            await _fill(program, file, url)
            await guard.execute(f"SELECT pg_advisory_unlock({MIGRATING})")
            async with _opened(url) as database:
                await migrate(database)
                await read(database, look(key))
                await write(database, lambda: begin_anew(lost, now, random))
                if own is not None:
                    withdrawn.take_in(own, file, gone)
                    replayed = await withdrawn.replay(database, own, now)
                report = await read(database, look(None))
        except BaseException:
            async with guard.transaction():
                await guard.execute(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {aside} RENAME TO public")
            raise
        if not holds:
            await guard.execute(f"DROP SCHEMA {aside}")
    return Restored(report, Path(aside) if holds else None, None, replayed)


async def rehearse_postgres(file: Path, url: str, key: VerifyingKey, now: int) -> Report:
    """Put a dump into a database made for it beside the one at ``url``, verify it there, and drop that database.

    Raises:
        StorageError: the role may not make databases, or the dump does not come back.
    """
    _admit(file)
    program = _program("pg_restore")
    scratch = f"gatehouse_drill_{names.stamp(now).lower()}"
    async with _connected(url) as guard:
        await guard.execute(f"CREATE DATABASE {scratch} TEMPLATE template0")
        try:
            beside = urlunsplit(urlsplit(url)._replace(path=f"/{scratch}"))
            await _fill(program, file, beside)
            async with _opened(beside) as database:
                await migrate(database)
                return await read(database, look(key))
        finally:
            await guard.execute(f"DROP DATABASE {scratch} WITH (FORCE)")


def _admit(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            dump = opened.read(len(_DUMP)) == _DUMP
    except OSError as failure:
        raise BackupRefused(f"{file} cannot be read: {failure.strerror}.") from failure
    if not dump:
        raise BackupRefused(f"{file.name} is no dump of PostgreSQL in its custom format (pg_dump -Fc).")


async def _fill(program: str, file: Path, url: str) -> None:
    whole = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--schema=public")
    await _run(program, url, *whole, "--no-password", str(file))


async def _epochs(guard: Any) -> Epochs:  # noqa: ANN401  # asyncpg ships no types
    epochs: Epochs = {}
    if await guard.fetchval("SELECT to_regclass('public.org_head')") is not None:
        for org, epoch in await guard.fetch("SELECT org, epoch FROM org_head UNION SELECT org, epoch FROM ended_epoch"):
            epochs.setdefault(org, set()).add(epoch)
    return epochs


async def _withdrawn(guard: Any) -> list[Entry]:  # noqa: ANN401  # asyncpg ships no types
    if await guard.fetchval("SELECT to_regclass('public.withdrawn')") is None:
        return []
    return [Entry(*row) for row in await guard.fetch(withdrawn.TABLE)]


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[PostgresDatabase]:
    """The database with patience: verifying a long log leaves its snapshot idle for minutes."""
    database = PostgresDatabase(url, connections=2, command_wait=_PATIENT_S, idle_wait=_PATIENT_S)
    await database.open()
    try:
        yield database
    except asyncpg.PostgresError as failure:
        raise BackupRefused(f"PostgreSQL refused: {failure}.") from failure
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    """A connection that no server has taken for one of its own."""
    try:
        connection = await asyncpg.connect(url, server_settings={"application_name": "gatehouse restore"})
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise BackupRefused(f"PostgreSQL cannot be used at the given address: {failure}.") from failure
    try:
        yield connection
    except asyncpg.PostgresError as failure:
        raise BackupRefused(f"PostgreSQL refused: {failure}.") from failure
    finally:
        await connection.close()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupRefused(
            f"{name} is not on PATH: install PostgreSQL's client programs, of the server's version or a newer one."
        )
    return found


async def _run(program: str, url: str | None, *words: str) -> None:
    """Run a program to its end; its last complaint becomes the sentence. A password travels unseen by `ps`."""
    environment = dict(os.environ)
    where: tuple[str, ...] = ()
    if url is not None:
        bare, password = without_password(url)
        where = (f"--dbname={bare}",)
        if password:
            environment["PGPASSWORD"] = password
    process = await asyncio.create_subprocess_exec(
        *(program, *where, *words),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complained = await process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise
    if process.returncode:
        lines = complained.decode(errors="replace").strip().splitlines() or [f"exit code {process.returncode}"]
        telling = [line.split(": ", 2)[-1] for line in lines if re.search("(error|detail|hint): ", line)] or lines[-1:]
        raise BackupRefused(f"{Path(program).name} failed: {'; '.join(telling)}.")


def without_password(url: str) -> tuple[str, str]:
    """An address without its password, and the password (empty when there is none)."""
    parts = urlsplit(url)
    found = re.fullmatch(r"([^:@]*):([^@]*)@(.*)", parts.netloc)
    if found is None:
        return url, ""
    user, password, host = found.groups()
    return urlunsplit(parts._replace(netloc=f"{user}@{host}")), unquote(password)
