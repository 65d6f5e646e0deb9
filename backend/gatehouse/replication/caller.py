"""Who asks, over the network: the person signed in on an enrolled device."""

from __future__ import annotations

from gatehouse.db.steps import Steps
from gatehouse.devices.tokens import DeviceClaim
from gatehouse.errors import Problem
from gatehouse.replication.device_rows import device_row
from gatehouse.replication.grants import PersonFacts
from gatehouse.replication.pull import signed_in


def caller(claim: DeviceClaim, session: bytes | None, now: int) -> Steps[PersonFacts]:
    """The person asking, with their roles.

    Raises:
        Problem: ``not_signed_in``, ``session_ended``, ``device_revoked``, ``unknown_device``; ``not_allowed`` when the
            person has left.
    """
    device = yield from device_row(claim.device)
    if device.revoked is not None:
        raise Problem("device_revoked")
    person = yield from signed_in(session, device.id)
    if person is None:
        raise Problem("not_signed_in")
    if person.dismissed is not None and person.dismissed <= now:
        raise Problem("not_allowed")
    return person
