"""Sign-in by staff number or phone and password, throttled; session tokens (TH14, TH15)."""

from __future__ import annotations

import hashlib
import unicodedata

import msgspec

from gatehouse.db.engine import current_database
from gatehouse.db.steps import Query, Steps, write
from gatehouse.errors import Problem
from gatehouse.identity import passwords
from gatehouse.identity.tables import Credential, Person, SignInThrottle

FREE_MISSES = 5
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 15 * 60_000
FORGIVEN_MS = 60 * 60_000
"""Misses are forgotten an hour after the last: people behind one address must not add up for good."""
TOKEN_BYTES = 32


class SignedInPerson(msgspec.Struct, frozen=True):
    """A person whose password was right."""

    id: str
    org: str
    name: str


def token_hash(token: str) -> bytes:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).digest()


def folded(login: str) -> str:
    """A login as it is compared: full-width digits folded, spaces and hyphens gone, upper case."""
    return unicodedata.normalize("NFKC", login).replace(" ", "").replace("-", "").upper()


async def check_password(login: str, password: str, org: str | None, source: str, now: int) -> SignedInPerson:
    """The person with this login and password.

    Args:
        login: staff number or phone.
        password: as typed.
        org: which org, when the login exists in several.
        source: where the request comes from; throttled beside the name.
        now: UTC ms.

    Raises:
        Problem: ``sign_in_wrong``, ``sign_in_throttled`` (with ``retry_after``), ``org_needed`` (with ``orgs``).
    """
    name = folded(login)
    throttled = (f"login:{name}", f"from:{source}")
    await _refuse_while_waiting(throttled, now)
    found = await Person.select().where(
        (Person.staff_no == name) | (Person.phone == name), Person.dismissed.is_null() | (Person.dismissed > now)
    )
    candidates = [row for row in found if org in {None, row["org"]}]
    hashes = await Credential.select().where(Credential.person.is_in([row["id"] for row in candidates] or [""]))
    hash_by_person = {row["person"]: row["hash"] for row in hashes}
    right = [row for row in candidates[:4] if await passwords.matches(hash_by_person.get(row["id"]), password)]
    if not candidates:
        await passwords.matches(None, password)
    if not right:
        await _count_miss(throttled, now)
        raise Problem("sign_in_wrong")
    if len(right) > 1:
        raise Problem("org_needed", extra={"orgs": sorted(row["org"] for row in right)})
    await SignInThrottle.delete().where(SignInThrottle.name == throttled[0])
    return SignedInPerson(right[0]["id"], right[0]["org"], right[0]["name"])


async def _refuse_while_waiting(names: tuple[str, ...], now: int) -> None:
    rows = await SignInThrottle.select().where(SignInThrottle.name.is_in(list(names)))
    until = max((row["until"] for row in rows), default=0)
    if until > now:
        raise Problem("sign_in_throttled", retry_after=(until - now + 999) // 1000)


async def _count_miss(names: tuple[str, ...], now: int) -> None:
    """One more miss; from the fifth on the wait doubles, from 30 s to 15 min. A source gets ten times the room."""

    def steps() -> Steps[None]:
        for name in names:
            rows = yield Query(
                "INSERT INTO sign_in_throttle (name, misses, until) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE "
                "SET misses = CASE WHEN sign_in_throttle.until < ? THEN 1 ELSE sign_in_throttle.misses + 1 END, "
                "until = excluded.until RETURNING misses",
                (name, now, now - FORGIVEN_MS),
            )
            misses = rows[0][0] // (10 if name.startswith("from:") else 1)
            if misses >= FREE_MISSES:
                wait = min(FIRST_WAIT_MS * 2 ** min(misses - FREE_MISSES, 10), LONGEST_WAIT_MS)
                yield Query("UPDATE sign_in_throttle SET until = ? WHERE name = ?", (now + wait, name))

    await write(current_database(), steps)
