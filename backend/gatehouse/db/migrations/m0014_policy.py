"""Which regulations teams follow, what was set otherwise, and holidays, for questions SQL answers."""

from typing import Final

ID: Final = "0014_policy"

_UP: Final = """
CREATE TABLE policy_choice (id text PRIMARY KEY, org text NOT NULL, team text NOT NULL);
CREATE INDEX policy_choice_org ON policy_choice (org);
CREATE TABLE policy_override (id text PRIMARY KEY, org text NOT NULL, team text NOT NULL);
CREATE INDEX policy_override_org ON policy_override (org);
CREATE TABLE policy_holiday (id text PRIMARY KEY, org text NOT NULL, date text NOT NULL);
CREATE INDEX policy_holiday_org ON policy_holiday (org, date);
"""

UP_SQLITE: Final = _UP
UP_POSTGRES: Final = _UP
