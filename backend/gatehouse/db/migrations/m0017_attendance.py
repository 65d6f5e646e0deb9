"""Months of people as judged: which are to be judged again, closed periods, settled proposals, silent devices."""

from typing import Final

ID: Final = "0017_attendance"

_TABLES: Final = """
CREATE TABLE dirty (
  org text NOT NULL, key text NOT NULL, n bigint NOT NULL,
  PRIMARY KEY (org, key)
);
CREATE TABLE month_state (
  org text NOT NULL, person text NOT NULL, month text NOT NULL, due bigint NOT NULL, latest text NOT NULL,
  PRIMARY KEY (org, person, month)
);
CREATE INDEX month_due ON month_state (due);
CREATE TABLE month_wait (
  device text NOT NULL, org text NOT NULL, person text NOT NULL, month text NOT NULL, needs bigint NOT NULL,
  PRIMARY KEY (device, org, person, month)
);
CREATE INDEX month_wait_month ON month_wait (org, person, month);
CREATE TABLE period (
  id text PRIMARY KEY, org text NOT NULL, team text NOT NULL, month text NOT NULL, state text NOT NULL,
  closed bigint NOT NULL, by_person text NOT NULL
);
CREATE INDEX period_team ON period (org, team, month);
CREATE TABLE penalty (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, month text NOT NULL, proposal text NOT NULL,
  state text NOT NULL, price text NOT NULL
);
CREATE INDEX penalty_month ON penalty (org, person, month);
CREATE TABLE silence (id text PRIMARY KEY, org text NOT NULL, device text NOT NULL, until bigint NOT NULL);
CREATE INDEX silence_device ON silence (device);
INSERT INTO dirty SELECT DISTINCT org, 'month ' || person || ' ' || substr(day, 1, 7), 0 FROM shift
  WHERE day IS NOT NULL;
"""

UP_SQLITE: Final = _TABLES
UP_POSTGRES: Final = _TABLES
