"""Kinds of op about devices: revoked, a post's tablet or one person's, and the end of a sign-in."""

from __future__ import annotations

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.estate.places import ADMIN, refer, references
from gatehouse.replication.batch import Batch
from gatehouse.replication.completeness import rows_of, show
from gatehouse.replication.device_posts import Placed, place
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Registry, Ruling, value
from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import derived
from gatehouse_sync.ops import Op


def register(registry: Registry) -> None:
    """Tell replication about these kinds."""
    registry.handle("device.revoke", Handler(roles=ADMIN, prepare=_load_device, effect=_revoked))
    registry.handle(
        "device.kiosk",
        Handler(
            roles=ADMIN,
            refs=references("post"),
            prepare=_load_tablet,
            rule=_tablet,
            effect=_kiosk,
            needs=references("post"),
            clash=_stands_elsewhere,
        ),
    )
    registry.handle("session.end", Handler(effect=_session_ended))


def kiosk_id(device: str) -> str:
    """The entity that tells a device what it is."""
    return derived("kiosk", device)


def _load_device(op: Op, facts: Facts) -> Steps[None]:
    device = str(value(op, "device"))
    yield from facts.load_device(device, lock=True)
    yield from facts.load_entities(rows_of(device))


def _revoked(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    device = str(value(act.op, "device"))
    batch.withdraw("device.revoke", device, decision.t.at)
    rows = yield Query(
        "UPDATE device SET revoked = ? WHERE id = ? AND org = ? AND revoked IS NULL RETURNING id",
        (decision.t.at, device, batch.facts.org),
    )
    if not rows:
        return  # of another org, or revoked before
    if device == batch.device:
        batch.revoked = decision.t.at  # what follows in this very push lies behind it
    yield _all_signed_out(device, decision, batch)
    batch.revoked_devices.append(device)
    gone = msgspec.structs.replace(batch.facts.devices[device], revoked=decision.t.at)
    yield from show(batch, gone, batch.facts.now)


def _all_signed_out(device: str, decision: Decision, batch: Batch) -> Query:
    return Query(
        "UPDATE session SET ended = ? WHERE device = ? AND org = ? AND ended IS NULL",
        (decision.t.at, device, batch.facts.org),
    )


def _load_tablet(op: Op, facts: Facts) -> Steps[None]:
    """Load the device, its rows, and the site of the post it is to stand at."""
    device = str(value(op, "device"))
    yield from _load_device(op, facts)
    yield from facts.load_posts(device)
    post = facts.of_kind(value(op, "post"), "post")
    site = {post["f"]["site"]} if post is not None else set()
    yield from facts.load_entities({kiosk_id(device)} | site)


def _tablet(act: Act, facts: Facts) -> str | Ruling | None:
    device = facts.devices.get(str(value(act.op, "device")))
    if device is None or device.kind == "server" or device.revoked is not None:
        return "unknown_reference"
    return refer(post="post")(act, facts)


def _stands_elsewhere(act: Act, facts: Facts) -> bool:
    """Whether the device is not known here, or was given another place later than this act."""
    device = str(value(act.op, "device"))
    return device not in facts.devices or any(placed.since > act.t.at for placed in facts.posts.get(device, ()))


def _kiosk(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """The device belongs to a post from now on, or to one person again; it is told so, and its site sees it stand.

    Whoever is signed in there is so no more, unless it is the admin's own device, which signs out by itself.
    """
    facts, before = batch.facts, batch.facts.devices[str(value(act.op, "device"))]
    post = facts.of_kind(value(act.op, "post"), "post")
    after = msgspec.structs.replace(
        before,
        kind="personal" if post is None else "kiosk",
        label=value(act.op, "label") or before.label,
        post=None if post is None else post["id"],
        last_site=before.last_site if post is None else post["f"]["site"],
        last_post=before.last_post if post is None else post["id"],
    )
    yield Query(
        "UPDATE device SET kind = ?, post = ?, label = ? WHERE id = ?", (after.kind, after.post, after.label, after.id)
    )
    yield from place(after.id, facts.posts[after.id], Placed(after.post, decision.t.at, facts.now))
    # Taken away again in the same push, it has stood there all the same.
    if after.post is not None:
        stood = {"kind": after.kind, "post": after.post, "seen": facts.now}
        batch.passing.append(("device", {"at": after.enrolled, "f": stood}))
    if after.id != act.device and "kiosk" in {before.kind, after.kind}:  # else it got a new name at most
        yield _all_signed_out(after.id, decision, batch)
    yield from show(batch, after, facts.now)
    if after.id == batch.device:
        batch.place = None
    told = {"device": after.id, "label": after.label}
    if post is not None:
        site = facts.bodies[post["f"]["site"]]
        told |= {"post": post["id"], "name": post["f"]["name"]}
        told |= {"site": site["id"], "site_name": site["f"]["name"], "zone": site["f"]["zone"]}
    batch.change(
        {
            "at": decision.t.at,
            "by": act.op.head.actor,
            "f": told,
            "id": kiosk_id(after.id),
            "kind": "kiosk",
            "ver": act.op.head.id,
        }
    )
    batch.regranted.append(after.id)


def _session_ended(act: Act, decision: Decision, batch: Batch) -> Steps[None]:
    """Signing out ends the sessions of this person on this device that were open by then."""
    yield Query(
        "UPDATE session SET ended = ? WHERE person = ? AND device = ? AND ended IS NULL AND created <= ?",
        (decision.t.at, act.op.head.actor, act.device, decision.t.at),
    )
    batch.regranted.append(act.op.head.actor)
