"""``gatehouse init``: an estate of one's own, once, from options or questions, and a sentence for every mistake."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from pathlib import Path

import msgspec
import pytest
from tests.dump import ask, dump

from gatehouse import cli, init
from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey, VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.db.process_lock import ProcessLock
from gatehouse.errors import Problem
from gatehouse.identity import codes
from gatehouse.settings import Settings

GIVEN = {
    "--org": "海湾物业",
    "--admin": "沈若兰",
    "--staff-no": "a-1",
    "--site": "翠湖花园",
    "--post": "东门岗",
}
CODE = re.compile(r"\b[34679ACDEFGHJKMNPQRTUWXY]{4}(?:-[34679ACDEFGHJKMNPQRTUWXY]{4}){2}\b")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's logging is for its own process: it would outlast the test and this test's standard error."""
    monkeypatch.setattr("gatehouse.logs.configure", lambda: None)


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an empty database, in the environment too; nobody sits at the terminal."""
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path))
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", database_url)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return Settings(database_url=database_url, data=tmp_path)


def run(**changes: str | None) -> int:
    """The command with its options, some of them changed or left out."""
    given = {**GIVEN, **{f"--{name.replace('_', '-')}": text for name, text in changes.items()}}
    return cli.main(["init", *(part for flag, text in given.items() if text is not None for part in (flag, text))])


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    async def once() -> list[tuple[object, ...]]:
        database = await open_database(settings)
        try:
            return await ask(database, sql)
        finally:
            await database.close()

    return asyncio.run(once())


def test_an_estate_of_ones_own(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Org, admin, site, post are acts of a log that verifies; the code opens the account and stands nowhere."""
    assert run() == 0
    said = capsys.readouterr().out
    found = CODE.findall(said)
    assert len(found) == 1
    assert "24 hours" in said

    async def look() -> None:
        database = await open_database(here)
        try:
            core = make_core(database, SigningKey.from_file(here.data / KEY_FILE))
            assert await verify(database, VerifyingKey(core.signer.key.public), []) == []
            made = await ask(database, "SELECT name, zone FROM site")
            assert made == [("翠湖花园", "Asia/Shanghai")]
            assert await ask(database, "SELECT s.name, p.name FROM post p JOIN site s ON s.id = p.site") == [
                ("翠湖花园", "东门岗")
            ]
            assert await ask(
                database, "SELECT p.name, p.staff_no, r.role, r.site FROM person p JOIN role r ON r.person = p.id"
            ) == [("沈若兰", "A1", "admin", None)]
            assert await ask(database, "SELECT * FROM credential") == []
            whole = msgspec.json.encode(await dump(database)).decode()
            assert found[0] not in whole
            assert found[0].replace("-", "") not in whole
            key = core.signer.key.secret(codes.KEY)
            wanted = codes.NewPassword("A1", found[0].lower(), "a long password", None)
            owner = await codes.set_password(database, key, wanted, "test", core.now())
            assert await ask(database, "SELECT person FROM credential") == [(owner.person,)]
        finally:
            await database.close()

    asyncio.run(look())


