"""``python -m tests.simulator.again SEED… --why …``: the seeds that failed in the recorded run, on the mended tree.

A run of hours finds a fault, and the fault is mended with a test of its own. The seeds that showed it are run again;
when they hold, the record says what failed at which commit, and that it holds at which. Else it stays as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec
from tests.bench.machine import commit
from tests.evidence import RECORDED, Evidence, keep
from tests.simulator.run import TITLES, evidence, options_for, simulate


def mended(record: Evidence, seeds: Sequence[int], again: Sequence[Evidence], why: str) -> Evidence:
    """The record after its failing seeds held on another tree.

    Raises:
        ValueError: one of them failed again, or the record has more failures than these can have been.
    """
    if failing := [one.seeds for one in again if one.failures]:
        raise ValueError(f"fails again: seed {', '.join(failing)}")
    if most := max((bound.failures for bound in record.bounds if bound.failures > len(seeds)), default=0):
        raise ValueError(f"the record has {most} failures of a kind: name all of their seeds")
    if len(again) != len(seeds):
        raise ValueError("each seed is to be run again")
    named = f"Seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
    told = (
        f"{named} failed at `{record.commit}`: {why}. Run again at `{again[0].commit}`, with that mended: no failure."
    )
    bounds = [msgspec.structs.replace(bound, failures=0) for bound in record.bounds]
    return msgspec.structs.replace(record, bounds=bounds, remarks=[told, *record.remarks])


def main() -> int:
    """Run them, and write the record anew when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--why", required=True, help="what was wrong, as a clause that ends a sentence")
    given = parser.parse_args()
    if commit().endswith("+"):
        sys.stdout.write("Commit first: the record names the tree that the seeds hold on.\n")
        return 2
    record = msgspec.json.decode((RECORDED / "simulate.json").read_bytes(), type=Evidence)
    names = [name for name, title in TITLES.items() if any(count.what.endswith(title) for count in record.counts)]
    again = []
    for seed in given.seeds:
        options = options_for(record.command, seed)
        again.append(evidence(options, simulate(options, names)))
    try:
        made = mended(record, given.seeds, again, given.why)
    except ValueError as failure:
        sys.stdout.write(f"{failure}\n")
        return 1
    sys.stdout.write(f"{made.remarks[0]}\nkept: {keep(made, record=True)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
