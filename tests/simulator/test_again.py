"""A record of a run that failed says so until the seeds that failed hold on a mended tree."""

from __future__ import annotations

import inspect
import re

import msgspec
import pytest
from tests.evidence import Bound, Evidence
from tests.simulator.again import mended
from tests.simulator.judge import judged
from tests.simulator.run import BOUNDS, options_for

RAN = Evidence(
    name="simulate",
    title="T",
    claim="C.",
    command="make simulate HISTORIES=100 SEED=1 STEPS=60 DEVICES=5 DATABASE=both",
    seeds="1 to 100",
    bounds=[Bound("lost, SQLite", 0, 100), Bound("divergent, SQLite", 1, 100), Bound("divergent, PostgreSQL", 1, 100)],
    remarks=["R."],
    commit="aaa",
)


def again(failures: int) -> Evidence:
    return msgspec.structs.replace(RAN, seeds="28", bounds=[Bound("divergent, SQLite", failures, 1)], commit="bbb")


def test_a_seed_that_holds_is_told_with_both_commits() -> None:
    made = mended(RAN, [28], [again(0)], "two were one")
    assert (made.failures, made.commit, made.seeds) == (0, "aaa", "1 to 100")
    assert [bound.n for bound in made.bounds] == [100, 100, 100]
    told = "Seed 28 failed at `aaa`: two were one. Run again at `bbb`, with that mended: no failure."
    assert made.remarks == [told, "R."]


@pytest.mark.parametrize(("failures", "more"), [(1, 0), (0, 2)])
def test_a_failure_that_is_left_keeps_the_record_as_it_is(failures: int, more: int) -> None:
    """It fails again, or the record has more of them than were named."""
    bounds = [*RAN.bounds, Bound("stuck, SQLite", more, 100)]
    with pytest.raises(ValueError, match=r"fails again|name all"):
        mended(msgspec.structs.replace(RAN, bounds=bounds), [28], [again(failures)], "two were one")


def test_it_is_run_as_the_record_was() -> None:
    options = options_for(RAN.command, 28)
    asked = (options.seed, options.histories, options.steps, options.devices, options.database, options.minutes)
    assert asked == (28, 1, 60, 5, "both", 0)


def test_every_check_is_counted_as_one_of_the_four_things() -> None:
    """A check that no bound counts could fail in ten thousand histories, and the record would not say so."""
    checks = set(re.findall(r'(?:^ +|found\[)"(\w+)"', inspect.getsource(judged), re.MULTILINE))
    noted = {"told", "reset"}  # on the way, not at the end
    assert checks | noted == {one for some in BOUNDS.values() for one in some}
