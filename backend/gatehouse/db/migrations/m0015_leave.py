"""Leave, outings, corrections of missed punches, posts where nobody could punch."""

from typing import Final

ID: Final = "0015_leave"

_TABLES: Final = """
CREATE TABLE leave_asked (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, team text, sort text NOT NULL, state text NOT NULL,
  since bigint NOT NULL, until bigint NOT NULL, asked bigint NOT NULL, deadline bigint NOT NULL, clause text,
  decided_by text, substitute text, certificate bigint NOT NULL, due text, certs text NOT NULL, seen bigint
);
CREATE INDEX leave_person ON leave_asked (person, since);
CREATE INDEX leave_open ON leave_asked (deadline) WHERE state = 'requested';
CREATE TABLE outing (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, shift text NOT NULL, state text NOT NULL,
  since bigint NOT NULL, until bigint NOT NULL, business bigint NOT NULL, deadline bigint NOT NULL
);
CREATE INDEX outing_person ON outing (person, since);
CREATE INDEX outing_open ON outing (deadline) WHERE state = 'requested';
CREATE TABLE correction (
  id text PRIMARY KEY, org text NOT NULL, person text NOT NULL, shift text NOT NULL, direction text NOT NULL,
  segment bigint NOT NULL, claimed bigint NOT NULL, asked bigint NOT NULL, month text NOT NULL, state text NOT NULL,
  post text NOT NULL, decided_by text
);
CREATE INDEX correction_person ON correction (person, month);
CREATE INDEX correction_asked ON correction (asked);
CREATE INDEX correction_shift ON correction (shift);
CREATE TABLE outage (
  id text PRIMARY KEY, org text NOT NULL, post text NOT NULL, since bigint NOT NULL, until bigint NOT NULL
);
CREATE INDEX outage_post ON outage (post, since);
"""

UP_SQLITE: Final = _TABLES
UP_POSTGRES: Final = _TABLES
