"""Wait for work that must not be left half done."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def finish(work: Awaitable[T]) -> T:
    """Await `work` to its end even if the caller is cancelled meanwhile; then let the cancellation go on.

    COMMIT, ROLLBACK and giving a connection back run through here: a cancelled request leaves nothing behind.
    """
    future = asyncio.ensure_future(work)
    interrupted: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait((future,))
        except asyncio.CancelledError as stop:
            interrupted = stop
    if interrupted is not None:
        raise interrupted from (None if future.cancelled() else future.exception())
    return future.result()
