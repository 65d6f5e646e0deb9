"""Personal calendar addresses: one a person, of which the hash alone is kept."""

from typing import Final

ID: Final = "0009_calendar_feed"

_TABLE: Final = """
CREATE TABLE calendar_feed (
  person text PRIMARY KEY, org text NOT NULL, hash {bytes} NOT NULL UNIQUE, language text NOT NULL, made bigint NOT NULL
);
"""

UP_SQLITE: Final = _TABLE.format(bytes="blob")
UP_POSTGRES: Final = _TABLE.format(bytes="bytea")
