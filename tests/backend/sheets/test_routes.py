"""Spreadsheets over HTTP: who may, how large, and that nothing bad becomes a fault of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.estate import Phone
from tests.served import Served, served
from tests.sheets import PEOPLE, workbook

from gatehouse.sheets.book import MAX_BYTES

FILE = "application/octet-stream"
PREVIEW = "/api/import/preview?what=people"


@pytest.fixture
async def server(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(sqlite_url, tmp_path) as running:
        yield running


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_file_goes_in_and_out_again(server: Served) -> None:
    estate = server.estate
    raw = workbook(PEOPLE[:2], ("小李", "N1"))
    shown = (await server.post(PREVIEW, raw, estate.admin, content_type=FILE)).json()
    assert shown["counts"]["new"] == 1
    wanted = f'{{"id": "{shown["id"]}", "version": "{shown["version"]}"}}'.encode()
    first, second = [await server.post("/api/import/apply", wanted, estate.admin) for _ in range(2)]
    assert (first.status_code, first.json()["acts"]) == (200, 1)
    assert code(second) == (409, "already_done")
    headers = {"x-gatehouse-device": estate.admin.token(), "authorization": f"Bearer {estate.admin.session}"}
    for form in ("xlsx", "csv"):
        taken = await server.http.get(f"/api/export/people.{form}", headers={**headers, "accept-language": "en"})
        assert taken.status_code == 200
        assert f'filename="people.{form}"' in taken.headers["content-disposition"]
        assert taken.headers["cache-control"] == "no-store"
        back = (await server.post(PREVIEW, taken.content, estate.admin, content_type=FILE)).json()
        assert (back["counts"]["same"], back["counts"]["rows"], back["told"]) == (6, 6, [])


async def test_bad_requests_about_sheets(server: Served) -> None:
    estate = server.estate
    raw = workbook(PEOPLE[:2], ("小李", "N1"))
    guard = await estate.phone("G1")

    async def send(path: str, body: bytes, phone: Phone | None, media: str = FILE) -> tuple[int, str]:
        return code(await server.post(path, body, phone, content_type=media))

    assert await send(PREVIEW, raw, guard) == (403, "not_allowed")
    assert (await send(PREVIEW, raw, None))[0] == 401
    assert await send(PREVIEW, b"", estate.admin) == (400, "empty_body")
    assert await send(PREVIEW, raw, estate.admin, "application/json") == (415, "wrong_media_type")
    assert await send("/api/import/preview?what=everything", raw, estate.admin) == (404, "not_found")
    assert (await send(PREVIEW, b"x" * (MAX_BYTES + 1), estate.admin))[0] == 413
    assert await send(PREVIEW, b"%PDF\x00", estate.admin) == (415, "sheet_unknown_format")
    for path in ("/api/import/again", "/api/import/apply"):
        for body in (b"", b"[]", b'{"id":1}', b'{"id":"x","version":"y","more":1}', b"{"):
            status, _ = await send(path, body, estate.admin, "application/json")
            assert status == 400, (path, body)
    unknown = f'{{"id": "{estate.id()}", "version": "x"}}'.encode()
    assert await send("/api/import/apply", unknown, estate.admin, "application/json") == (404, "not_found")
    headers = {"x-gatehouse-device": estate.admin.token(), "authorization": f"Bearer {estate.admin.session}"}
    for name in ("people", "people.pdf", "secrets.csv", ".csv", "%00.csv"):
        assert (await server.http.get(f"/api/export/{name}", headers=headers)).status_code == 404, name
    own = {"x-gatehouse-device": guard.token(), "authorization": f"Bearer {guard.session}"}
    assert (await server.http.get("/api/export/people.csv", headers=own)).status_code == 403
    assert (await server.http.get("/api/export/people.csv")).status_code == 401
