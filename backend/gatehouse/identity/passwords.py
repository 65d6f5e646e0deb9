"""Passwords: argon2id, off the event loop, two at a time (64 MiB each)."""

from __future__ import annotations

import asyncio
import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from gatehouse.db.steps import Insert

_hasher = PasswordHasher()
_quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
_room = asyncio.Semaphore(2)


@functools.cache
def _nobody() -> str:
    """Checked when nobody has the name, so that a wrong name takes as long as a wrong password."""
    return _hasher.hash(secrets.token_hex())


async def hashed(password: str) -> str:
    """The hash to store."""
    async with _room:
        return await asyncio.to_thread(_hasher.hash, password)


def hashed_demo(password: str) -> str:
    """A hash at minimal cost, for the public passwords of the demo estate only."""
    return _quick.hash(password)


async def matches(hash_: str | None, password: str) -> bool:
    """Whether the password is the one; takes the same time with no hash at all."""
    async with _room:
        return await asyncio.to_thread(_matches, hash_ or _nobody(), password) and hash_ is not None


def _matches(hash_: str, password: str) -> bool:
    try:
        return _hasher.verify(hash_, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def store(person: str, org: str, hash_: str) -> Insert:
    """Store a person's password hash in place of the one before. Credentials are no part of the log."""
    return Insert("credential", ("person text", "org text", "hash text"), [(person, org, hash_)], key=("person",))
