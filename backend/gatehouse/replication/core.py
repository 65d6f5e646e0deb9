"""What push, pull and live share: the database, the key, the clock, the kinds, the hub."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec
import structlog

from gatehouse.audit.ledger import Entry, Ledger
from gatehouse.audit.signer import Signer
from gatehouse.db.engine import Database
from gatehouse.db.steps import Insert, Steps
from gatehouse.devices.chains import Chains
from gatehouse.errors import Problem
from gatehouse.replication.batch import Batch
from gatehouse.replication.feed import Appended, Moved, Regrant, regrants
from gatehouse.replication.hub import Hub
from gatehouse.replication.metrics import Metrics
from gatehouse.replication.registry import Registry
from gatehouse_sync.stamp import Stamp

_REMEMBERED = 4096
_log = structlog.get_logger()


class Committed(msgspec.Struct, frozen=True):
    """What a committed transaction changed for listeners: scopes, people whose grants or sessions did, devices."""

    moved: Sequence[Moved]
    epoch: str
    regranted: Sequence[str] = ()
    revoked: Sequence[str] = ()
    regrants: Sequence[Regrant] = ()


def of_batch(batch: Batch, appended: Appended) -> Committed:
    """What a transaction of one batch changed."""
    head = appended.head
    told = regrants(head, batch.regrants)
    return Committed(appended.moved, head.epoch, batch.regranted, batch.revoked_devices, told)


class Replication:
    """One process's replication; time and randomness are given to it."""

    def __init__(  # each is one thing a test replaces
        self,
        database: Database,
        signer: Signer,
        registry: Registry,
        hub: Hub,
        metrics: Metrics,
        now: Callable[[], int],
        random: Callable[[int], bytes],
    ) -> None:
        self.ledger: Ledger | None = None
        """Where a server that serves keeps what no restore may undo."""
        self._unkept: list[tuple[str, Entry]] = []
        self.database = database
        self.signer = signer
        self.registry = registry
        self.hub = hub
        self.metrics = metrics
        self.now = now
        self.random = random
        self.chains = Chains(database, signer)
        self._agreed: OrderedDict[str, None] = OrderedDict()

    def agreed(self, echo: Stamp) -> bool:
        """Whether this process has compared the stamp with its log already; what is logged does not change."""
        return f"{echo.sig}{echo.n}{echo.hash}{echo.epoch}" in self._agreed

    def agree(self, echo: Stamp) -> None:
        """Remember a stamp that the log confirms."""
        self._agreed[f"{echo.sig}{echo.n}{echo.hash}{echo.epoch}"] = None
        if len(self._agreed) > _REMEMBERED:
            self._agreed.popitem(last=False)

    def open_sites(self, sites: list[str]) -> Steps[None]:
        """Give new sites their shade key (P25); it is a secret and so not in the log."""
        yield Insert(
            "site_key",
            ("site text", "secret bytea"),
            [(site, self.random(32)) for site in sites],
            key=("site",),
            keep=True,
        )

    async def keep(self, device: str, withdrawn: Sequence[Entry]) -> None:
        """Put what a device's committed push withdrew into the ledger, on disk before its reply (14.7).

        Raises:
            Problem: ``storage_away``: it could not be written, now or when the device sent it first.
        """
        if self.ledger is None or not (withdrawn or self._unkept):
            return
        self._unkept += [(device, one) for one in withdrawn]
        trying = list(self._unkept)
        try:
            await asyncio.to_thread(self.ledger.append, [entry for _, entry in trying])
        except OSError as failure:
            _log.critical("ledger_not_written", error=type(failure).__name__, entries=len(trying))
            if any(whose == device for whose, _ in trying):
                raise Problem("storage_away") from failure
        else:
            self._unkept = [one for one in self._unkept if one not in trying]

    def after_commit(self, done: Committed) -> None:
        """Tell devices that listen what a committed transaction changed."""
        self.hub.cut_off(done.regranted, done.revoked, done.regrants)
        self.hub.publish(done.moved, done.epoch)
        self.hub.elsewhere([(one.scope, one.upto) for one in done.moved], done.regranted, done.revoked, done.regrants)
