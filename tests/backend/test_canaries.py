"""Logs, metrics and answers carry no personal data (TH21): thirty canaries go through every door and none comes out."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs
from tests.bad import pushed
from tests.dump import ask
from tests.served import Served

from gatehouse.replication import routes
from gatehouse_sync import canon

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIELDS = ("name", "phone", "plate", "host", "purpose", "note")
CANARIES = [
    {
        "name": f"金丝雀{i}号",
        "phone": f"1390000{i:04}",
        "plate": f"粤C{i:05}",
        "host": f"业主金丝雀{i}",
        "purpose": f"送鸟食{i}斤",
        "note": f"左脚环{i}",
    }
    for i in range(71, 76)
]
WORDS = [word for canary in CANARIES for word in canary.values()]


def raising(*_args: Any, **_more: Any) -> Any:
    raise ValueError(" ".join(WORDS))


async def test_thirty_canaries(
    server: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded, refused, held, malformed, merged, failing alone, failing whole, mistyped at sign-in."""
    assert len(WORDS) == 30
    estate = server.estate
    phone, other = await estate.phone("G1"), await estate.phone("G2")
    handlers = estate.core.registry.handlers
    answers: list[str] = []
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        for canary in CANARIES:
            visit = phone.arrive(**canary)
            phone.arrive(post=estate.id(), **canary)
            phone.amend(estate.id(), **canary)
            await pushed(server, phone)
            await other.sync()
            await phone.sync()
            phone.amend(visit, **{field: canary[field] + "甲" for field in FIELDS[:1]})
            other.amend(visit, **{field: canary[field] + "乙" for field in FIELDS[:1]})
            await pushed(server, phone)
            await pushed(server, other)
            phone.arrive(**canary)
            phone.device.outbox[-1].salt = "AA"
            assert ("refused", "malformed") in await pushed(server, phone)
            with monkeypatch.context() as patch:
                patch.setitem(handlers, "visit.arrive", msgspec.structs.replace(handlers["visit.arrive"], rule=raising))
                phone.arrive(**canary)
                assert ("parked", "server_fault") in await pushed(server, phone)
            with monkeypatch.context() as patch:
                patch.setattr(routes, "pull", raising)
                raw = canon.encode(phone.device.pull(phone.person))
                answer = await server.post("/api/sync/pull", raw, phone)
                assert (answer.status_code, answer.json()["code"]) == (500, "server_fault")
                answers.append(answer.text + str(answer.headers))
            for body in ({"login": canary["phone"], "password": canary["name"]}, canary):
                answer = await server.post("/api/devices/enrol", msgspec.json.encode(body))
                answers.append(answer.text + str(answer.headers))
    answers.append((await server.http.get("/api/metrics")).text)
    assert "gatehouse_ops" in answers[-1]
    said = "\n".join([caplog.text, repr(logs), *answers])
    assert "op_failed_alone" in said
    assert [word for word in WORDS if word in said] == []
    assert [entry for entry in logs if "exc_info" in entry] == []
    # They are where they belong: the canaries did go through.
    held = await ask(estate.database, "SELECT COUNT(*) FROM op WHERE private LIKE '%金丝雀%'")
    assert held[0][0] > 15


async def test_metrics_name_nobody(server: Served) -> None:
    """Numbers only: no id of an org, a person, a device or a visit is a label."""
    text = (await server.http.get("/api/metrics")).text
    ids = {
        row[0]
        for table in ("person", "device", "org_head", "visit")
        for row in await ask(server.estate.database, f"SELECT {'org' if table == 'org_head' else 'id'} FROM {table}")
    }
    assert ids
    assert [id_ for id_ in ids if id_ in text] == []


PROGRAM = """
import logging, structlog
from gatehouse import logs
logs.configure()
structlog.get_logger().warning("held", op='a\\r\\nb\\x1b[31m","admin":true')
logging.getLogger("x").error("one\\r\\ntwo %s", "\\x1b[0m")
try:
    raise ValueError("first\\nsecond")
except ValueError:
    logging.getLogger("x").exception("failed")
"""


async def test_a_log_line_stays_one_json_line() -> None:
    """Row 29: line breaks and terminal codes in a value cannot forge a line."""
    command = [sys.executable, "-c", PROGRAM]
    run = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True, timeout=60)
    lines = run.stderr.splitlines()
    assert len(lines) == 3
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert "\x1b" not in run.stderr
