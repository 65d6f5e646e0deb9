"""``make months``: many months, each from a seed, judged by the product and by the second judge.

Of each month: do the two agree on every figure, status, certainty and price; is the verdict the same when the facts
came in another order; and does a month judged again after each fact end where the whole does?
"""

from __future__ import annotations

import argparse
import concurrent.futures
import multiprocessing
import random
import sys
import time
from collections import Counter

import msgspec
from tests.evidence import RECORDED, SCRATCH, Bound, Count, Evidence, Table, keep
from tests.rules.agree import FINAL, differences, drawn, grown, mingled, terms_of

from gatehouse.rules.month import judge_month

CHUNK = 100
SHOWN = 20


class Result(msgspec.Struct):
    """What a worker's months came to; ``wrong`` by what was asked, with the seeds."""

    counts: Counter[str] = msgspec.field(default_factory=Counter)
    statuses: Counter[str] = msgspec.field(default_factory=Counter)
    causes: Counter[str] = msgspec.field(default_factory=Counter)
    packs: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: dict[str, list[str]] = {}

    def add(self, other: Result) -> None:
        """Take another's in."""
        for name in ("counts", "statuses", "causes", "packs"):
            getattr(self, name).update(getattr(other, name))
        for what, told in other.wrong.items():
            self.wrong.setdefault(what, []).extend(told)

    def tell(self, what: str, seed: int, told: str) -> None:
        """Note a failure."""
        self.wrong.setdefault(what, []).append(f"seed {seed}: {told}")


def work(first: int, count: int) -> Result:
    """A worker process's part."""
    result = Result()
    for seed in range(first, first + count):
        _one(seed, result)
    return result


def _one(seed: int, result: Result) -> None:
    pack, facts = drawn(seed)
    terms = terms_of(pack)
    said = judge_month(facts, terms)
    result.packs[pack] += 1
    result.counts.update(months=1, shifts=len(said.days), punches=len(facts.punches), proposals=len(said.proposals))
    result.statuses.update(day.status for day in said.days if day.certainty in FINAL)
    result.causes.update(one.cause for one in said.proposals)
    for told in differences(facts, terms, said):
        result.tell("disagree", seed, f"{pack}: {told}")
    chance = random.Random(seed)
    if judge_month(mingled(facts, chance), terms) != said:
        result.tell("order", seed, pack)
    steps = list(grown(facts, chance))
    result.counts.update(increments=len(steps))
    ends = [judge_month(month, terms) for month in steps][-1]
    if ends != said:
        result.tell("increment", seed, pack)


def main() -> int:
    """Run them and keep what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    given = parser.parse_args()
    started = time.monotonic()
    total = Result()
    firsts = range(given.seed, given.seed + given.months, CHUNK)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(given.jobs, mp_context=context) as pool:
        counts = [min(CHUNK, given.seed + given.months - first) for first in firsts]
        for done in pool.map(work, firsts, counts):
            total.add(done)
    evidence = _evidence(given, total, time.monotonic() - started)
    file = keep(evidence, record=given.record)
    for what, told in total.wrong.items():
        sys.stdout.write("\n".join([f"{what}: {len(told)}", *told[:SHOWN]]) + "\n")
    figures = ", ".join(f"{number:,} {what}" for what, number in total.counts.items())
    where = file.relative_to((RECORDED if given.record else SCRATCH).parents[1])
    sys.stdout.write(f"{figures}; {evidence.failures} failures; {where}\n")
    return 1 if evidence.failures else 0


def _evidence(given: argparse.Namespace, total: Result, seconds: float) -> Evidence:
    months = total.counts["months"]

    def failed(what: str) -> int:
        return len({told.partition(":")[0] for told in total.wrong.get(what, ())})

    return Evidence(
        name="months",
        title="Months of verdicts, judged twice",
        claim=(
            "A second judge, written from the regulations alone, agrees with the product on every final figure, "
            "status, certainty and price (I9); a verdict depends neither on the order of facts nor on whether the "
            "month was judged again after each of them."
        ),
        command=f"make months MONTHS={given.months} SEED={given.seed}",
        seeds=f"{given.seed} to {given.seed + given.months - 1}",
        counts=[Count(what, number) for what, number in total.counts.items()],
        bounds=[
            Bound("months on which the two judges differ", failed("disagree"), months),
            Bound("months that another order of arrival changes", failed("order"), months),
            Bound("months that end otherwise when judged fact by fact", failed("increment"), months),
        ],
        tables=[
            Table("Final shifts by status", ["status", "shifts"], _rows(total.statuses)),
            Table("Proposals by cause", ["cause", "proposals"], _rows(total.causes)),
            Table("Months by regulation", ["regulation", "months"], _rows(total.packs)),
        ],
        remarks=[
            "Figures of a day are compared once it is final; before, that nothing is held against anybody.",
            "Where the regulations are silent both follow the house readings; those were agreed upon, not found.",
            "The second judge knows punches once a shift; once a segment is in the cases.",
            "Fact by fact is the judgement alone, on more and more facts; the server's worker has its own tests.",
        ],
        seconds=seconds,
    )


def _rows(counted: Counter[str]) -> list[list[str]]:
    return [[name, f"{number:,}"] for name, number in counted.most_common()]


if __name__ == "__main__":
    sys.exit(main())
