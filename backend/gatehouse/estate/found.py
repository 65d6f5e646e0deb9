"""Founding an org: its log, its first admin, its first site."""

from __future__ import annotations

import msgspec

from gatehouse.db.steps import Insert, Steps, write
from gatehouse.devices.chains import add_device
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
    now = core.now()
    org, admin = uuid7(now, core.random(10)), uuid7(now, core.random(10))
    epoch = canon.b64(core.random(12))

    def steps() -> Steps[None]:
        yield Insert("org_head", ("org text", "epoch text", "n bigint", "hash bytea"), [(org, epoch, 0, log_root(org))])
        yield from add_device(server_device(org), org, "server", now)
        yield set_password(admin, org, password_hash)

    await write(core.database, steps)
    await act(
        core,
        org,
        [
            ServerAct("org.create", {"name": name}, id=org),
            ServerAct("person.create", {"name": admin_name, "staff_no": staff_no}, id=admin),
            ServerAct("role.grant", {"person": admin, "role": "admin", "since": now}),
        ],
    )
    return Founded(org, admin)


def set_password(person: str, org: str, hash_: str) -> Insert:
    """Store a person's password hash. Credentials are no part of the log."""
    return Insert("credential", ("person text", "org text", "hash text"), [(person, org, hash_)], key=("person",))
