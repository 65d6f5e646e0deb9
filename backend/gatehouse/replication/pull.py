"""Pull: the verb (PROTOCOL §8). Everything in an answer is of one snapshot."""

from __future__ import annotations

from functools import partial

import msgspec

from gatehouse.db.steps import Query, Steps, read
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication import completeness, echo, feed, fleet
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.decided import Decided, before, voucher
from gatehouse.replication.device_rows import DeviceRow, device_row
from gatehouse.replication.facts import Facts
from gatehouse.replication.frame import speaks
from gatehouse.replication.grants import PersonFacts, grants_of, load_people, scopes_for
from gatehouse_sync import canon, digest, shade
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import DAY
from gatehouse_sync.protocol import Ack, Page, PullReply, PullRequest

_json = msgspec.json.Decoder()


class Snapshot(msgspec.Struct):
    """What one snapshot says to a pull."""

    device: DeviceRow
    held_n: int
    held_link: bytes
    person: PersonFacts | None
    epoch: str
    log_n: int
    log_hash: bytes
    scopes: list[str]
    heads: dict[str, int]
    pages: list[Page]
    reset: list[str]
    keys: dict[str, str]
    gone_people: list[str]
    more: bool
    decided: list[Decided]


async def pull(core: Replication, request: PullRequest, claim: DeviceClaim, session: bytes | None) -> PullReply:
    """Answer a pull.

    Args:
        request: the frame.
        claim: the device the token proves.
        session: hash of the session token, or None.

    Raises:
        Problem: ``app_too_old``, ``device_mismatch``, ``device_revoked``, ``session_ended``.
    """
    speaks(request.about)
    if request.device != claim.device or request.chain != claim.chain:
        raise Problem("device_mismatch")
    now = core.now()
    await echo.heed(core, claim.org, request.echo)
    found = await read(core.database, _snapshot(request, session, now))
    person = found.person.id if found.person is not None else None
    contact = fleet.Contact(request.about, person, max(0, request.end.n - found.held_n))
    news = fleet.heard(found.device, contact, now) is not found.device
    if news or completeness.due(found.device, found.held_n, request.end, core.signer, now):
        moved = await settle(core.database, lambda: _refresh(core, request, contact, now))
        core.after_commit(Committed(moved, found.epoch))
    stamp = core.signer.stamp(claim.org, found.epoch, found.log_n, found.log_hash)
    pages = [msgspec.structs.replace(page, stamp=stamp) for page in found.pages]
    return PullReply(
        ack=Ack(request.chain, found.held_link.hex(), found.held_n),
        anchor=core.signer.anchor(now),
        delete=found.gone_people,
        drop=sorted(request.cursors.keys() - set(found.scopes)),
        epoch=found.epoch,
        grants=grants_of(found.scopes),
        heads=found.heads,
        keys=found.keys,
        more=found.more,
        pages=pages,
        reset=found.reset,
        stamp=stamp,
        vouchers={
            one.op: voucher(core.signer.vouchers, one, claim.device, claim.org, found.epoch) for one in found.decided
        },
    )


