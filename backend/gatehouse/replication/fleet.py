"""What the office knows of each device (PROTOCOL 8.10, 10.7): a row beside what the device says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Steps, read
from gatehouse.replication import feed
from gatehouse.replication.batch import Batch
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Committed, Replication
from gatehouse.replication.device_rows import DeviceRow, load_devices
from gatehouse.replication.facts import Facts
from gatehouse.replication.server_acts import server_device
from gatehouse_sync import PROTOCOL_VERSION, canon
from gatehouse_sync.fields import MAX_INSTANT
from gatehouse_sync.ids import derived
from gatehouse_sync.protocol import About

SEEN_MS = 5 * 60_000
"""A device that has no other news is said to be there at most this often: each time all who run the org are told."""
OFFSET_MS = 10_000
"""A clock that differs less from what is on record: the network takes that long."""
AT_ONCE = 200
"""Devices shown in one transaction, so that no push waits long for the log."""
WAITING_STEP = 10
"""So many acts more or fewer on a device are told at once, and so is that none waits any more; else with ``seen``."""


class Contact(msgspec.Struct, frozen=True):
    """One exchange with a device: what it said of itself, who was signed in, acts recorded there and not here."""

    about: About | None
    person: str | None
    waiting: int


def row_id(device: str) -> str:
    """The entity that shows a device to the office."""
    return derived("device", device)


def heard(device: DeviceRow, contact: Contact, now: int) -> DeviceRow:
    """The device as the office should know it after an exchange at ``now``, UTC ms; the same one when that is no news.

    A revoked device stays as it was when it went.
    """
    if device.revoked is not None:
        return device
    about = contact.about
    news = msgspec.structs.replace(device, owner=contact.person or device.owner)
    if about is not None:
        news.app, news.protocol, news.kept = about.app, about.protocol, about.kept
        offset = max(-MAX_INSTANT, min(now - about.wall, MAX_INSTANT))
        if device.clock_offset is None or abs(offset - device.clock_offset) >= OFFSET_MS:
            news.clock_offset = offset
    more = abs(contact.waiting - device.waiting)
    if more >= WAITING_STEP or (more and not contact.waiting):
        news.waiting = contact.waiting
    if news == device and now - device.seen < SEEN_MS:
        return device
    news.seen, news.waiting = now, contact.waiting
    return news


def note(batch: Batch, contact: Contact, now: int) -> Steps[None]:
    """Store what an exchange told of the batch's device, and show it to the office."""
    device = batch.facts.devices[batch.device]
    after = heard(device, contact, now)
    if after is not device:
        yield from store(after)
        batch.facts.devices[device.id] = after
    show(batch, after)


def store(device: DeviceRow) -> Steps[None]:
    """Write what the office is told of a device to its own row."""
    yield Query(
        "UPDATE device SET owner = ?, seen = ?, waiting = ?, app = ?, protocol = ?, clock_offset = ?, kept = ? "
        "WHERE id = ?",
        (
            device.owner,
            device.seen,
            device.waiting,
            device.app,
            device.protocol,
            device.clock_offset,
            None if device.kept is None else int(device.kept),
            device.id,
        ),
    )


def show(batch: Batch, device: DeviceRow) -> None:
    """Give the office the device's row, unless it has just that. The row there was must be loaded."""
    id_ = row_id(device.id)
    fields = _fields(device)
    before = batch.facts.body(id_)
    if before is None or before["f"] != fields:
        ver = derived("device", device.id, canon.encode(fields).decode())
        batch.change(
            {"at": device.enrolled, "by": device.id, "f": fields, "id": id_, "kind": "device", "ver": ver},
        )


def _fields(device: DeviceRow) -> dict[str, Any]:
    tablet = device.kind == "kiosk"
    known = {
        "app": device.app,
        "device": device.id,
        "enrolled": device.enrolled,
        "kept": device.kept,
        "kind": device.kind,
        "label": device.label,
        "offset": device.clock_offset,
        "owner": None if tablet else device.owner,
        "post": device.post if tablet else None,
        "protocol": device.protocol,
        "revoked": device.revoked,
        "seen": device.seen or None,
        "site": device.last_site,
        "waiting": device.waiting,
    }
    return {name: value for name, value in known.items() if value is not None}


async def show_all(core: Replication, app: str | None) -> int:
    """Give a row to every device that has none, and tell with the server's own which app it serves; gives how many.

    Devices that were enrolled before there were such rows, and those never heard of since, are seen by the office so.
    Running it twice, or in two processes at once, does no harm.
    """
    by_org = await read(core.database, _unshown(app))
    for org, devices in by_org.items():
        for start in range(0, len(devices), AT_ONCE):
            some = devices[start : start + AT_ONCE]
            moved, epoch = await settle(core.database, partial(_show, core, org, some, app))
            core.after_commit(Committed(moved, epoch))
    return sum(map(len, by_org.values()))


def _unshown(app: str | None) -> Steps[dict[str, list[str]]]:
    rows = yield Query("SELECT id, org, kind, app, protocol FROM device ORDER BY org, id")
    ids = [row_id(row[0]) for row in rows]
    shown = {row[0] for row in (yield Query("SELECT id FROM entity WHERE id = ANY(?*)", (ids,)))}
    found: dict[str, list[str]] = {}
    for device, org, kind, theirs, protocol in rows:
        other = kind == "server" and (theirs, protocol) != (app, PROTOCOL_VERSION)
        if other or row_id(device) not in shown:
            found.setdefault(org, []).append(device)
    return found


def _show(core: Replication, org: str, devices: Iterable[str], app: str | None) -> Steps[tuple[list[feed.Moved], str]]:
    now = core.now()
    facts = Facts(org, now)
    found = yield from load_devices(devices, lock=True)
    yield from facts.load_entities({row_id(device) for device in found})
    batch = Batch(core.registry, facts, server_device(org), None, revoked=None)
    for device in found.values():
        if device.kind == "server":
            device.app, device.protocol = app, PROTOCOL_VERSION
            yield from store(device)
        show(batch, device)
    if not batch.changed:
        return [], ""
    appended = yield from feed.append(batch, now)
    return appended.moved, appended.head.epoch
