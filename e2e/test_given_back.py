"""A server put back as it was before: real phones give back what it lost, sealed and vouched for."""

import json
import time
from pathlib import Path

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, WEST, Phone
from e2e.server import Server
from playwright.sync_api import expect

BEFORE, AFTER = "备份之前", "备份之后"


def kept_ops(device: Phone) -> list[dict[str, object]]:
    """What lies in the device's own database of its acts."""
    return [op for op in device.stored("ops")["gatehouse"]["ops"] if "sealed" in op or "private" in op]


def sealed_ops(device: Phone) -> list[dict[str, object]]:
    """Them, once each is sealed, which comes a moment after its decision."""
    until = time.monotonic() + 15
    while not (ops := kept_ops(device)) or not all("sealed" in op and op.get("voucher") for op in ops):
        assert time.monotonic() < until, ops
        device.page.wait_for_timeout(50)
    return ops


@pytest.mark.trap("T34")
@pytest.mark.path("P29")
def test_phones_give_a_restored_server_back_what_it_lost(phone: Devices, server: Server, tmp_path: Path) -> None:
    """What only the phones know comes back as it was decided; beside its op a name is nowhere in the clear."""
    east, west = phone("east"), phone("west")
    east.sign_in("3001", EAST)
    west.sign_in("3004", WEST)
    east.log("快递", name=BEFORE)
    east.expect_delivered()
    server.command("backup", str(tmp_path / "copy.db"))
    east.log("快递", name=AFTER, unit="7-701")
    east.expect_delivered()
    west.list_inside()
    west.amend(AFTER, host="王五")
    west.expect_delivered()
    for device in (east, west):
        ops = sealed_ops(device)
        assert "private" not in {key for op in ops for key in op}
        assert AFTER not in json.dumps(device.stored("ops")["gatehouse"]["ops"], ensure_ascii=False)
    then = server.rows("SELECT id, received FROM op WHERE kind IN ('visit.arrive', 'visit.amend') ORDER BY id")
    server.kill()
    assert "begun" in server.command("restore", str(tmp_path / "copy.db"))
    assert server.rows("SELECT COUNT(*) FROM op WHERE private LIKE ?", f"%{AFTER}%") == [(0,)]
    server.start()
    west.sync_now()
    west.page.wait_for_timeout(500)
    east.sync_now()
    for device in (east, west):
        device.expect_delivered()
        device.list_inside()
        expect(device.row(AFTER)).to_have_count(1, timeout=30_000)
    assert server.rows("SELECT COUNT(*) FROM op WHERE private LIKE ? AND d = 'applied'", f"%{AFTER}%") == [(1,)]
    now = server.rows("SELECT id, received FROM op WHERE kind IN ('visit.arrive', 'visit.amend') ORDER BY id")
    assert now == then, "an act came back with another time"
    assert server.rows("SELECT COUNT(*) FROM hold WHERE signed IS NOT NULL") == [(0,)], "one waits for what is back"
