"""Devices as push, pull and features need them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.errors import Problem


class DeviceRow(msgspec.Struct):
    """A device as push and pull need it."""

    id: str
    org: str
    kind: str
    label: str
    revoked: int | None
    post: str | None
    last_site: str | None
    last_post: str | None
    complete_to: int
    held: int


def load_devices(ids: Iterable[str], *, lock: bool = False) -> Steps[dict[str, DeviceRow]]:
    """Those of the devices that exist, of whatever org; ``lock`` by who will write them."""
    rows = yield Query(
        "SELECT id, org, kind, label, revoked, post, last_site, last_post, complete_to, held FROM device "
        "WHERE id = ANY(?*)",
        (list(ids),),
        lock=lock,
    )
    return {row[0]: DeviceRow(*row) for row in rows}


def device_row(device: str, *, lock: bool = False) -> Steps[DeviceRow]:
    """The device; ``lock`` by who will write it.

    Raises:
        Problem: ``unknown_device``: its token is good, but the database is older than its enrolment.
    """
    found = yield from load_devices([device], lock=lock)
    if device not in found:
        raise Problem("unknown_device")
    return found[device]
