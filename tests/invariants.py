"""The invariants of the design, asked of an estate after its story: each gives what is wrong, or nothing."""

from __future__ import annotations

import msgspec
from tests.dump import ask
from tests.estate import Estate, Phone
from tests.story import Story

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.steps import Steps, read
from gatehouse.replication.grants import load_people, scopes_for
from gatehouse_sync import canon, scopes
from gatehouse_sync.apply import Body
from gatehouse_sync.shade import shade


async def lost(story: Story) -> list[str]:
    """I1, I10: acknowledged acts the log does not hold, and recorded acts that ended in no decision."""
    held = {row[0] for row in await ask(story.estate.database, "SELECT op FROM log WHERE op IS NOT NULL")}
    stubs = {row[0] for row in await ask(story.estate.database, "SELECT id FROM op WHERE kind IS NULL")}
    wrong = [f"acknowledged but not logged: {op}" for op in story.acknowledged if op not in held and not stubs]
    wrong += [f"recorded but not logged: {op}" for _, op in story.recorded if op not in held]
    for phone, op in story.recorded:
        kept = [one for one in phone.device.outbox if one.op.head.id == op]
        seen = [body for body in phone.rows("outcome") if body["f"].get("op") == op]
        if kept and kept[0].d is None and kept[0].n > phone.device.acked and not seen:
            wrong.append(f"no decision its author can see: {op}")
    return wrong


async def doubled(story: Story) -> list[str]:
    """I2: acts decided or carried out more than once."""
    sql = "SELECT op, COUNT(*) FROM log WHERE op IS NOT NULL AND type = 'op' GROUP BY op HAVING COUNT(*) > 1"
    wrong = [f"decided twice: {op}" for op, _ in await ask(story.estate.database, sql)]
    for (body,) in await ask(story.estate.database, "SELECT body FROM entity WHERE kind = 'visit'"):
        notes = [entry[0] for entry in canon.decode(body)["f"].get("note", [])]
        wrong += [f"written twice: {op}" for op in set(notes) if notes.count(op) > 1]
    return wrong


async def unsound(story: Story) -> list[str]:
    """I3 and I4 on the server: chains, log, stamps, fold, feeds, digests."""
    stamps = [phone.device.stamp for phone in story.estate.phones if phone.device.stamp is not None]
    found = await verify(story.estate.database, VerifyingKey(story.estate.key.public), stamps)
    return [f"{one.check} {one.whose} {one.where}" for one in found]


async def diverged(story: Story) -> list[str]:
    """I3 on the phones: rows that differ from the server's, both shaded to the same time, and views that do."""
    estate = story.estate
    rows = await ask(estate.database, "SELECT body FROM entity WHERE org = ?", estate.org)
    bodies = [canon.decode(body) for (body,) in rows]
    wrong = []
    for phone in story.phones:
        allowed = await grants(estate, phone)
        now = phone.device.now()
        expected = {}
        for body in bodies:
            if scopes.scopes_of(body, estate.org) & allowed:
                shaded = shade(body, b"", now)
                if shaded is not None:
                    expected[body["id"]] = bare(shaded)
        store = phone.device.people[phone.person].store
        held = {id_: shade(row.body, b"", now) for id_, row in store.rows.items()}
        here = {id_: bare(body) for id_, body in held.items() if body is not None}
        wrong += [f"{phone.person} holds another {id_}" for id_ in expected.keys() & here if expected[id_] != here[id_]]
        wrong += [f"{phone.person} lacks {id_}" for id_ in expected.keys() - here]
        parked = {one.op.head.entity for one in phone.device.outbox if one.d == "parked"}
        for id_, body in phone.device.view(phone.person).items():
            if id_ in here and id_ not in parked and bare(body) != here[id_]:
                wrong.append(f"{phone.person} shows another {id_}")
    return wrong


def bare(body: Body) -> bytes:
    """A row without its keyed hashes, which need the site's key."""
    return canon.encode({name: value for name, value in body.items() if name != "h"})


async def trespass(story: Story) -> list[str]:
    """I5: rows a phone holds outside its grants."""
    wrong = []
    for phone in story.phones:
        allowed = await grants(story.estate, phone)
        for id_, row in phone.device.people[phone.person].store.rows.items():
            true = scopes.scopes_of(row.body, story.estate.org)
            if not row.scopes <= allowed or not true & allowed:
                wrong.append(f"{phone.person} holds {id_}")
    return wrong


async def grants(estate: Estate, phone: Phone) -> set[str]:
    """What the phone may hold now, from roles alone."""

    def steps() -> Steps[set[str]]:
        people = yield from load_people([phone.person])
        return set(scopes_for(people[phone.person], phone.id, None, [estate.site], estate.clock.ms))

    return await read(estate.database, steps())


async def stuck(story: Story) -> list[str]:
    """I7, P17: acts that wait for what has come, and outboxes that are not empty."""
    sql = (
        "SELECT h.op FROM hold h JOIN entity e ON e.id = h.waits_on UNION "
        "SELECT h.op FROM hold h JOIN op o ON o.id = h.waits_on JOIN op p ON p.id = h.op "
        "WHERE p.code = 'behind_parked' AND o.d <> 'parked'"
    )
    wrong = [f"waits for what is there: {op}" for (op,) in await ask(story.estate.database, sql)]
    wrong += [f"still to send: {phone.person}" for phone in story.phones if phone.frame() is not None]
    return wrong


async def reset(story: Story) -> list[str]:
    """P26: scopes that had to be sent again although nobody spoilt a phone's rows."""
    return story.resets


async def out_of_time(story: Story) -> list[str]:
    """I8: instants outside the interval in which the act can have been made."""
    wrong = []
    for (leaf,) in await ask(story.estate.database, "SELECT leaf FROM log WHERE type <> 'epoch'"):
        earliest, latest, at, _class = msgspec.json.decode(leaf)["decision"]["t"]
        if not earliest <= at <= latest <= story.estate.clock.ms:
            wrong.append(leaf)
    return wrong


CHECKS = {
    "lost": lost,
    "doubled": doubled,
    "unsound": unsound,
    "diverged": diverged,
    "trespass": trespass,
    "stuck": stuck,
    "reset": reset,
    "out_of_time": out_of_time,
}


async def broken(story: Story) -> dict[str, list[str]]:
    """Every invariant that does not hold, with what is wrong."""
    found = {name: await check(story) for name, check in CHECKS.items()}
    return {name: wrong for name, wrong in found.items() if wrong}
