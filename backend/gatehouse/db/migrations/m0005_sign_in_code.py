"""One-time sign-in codes: one a person, kept as a keyed hash; a new one takes the place of the old."""

from typing import Final

ID: Final = "0005_sign_in_code"

_TABLE: Final = """
CREATE TABLE sign_in_code (
  person text PRIMARY KEY, org text NOT NULL, hash {bytes} NOT NULL, made bigint NOT NULL, made_by text NOT NULL,
  expires bigint NOT NULL, used bigint
);
"""

UP_SQLITE: Final = _TABLE.format(bytes="blob")
UP_POSTGRES: Final = _TABLE.format(bytes="bytea")
