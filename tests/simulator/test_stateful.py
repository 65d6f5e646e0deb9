"""The same world in Hypothesis's hands: it chooses what happens next and shrinks what goes wrong."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.simulator.databases import InMemory
from tests.simulator.estate import Image
from tests.simulator.history import heal, take
from tests.simulator.judge import judged
from tests.simulator.plan import ACTS, FAULTS, NETWORK, Step, Told
from tests.simulator.template import build
from tests.simulator.world import World, hooked

SEEDS = st.integers(0, 2**32 - 1)
PAUSES = st.sampled_from((0, 1_000, 300_000))


class _Ground:
    """What all examples stand on: an event loop, a database, the estate in it."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.backing = InMemory()
        self.image: Image = self.runner.run(self._build())

    async def _build(self) -> Image:
        await self.backing.open()
        return await build(self.backing)


_ground: list[_Ground] = []


class Histories(RuleBasedStateMachine):
    """Rules are the steps of histories, by what sort they are."""

    def __init__(self) -> None:
        super().__init__()
        if not _ground:
            _ground.append(_Ground())
        self.ground = _ground[0]
        self.ground.runner.run(self.ground.backing.thaw())
        self.releases = ExitStack()
        self.told = Told()
        self.world = World(self.ground.backing.database, self.ground.image, self.told)
        self.releases.enter_context(hooked(self.world))

    def _take(self, name: str, seed: int, after: int) -> None:
        self.ground.runner.run(take(self.world, Step(name, seed, after), self.releases))

    @rule(name=st.sampled_from(sorted(ACTS)), seed=SEEDS, after=PAUSES)
    def somebody_acts(self, name: str, seed: int, after: int) -> None:
        self._take(name, seed, after)

    @rule(name=st.sampled_from(sorted(NETWORK)), seed=SEEDS, after=PAUSES)
    def messages_travel(self, name: str, seed: int, after: int) -> None:
        self._take(name, seed, after)

    @rule(name=st.sampled_from(sorted(FAULTS)), seed=SEEDS, after=PAUSES)
    def something_fails(self, name: str, seed: int, after: int) -> None:
        self._take(name, seed, after)

    @invariant()
    def nothing_is_wrong_on_the_way(self) -> None:
        assert self.world.wrong == []

    def teardown(self) -> None:
        """All is well again; then everything is checked."""

        async def end() -> dict[str, list[str]]:
            await heal(self.world, self.releases)
            return await judged(self.world)

        try:
            assert self.ground.runner.run(end()) == {}, "\n".join(self.told.lines)
            assert self.world.wrong == []
        finally:
            self.releases.close()


Histories.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
test_what_hypothesis_makes_of_it = Histories.TestCase
