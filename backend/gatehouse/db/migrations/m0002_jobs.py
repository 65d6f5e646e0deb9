"""Rosters, swaps and deputies: the typed tables their rules ask."""

from typing import Final

ID: Final = "0002_jobs"

UP_SQLITE: Final = """
CREATE TABLE shift (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, post text NOT NULL, team text NOT NULL,
  starts bigint NOT NULL, ends bigint NOT NULL
);
CREATE INDEX shift_person_starts ON shift (person, starts);
CREATE TABLE swap (
  id text PRIMARY KEY, org text NOT NULL, give text NOT NULL, take text, state text NOT NULL, deadline bigint NOT NULL
);
CREATE INDEX swap_give ON swap (give);
CREATE INDEX swap_take ON swap (take);
CREATE INDEX swap_open ON swap (deadline) WHERE state IN ('requested', 'accepted');
CREATE TABLE deputy (
  id text PRIMARY KEY, org text NOT NULL, absent text NOT NULL, deputy text NOT NULL, since bigint NOT NULL,
  until bigint NOT NULL
);
CREATE INDEX deputy_deputy ON deputy (deputy);
CREATE TABLE punch (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, post text NOT NULL, shift text, direction text NOT NULL,
  punched bigint NOT NULL
);
CREATE INDEX punch_person_punched ON punch (person, punched);
"""
UP_POSTGRES: Final = UP_SQLITE
