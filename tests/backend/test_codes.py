"""One-time codes: who may make one for whom, what one is good for, and every way to get it wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs
from tests.dump import TABLES, ask, dump, dump_in_peace
from tests.estate import DAY, HASH, HOUR, PASSWORD, Estate, Phone
from tests.served import Served
from tests.team import Team

from gatehouse.errors import Problem
from gatehouse.estate.codes import make_code, set_password
from gatehouse.estate.found import found
from gatehouse.identity import codes
from gatehouse.identity.sign_in import check_password, token_hash
from gatehouse_sync.protocol import PasswordRequest, SignInCode

NEW = "eine neue Parole"


async def make(estate: Estate, by: Phone, person: str) -> SignInCode:
    session = token_hash(by.session) if by.session is not None else None
    return await make_code(estate.core, person, by.claim(), session)


async def refused(attempt: Any) -> str:
    with pytest.raises(Problem) as caught:
        await attempt
    return caught.value.code


def redeem(estate: Estate, login: str, code: str, password: str = NEW, org: str | None = None) -> Any:
    return set_password(estate.core, PasswordRequest(login, code, password, org), "test")


async def enrols(estate: Estate, login: str, password: str) -> bool:
    try:
        await check_password(login, password, None, "elsewhere", estate.clock.ms)
    except Problem:
        return False
    return True


async def test_a_code_sets_a_password_once(estate: Estate) -> None:
    """The old password and every session end with it; others' do not; the code is in no row and in no log line."""
    phone, tablet, other = await estate.phone("G1"), await estate.phone("G1"), await estate.phone("G2")
    with capture_logs() as lines:
        made = await make(estate, estate.admin, estate.people["G1"])
        assert made.expires == estate.clock.ms + DAY
        assert len(made.code) == 14
        rows = msgspec.json.encode(await dump(estate.database)).decode()
        assert made.code.replace("-", "") not in rows
        assert made.code not in rows
        assert await enrols(estate, "G1", PASSWORD), "a code alone ends nothing"
        spoken = made.code.lower().replace("-", " ")
        done = await redeem(estate, "g-1", spoken)
    assert (done.person, done.org) == (estate.people["G1"], estate.org)
    assert [(line["event"], line["person"]) for line in lines if line["event"].startswith("sign_in_code")] == [
        ("sign_in_code_made", done.person),
        ("sign_in_code_used", done.person),
    ]
    assert made.code not in str(lines)
    assert spoken not in str(lines)
    assert not await enrols(estate, "G1", PASSWORD)
    assert await enrols(estate, "G1", NEW)
    ended = await ask(estate.database, "SELECT device FROM session WHERE ended IS NOT NULL")
    assert {row[0] for row in ended} == {phone.id, tablet.id}
    assert other.session is not None
    assert await refused(redeem(estate, "G1", made.code)) == "code_wrong"


async def test_a_code_ends_by_time_and_by_the_next(estate: Estate) -> None:
    person = estate.people["G1"]
    old = await make(estate, estate.admin, person)
    new = await make(estate, estate.admin, person)
    assert old.code != new.code
    assert await refused(redeem(estate, "G1", old.code)) == "code_wrong"
    estate.clock.forward(DAY)
    assert await refused(redeem(estate, "G1", new.code)) == "code_wrong"
    estate.admin = await estate.phone("A001")
    newest = await make(estate, estate.admin, person)
    estate.clock.forward(DAY - 1)
    assert (await redeem(estate, "G1", newest.code)).person == person
    assert await ask(estate.database, "SELECT person, made_by FROM sign_in_code") == [(person, estate.admin_id)]


async def test_two_at_once_with_one_code(estate: Estate) -> None:
    """One of them sets the password, and the other hears that the code is wrong."""
    made = await make(estate, estate.admin, estate.people["G1"])
    passwords = [f"{NEW} {i}" for i in range(3)]
    done = await asyncio.gather(*(redeem(estate, "G1", made.code, one) for one in passwords), return_exceptions=True)
    won = [i for i, one in enumerate(done) if not isinstance(one, BaseException)]
    assert len(won) == 1
    assert {one.code for one in done if isinstance(one, Problem)} == {"code_wrong"}
    assert await enrols(estate, "G1", passwords[won[0]])


