"""Sign-in by staff number or phone and password, throttled; session tokens (TH14, TH15)."""

from __future__ import annotations

import hashlib
import unicodedata

import msgspec

from gatehouse.errors import Problem
from gatehouse.identity import passwords
from gatehouse.identity.tables import Credential, Person
from gatehouse.identity.throttle import count_miss, forgive, refuse_while_waiting, throttled

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
    names = throttled(name, source)
    await refuse_while_waiting(names, now)
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
        await count_miss(names, now)
        raise Problem("sign_in_wrong")
    if len(right) > 1:
        raise Problem("org_needed", extra={"orgs": sorted(row["org"] for row in right)})
    await forgive(names)
    return SignedInPerson(right[0]["id"], right[0]["org"], right[0]["name"])
