"""Founding an org: its log, its first admin, its first site."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from gatehouse.db.steps import Insert, Steps
from gatehouse.devices.chains import add_device
from gatehouse.identity.passwords import store
from gatehouse.replication.core import Replication
from gatehouse.replication.server_acts import ServerAct, act, server_device
from gatehouse_sync import canon
from gatehouse_sync.ids import uuid7
from gatehouse_sync.stamp import log_root


class Founded(msgspec.Struct, frozen=True):
    """Ids of a new org and of the person who runs it."""

    org: str
    admin: str


async def found(core: Replication, name: str, admin_name: str, staff_no: str, password_hash: str) -> Founded:
    """Create an org with one admin. Everything but the password is an op of the server's device."""

    def password(made: Founded) -> Steps[None]:
        yield store(made.admin, made.org, password_hash)

    return await found_with(core, name, admin_name, staff_no, password)


async def found_with(
    core: Replication,
    name: str,
    admin_name: str,
    staff_no: str,
    beside: Callable[[Founded], Steps[None]],
    more: Sequence[ServerAct] = (),
) -> Founded:
    """Create an org with one admin in one transaction.

    Args:
        core: the replication of this process.
        name: of the org.
        admin_name: of the admin.
        staff_no: the admin's.
        beside: what is stored with it that is no op, first of all.
        more: acts of the server that follow in the same transaction.
    """
    now = core.now()
    made = Founded(uuid7(now, core.random(10)), uuid7(now, core.random(10)))
    org, epoch = made.org, canon.b64(core.random(12))

    def steps() -> Steps[None]:
        yield from beside(made)
        yield Insert("org_head", ("org text", "epoch text", "n bigint", "hash bytea"), [(org, epoch, 0, log_root(org))])
        yield from add_device(server_device(org), org, "server", now)

    await act(
        core,
        org,
        [
            ServerAct("org.create", {"name": name}, id=org),
            ServerAct("person.create", {"name": admin_name, "staff_no": staff_no}, id=made.admin),
            ServerAct("role.grant", {"person": made.admin, "role": "admin", "since": now}),
            *more,
        ],
        steps,
    )
    return made
