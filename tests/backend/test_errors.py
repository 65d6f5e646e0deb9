"""Whatever goes wrong, the answer is a problem from the catalogue that repeats nothing it was sent."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.exceptions import ServiceUnavailableException
from litestar.params import FromPath, JSONBody
from litestar.testing import TestClient

from gatehouse.db import Busy, DatabaseAway, StorageBroken
from gatehouse.errors import EXCEPTION_HANDLERS, Problem, as_problem, language
from gatehouse.problem_catalogue import CATALOGUE

SECRET = "Zhang-San-13800138000"


class Visitor(msgspec.Struct, forbid_unknown_fields=True):
    """A body with every way to be wrong."""

    name: Annotated[str, msgspec.Meta(max_length=20)]
    floors: list[int] = []


raised: list[Exception] = []


@post("/visitors")
async def add(data: JSONBody[Visitor]) -> None:
    pass


@get("/raise")
async def fail() -> None:
    raise raised[-1]


@get("/numbered/{number:int}")
async def numbered(number: FromPath[int]) -> None:
    pass


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        [add, fail, numbered],
        exception_handlers=EXCEPTION_HANDLERS,
        request_max_body_size=1000,
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:gatehouse:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert answer.headers["x-request-id"] == body["request_id"]
    assert answer.headers["cache-control"] == "no-store"
    assert SECRET not in answer.text
    return body


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "bad_field", None),
        (b'{"name": ', "bad_json", None),
        (b"\xff\xfe", "bad_json", None),
        (b'{"name": "\xff"}', "bad_json", None),
        (b'{"name": 1}', "bad_field", "$.name"),
        (b'{"name": "a", "floors": [1, "' + SECRET.encode() + b'"]}', "bad_field", "$.floors[1]"),
        (b'{"name": "' + SECRET.encode() + b'"}', "bad_field", "$.name"),
        (b'{"name": "a", "' + SECRET.encode() + b'": 1}', "bad_field", None),
        (b'{"name": "a", "x` - at `$.' + SECRET.encode().replace(b"-", b"") + b'": 1}', "bad_field", None),
    ],
)
def test_a_bad_body_is_named_but_not_repeated(
    client: TestClient[Litestar], body: bytes, code: str, where: str | None
) -> None:
    answer = client.post("/visitors", content=body, headers={"content-type": "application/json"})
    assert problem(answer, 400, code).get("where") == where
    assert SECRET.replace("-", "") not in answer.text


def test_deep_nesting_is_no_server_fault(client: TestClient[Litestar]) -> None:
    raised.append(RecursionError())
    problem(client.get("/raise"), 400, "too_deep")


def test_litestars_own_errors_become_problems(client: TestClient[Litestar]) -> None:
    problem(client.get(f"/{SECRET}"), 404, "not_found")
    problem(client.get(f"/numbered/{SECRET}"), 404, "not_found")
    answer = client.delete("/visitors")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]
    large = client.post("/visitors", content=b" " * 2000, headers={"content-type": "application/json"})
    problem(large, 413, "too_large")
    raised.append(ServiceUnavailableException(SECRET))
    assert problem(client.get("/raise"), 503, "busy")["retry_after"] == 2


def test_a_fault_of_ours_is_logged_and_not_told(client: TestClient[Litestar], caplog: pytest.LogCaptureFixture) -> None:
    raised.append(LookupError(SECRET))
    with caplog.at_level(logging.ERROR, logger="gatehouse.errors"):
        body = problem(client.get("/raise", headers={"x-request-id": SECRET}), 500, "server_fault")
    (record,) = [record for record in caplog.records if record.name == "gatehouse.errors"]
    logged = record.getMessage()
    assert body["request_id"] in logged
    assert "LookupError" in logged
    assert "raise raised" in logged
    assert SECRET not in logged


def test_extra_fields_and_waiting_times_are_passed_on(client: TestClient[Litestar]) -> None:
    raised.append(Problem("org_needed", retry_after=7, extra={"orgs": ["a", "b"]}))
    answer = client.get("/raise")
    body = problem(answer, 409, "org_needed")
    assert (body["orgs"], body["retry_after"], answer.headers["retry-after"]) == (["a", "b"], 7, "7")


def test_the_sentence_comes_in_the_language_asked_for(client: TestClient[Litestar]) -> None:
    raised.append(Problem("not_found"))
    entry = CATALOGUE["not_found"]
    for accept, tongue, sentence in (
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-TW", entry.zh_tw),
        ("en-GB", "en", entry.en),
        ("fr", "zh-CN", entry.zh_cn),
    ):
        answer = client.get("/raise", headers={"accept-language": accept})
        assert (problem(answer, 404, "not_found")["detail"], answer.headers["content-language"]) == (sentence, tongue)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-Hant-HK", "zh-TW"),
        ("zh-Hans-TW", "zh-CN"),
        ("fr, en;q=0.5, zh-CN;q=0.4", "en"),
        ("en;q=0, zh-HK;q=0.1", "zh-TW"),
        ("en;q=x", "zh-CN"),
        ("*", "zh-CN"),
        (",;q=,,\x00", "zh-CN"),
    ],
)
def test_language(accept: str, expected: str) -> None:
    assert language(accept) == expected


def sqlite_error(code: int) -> sqlite3.OperationalError:
    failure = sqlite3.OperationalError(SECRET)
    failure.sqlite_errorcode = code
    return failure


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (Busy(SECRET), 503, "busy"),
        (TimeoutError(), 503, "busy"),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), 503, "busy"),
        (sqlite_error(sqlite3.SQLITE_FULL), 507, "storage_full"),
        (sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), 503, "storage_failed"),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT), 500, "server_fault"),
        (StorageBroken(SECRET), 503, "storage_failed"),
        (DatabaseAway(SECRET), 503, "storage_away"),
        (asyncpg.SerializationError(SECRET), 503, "busy"),
        (asyncpg.DiskFullError(SECRET), 507, "storage_full"),
        (asyncpg.AdminShutdownError(SECRET), 503, "storage_away"),
        (asyncpg.ConnectionDoesNotExistError(SECRET), 503, "storage_away"),
        (asyncpg.InternalClientError(SECRET), 503, "storage_away"),
        (asyncpg.CharacterNotInRepertoireError(SECRET), 400, "bad_value"),
        (ConnectionRefusedError(), 503, "storage_away"),
        (UnicodeEncodeError("utf-8", SECRET, 0, 1, "surrogates not allowed"), 400, "bad_value"),
    ],
)
def test_what_the_database_says_becomes_a_problem(
    client: TestClient[Litestar], failure: Exception, status: int, code: str
) -> None:
    raised.append(failure)
    body = problem(client.get("/raise"), status, code)
    assert ("retry_after" in body) == (status in {503, 507})


def test_the_catalogue_is_closed() -> None:
    with pytest.raises(KeyError):
        Problem("no_such_code")
    with pytest.raises(ValueError, match="status"):
        Problem("busy", extra={"status": 1})


def test_every_code_has_three_sentences_of_its_own() -> None:
    for code, entry in CATALOGUE.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert 400 <= entry.status < 600
        assert entry.zh_cn.endswith("。")
        assert entry.zh_tw.endswith("。")
        assert entry.en.endswith(".")
        assert not re.search(r"[{%]", entry.zh_cn + entry.zh_tw + entry.en)
    sentences = [sentence for entry in CATALOGUE.values() for sentence in (entry.zh_cn, entry.en)]
    assert len(sentences) == len(set(sentences))


def test_every_code_raised_in_the_source_is_in_the_catalogue() -> None:
    source = Path(as_problem.__code__.co_filename).parent
    used = {
        (path.name, code)
        for path in source.rglob("*.py")
        for code in re.findall(r"Problem\(\s*\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert used
    assert [(name, code) for name, code in sorted(used) if code not in CATALOGUE] == []
