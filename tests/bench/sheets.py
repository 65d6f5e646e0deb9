"""W6: spreadsheets shown and applied by the real server, while a guard's phone goes on pushing."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
from tests.bench.estate import Enrolled, Gate, open_gate
from tests.bench.report import Figure
from tests.bench.serving import Serving

from gatehouse.sheets.columns import What
from gatehouse.sheets.take_out import table
from gatehouse.sheets.write_file import write_xlsx

LONGEST_S = 5.0
PUSHES_S = 0.05


class Done(msgspec.Struct, frozen=True):
    """One file: seconds to show it and to apply it, and the longest push meanwhile, ms."""

    shown: float
    applied: float
    slowest: float


def rows_of(what: str) -> tuple[What, list[list[str | int]]]:
    """5,000 people in 50 teams; 20,000 units in 20 buildings, with a resident in each where it says so."""
    if what == "5,000 people":
        people: list[list[str | int]] = []
        for i in range(5_000):
            lead, team = i < 50, f"{i % 50}班"
            above, role = ("", "主管") if lead else (f"{10_000 + i % 50:06}", "保安")
            own = [f"李四{i}", f"{i + 10_000:06}", f"1390000{i:04}"]
            people.append([*own, team, above, role, "", "Bench", "2026-03-01"])
        return "people", people
    lived = what == "20,000 units with residents"
    living = ("13900001111", "业主") if lived else ("", "")
    return "units", [
        ["Bench", f"{i % 20}{'座' if lived else '栋'}", str(i % 30), str(i // 20), f"张三{i}" if lived else "", *living]
        for i in range(20_000)
    ]


def bring_in(server: Serving, gate: Gate, what: str, seed: int) -> Done:
    """Show and apply one file over HTTP."""
    office, guard = Enrolled(server.port, gate, seed), Enrolled(server.port, gate, seed + 1)
    kind, rows = rows_of(what)
    raw = write_xlsx(table(kind, rows, "zh-CN"))
    frames = guard.frames(400, 1)
    stop, slowest = threading.Event(), [0.0]

    def go_on() -> None:
        with guard.wire() as wire:
            for frame in frames:
                if stop.is_set():
                    return
                begun = time.perf_counter()
                wire.request("/api/sync/push", frame)
                slowest[0] = max(slowest[0], time.perf_counter() - begun)
                time.sleep(PUSHES_S)

    pushing = threading.Thread(target=go_on)
    pushing.start()
    try:
        begun = time.perf_counter()
        shown = _post(office, f"/api/import/preview?what={kind}", raw, "application/octet-stream")
        if shown["counts"]["errors"] or shown["counts"]["new"] != len(rows):
            raise RuntimeError(f"not what was meant: {shown['counts']} {shown['told'][:1]}")
        between = time.perf_counter()
        wanted = msgspec.json.encode({"id": shown["id"], "version": shown["version"]})
        _post(office, "/api/import/apply", wanted, "application/json")
        ended = time.perf_counter()
    finally:
        stop.set()
        pushing.join()
    return Done(between - begun, ended - between, slowest[0] * 1e3)


def figures(engine: str, url: str, data: Path) -> list[Figure]:
    """Three files of things that are not there yet."""
    gate = asyncio.run(open_gate(url, data))
    found = []
    with Serving(url, data) as server:
        for number, what in enumerate(("5,000 people", "20,000 units", "20,000 units with residents")):
            done = bring_in(server, gate, what, 900 + 10 * number)
            name = f"W6 a sheet of {what}, {engine}"
            found.append(Figure(f"{name}: shown and applied", "s", [done.shown + done.applied], None, LONGEST_S, True))
            found.append(Figure(f"{name}: of that shown", "s", [done.shown]))
            found.append(Figure(f"{name}: longest push meanwhile", "ms", [done.slowest]))
    return found


def _post(device: Enrolled, path: str, body: bytes, media: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", device.port, timeout=120)
    try:
        headers = {
            "content-type": media,
            "x-gatehouse-device": device.token,
            "authorization": f"Bearer {device.signed_in.session}",
        }
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        raw = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {raw[:200]!r}")
        decoded: dict[str, Any] = msgspec.json.decode(raw)
        return decoded
    finally:
        connection.close()