def _snapshot(request: PullRequest, session: bytes | None, now: int) -> Steps[Snapshot]:
    device = yield from device_row(request.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    rows = yield Query("SELECT n, link FROM chain WHERE id = ?", (request.chain,))
    if not rows:
        raise Problem("unknown_device")
    held_n, held_link = rows[0][0], bytes(rows[0][1])
    rows = yield Query("SELECT epoch, n, hash FROM org_head WHERE org = ?", (device.org,))
    epoch, log_n, log_hash = rows[0]
    scopes = yield from granted(person, device, now)
    keys = yield from _keys(scopes)
    rows = yield Query("SELECT scope, id, seq, floor FROM scope_head WHERE scope = ANY(?*)", (scopes,))
    known = {row[0]: row[1:] for row in rows}
    heads = {scope: known[scope][1] if scope in known else 0 for scope in scopes}
    reset = yield from _resets(request, epoch, known, heads, now)
    pages = []
    room, more = request.limit, False
    for scope in scopes:
        after = 0 if scope in reset else request.cursors.get(scope, ("", 0))[1]
        if after >= heads[scope] and scope in request.cursors and scope not in reset:
            continue
        if heads[scope] == 0:
            pages.append(Page(scope, epoch, 0, 0, [], []))
            continue
        if room <= 0:
            more = True
            break
        key = canon.unb64(keys[scope]) if scope in keys else b""
        stretch = feed.Stretch(scope, known[scope][0], epoch, after, heads[scope], room)
        page = yield from feed.read_page(stretch, now, partial(_shaded, key=key, now=now))
        room -= len(page.rows) + len(page.gone)
        more = more or page.upto < heads[scope]
        pages.append(page)
    gone = yield from _gone_people(device.id, now)
    decided = yield from _decided(device, pages)
    return Snapshot(
        device,
        held_n,
        held_link,
        person,
        epoch,
        log_n,
        bytes(log_hash),
        scopes,
        heads,
        pages,
        sorted(reset),
        keys,
        gone,
        more,
        decided,
    )


def _decided(device: DeviceRow, pages: list[Page]) -> Steps[list[Decided]]:
    """The present decisions of the device's acts whose outcomes it is told: one that was held has a new one."""
    own = [page for page in pages if page.scope == f"device:{device.id}"]
    bodies = [_json.decode(body) for page in own for _, body in page.rows]
    ops = [body["f"]["op"] for body in bodies if body["kind"] == "outcome" and "op" in body["f"]]
    return list((yield from before(device.org, {op: i for i, op in enumerate(ops)})).values())


def signed_in(session: bytes | None, device: str) -> Steps[PersonFacts | None]:
    """Who the session token says is signed in on this device.

    Raises:
        Problem: ``session_ended``: the token is unknown, ended, or another device's.
    """
    if session is None:
        return None
    rows = yield Query("SELECT person FROM session WHERE token = ? AND device = ? AND ended IS NULL", (session, device))
    if not rows:
        raise Problem("session_ended")
    return (yield from load_people([rows[0][0]]))[rows[0][0]]


def granted(person: PersonFacts | None, device: DeviceRow, now: int) -> Steps[list[str]]:
    """The scopes the device may hold now."""
    everywhere = person is not None and any(role.site is None for role in person.roles)
    rows = (yield Query("SELECT id FROM site WHERE org = ?", (device.org,))) if everywhere else []
    post = device.post if device.kind == "kiosk" else None
    return scopes_for(person, device.id, post, [row[0] for row in rows], now)


def _keys(scopes: list[str]) -> Steps[dict[str, str]]:
    sites = {scope.removeprefix("site:"): scope for scope in scopes if scope.startswith("site:")}
    if not sites:
        return {}
    rows = yield Query("SELECT site, secret FROM site_key WHERE site = ANY(?*)", (list(sites),))
    return {sites[site]: canon.b64(bytes(secret)) for site, secret in rows}


def _resets(
    request: PullRequest,
    epoch: str,
    known: dict[str, tuple[int, int, int]],
    heads: dict[str, int],
    now: int,
) -> Steps[set[str]]:
    """Scopes whose rows the device must drop: another epoch, a cursor out of range, a digest that differs."""
    reset = set()
    for scope, (cursor_epoch, seq) in request.cursors.items():
        if scope not in heads:
            continue
        floor = known[scope][2] if scope in known else 0
        if cursor_epoch != epoch or seq > heads[scope] or seq < floor:
            reset.add(scope)
        elif scope in request.digests and seq == heads[scope] and scope in known:
            rows = yield Query("SELECT day, count, sum FROM scope_day WHERE scope = ?", (known[scope][0],))
            server = {str(day): (count, sum_) for day, count, sum_ in rows if count}
            if digest.differing(server, request.digests[scope], now // DAY):
                reset.add(scope)
    return reset


def _shaded(body: Body, key: bytes, now: int) -> Body:
    shaded = shade.shade(body, key, now)
    if shaded is None:
        raise AssertionError("a page leaves out what is past keeping before it shades")
    return shaded


def _gone_people(device: str, now: int) -> Steps[list[str]]:
    """People who once signed in on this device and were dismissed since."""
    rows = yield Query(
        "SELECT DISTINCT p.id FROM certificate c JOIN person p ON p.id = c.person "
        "WHERE c.device = ? AND c.type = 'sign_in' AND p.dismissed IS NOT NULL AND p.dismissed <= ? ORDER BY p.id",
        (device, now),
    )
    return [row[0] for row in rows]


def _refresh(core: Replication, request: PullRequest, contact: fleet.Contact, now: int) -> Steps[list[feed.Moved]]:
    """Note a quiet device's completeness, and what it says of itself."""
    device = yield from device_row(request.device, lock=True)
    rows = yield Query("SELECT n FROM chain WHERE id = ?", (request.chain,))
    facts = Facts(device.org, now)
    facts.devices[device.id] = device
    yield from facts.load_entities(completeness.rows_of(device.id))
    batch = Batch(core.registry, facts, device.id, request.chain, revoked=None)
    yield from completeness.note(batch, device, rows[0][0], request.end, core.signer, now)
    yield from fleet.note(batch, contact, now)
    if not batch.changed:
        return []
    return (yield from feed.append(batch, now)).moved
