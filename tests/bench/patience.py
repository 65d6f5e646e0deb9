"""How long a device waits before it asks again, as `sync/browser/loop.ts` does."""

from __future__ import annotations

import random

FIRST_S, LAST_S = 1.0, 30.0


class Patience:
    """One device's failures in a row."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.failures = 0

    def done(self) -> None:
        """An exchange went well."""
        self.failures = 0

    def wait(self, asked: float | None) -> float:
        """Seconds after a failure: half to one and a half times its own step, and never less than was asked for."""
        own = min(LAST_S, FIRST_S * 2.0**self.failures) * self._dice.uniform(0.5, 1.5)
        self.failures += 1
        return max(own, (asked or 0.0) * self._dice.uniform(1.0, 1.5))
