"""Completeness: until when a device has said all it knows (PROTOCOL 9.1, P27), and the row that shows it."""

from __future__ import annotations

import msgspec

from gatehouse.audit.signer import Signer
from gatehouse.db.steps import Query, Steps
from gatehouse.replication import fleet
from gatehouse.replication.batch import Batch
from gatehouse.replication.device_rows import DeviceRow
from gatehouse_sync.ids import derived
from gatehouse_sync.protocol import LocalEnd

REFRESH_MS = 60_000
"""A quiet device's row is renewed at most this often: each renewal goes to every device of the site."""


def gate_id(device: str) -> str:
    """The entity that shows a device's freshness to its site."""
    return derived("gate", device)


def rows_of(device: str) -> set[str]:
    """The entities that show a device, to be loaded by whoever may change them: to its site, and to the office."""
    return {gate_id(device), fleet.row_id(device)}


def note(batch: Batch, device: DeviceRow, held_n: int, end: LocalEnd, signer: Signer, now: int) -> Steps[None]:
    """Note where the device stands and until when it is complete.

    Args:
        batch: collects the row.
        device: the device as stored; what this batch made of it counts instead.
        held_n: the last number of its chain the server will hold.
        end: the local end it stated.
        signer: checks the anchor.
        now: UTC ms.
    """
    if device.id in batch.revoked_devices:
        return  # its own act has just retired it
    device = batch.facts.devices.get(device.id, device)
    missing = max(0, end.n - held_n)
    anchor = signer.anchor_ms(end.anchor, now)
    complete_to = max(device.complete_to, anchor or 0) if not missing else device.complete_to
    site, post = batch.place or (device.last_site, device.last_post)
    before = device.last_site, device.last_post, device.complete_to, device.held
    if before == (site, post, complete_to, missing):
        return
    if before[:2] == (site, post) and before[3] == missing and complete_to - device.complete_to < REFRESH_MS:
        return
    yield from show(
        batch,
        msgspec.structs.replace(device, last_site=site, last_post=post, complete_to=complete_to, held=missing),
        now,
    )


def show(batch: Batch, device: DeviceRow, now: int) -> Steps[None]:
    """Store where a device stands, and give its site and the office the rows that say so: retired once it was revoked.

    What a revoked device still brings changes nothing of that: nobody is to wait for it any more.
    """
    retired = device.revoked is not None
    batch.facts.devices[device.id] = device
    fleet.show(batch, device)
    site, post = device.last_site, device.last_post
    yield Query(
        "UPDATE device SET last_site = ?, last_post = ?, complete_to = ?, held = ? WHERE id = ?",
        (site, post, device.complete_to, device.held, device.id),
    )
    if site is not None and post is not None:
        stands = str(device.complete_to), str(device.held), device.label, *(["retired"] if retired else [])
        batch.change(
            {
                "at": now,
                "by": device.id,
                "id": gate_id(device.id),
                "kind": "gate",
                "f": {
                    "complete_to": device.complete_to,
                    "device": device.id,
                    "held": device.held,
                    "label": device.label,
                    "post": post,
                    "site": site,
                    **({"retired": True} if retired else {}),
                },
                "ver": derived("gate", device.id, site, post, *stands),
            }
        )


def due(device: DeviceRow, held_n: int, end: LocalEnd, signer: Signer, now: int) -> bool:
    """Whether a pull has news about completeness worth a write."""
    if device.last_site is None:
        return False
    missing = max(0, end.n - held_n)
    anchor = signer.anchor_ms(end.anchor, now) or 0
    return missing != device.held or (not missing and anchor - device.complete_to >= REFRESH_MS)
