"""``gatehouse code``: a new one-time code for one person, made by whoever runs the server.

For the first admin whose code of ``gatehouse init`` ran out, and for an org whose admins all forgot their passwords.
"""

from __future__ import annotations

import asyncio
import sys

from gatehouse.app import KEY_FILE, make_core, open_database
from gatehouse.audit.keys import SigningKey
from gatehouse.db.failures import DatabaseInUse
from gatehouse.db.steps import Query, Steps, write
from gatehouse.identity import codes
from gatehouse.identity.sign_in import folded
from gatehouse.replication.server_acts import server_device
from gatehouse.settings import Settings


def main(settings: Settings, staff_no: str) -> int:
    """Print the code; 1 and a sentence when there is no such person, or more than one."""
    try:
        code = asyncio.run(make(settings, staff_no))
    except DatabaseInUse:
        print("The server is running on this database. Stop it, run this again, then start it.", file=sys.stderr)
        return 1
    if code is None:
        print("No one person with this staff number works here, so no code was made.", file=sys.stderr)
        return 1
    print(f"One-time code: {code}\nIt is good once, for 24 hours; an earlier one is good no more.")
    return 0


async def make(settings: Settings, staff_no: str) -> str | None:
    """A new code for the person with this staff number; None unless there is exactly one who was not dismissed.

    Raises:
        StorageError: the database cannot be used.
    """
    database = await open_database(settings)
    try:
        core = make_core(database, SigningKey.from_file(settings.data / KEY_FILE))
        # The bytes of a command line need not be text.
        login = folded(staff_no).encode(errors="replace").decode()
        key, code, now = core.signer.key.secret(codes.KEY), codes.new_code(core.random), core.now()

        def steps() -> Steps[bool]:
            rows = yield Query(
                "SELECT id, org FROM person WHERE staff_no = ? AND (dismissed IS NULL OR dismissed > ?)",
                (login, now),
            )
            if len(rows) != 1:
                return False
            owner = codes.Owner(*rows[0])
            yield codes.keep(key, owner, code, server_device(owner.org), now)
            return True

        return code if await write(database, steps) else None
    finally:
        await database.close()
