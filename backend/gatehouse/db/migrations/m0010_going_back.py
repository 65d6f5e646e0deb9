"""Going back in time: where each epoch ended, decisions that wait, and what was withdrawn for good (P28–P30)."""

from typing import Final

ID: Final = "0010_going_back"

_UP: Final = """
ALTER TABLE ended_epoch ADD COLUMN n bigint NOT NULL DEFAULT 0;
UPDATE ended_epoch SET n = coalesce((
  SELECT MIN(l.n) FROM log l WHERE l.org = ended_epoch.org AND l.type = 'epoch'
  AND l.leaf LIKE '%' || ended_epoch.epoch || '%'
), 0);
ALTER TABLE hold ADD COLUMN signed text;
CREATE TABLE withdrawn (
  kind text NOT NULL, subject text NOT NULL, org text NOT NULL, at bigint NOT NULL, made bigint NOT NULL,
  PRIMARY KEY (org, kind, subject)
);
INSERT INTO withdrawn (kind, subject, org, at, made)
  SELECT 'device.revoke', id, org, revoked, revoked FROM device WHERE revoked IS NOT NULL;
INSERT INTO withdrawn (kind, subject, org, at, made)
  SELECT 'person.dismiss', id, org, dismissed, dismissed FROM person WHERE dismissed IS NOT NULL;
INSERT INTO withdrawn (kind, subject, org, at, made)
  SELECT 'visit.erase', entity, org, MIN(received), MIN(received) FROM op
  WHERE kind = 'visit.erase' AND d = 'applied' AND entity IN (SELECT id FROM visit) GROUP BY entity, org;
"""

UP_SQLITE: Final = _UP
UP_POSTGRES: Final = _UP
