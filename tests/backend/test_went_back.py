"""A log that was cut or begun anew: what shows it, what cannot, and that devices do not go round in circles."""

from __future__ import annotations

import msgspec
import pytest
from tests.busy import busy, fresh
from tests.dump import ask
from tests.estate import Estate, Phone
from tests.rewind import rewind, snapshot
from tests.served import Served

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify


@pytest.mark.trap("T40")
async def test_a_tail_cut_cleanly_is_seen_by_what_devices_hold_and_by_nothing_else(estate: Estate) -> None:
    """The database of before is whole in itself: verified alone it has no finding, which is not yet "nothing is gone".

    A stamp that a device holds names the place behind which it is cut.
    """
    key = VerifyingKey(estate.key.public)
    phone = await fresh(estate, "G1")
    phone.arrive()
    await phone.sync()
    early = phone.device.stamp
    then = await snapshot(estate)
    phone.arrive()
    await phone.sync()
    late = phone.device.stamp
    assert early is not None
    assert late is not None
    assert late.n > early.n
    await rewind(estate, then, anew=False)
    estate.tampered = True
    assert await verify(estate.database, key) == []
    assert await verify(estate.database, key, [early]) == []
    assert [one.check for one in await verify(estate.database, key, [late])] == ["stamp"]


@pytest.mark.trap("T33")
@pytest.mark.path("P28")
async def test_a_new_epoch_costs_each_device_one_reset(estate: Estate) -> None:
    phones: list[Phone] = [await busy(estate), await fresh(estate, "G2")]
    then = await snapshot(estate)
    await rewind(estate, then)
    for phone in phones:
        assert f"site:{estate.site}" in (await phone.pull_once()).reset
        for _ in range(3):
            assert [reply.reset for reply in await phone.pull()] == [[]]
    assert len(await ask(estate.database, "SELECT n FROM log WHERE type = 'epoch'")) == 1


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.trap("T33")
async def test_no_cache_may_keep_an_answer_of_the_exchange(server: Served) -> None:
    """A reset that a proxy gave out again would be the next reset."""
    phone = await server.estate.phone("G1")
    phone.arrive()
    headers = {"x-gatehouse-device": phone.token(), "authorization": f"Bearer {phone.session}"}
    pulled = msgspec.json.encode(phone.device.pull(phone.person))
    answers = [
        await server.http.get("/api/sync/server"),
        await server.post("/api/sync/push", phone.raw()),
        await server.post("/api/sync/pull", pulled, **headers),
        await server.post("/api/sync/push", b"no frame"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 400]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
