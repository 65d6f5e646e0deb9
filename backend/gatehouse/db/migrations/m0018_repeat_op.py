"""Which act a repeat in a later chain is: the database may have lost the chain it came in first."""

from typing import Final

ID: Final = "0018_repeat_op"

_UP: Final = "ALTER TABLE repeat ADD COLUMN op text;\n"

UP_SQLITE: Final = _UP
UP_POSTGRES: Final = _UP