async def test_who_may_make_a_code_for_whom(estate: Estate) -> None:
    """An admin for all; a supervisor for the team, but for nobody in charge; a deputy as they may; others none."""
    team = await Team(estate).build()
    boss, people = team.phones["S1"], estate.people
    manager, guard = await estate.phone("M1"), await estate.phone("G1")
    for person in (*people.values(), estate.admin_id):
        assert (await make(estate, estate.admin, person)).code
    for staff_no in ("B1", "S2"):
        assert (await make(estate, boss, people[staff_no])).code
    for staff_no in ("G1", "M1", "S1", "S3"):
        assert await refused(make(estate, boss, people[staff_no])) == "not_allowed", staff_no
    assert await refused(make(estate, boss, estate.admin_id)) == "not_allowed"
    for phone in (manager, guard, team.phones["B1"], team.phones["S2"]):
        for person in (people["B1"], people["B2"], phone.person, estate.id(), "x"):
            assert await refused(make(estate, phone, person)) == "not_allowed"
    now = estate.clock.ms
    boss.act("deputy.name", {"absent": boss.person, "deputy": people["S2"], "since": now, "until": now + HOUR})
    await boss.drain()
    assert (await make(estate, team.phones["S2"], people["B1"])).code
    assert await refused(make(estate, boss, people["S2"])) == "not_allowed", "the deputy is in charge too"
    estate.clock.forward(HOUR)
    assert await refused(make(estate, team.phones["S2"], people["B1"])) == "not_allowed"
    role = estate.admin.act("role.grant", {"person": people["B2"], "role": "manager", "since": now + DAY})
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, people["B3"])
    await estate.admin.drain()
    assert role
    assert await refused(make(estate, boss, people["B2"])) == "not_allowed", "a manager from tomorrow"
    assert await refused(make(estate, boss, people["B3"])) == "not_found"
    assert await refused(make(estate, estate.admin, people["B3"])) == "not_found"


async def test_another_org_is_not_there(estate: Estate) -> None:
    """Neither its people, nor, where both know a login, its code; the code itself says whose it is."""
    elsewhere = await found(estate.core, "别家物业", "别家管理员", "A001", HASH)
    assert await refused(make(estate, estate.admin, elsewhere.admin)) == "not_found"
    assert await refused(make(estate, estate.admin, estate.id())) == "not_found"
    mine = await make(estate, estate.admin, estate.admin_id)
    assert await refused(redeem(estate, "A001", mine.code, org=elsewhere.org)) == "code_wrong"
    assert (await redeem(estate, "A001", mine.code)).person == estate.admin_id
    kept = await ask(estate.database, "SELECT hash FROM credential WHERE person = ?", elsewhere.admin)
    assert kept == [(HASH,)]


async def test_a_device_shut_out_makes_none(estate: Estate) -> None:
    phone = await estate.phone("A001")
    person = estate.people["G1"]
    estate.admin.act("device.revoke", {"device": phone.id})
    await estate.admin.drain()
    assert await refused(make(estate, phone, person)) == "device_revoked"
    estate.admin.session = None
    assert await refused(make(estate, estate.admin, person)) == "not_signed_in"
    estate.admin.session = "x"
    assert await refused(make(estate, estate.admin, person)) == "session_ended"


async def test_weak_passwords_burn_no_code(estate: Estate) -> None:
    person = estate.admin.act("person.create", {"name": "长工号", "staff_no": "LONG-1234", "phone": "139 0000 0001"})
    await estate.admin.drain()
    made = await make(estate, estate.admin, person)
    for weak in ("1234567", "long1234", "LONG-1234", "13900000001", "１３９０００００００１"):
        assert await refused(redeem(estate, "LONG1234", made.code, weak)) == "code_weak_password", weak
    assert await refused(redeem(estate, "LONG1234", "x", "long1234")) == "code_wrong", "only the code's owner is told"
    assert (await redeem(estate, "13900000001", made.code, "12345678")).person == person


async def test_misses_are_those_of_sign_in(estate: Estate) -> None:
    """An unknown login and a wrong code are one answer, and count together with wrong passwords."""
    made = await make(estate, estate.admin, estate.people["G1"])
    answers = [await refused(redeem(estate, login, "AAAA-AAAA-AAAA")) for login in ("nobody", "G1", "G1", "G1", "G1")]
    assert answers == ["code_wrong"] * 5
    assert not await enrols(estate, "G1", "a wrong password")
    assert not await enrols(estate, "G1", PASSWORD), "throttled"
    assert await refused(redeem(estate, "G1", made.code)) == "sign_in_throttled"
    estate.clock.forward(61_000)
    assert (await redeem(estate, "G1", made.code)).person == estate.people["G1"]
    assert await enrols(estate, "G1", NEW)


async def test_a_code_is_written_as_people_write() -> None:
    """Twelve of the alphabet in three groups, every letter in use; width, case, hyphens and spaces do not count."""
    made = [codes.new_code(lambda n, i=i: i.to_bytes(n)) for i in range(24**2)]  # type: ignore[misc]  # a default argument
    assert len(set(made)) == len(made)
    assert {letter for one in made for letter in one} == {*codes.ALPHABET, "-"}
    key = b"k" * 32
    for written in ("acde-fghj-kmnp", "ACDEFGHJKMNP", " ACDE FGHJ KMNP", "ＡＣＤＥ－ＦＧＨＪ－ＫＭＮＰ"):
        assert codes.hashed(key, "p", written) == codes.hashed(key, "p", "ACDE-FGHJ-KMNP"), written
    assert codes.hashed(key, "q", "ACDE-FGHJ-KMNP") != codes.hashed(key, "p", "ACDE-FGHJ-KMNP")


