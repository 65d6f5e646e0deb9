"""Files on their way in, sealed to the session that brought them; what headers mean that no list of ours knows."""

from typing import Final

ID: Final = "0011_sheets"

_TABLES: Final = """
CREATE TABLE sheet_upload (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, what text NOT NULL, sha text NOT NULL,
  made bigint NOT NULL, applied bigint, sealed {bytes}
);
CREATE INDEX sheet_upload_made ON sheet_upload (made);
CREATE TABLE sheet_heading (
  org text NOT NULL, what text NOT NULL, header text NOT NULL, field text NOT NULL, by_person text NOT NULL,
  at bigint NOT NULL, PRIMARY KEY (org, what, header)
);
"""

UP_SQLITE: Final = _TABLES.format(bytes="blob")
UP_POSTGRES: Final = _TABLES.format(bytes="bytea")
