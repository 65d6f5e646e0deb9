"""What a restore must not undo: the ledger beside the database, and the copy of it beside each backup (P29, P30)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gatehouse.audit.keys import SigningKey, earlier_keys
from gatehouse.audit.ledger import FILE, PURPOSE, Entry, Ledger
from gatehouse.audit.signer import Signer
from gatehouse.db.engine import Database
from gatehouse.kinds import registry
from gatehouse.replication.core import Replication
from gatehouse.replication.hub import Hub
from gatehouse.replication.metrics import Metrics
from gatehouse.replication.withdrawn import agree

BESIDE = ".ledger"
TABLE = "SELECT at, kind, made, org, subject FROM withdrawn"


class Kept(msgspec.Struct, frozen=True):
    """The server's key and its ledger, as a restore needs them."""

    key: SigningKey
    earlier: list[SigningKey]
    ledger: Ledger

    @property
    def faults(self) -> int:
        """How many lines of the ledger are not as they were written."""
        return len(self.ledger.read().faults)


def kept(data: Path, key: Path) -> Kept:
    """What lies in the data folder; the key exists."""
    signing = SigningKey.from_file(key)
    return Kept(signing, earlier_keys(key), Ledger(data / FILE, signing.secret(PURPOSE)))


def beside(copy: Path) -> Path:
    """Where the copy of the ledger that goes with a backup lies."""
    return copy.with_name(copy.name + BESIDE)


def take_in(own: Kept, copy: Path, replaced: Iterable[Entry]) -> None:
    """Add to the ledger what only those beside the backup, or the database that goes, know. It never gets shorter.

    Raises:
        OSError: the ledger cannot be written.
    """
    for other in sorted(copy.parent.glob(f"{copy.name}{BESIDE}*")):
        own.ledger.append(Ledger(other, own.key.secret(PURPOSE)).read().entries.values())
    own.ledger.append(replaced)


async def replay(database: Database, own: Kept, now: int) -> Counter[str]:
    """Carry out again, in a database put back, what the ledger says; how many of each kind there were."""
    metrics, signer = Metrics(), Signer(own.key, os.urandom, own.earlier)
    core = Replication(database, signer, registry(), Hub(metrics), metrics, lambda: now, os.urandom)
    return await agree(core, own.ledger)
