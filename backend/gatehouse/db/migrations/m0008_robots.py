"""Group robots of an org, their addresses sealed, and the table of jobs that their messages are sent from."""

from typing import Final

ID: Final = "0008_robots"

_TABLES: Final = """
CREATE TABLE job (
  id text PRIMARY KEY, kind text NOT NULL, run_at bigint NOT NULL, lease_until bigint NOT NULL,
  attempts bigint NOT NULL, payload text NOT NULL
);
CREATE INDEX job_due ON job (kind, run_at);
CREATE TABLE robot (
  id text PRIMARY KEY, org text NOT NULL, platform text NOT NULL, name text NOT NULL, sealed {bytes} NOT NULL,
  address {bytes} NOT NULL, tail text NOT NULL, signed bigint NOT NULL, team text, site text, tells text NOT NULL,
  every_ms bigint NOT NULL, quiet_from bigint, quiet_to bigint, zone text NOT NULL, language text NOT NULL,
  link text NOT NULL, made bigint NOT NULL, tested bigint, last_at bigint, last_code text, last_said text,
  failing bigint, gave_up bigint
);
CREATE UNIQUE INDEX robot_address ON robot (org, address);
"""

UP_SQLITE: Final = _TABLES.format(bytes="blob")
UP_POSTGRES: Final = _TABLES.format(bytes="bytea")
