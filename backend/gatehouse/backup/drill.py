"""The drill: the newest copy is put back into a folder of its own and verified. An untried backup is a hope."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gatehouse.audit.keys import VerifyingKey
from gatehouse.backup import names, notes
from gatehouse.backup.postgres import rehearse_postgres
from gatehouse.backup.prove import BackupRefused, Report, rehearse


async def drill(folder: Path, key: VerifyingKey, now: int, url: str | None = None) -> tuple[Path, Report]:
    """Rehearse a restore of the newest copy in ``folder`` and leave a note of it there.

    With ``url``, the address of a PostgreSQL server, the newest dump, into a database made there for it.

    Raises:
        StorageError: there is no copy, or it does not come back; the sentence says which.
    """
    found = [path for _, path in names.copies(folder, now) if path.suffix == (".dump" if url else ".db")]
    if not found:
        raise BackupRefused(f"There is no backup in {folder} yet: run `gatehouse backup` first.")
    newest = found[0]
    try:
        if url is not None:
            report = await rehearse_postgres(newest, url, key, now)
        else:
            with tempfile.TemporaryDirectory(prefix=".drill-", dir=folder) as place:
                database, report = await rehearse(newest, Path(place) / "drill.db", key)
                await database.close()
        notes.leave(folder, notes.DRILL, notes.Note(now, newest.name))
    except OSError as failure:
        raise BackupRefused(f"The drill could not be held in {folder}: {failure}.") from failure
    return newest, report
