"""What devices say of themselves to the office; the owner of a device is from now on who signed in there last."""

from typing import Final

ID: Final = "0007_fleet"

_COLUMNS: Final = """
ALTER TABLE device ADD COLUMN seen bigint NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN waiting bigint NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN app text;
ALTER TABLE device ADD COLUMN protocol bigint;
ALTER TABLE device ADD COLUMN clock_offset bigint;
ALTER TABLE device ADD COLUMN kept bigint;
"""
# Ids of certificates begin with the time they were made.
_OWNERS: Final = """
UPDATE device SET owner = (
  SELECT c.person FROM certificate c WHERE c.device = device.id AND c.type = 'sign_in' ORDER BY c.id DESC LIMIT 1
) WHERE EXISTS (SELECT 1 FROM certificate c WHERE c.device = device.id AND c.type = 'sign_in');
"""

UP_SQLITE: Final = _COLUMNS + _OWNERS
UP_POSTGRES: Final = UP_SQLITE
