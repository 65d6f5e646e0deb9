"""The queues of every release (``tests/golden``): what apps left on devices that were long offline is still taken.

Each file is what the app of that release wrote (``sync/browser/golden.test.ts``): the frame signed by its device, the
certificates that it keeps, and the estate that its acts are about. The server was restored to before it enrolled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.dump import ask
from tests.estate import DAY, Clock, Estate

from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.steps import Insert, Steps
from gatehouse.devices.chains import add_device
from gatehouse.replication.server_acts import ServerAct, act, server_device
from gatehouse_sync import canon
from gatehouse_sync.protocol import PushReply
from gatehouse_sync.stamp import log_root

FILES = sorted((Path(__file__).resolve().parents[1] / "golden").glob("queue-*.json"))
QUEUES = [pytest.param(msgspec.json.decode(path.read_bytes()), id=path.stem) for path in FILES]


async def founded(url: str, golden: dict[str, Any]) -> Estate:
    """The server as it was before the device enrolled: its key, its org, and nothing of the device."""
    clock = Clock()
    clock.ms = golden["now"] - DAY
    estate = Estate(url, clock=clock)
    secret = serialization.load_der_private_key(canon.unb64(golden["server_key"]), None)
    assert isinstance(secret, ec.EllipticCurvePrivateKey)
    estate.key = SigningKey(secret)  # type: ignore[assignment]  # signatures that do not repeat are good enough here
    estate.boot()
    await estate.start()
    org = golden["org"]

    def steps() -> Steps[None]:
        yield Insert("org_head", ("org text", "epoch text", "n bigint", "hash bytea"), [(org, "e1", 0, log_root(org))])
        yield from add_device(server_device(org), org, "server", clock.ms)

    acts = [ServerAct(one["kind"], one["fields"], id=one["id"]) for one in golden["estate"]]
    decided = await act(estate.core, org, acts, steps)
    assert [decision.d for _, decision in decided] == ["applied"] * len(acts)
    return estate


@pytest.mark.parametrize("golden", QUEUES)
@pytest.mark.trap("T27")
async def test_the_queue_of_a_release_is_taken_whole(golden: dict[str, Any], database_url: str) -> None:
    frame = {**golden["frame"], "certs": golden["certificates"]}
    estate = await founded(database_url, golden)
    try:
        estate.clock.ms = golden["now"] + DAY
        reply = await estate.push(canon.encode(frame))
        assert isinstance(reply, PushReply)
        heads = [canon.decode(one["head"]) for one in golden["outbox"]]
        assert [(result[1], *result[2:]) for result in reply.results] == [
            (head["id"], "applied", None) for head in heads
        ]
        kept = {row[0]: row[1:] for row in await ask(estate.database, "SELECT id, head, private FROM op")}
        for one in golden["outbox"]:
            assert kept[one["id"]] == (one["head"], one.get("private"))
        assert await verify(estate.database, VerifyingKey(estate.key.public)) == []
        again = await estate.push(canon.encode(frame))
        assert isinstance(again, PushReply)
        assert again.results == reply.results
    finally:
        await estate.close()
