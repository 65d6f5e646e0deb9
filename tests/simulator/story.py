"""A failing history made small and told: the fewest steps after which the same check still fails."""

from __future__ import annotations

from collections.abc import Sequence

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


def told(seed: int, steps: Sequence[Step], ended: Ended, again: str) -> str:
    """The story in numbered lines, what is wrong in the end, and the command that runs it again."""
    lines = [f"Seed {seed} fails; {len(steps)} of its steps are enough: {' '.join(step.name for step in steps)}"]
    lines += [f"{i:3}. {line}" for i, line in enumerate(ended.told.lines, 1)]
    for check, wrong in sorted(ended.wrong.items()):
        lines += [f"  {check}: {one}" for one in wrong[:6]]
        lines += [f"  {check}: … {len(wrong) - 6} more"] if len(wrong) > 6 else []
    return "\n".join([*lines, f"  again: {again}", ""])
