"""Who may use a transaction: the task that opened it, until it ends."""

import asyncio

from piccolo.engine.exceptions import TransactionError


def require_owner(owner: "asyncio.Task[object] | None", *, ended: bool) -> None:
    """Raise unless the calling task opened the transaction and it is still open.

    A task created inside a transaction inherits it through its context. It would write into somebody else's unit of
    work, or die when that ends, depending on timing; so it is always refused.
    """
    if asyncio.current_task() is not owner:
        raise TransactionError(
            "This task was started inside another task's transaction and cannot use it: await the query where the "
            "transaction is, or start the task with context=contextvars.Context()."
        )
    if ended:
        raise TransactionError("This transaction has ended.")


def require_top_level(active: object | None, *, allow_nested: bool) -> None:
    """Raise if a transaction is open already; Piccolo would silently make the inner one part of the outer."""
    if allow_nested:
        raise TransactionError("Nested transactions are not available; use `async with tx.savepoint()`.")
    if active is not None:
        raise TransactionError("A transaction is open already; use `async with tx.savepoint()` inside it.")
