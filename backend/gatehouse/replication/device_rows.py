"""Devices as push, pull and features need them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gatehouse.db.steps import Query, Row, Steps
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
    enrolled: int
    owner: str | None
    """The person signed in there last, as far as an exchange told."""
    seen: int
    """When it was last heard of, in the steps of ``fleet``; 0: never."""
    waiting: int
    app: str | None
    protocol: int | None
    clock_offset: int | None
    """Server time minus its wall clock, ms."""
    kept: bool | None
    """Whether its browser promised to keep its storage."""


_COLUMNS = (
    "id, org, kind, label, revoked, post, last_site, last_post, complete_to, held, created, owner, seen, waiting, app, "
    "protocol, clock_offset, kept"
)


def load_devices(ids: Iterable[str], *, lock: bool = False) -> Steps[dict[str, DeviceRow]]:
    """Those of the devices that exist, of whatever org; ``lock`` by who will write them."""
    rows = yield Query(
        f"SELECT {_COLUMNS} FROM device WHERE id = ANY(?*)",  # noqa: S608 - columns of ours
        (list(ids),),
        lock=lock,
    )
    return {row[0]: _device(row) for row in rows}


def _device(row: Row) -> DeviceRow:
    device = DeviceRow(*row)
    device.kept = None if device.kept is None else bool(device.kept)
    return device


def device_row(device: str, *, lock: bool = False) -> Steps[DeviceRow]:
    """The device; ``lock`` by who will write it.

    Raises:
        Problem: ``unknown_device``: its token is good, but the database is older than its enrolment.
    """
    found = yield from load_devices([device], lock=lock)
    if device not in found:
        raise Problem("unknown_device")
    return found[device]
