"""What a record's history asks: acts that changed it beside their own record, and later decisions about an act."""

from typing import Final

ID: Final = "0003_history"

UP_SQLITE: Final = """
CREATE TABLE op_also (entity text NOT NULL, op text NOT NULL, PRIMARY KEY (entity, op)) WITHOUT ROWID;
INSERT INTO op_also SELECT j.key, l.op FROM log l, json_each(l.leaf, '$.decision.also') j
  WHERE l.op IS NOT NULL AND l.leaf LIKE '%"also":%' ON CONFLICT DO NOTHING;
CREATE INDEX log_later ON log (op) WHERE type IN ('release', 'return');
"""
UP_POSTGRES: Final = """
CREATE TABLE op_also (entity text NOT NULL, op text NOT NULL, PRIMARY KEY (entity, op));
INSERT INTO op_also SELECT entity, l.op FROM log l, jsonb_object_keys(l.leaf::jsonb -> 'decision' -> 'also') entity
  WHERE l.op IS NOT NULL AND l.leaf LIKE '%"also":%' ON CONFLICT DO NOTHING;
CREATE INDEX log_later ON log (op) WHERE type IN ('release', 'return');
"""
