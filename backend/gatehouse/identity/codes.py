"""One-time sign-in codes: told by someone in charge, good once, for a day, to set a password with.

Only a keyed hash is stored, whose key is beside the database and never in it: a stolen copy gives no code away.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

import msgspec

from gatehouse.db.engine import Database
from gatehouse.db.steps import Insert, Query, Steps, read, write
from gatehouse.errors import Problem
from gatehouse.identity import passwords
from gatehouse.identity.sign_in import folded
from gatehouse.identity.throttle import count_miss, forgive, refuse_while_waiting, throttled

ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
"""None of these is easily taken for another; twelve of them are 55 bits."""
GROUPS, GROUP = 3, 4
VALID_MS = 24 * 60 * 60_000
SHORTEST_PASSWORD = 8
KEY = "sign-in-code"
"""What the server's key derives the hash's key for."""


class NewPassword(msgspec.Struct, frozen=True):
    """What someone typed to set a password: ``org`` only where the login is in several."""

    login: str
    code: str
    password: str
    org: str | None


class Owner(msgspec.Struct, frozen=True):
    """Whose code it was."""

    person: str
    org: str
    granted: int = 0
    """The org's count of changes of grants, once the password is set: sessions have ended."""


def new_code(random: Callable[[int], bytes]) -> str:
    """A fresh code as it is told: ``XXXX-XXXX-XXXX``."""
    number = int.from_bytes(random(20))
    letters = ""
    for _ in range(GROUPS * GROUP):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def hashed(key: bytes, person: str, code: str) -> bytes:
    """What is stored of a person's code, however it is written: without hyphens, in small letters, full-width."""
    return hmac.digest(key, f"{person} {folded(code)}".encode(), "sha256")


def keep(key: bytes, owner: Owner, code: str, made_by: str, now: int) -> Insert:
    """Store a person's code; the one before it is good no more."""
    return Insert(
        "sign_in_code",
        ("person text", "org text", "hash bytea", "made bigint", "made_by text", "expires bigint", "used bigint"),
        [(owner.person, owner.org, hashed(key, owner.person, code), now, made_by, now + VALID_MS, None)],
        key=("person",),
    )


async def set_password(database: Database, key: bytes, given: NewPassword, source: str, now: int) -> Owner:
    """Set the password of whoever has this login and code, burn the code, and end the person's sessions.

    Misses count together with those of sign-in. An unknown login, a wrong code, an expired one and a used one are one
    answer, and take as long.

    Raises:
        Problem: ``code_wrong``, ``code_weak_password``, ``sign_in_throttled`` (with ``retry_after``).
    """
    login = folded(given.login)
    names = throttled(login, source)
    await refuse_while_waiting(names, now)
    if len(given.password) < SHORTEST_PASSWORD:
        raise Problem("code_weak_password")
    found = await read(database, _with_login(key, given, login, now))
    if found is None:
        await count_miss(names, now)
        raise Problem("code_wrong")
    owner, logins = found
    if folded(given.password) in logins:
        raise Problem("code_weak_password")
    hash_ = await passwords.hashed(given.password)

    def steps() -> Steps[int]:
        burnt = yield Query(
            "UPDATE sign_in_code SET used = ? WHERE person = ? AND hash = ? AND used IS NULL RETURNING person",
            (now, owner.person, hashed(key, owner.person, given.code)),
        )
        if burnt:
            yield passwords.store(owner.person, owner.org, hash_)
            yield Query("UPDATE session SET ended = ? WHERE person = ? AND ended IS NULL", (now, owner.person))
            rows = yield Query(
                "UPDATE org_head SET granted = granted + 1 WHERE org = ? RETURNING granted", (owner.org,)
            )
            return int(rows[0][0])
        return 0

    granted = await write(database, steps)
    if not granted:  # somebody was faster with the same code
        await count_miss(names, now)
        raise Problem("code_wrong")
    await forgive(names)
    return msgspec.structs.replace(owner, granted=granted)


def _with_login(key: bytes, given: NewPassword, login: str, now: int) -> Steps[tuple[Owner, set[str | None]] | None]:
    """Whose login and code these are, with all logins of that person; every candidate is compared."""
    rows = yield Query(
        "SELECT p.id, p.org, p.staff_no, p.phone, c.hash FROM person p LEFT JOIN sign_in_code c ON c.person = p.id "
        "AND c.used IS NULL AND c.expires > ? WHERE (p.staff_no = ? OR p.phone = ?) "
        "AND (p.dismissed IS NULL OR p.dismissed > ?)",
        (now, login, login, now),
    )
    right = None
    for person, org, staff_no, phone, stored in rows or [("", "", "", None, None)]:
        same = hmac.compare_digest(bytes(stored or bytes(32)), hashed(key, person, given.code))
        if same and stored is not None and given.org in {None, org}:
            right = Owner(person, org), {staff_no, phone}
    return right
