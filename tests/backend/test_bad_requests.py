"""Bad tokens, passwords, paths, pulls, and whatever a generator makes of our own description; never a 5xx."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from tests.bad import a_phone, pushed
from tests.dump import TABLES, ask, dump, dump_in_peace
from tests.estate import DAY, HOUR, MINUTE
from tests.served import Served

from gatehouse_sync import canon

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_tokens_and_sessions(server: Served) -> None:
    """Rows 26, 27: each has its code; a queue is pushed without any."""
    estate = server.estate
    phone, other = await a_phone(server), await estate.phone("G2")
    raw = canon.encode(phone.device.pull(phone.person))

    async def code(**headers: str | bytes) -> tuple[int, str]:
        answer = await server.post("/api/sync/pull", raw, **headers)
        return answer.status_code, answer.json()["code"]

    token = phone.token()
    assert await code() == (401, "device_token_needed")
    for wrong in (
        "",
        "x",
        "a.b.c.d.e",
        token[:-1],
        token + "A",
        "\u00e9.b.c.d.\u00e9",
        token.replace(phone.id, other.id),
    ):
        assert await code(x_gatehouse_device=wrong.encode()) == (401, "device_token_needed"), wrong
    assert await code(x_gatehouse_device=other.token()) == (403, "device_mismatch")
    assert await code(x_gatehouse_device=token, authorization="Bearer x") == (401, "session_ended")
    assert await code(x_gatehouse_device=token, authorization=f"Bearer {other.session}") == (401, "session_ended")
    estate.clock.forward(11 * MINUTE)
    assert await code(x_gatehouse_device=token) == (401, "device_token_expired")
    assert (await pushed(server, phone))[0] == ("applied", None)


async def test_a_history_asks_for_token_session_and_grant(server: Served) -> None:
    """Each lack has its code; what may not be held and what is not there cannot be told apart."""
    estate = server.estate
    phone, other = await a_phone(server), await estate.phone("G2")
    await phone.drain()
    visit = phone.device.outbox[0].op.head.entity
    session = f"Bearer {phone.session}"

    async def code(entity: str, **headers: str) -> tuple[int, str | None]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await server.http.get(f"/api/sync/history/{entity}", headers=given)
        return answer.status_code, answer.json().get("code")

    token = phone.token()
    assert await code(visit, x_gatehouse_device=token, authorization=session) == (200, None)
    assert await code(visit, authorization=session) == (401, "device_token_needed")
    assert await code(visit, x_gatehouse_device="x", authorization=session) == (401, "device_token_needed")
    for none in ({}, {"authorization": "Bearer"}, {"authorization": "Basic x"}):
        assert await code(visit, x_gatehouse_device=token, **none) == (401, "not_signed_in"), none
    for wrong in ("x", other.session):
        ended = await code(visit, x_gatehouse_device=token, authorization=f"Bearer {wrong}")
        assert ended == (401, "session_ended")
    assert await code(visit, x_gatehouse_device=other.token(), authorization=session) == (401, "session_ended")
    for entity in (estate.id(), "x", "%00", "%C3%A9", "..%2f", visit.upper(), "a" * 5_000, estate.roles["G2"]):
        assert await code(entity, x_gatehouse_device=token, authorization=session) == (404, "not_found"), entity
    estate.clock.forward(11 * MINUTE)
    assert await code(visit, x_gatehouse_device=token, authorization=session) == (401, "device_token_expired")
    phone.act("session.end", {})
    await phone.drain()
    assert await code(visit, x_gatehouse_device=phone.token(), authorization=session) == (401, "session_ended")


async def test_enrol_token_and_rechain_with_bad_input(server: Served) -> None:
    """The same rules for the other posts: shape, key, signature, age; nothing stored."""
    estate = server.estate
    phone = await a_phone(server)
    point = phone.key.public
    good = {
        "login": "G1",
        "password": "a public password of the tests",
        "key": point,
        "chain": estate.id(),
        "label": "x",
    }
    anchor = estate.core.signer.anchor(estate.clock.ms)
    token = {"device": phone.id, "chain": phone.device.chain, "anchor": anchor, "sig": "A" * 86}
    follows = {"chain": phone.device.chain, "link": "00" * 32, "n": 0}
    again = {"device": phone.id, "chain": estate.id(), "key": point, "follows": follows, "sig": "A" * 86}
    old = f"{estate.clock.ms - DAY}.x.{'A' * 86}"
    cases: list[tuple[str, Any, int, str]] = [
        ("devices/enrol", {**good, "key": "A" * 87}, 400, "bad_key"),
        ("devices/enrol", {**good, "key": "é" * 87}, 400, "bad_key"),
        ("devices/enrol", {**good, "key": point[:-1]}, 400, "bad_frame"),
        ("devices/enrol", {**good, "chain": phone.device.chain}, 409, "chain_known"),
        ("devices/enrol", {**good, "login": ""}, 400, "bad_frame"),
        ("devices/enrol", {**good, "login": "no\u0000body"}, 401, "sign_in_wrong"),
        ("devices/enrol", {**good, "login": "x" * 81}, 400, "bad_frame"),
        ("devices/enrol", {**good, "admin": True}, 400, "bad_frame"),
        ("devices/token", token, 401, "bad_signature"),
        ("devices/token", {**token, "anchor": old}, 401, "anchor_stale"),
        ("devices/token", {**token, "anchor": ""}, 401, "anchor_stale"),
        ("devices/token", {**token, "device": estate.id()}, 401, "unknown_device"),
        ("devices/chains", again, 401, "bad_signature"),
        ("devices/chains", {**again, "follows": {**follows, "chain": estate.id()}}, 401, "unknown_device"),
        ("devices/chains", {**again, "key": "A" * 87}, 400, "bad_key"),
        ("devices/chains", {**again, "follows": {**follows, "n": -1}}, 400, "bad_frame"),
    ]
    tables = tuple(table for table in TABLES if table != "sign_in_throttle")
    before = await dump_in_peace(estate.database, tables)
    for path, body, status, code in cases:
        answer = await server.post(f"/api/{path}", msgspec.json.encode(body))
        assert (answer.status_code, answer.json()["code"]) == (status, code), (path, body)
    assert await dump(estate.database, tables) == before


async def test_wrong_passwords_are_slowed_by_name_and_not_for_good(server: Served) -> None:
    """TH15: the fifth miss waits, also for the right password; a forwarded address is not believed (row 42)."""
    estate = server.estate
    person = await estate.hire("T1", "方慢慢", "guard", estate.site)
    await estate.admin.drain()
    del person
    good = {"login": "t-1", "password": "a public password of the tests", "key": estate.key.public, "label": ""}

    async def enrol(number: int, **changes: str) -> Any:
        body = {**good, "chain": estate.id(), **changes}
        return await server.post(
            "/api/devices/enrol", msgspec.json.encode(body), x_forwarded_for=f"10.0.0.{number}", host="evil.example"
        )

    answers = [await enrol(i, password=f"wrong {i}") for i in range(5)]
    assert [answer.json()["code"] for answer in answers] == ["sign_in_wrong"] * 5
    answer = await enrol(9)
    assert (answer.status_code, answer.json()["code"]) == (429, "sign_in_throttled")
    assert 0 < int(answer.headers["retry-after"]) <= 30
    estate.clock.forward(31_000)
    assert (await enrol(9)).status_code == 201
    # A source has ten times the room, and misses an hour old are forgiven: a whole site is behind one address.
    source = "UPDATE sign_in_throttle SET misses = 48 WHERE name = 'from:127.0.0.1'"
    for pause, answers in (
        (0, ["sign_in_wrong", "sign_in_wrong", "sign_in_throttled"]),
        (2 * HOUR, ["sign_in_wrong"] * 3),
    ):
        await estate.database.run_ddl(source)
        estate.clock.forward(pause)
        assert [(await enrol(i, login=f"nobody{pause}{i}")).json()["code"] for i in range(3)] == answers
    sources = await ask(estate.database, "SELECT name FROM sign_in_throttle WHERE name LIKE 'from:%'")
    assert sources == [("from:127.0.0.1",)]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/sync/push", 405),
        ("DELETE", "/api/sync/pull", 405),
        ("TRACE", "/api/sync/push", 405),
        ("PUT", "/api/devices/enrol", 405),
        ("GET", "/api/..%2f..%2fetc/passwd", 404),
        ("GET", "/api/%00", 404),
        ("GET", "/api/sync/../../etc/passwd", 404),
        ("GET", "/assets/..%2f..%2fetc%2fpasswd", 404),
    ],
)
async def test_wrong_methods_and_paths(server: Served, method: str, path: str, status: int) -> None:
    """Rows 33, 44: JSON with a code, and no file of ours."""
    answer = await server.http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"not_found", "method_not_allowed"}


async def test_no_pull_frame_is_a_server_fault(server: Served) -> None:
    """Cursors, digests and limits of every odd sort."""
    phone = await a_phone(server)
    await server.pull(phone)
    good = msgspec.json.decode(canon.encode(phone.device.pull(phone.person)))
    scope = f"site:{server.estate.site}"
    odd: list[tuple[dict[str, Any], int]] = [
        ({"limit": 0}, 400),
        ({"limit": 10_001}, 400),
        ({"cursors": {"site:": ["x", 1]}}, 400),
        ({"cursors": {scope: ["x"]}}, 400),
        ({"cursors": {scope: ["x", -1]}}, 400),
        ({"cursors": {scope: ["\u0000", 1]}}, 200),
        ({"cursors": {scope: ["x", 2**53 - 1]}}, 200),
        ({"cursors": {f"post:{server.estate.east}": ["x", 1]}}, 200),
        ({"digests": {scope: {"0": [0, 0], "999999": [1, 1]}}}, 200),
        ({"digests": {scope: {"x": [0, 0]}}}, 400),
        ({"end": {"n": 2**53 - 1, "anchor": "x" * 160}}, 200),
        ({"echo": {"epoch": "", "hash": "", "n": -(2**70), "org": "", "sig": ""}}, 400),
        ({"echo": {"epoch": "x", "hash": "0" * 64, "n": 2**52, "org": server.estate.org, "sig": "x"}}, 200),
    ]
    for changes, status in odd:
        answer = await server.post("/api/sync/pull", msgspec.json.encode({**good, **changes}), phone)
        assert answer.status_code == status, (changes, answer.text)


async def test_no_request_made_from_our_description_is_a_server_fault(server: Served) -> None:
    """A bounded run of generated requests, right and wrong, against every operation of /api/openapi.json."""
    document = (await server.http.get("/api/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    phone = await server.estate.phone("G1")
    headers = {"X-Gatehouse-Device": phone.token(), "Authorization": f"Bearer {phone.session}"}
    counts: dict[str, int] = {}

    def run() -> None:
        modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
        for result, mode in itertools.product(list(schema.get_all_operations()), modes):
            operation = result.ok()

            @hypothesis.settings(
                max_examples=12,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(hypothesis.HealthCheck),
            )
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def check(case: Any) -> None:
                answer = case.call(base_url=server.origin, headers=headers)
                counts[case.operation.path] = counts.get(case.operation.path, 0) + 1
                assert answer.status_code < 500, (case.operation.path, case.body)

            try:
                check()
            except hypothesis.errors.Unsatisfiable:
                continue  # nothing can be wrong about an operation that takes nothing

    await asyncio.to_thread(run)
    assert counts.keys() == document["paths"].keys()
    assert sum(counts.values()) > 60
