"""The page of traps: every id, what it is, and the tests that show it."""

from __future__ import annotations

from tests.traps.catalogue import LACKS, PATH, TRAPS, WAITING
from tests.traps.collect import ROOT, Found, Shown

PAGE = ROOT / "docs" / "traps.md"

HEAD = """# Which test shows what

Made by `make traps` from the tests themselves: a Python test is marked `@pytest.mark.trap("T5")` or
`@pytest.mark.path("P7")`, a TypeScript test has `[T5]` at the end of its name, a topic of `sync/vectors` has a `path`.
A test holds that every id is here, that it has a test or says what it waits for, and that this page is up to date.
`make traps ARGS=--run` runs them all. The lines P1 to P30 are the rules of [PROTOCOL.md](../sync/PROTOCOL.md) in short;
what must hold whatever happens is in [invariants.md](invariants.md).
"""


def page(found: Found) -> str:
    """The page, in Markdown."""
    lines = [HEAD]
    for title, ids in (
        ("Traps that a naive sync falls into", TRAPS),
        ("The path of an act, line by line", PATH),
    ):
        lines += [f"## {title}", "", "| | what | shown by |", "|---|---|---|"]
        lines += [f"| {id_} | {what} | {_shown(id_, found.tests.get(id_, []))} |" for id_, what in ids.items()]
        lines.append("")
    lines += ["## What waits", ""]
    lines += [f"- {id_} has no test: it waits for {reason}." for id_, reason in WAITING.items()]
    lines += [f"- {id_} is not shown in full. Missing: {what}." for id_, what in LACKS.items()]
    return "\n".join(lines) + "\n"


def _shown(id_: str, tests: list[Shown]) -> str:
    if not tests:
        return f"waits for {WAITING.get(id_, 'a test')}"
    return "<br>".join(f"`{_short(one.file)}`::{one.name.replace('|', chr(92) + '|')}" for one in tests)


def _short(file: str) -> str:
    return file.removeprefix("tests/").removeprefix("backend/")
