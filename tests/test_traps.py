"""Every trap and every line of the path has its tests or its reason to wait, and the page says which."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.traps.catalogue import IDS, PATH, TRAPS
from tests.traps.collect import Found, Shown, collect, python_tags, typescript_tags
from tests.traps.page import PAGE, page


@pytest.fixture(scope="module")
def found() -> Found:
    return collect()


def test_every_id_has_a_test_or_a_reason_to_wait_and_every_tag_is_on_a_test(found: Found) -> None:
    assert found.faults == []


def test_the_page_is_what_the_tests_say(found: Found) -> None:
    assert PAGE.read_text() == page(found), "write it anew: make traps"


def test_no_id_is_left_out() -> None:
    assert list(TRAPS) == [f"T{n}" for n in range(1, 41)]
    assert list(PATH) == [f"P{n}" for n in range(1, 31)]


def test_a_tree_without_tests_owes_every_id(tmp_path: Path) -> None:
    for folder in ("tests", "e2e", "sync/browser", "sync/vectors", "frontend/src"):
        (tmp_path / folder).mkdir(parents=True)
    owed = {fault.split()[0] for fault in collect(tmp_path).faults}
    assert len(owed) >= len(IDS) - 1
    (tmp_path / "tests" / "new" / "deep").mkdir(parents=True)
    (tmp_path / "tests" / "new" / "deep" / "test_x.py").write_text(
        'import pytest\n\n@pytest.mark.trap("T1", "T99")\ndef test_x(): ...\n'
    )
    seen = collect(tmp_path)
    assert seen.tests == {"T1": [Shown("tests/new/deep/test_x.py", "test_x")]}
    assert "tests/new/deep/test_x.py: test_x: there is no T99" in seen.faults


@pytest.mark.parametrize(
    ("text", "file", "what"),
    [
        ('@pytest.mark.trap("T1")\ndef helper(): ...', "tests/test_x.py", "on no test"),
        ('@pytest.mark.trap("T1")\n@pytest.fixture\ndef made(): ...', "tests/test_x.py", "on no test"),
        ('@pytest.mark.trap("T1")\ndef test_x(): ...', "tests/helpers.py", "on no test"),
        ('def test_x():\n  @pytest.mark.trap("T1")\n  def test_y(): ...', "tests/test_x.py", "on no test"),
        ('class Case:\n  @pytest.mark.trap("T1")\n  def test_y(self): ...', "tests/test_x.py", "on no test"),
        ('pytestmark = pytest.mark.trap("T1")\ndef test_x(): ...', "tests/test_x.py", "on no test"),
        ('@pytest.mark.trap("P1")\ndef test_x(): ...', "tests/test_x.py", "is no trap"),
        ("@pytest.mark.path\ndef test_x(): ...", "tests/test_x.py", "without an id"),
        ('@pytest.mark.skip("later")\n@pytest.mark.trap("T1")\ndef test_x(): ...', "tests/test_x.py", "marked skip"),
    ],
)
def test_a_python_tag_that_shows_nothing_is_a_fault(text: str, file: str, what: str) -> None:
    assert [what in str(one) for _, one in python_tags(text, file) if isinstance(one, str)] == [True]


def test_python_tags_are_read_wherever_pytest_reads_tests() -> None:
    text = (
        '@pytest.mark.trap("T1", "T2")\n@pytest.mark.path("P3")\n@pytest.mark.parametrize("n", [1])\n'
        'async def test_a(n): ...\nclass TestB:\n  @pytest.mark.trap("T4")\n  def test_c(self): ...\n'
    )
    a, c = Shown("tests/test_x.py", "test_a"), Shown("tests/test_x.py", "TestB::test_c")
    assert set(python_tags(text, "tests/test_x.py")) == {("P3", a), ("T1", a), ("T2", a), ("T4", c)}


@pytest.mark.parametrize(
    "text",
    [
        "it('does [T1]', async () => {});",
        'test("does [T1]", () => {});',
        "it(\n  'does [T1]',\n  () => {});",
        "it.each([['a', () => f(1)], ['b', () => g()]])('does [T1]', () => {});",
        "const url = 'http://x/y'; it.each([1])(\n  `does [T1]`, () => {});",
    ],
)
def test_a_typescript_tag_is_read_from_the_name_of_a_test(text: str) -> None:
    assert list(typescript_tags(text, "sync/browser/x.test.ts")) == [("T1", Shown("sync/browser/x.test.ts", "does"))]


@pytest.mark.parametrize(
    "text",
    [
        "describe('does [T1]', () => {});",
        "it.skip('does [T1]', () => {});",
        "it.todo('does [T1]');",
        "it.skip.each([1])('does [T1]', () => {});",
        "submit('does [T1]', () => {});",
        "const name = 'does [T1]';",
    ],
)
def test_a_typescript_tag_that_shows_nothing_is_a_fault(text: str) -> None:
    ((_, one),) = typescript_tags(text, "sync/browser/x.test.ts")
    assert isinstance(one, str)


def test_what_is_never_run_shows_nothing() -> None:
    tag = "it('does [T1]', f);"
    for text, file in ((tag, "helpers.ts"), (f"describe.skip('x', () => {{{tag}}});", "x.test.ts")):
        assert [isinstance(one, str) for _, one in typescript_tags(text, f"sync/browser/{file}")][:1] == [True]


def test_a_test_that_was_commented_out_shows_nothing() -> None:
    assert list(typescript_tags("// it('does [T1]', f);\n/* it('does [T2]', f); */", "sync/browser/x.test.ts")) == []
