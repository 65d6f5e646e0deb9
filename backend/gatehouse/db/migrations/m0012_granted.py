"""How often anybody's grants, sessions or devices changed in an org: what a socket may be sent is told by it (P24)."""

from typing import Final

ID: Final = "0012_granted"

_UP: Final = "ALTER TABLE org_head ADD COLUMN granted bigint NOT NULL DEFAULT 0;"

UP_SQLITE: Final = _UP
UP_POSTGRES: Final = _UP
