"""One-time codes: who may make one for whom, and what setting a password with one ends (PROTOCOL 4.7, 4.8)."""

from __future__ import annotations

import structlog

from gatehouse.db.steps import Steps, write
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.identity import codes
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.feed import Regrant
from gatehouse.replication.grants import PersonFacts, load_people
from gatehouse.replication.pull import signed_in
from gatehouse_sync.ids import is_uuid
from gatehouse_sync.protocol import PasswordRequest, PasswordSet, SignInCode

IN_CHARGE = frozenset({"supervisor", "manager", "admin"})
_log = structlog.get_logger()


async def make_code(core: Replication, person: str, claim: DeviceClaim, session: bytes | None) -> SignInCode:
    """A new one-time code for a person; the one before it is good no more.

    Args:
        core: the replication of this process.
        person: the person's id, as the client sent it.
        claim: the device the token proves.
        session: hash of the session token, or None.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``unknown_device``; ``not_allowed``;
            ``not_found`` when the org has no such person or has dismissed them.
    """
    if session is None:
        raise Problem("not_signed_in")
    now, key, code = core.now(), core.signer.key.secret(codes.KEY), codes.new_code(core.random)

    def steps() -> Steps[str]:
        device = yield from device_row(claim.device)
        if device.revoked is not None:
            raise Problem("device_revoked")
        maker = yield from signed_in(session, device.id)
        if maker is None:
            raise Problem("not_signed_in")
        wanted = (yield from load_people([person])).get(person) if is_uuid(person) else None
        if not _mine(maker, now):  # said first: who may make none learns of nobody whether they exist
            raise Problem("not_allowed")
        if wanted is None or wanted.org != device.org or (wanted.dismissed is not None and wanted.dismissed <= now):
            raise Problem("not_found")
        if not may_make(maker, wanted, now):
            raise Problem("not_allowed")
        yield codes.keep(key, codes.Owner(wanted.id, wanted.org), code, maker.id, now)
        return maker.id

    maker = await write(core.database, steps)
    _log.info("sign_in_code_made", org=claim.org, person=person, by=maker, device=claim.device)
    return SignInCode(code, now + codes.VALID_MS)


def may_make(maker: PersonFacts, wanted: PersonFacts, now: int) -> bool:
    """Whether the one may make a code for the other, both of one org.

    A supervisor may not for somebody in charge: with a code comes all that person may.
    """
    mine = _mine(maker, now)
    if None in mine:
        return True
    to_come = {role.role for role in wanted.roles if role.until is None or now < role.until}
    return wanted.team_at(now) in mine and not to_come & IN_CHARGE


def _mine(maker: PersonFacts, now: int) -> set[str | None]:
    """The teams a person leads now; None among them for an admin, who has everybody."""
    held = [role for role in maker.roles if role.holds(now)] if _here(maker, now) else []
    teams: set[str | None] = {role.team for role in held if role.role == "supervisor" and role.team is not None}
    return teams | ({None} if any(role.role == "admin" for role in held) else set())


def _here(person: PersonFacts, now: int) -> bool:
    return person.dismissed is None or now < person.dismissed


async def set_password(core: Replication, request: PasswordRequest, source: str) -> PasswordSet:
    """Set a person's password by a one-time code; whoever was signed in as that person is so no more.

    Raises:
        Problem: ``code_wrong``, ``code_weak_password``, ``sign_in_throttled``.
    """
    given = codes.NewPassword(request.login, request.code, request.password, request.org)
    key = core.signer.key.secret(codes.KEY)
    owner = await codes.set_password(core.database, key, given, source, core.now())
    regrant = Regrant(owner.org, owner.granted - 1, owner.granted)
    core.after_commit(Committed((), "", [owner.person], regrants=[regrant]))
    _log.info("sign_in_code_used", org=owner.org, person=owner.person)
    return PasswordSet(owner.org, owner.person)
