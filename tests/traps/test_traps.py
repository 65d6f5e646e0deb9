"""Every trap and every decision of the path has a test, or says what it waits for; the page is what the tests say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.traps.collect import ROOT, python, shown, typescript, vectors
from tests.traps.ids import PATH, TITLES, TRAPS, WAITING
from tests.traps.run import PAGE, faults, page

MARK = re.compile(r"@pytest\.mark\.(?:trap|path)\(([^)]*)\)")


def test_no_id_is_left_over() -> None:
    assert faults(shown()) == []
    assert [*TRAPS, *PATH] == [*(f"T{n}" for n in range(1, 41)), *(f"P{n}" for n in range(1, 31))]


def test_the_page_is_made_from_the_tests() -> None:
    assert PAGE.read_text("utf-8") == page(shown()), "run `make traps`"


def test_an_id_without_a_test_and_one_with_too_much_are_told() -> None:
    found = shown()
    assert faults({id_: tests for id_, tests in found.items() if id_ != "T5"}) == [
        "T5 has neither a test nor a reason to wait"
    ]
    waiting = next(iter(WAITING))
    assert faults({**found, waiting: ["a"]}) == [f"{waiting} waits although it has tests"]


def test_marks_are_read_from_either_language_and_from_vectors() -> None:
    source = (
        '@pytest.mark.trap("T1", "T2")\n@pytest.mark.path("P3")\nasync def test_a() -> None: ...\ndef test_b(): ...\n'
    )
    assert sorted(python(source)) == [("P3", "test_a"), ("T1", "test_a"), ("T2", "test_a")]
    browser = (
        "it('goes on [T31 P3]', async () => {\nit.each([\n  ['a', () => f(x(1))],\n])('%s is none [T10]', () => {\n"
    )
    assert sorted(typescript(browser)) == [("P3", "goes on"), ("T10", "%s is none"), ("T31", "goes on")]
    assert [id_ for id_, _ in vectors('{"shows": ["P2"], "cases": []}')] == ["P2"]


def test_a_mark_on_what_is_no_test_or_of_the_other_kind_is_a_mistake() -> None:
    for source in ('@pytest.mark.trap("T1")\ndef helper(): ...', '@pytest.mark.trap("P1")\ndef test_a(): ...'):
        with pytest.raises(ValueError, match="is no test, or"):
            list(python(source))


def test_every_mark_in_the_tree_is_read() -> None:
    """As plain text there are as many as were read: none stands where nobody looks, such as in a helper."""
    folders = [ROOT / "tests", ROOT / "e2e"]
    files = [file for folder in folders for file in folder.rglob("*.py") if file.parent != Path(__file__).parent]
    texts = [file.read_text("utf-8") for file in files]
    stated = [id_ for text in texts for ids in MARK.findall(text) for id_ in ids.replace('"', "").split(", ")]
    named = [id_ for file, text in zip(files, texts, strict=True) if file.name.startswith("test_")
             for id_, _ in python(text)]  # fmt: skip
    assert sorted(stated) == sorted(named)
    assert len(TITLES) == 70
