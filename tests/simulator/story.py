"""A failing history made small and told: the fewest steps after which the same check still fails."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from tests.simulator.databases import Backing
from tests.simulator.estate import Image
from tests.simulator.history import Ended, run
from tests.simulator.plan import Step


async def shrunk(backing: Backing, image: Image, steps: Sequence[Step], checks: set[str]) -> tuple[list[Step], Ended]:
    """Steps left out in ever smaller stretches while one of ``checks`` still fails (delta debugging)."""
    left = list(steps)
    parts = 2
    while len(left) > 1:
        size = max(1, len(left) // parts)
        for start in range(0, len(left), size):
            fewer = left[:start] + left[start + size :]
            if checks & (await run(backing, image, fewer, seal=False)).wrong.keys():
                left, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(2 * parts, len(left))
    return left, await run(backing, image, left, seal=False)


async def smallest(backing: Backing, image: Image, steps: Sequence[Step], ended: Ended) -> tuple[list[Step], Ended]:
    """A failed history made small; as it ended where making it small meets a fault of its own."""
    try:
        return await shrunk(backing, image, steps, set(ended.wrong))
    except Exception as error:  # noqa: BLE001 - whatever a shorter history trips over, the run goes on and tells this one
        told = [*ended.wrong.get("told", []), f"not made smaller: {type(error).__name__}: {error}"]
        return list(steps), msgspec.structs.replace(ended, wrong={**ended.wrong, "told": told})


def told(seed: int, steps: Sequence[Step], ended: Ended, again: str) -> str:
    """The story in numbered lines, what is wrong in the end, and the command that runs it again."""
    lines = [f"Seed {seed} fails; {len(steps)} of its steps are enough: {' '.join(step.name for step in steps)}"]
    lines += [f"{i:3}. {line}" for i, line in enumerate(ended.told.lines, 1)]
    for check, wrong in sorted(ended.wrong.items()):
        lines += [f"  {check}: {one}" for one in wrong[:6]]
        lines += [f"  {check}: … {len(wrong) - 6} more"] if len(wrong) > 6 else []
    return "\n".join([*lines, f"  again: {again}", ""])
