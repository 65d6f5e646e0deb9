"""The table of planted faults fits the code, and a few of them are really planted."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.mutants.fault import Control, Fault, StaleFaultError
from tests.mutants.run import controlled, judge, plant
from tests.mutants.table import CONTROLS, FAULTS
from tests.mutants.tree import ROOT, Outcome, Tree

SLICE = ("HTML read as an answer", "relaxed durability of what people did", "a deferred transaction")
LEAST = 40


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """One copy for all tests of this module."""
    return Tree(tmp_path_factory.mktemp("copy") / "tree")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_old_text_is_there_once_and_the_tests_exist(fault: Fault) -> None:
    """Whoever changes the code takes its planted faults along."""
    assert fault.planted(fault.read(ROOT)) != fault.read(ROOT)
    for test in fault.tests:
        file, name = named(test)
        assert name in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_the_tests_that_plant_their_own_exist(control: Control) -> None:
    file, name = named(control.test)
    assert name in (ROOT / file).read_text("utf-8")


def named(test: str) -> tuple[str, str]:
    """The file of a test, and a text that must stand there."""
    if ".test.ts" in test:
        file, _, name = test.partition(" > ")
        return file, "" if file.endswith(PER_CASE) else name
    file, _, name = test.partition("::")
    return file, name.partition("[")[0]


PER_CASE = ("push.test.ts", "transport.test.ts")
"""Where names are put together from a table of cases; a full run finds those that no longer fit."""


def test_names_are_unique_and_both_halves_have_enough() -> None:
    assert [name for name, count in Counter(one.name for one in FAULTS).items() if count > 1] == []
    assert len(FAULTS) >= LEAST
    assert min(Counter(one.half for one in FAULTS).values()) >= 10


def test_a_text_that_moved_on_is_told() -> None:
    fault = Fault("stale", "core", "a.py", "old", "new", ())
    for source in ("nothing", "old and old"):
        with pytest.raises(StaleFaultError):
            fault.planted(source)


@pytest.mark.parametrize("name", SLICE)
def test_a_planted_fault_turns_its_test_red(tree: Tree, name: str) -> None:
    fault = next(one for one in FAULTS if one.name == name)
    before = fault.read(tree.folder)
    sound = tree.run(fault.tests)
    assert (sound.trouble, sound.red) == ("", set())
    result = plant(tree, fault, sound.green)
    assert result.caught_by is not None
    assert fault.read(tree.folder) == before


def test_a_fault_that_changes_nothing_survives(tree: Tree) -> None:
    """The control of the harness: what no test sees is not said to be caught."""
    test = "sync/browser/transport.test.ts > follows no redirect"
    fault = Fault(
        "none", "engine", "sync/browser/transport.ts", "// A portal redirects", "// A portal leads on", (test,)
    )
    assert plant(tree, fault, tree.run([test]).green).caught_by is None


@pytest.mark.parametrize(
    ("outcome", "green", "caught"),
    [
        (Outcome(red={"a"}), {"a"}, True),
        (Outcome(red={"a"}), set(), False),  # red before as well
        (Outcome(green={"a"}), {"a"}, False),
        (Outcome(trouble="cannot be collected"), {"a"}, False),
    ],
)
def test_only_a_test_that_was_green_counts(outcome: Outcome, green: set[str], *, caught: bool) -> None:
    fault = Fault("x", "core", "a.py", "old", "new", ("a",))
    assert (judge(fault, outcome, green).caught_by is not None) == caught


def test_a_control_that_ran_nothing_is_no_control() -> None:
    control = Control("x", "server", "tests/a/test_b.py::test_c")
    assert controlled(control, Outcome()).caught_by is None
    assert controlled(control, Outcome(green={"tests.a.test_b::test_c[1]"})).caught_by is not None
    both = Outcome(green={"tests.a.test_b::test_c[1]"}, red={"tests.a.test_b::test_c[2]"})
    assert controlled(control, both).caught_by is None