@pytest.mark.asyncio(loop_scope="module")
async def test_bad_requests_have_their_code_and_store_nothing(server: Served) -> None:
    """Shapes, media types, ids, tokens: never a 5xx."""
    estate = server.estate
    good = {"login": "G3", "code": "AAAA-AAAA-AAAA", "password": NEW}
    cases: list[tuple[bytes, int, str]] = [
        (b"", 400, "empty_body"),
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_frame"),
        (b'{"login": "\\ud800", "code": "x", "password": "x"}', 400, "bad_json"),
        *(
            (msgspec.json.encode({**good, **changes}), status, code)
            for changes, status, code in (
                ({"login": ""}, 400, "bad_frame"),
                ({"login": "x" * 81}, 400, "bad_frame"),
                ({"login": None}, 400, "bad_frame"),
                ({"login": "no\u0000body"}, 401, "code_wrong"),
                ({"code": ""}, 400, "bad_frame"),
                ({"code": "A" * 41}, 400, "bad_frame"),
                ({"code": 7}, 400, "bad_frame"),
                ({"code": "\u0000"}, 401, "code_wrong"),
                ({"code": "é" * 12}, 401, "code_wrong"),
                ({"password": ""}, 400, "bad_frame"),
                ({"password": "1234567"}, 400, "code_weak_password"),
                ({"password": "x" * 201}, 400, "bad_frame"),
                ({"org": "x"}, 400, "bad_frame"),
                ({"org": estate.id()}, 401, "code_wrong"),
                ({"admin": True}, 400, "bad_frame"),
                ({}, 429, "sign_in_throttled"),
            )
        ),
    ]
    tables = tuple(table for table in TABLES if table != "sign_in_throttle")
    before = await dump_in_peace(estate.database, tables)
    for index, (body, status, code) in enumerate(cases):
        if code == "sign_in_throttled":
            for _ in range(5):
                await server.post("/api/auth/password", msgspec.json.encode(good))
        answer = await server.post("/api/auth/password", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (index, body)
    answer = await server.post("/api/auth/password", msgspec.json.encode(good))
    assert int(answer.headers["retry-after"]) > 0
    assert (await server.http.get("/api/auth/password")).status_code == 405
    answer = await server.http.post("/api/auth/password", content=b"{}", headers={"content-type": "text/plain"})
    assert answer.json()["code"] == "wrong_media_type"
    assert await dump(estate.database, tables) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_bad_requests_for_a_code(server: Served) -> None:
    estate = server.estate
    admin, guard, path = await estate.phone("A001"), await estate.phone("G1"), f"/api/people/{estate.people['G2']}/code"
    tables = ("sign_in_code", "session", "credential")
    before = await dump_in_peace(estate.database, tables)

    async def code(path: str, **headers: str) -> tuple[int, str | None]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await server.http.post(path, headers=given)
        return answer.status_code, answer.json().get("code")

    session, token = f"Bearer {admin.session}", admin.token()
    assert await code(path) == (401, "device_token_needed")
    assert await code(path, authorization=session) == (401, "device_token_needed")
    assert await code(path, x_gatehouse_device=token) == (401, "not_signed_in")
    assert await code(path, x_gatehouse_device=token, authorization="Bearer x") == (401, "session_ended")
    assert await code(path, x_gatehouse_device=guard.token(), authorization=session) == (401, "session_ended")
    mine = f"Bearer {guard.session}"
    assert await code(path, x_gatehouse_device=guard.token(), authorization=mine) == (403, "not_allowed")
    for person in ("x", "%00", "%C3%A9", estate.id(), estate.site, estate.people["G2"].upper(), "a" * 5_000):
        absent = await code(f"/api/people/{person}/code", x_gatehouse_device=token, authorization=session)
        assert absent == (404, "not_found"), person
    assert (await server.http.get(path)).status_code == 405
    assert await dump(estate.database, tables) == before
    answer = await server.http.post(path, headers={"x-gatehouse-device": token, "authorization": session})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["expires"] == estate.clock.ms + DAY
    body = {"login": "G2", "code": told["code"], "password": NEW}
    done = await server.post("/api/auth/password", msgspec.json.encode(body))
    assert (done.status_code, done.json()) == (200, {"org": estate.org, "person": estate.people["G2"]})
