"""Apps and servers of two releases: the office sees which devices lag, and an old app's acts are read as newer ones."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.conftest import Devices
from e2e.phone import EAST, Phone
from e2e.server import Server
from e2e.site import next_build

from gatehouse.web import app_of


def devices(server: Server) -> list[dict[str, Any]]:
    """What the office is told of each device."""
    return [json.loads(body)["f"] for (body,) in server.rows("SELECT body FROM entity WHERE kind = 'device'")]


def id_of(phone: Phone) -> str:
    """The id the server gave it."""
    kept = phone.stored("meta")["gatehouse"]["meta"]
    return str(next(one["device"] for one in kept if isinstance(one, dict) and "device" in one))


def told(server: Server, device: str) -> dict[str, Any]:
    """What the office is told of the device."""
    return next((one for one in devices(server) if one["device"] == device), {})


def own(server: Server) -> set[str | None]:
    """What the server says it serves."""
    return {one.get("app") for one in devices(server) if one["kind"] == "server"}


def until(what: str, such: Callable[[], bool]) -> None:
    """Wait for something on the server."""
    end = time.monotonic() + 20
    while not such():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_a_device_that_lags_is_seen_beside_what_the_server_serves(
    phone: Devices, server: Server, dist: Path, tmp_path: Path
) -> None:
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.expect_delivered()
    first, device = app_of(dist), id_of(east)
    until("the office knows the phone", lambda: told(server, device).get("app") == first)
    known = told(server, device)
    assert own(server) == {first}
    assert known["protocol"] == 1
    assert abs(known["offset"]) < 60_000
    assert known["waiting"] == 0
    assert known["kept"] in {True, False}
    server.kill()
    second = next_build(dist, tmp_path / "second", 2)
    server.start(second)
    until("the server names its build", lambda: own(server) == {app_of(second)})
    assert app_of(second) != first
    east.sync_now()
    assert told(server, device)["app"] == first
    east.page.evaluate(UPDATED)
    east.page.get_by_role("button", name="更新", exact=True).click()
    until("the phone runs the new build", lambda: told(server, device)["app"] == app_of(second))


UPDATED = """async () => {
  const found = await navigator.serviceWorker.getRegistration();
  await found.update();
}"""


@pytest.mark.trap("T27")
def test_an_old_apps_acts_are_read_as_newer_ones(phone: Devices, server: Server, dist: Path) -> None:
    """Recorded with no network under the old release; the server that comes back asks for more than the app knows."""
    east = phone("east", disk=True)
    east.sign_in("3001", EAST)
    east.log("快递", name="旧应用", unit="1-101")
    east.expect_delivered()
    server.kill()
    east.amend("旧应用", category="其他", unit="9-909")
    east.expect_waiting(1)
    written = next(op["head"] for op in east.stored("ops")["gatehouse"]["ops"] if "open" in op)
    server.start(dist, "--later")
    east.sync_now()
    east.expect_delivered()
    ((head, leaf),) = server.rows(
        "SELECT o.head, l.leaf FROM op o JOIN log l ON l.org = o.org AND l.n = o.n WHERE o.head = ?", written
    )
    assert json.loads(head)["kv"] == 1
    assert json.loads(leaf)["decision"]["kv"] == 2
    ((body,),) = server.rows("SELECT body FROM entity WHERE id = ?", json.loads(head)["entity"])
    fields = json.loads(body)["f"]
    assert (fields["lane"], fields["unit"], fields["category"]) == ("9-909", "1-101", "interview")
