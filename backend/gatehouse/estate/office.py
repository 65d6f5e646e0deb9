"""What an admin asks the server beside the log: residents of a unit, and what a change would do before it is made."""

from __future__ import annotations

import msgspec

from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication.core import Replication
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.grants import PersonFacts, load_people
from gatehouse.replication.pull import granted, signed_in
from gatehouse_sync.apply import Body
from gatehouse_sync.ids import is_uuid

_json = msgspec.json.Decoder()


class Planned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change that is only thought of: a device revoked, or a person moved to a team, or gone."""

    device: str | None = None
    person: str | None = None
    team: str | None = None
    leaves: bool = False


class Touched(msgspec.Struct, frozen=True):
    """A device that the change reaches.

    Attributes:
        waiting: acts it said it holds and the server does not have.
        rows: rows it will delete.
    """

    id: str
    label: str
    kind: str
    waiting: int
    rows: int


class Effects(msgspec.Struct, frozen=True):
    """What a change would do; ``shifts`` are the person's that are still to come and stay theirs."""

    devices: list[Touched]
    shifts: int


class Residents(msgspec.Struct, frozen=True):
    """The residents of one unit, as entities (PROTOCOL 10.1)."""

    residents: list[Body]


def admin(claim: DeviceClaim, session: bytes | None, now: int) -> Steps[PersonFacts]:
    """Who asks, when it is an admin of the whole org, signed in on a device that is not revoked.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``unknown_device``, ``not_allowed``.
    """
    if session is None:
        raise Problem("not_signed_in")
    device = yield from device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    if person is None:
        raise Problem("not_signed_in")
    here = person.dismissed is None or now < person.dismissed
    if not here or not any(role.role == "admin" and role.site is None and role.holds(now) for role in person.roles):
        raise Problem("not_allowed")
    return person


async def residents(core: Replication, unit: str, claim: DeviceClaim, session: bytes | None) -> Residents:
    """The residents of a unit, gone ones too; none for a unit the org does not have.

    Raises:
        Problem: as ``admin``.
    """

    def steps() -> Steps[Residents]:
        asks = yield from admin(claim, session, core.now())
        rows = yield Query(
            "SELECT e.body FROM resident r JOIN entity e ON e.id = r.id WHERE r.unit = ? AND r.org = ? ORDER BY r.id",
            (unit if is_uuid(unit) else "", asks.org),
        )
        return Residents([_json.decode(row[0]) for row in rows])

    return await read(core.database, steps())


async def effects(core: Replication, planned: Planned, claim: DeviceClaim, session: bytes | None) -> Effects:
    """What the change would do: which devices it reaches, what waits on them, what they will delete.

    Raises:
        Problem: as ``admin``; ``not_found`` when the org has no such device or person.
    """
    now = core.now()

    def steps() -> Steps[Effects]:
        asks = yield from admin(claim, session, now)
        if planned.device is not None:
            return (yield from _of_device(planned.device, asks.org, now))
        person = (yield from load_people([planned.person or ""])).get(planned.person or "")
        if person is None or person.org != asks.org:
            raise Problem("not_found")
        return (yield from _of_person(person, planned, now))

    return await read(core.database, steps())


def _of_device(id_: str, org: str, now: int) -> Steps[Effects]:
    rows = yield Query("SELECT label, kind, held FROM device WHERE id = ? AND org = ? AND kind <> 'server'", (id_, org))
    if not rows:
        raise Problem("not_found")
    device = yield from device_row(id_)
    users = yield Query("SELECT DISTINCT person FROM session WHERE device = ? AND ended IS NULL", (id_,))
    people = yield from load_people([row[0] for row in users])
    scopes: set[str] = set()
    for person in [None, *people.values()]:
        scopes |= set((yield from granted(person, device, now)))
    ((label, kind, held),) = rows
    return Effects([Touched(id_, label, kind, held, (yield from _rows(scopes, set())))], 0)


def _of_person(person: PersonFacts, planned: Planned, now: int) -> Steps[Effects]:
    after = None if planned.leaves else PersonFacts(person.id, person.org, person.dismissed, person.roles, person.teams)
    if after is not None and planned.team is not None:
        after.teams = [*person.teams, (now, planned.team)]
    rows = yield Query(
        "SELECT DISTINCT d.id, d.label, d.kind, d.held FROM session s JOIN device d ON d.id = s.device "
        "WHERE s.person = ? AND s.ended IS NULL AND d.revoked IS NULL ORDER BY d.label, d.id",
        (person.id,),
    )
    touched = []
    for id_, label, kind, held in rows:
        device = yield from device_row(id_)
        before = set((yield from granted(person, device, now)))
        kept = set((yield from granted(after, device, now)))
        touched.append(Touched(id_, label, kind, held, (yield from _rows(before - kept, kept))))
    ((shifts,),) = yield Query(
        "SELECT count(*) FROM shift WHERE person = ? AND ends > ? AND cancelled IS NULL", (person.id, now)
    )
    return Effects(touched, shifts)


def _rows(lost: set[str], kept: set[str]) -> Steps[int]:
    """How many rows the lost scopes alone carry."""
    ((count,),) = yield Query(
        "SELECT count(*) FROM ("
        "SELECT f.entity FROM feed f JOIN scope_head s ON s.id = f.scope WHERE f.gone = 0 AND s.scope = ANY(?*) EXCEPT "
        "SELECT f.entity FROM feed f JOIN scope_head s ON s.id = f.scope WHERE f.gone = 0 AND s.scope = ANY(?*)"
        ") AS alone",
        (sorted(lost), sorted(kept)),
    )
    return int(count)
