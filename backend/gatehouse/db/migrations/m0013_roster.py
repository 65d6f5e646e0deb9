"""Rosters as published: the business date of a shift, whether it was taken off, and who has received what."""

from typing import Final

ID: Final = "0013_roster"

_TABLES: Final = """
ALTER TABLE shift ADD COLUMN day text;
ALTER TABLE shift ADD COLUMN cancelled bigint;
UPDATE shift SET day = (SELECT {day} FROM entity e WHERE e.id = shift.id);
CREATE INDEX shift_team ON shift (team, day);
CREATE TABLE publication (
  id text PRIMARY KEY, org text NOT NULL, team text NOT NULL, month text NOT NULL, version bigint NOT NULL,
  by_person text NOT NULL, at bigint NOT NULL
);
CREATE INDEX publication_team ON publication (team, month);
CREATE TABLE receipt (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, team text NOT NULL, version bigint NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX receipt_team ON receipt (team, person);
CREATE TABLE roster_symbol (
  org text NOT NULL, symbol text NOT NULL, template text NOT NULL, by_person text NOT NULL, at bigint NOT NULL,
  PRIMARY KEY (org, symbol)
);
"""

UP_SQLITE: Final = _TABLES.format(day="json_extract(e.body, '$.f.date')")
UP_POSTGRES: Final = _TABLES.format(day="e.body::jsonb -> 'f' ->> 'date'")