def test_a_database_with_an_org_is_left_alone(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    before = rows(here, "SELECT n, hash FROM org_head")
    hashes = rows(here, "SELECT hash FROM sign_in_code")
    capsys.readouterr()
    assert run(org="别家物业") == 1
    said = capsys.readouterr()
    assert "already has an organisation" in said.err
    assert said.out == ""
    assert rows(here, "SELECT n, hash FROM org_head") == before
    assert rows(here, "SELECT hash FROM sign_in_code") == hashes


def test_two_at_once_make_one_org(postgres_url: str, tmp_path: Path) -> None:
    """On PostgreSQL nothing but the database keeps two processes apart."""
    settings = Settings(database_url=postgres_url, data=tmp_path)
    wanted = init.Wanted("海湾物业", "沈若兰", "A1", "翠湖花园", "东门岗")

    async def both() -> list[str | BaseException]:
        await (await open_database(settings)).close()
        SigningKey.from_file(tmp_path / KEY_FILE)
        return await asyncio.gather(*(init.init(settings, wanted) for _ in range(4)), return_exceptions=True)

    made = asyncio.run(both())
    assert sum(isinstance(one, str) for one in made) == 1
    assert sum(isinstance(one, init.AlreadyFoundedError) for one in made) == 3
    assert rows(settings, "SELECT count(*) FROM org_head") == [(1,)]


def test_nothing_half_made_stays(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails at the last act leaves no org, and the next run makes one."""
    with monkeypatch.context() as patch:
        patch.setattr("gatehouse.replication.server_acts.feed.append", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            run()
    assert rows(here, "SELECT * FROM org_head") == []
    assert rows(here, "SELECT * FROM sign_in_code") == []
    assert run() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"org": None, "staff_no": None}, "Missing: --org, --staff-no."),
        ({"org": ""}, "--org is empty"),
        ({"admin": " \u3000"}, "--admin is empty"),
        ({"staff_no": " - "}, "--staff-no is empty"),
        ({"staff_no": "1" * 25}, "--staff-no is too long: 24"),
        ({"org": "长" * 81}, "--org is too long: 80"),
        ({"post": "长" * 41}, "--post is too long: 40"),
        ({"site": "a\u0000b"}, "--site holds a character"),
        ({"site": "a\nb"}, "--site holds a character"),
        ({"admin": "\udce9"}, "--admin holds a character"),
        ({"zone": "Beijing"}, "--zone must be"),
        ({"zone": ""}, "--zone must be"),
        ({"zone": "../../etc/passwd"}, "--zone must be"),
        ({"zone": "asia/shanghai"}, "--zone must be"),
    ],
)
def test_mistakes_are_named_and_touch_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str | None],
    sentence: str,
) -> None:
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run(**changes) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_terminal_is_asked_for_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only that; breaking off makes nothing."""
    terminal = io.StringIO("海湾物业\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "stdin", terminal)
    assert run(org=None, post=None) == 2
    said = capsys.readouterr()
    assert said.out == "Name of the organisation: Name of its first post: "
    assert "Nothing was made." in said.err
    assert not (tmp_path / "data").exists()
    terminal.seek(0)
    assert run(org=None) == 0
    assert "海湾物业 is ready" in capsys.readouterr().out


def test_a_running_server_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    lock = ProcessLock(tmp_path / "gatehouse.db")
    lock.acquire()
    try:
        assert run() == 1
    finally:
        lock.release()
    assert "Stop it, run `gatehouse init` again" in capsys.readouterr().err
    assert run() == 0


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("GATEHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run() == 1
    assert "cannot be used" in capsys.readouterr().err


def test_a_code_that_ran_out_is_made_anew(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Else nobody could come in: the first admin is the only one who makes codes."""
    assert run() == 0
    (first,) = CODE.findall(capsys.readouterr().out)
    before = rows(here, "SELECT hash FROM sign_in_code")
    assert cli.main(["code", "--staff-no", "B-2"]) == 1
    assert cli.main(["code", "--staff-no", ""]) == 1
    assert cli.main(["code", "--staff-no", "\udce9"]) == 1
    assert "No one person" in capsys.readouterr().err
    assert rows(here, "SELECT hash FROM sign_in_code") == before
    assert cli.main(["code", "--staff-no", " a1 "]) == 0
    (second,) = CODE.findall(capsys.readouterr().out)

    async def redeem(code: str) -> str:
        database = await open_database(here)
        try:
            core = make_core(database, SigningKey.from_file(here.data / KEY_FILE))
            wanted = codes.NewPassword("A-1", code, "a long password", None)
            return (
                await codes.set_password(database, core.signer.key.secret(codes.KEY), wanted, "t", core.now())
            ).person
        except Problem as problem:
            return problem.code
        finally:
            await database.close()

    assert asyncio.run(redeem(first)) == "code_wrong"
    assert rows(here, "SELECT id FROM person") == [(asyncio.run(redeem(second)),)]
