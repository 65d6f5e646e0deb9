"""Which post's tablet a device was when: acts without a sign-in are judged by where it stood as they were made."""

from typing import Final

ID: Final = "0004_device_post"

_TABLE: Final = """
CREATE TABLE device_post (
  device text NOT NULL, n bigint NOT NULL, post text, since bigint NOT NULL, known bigint NOT NULL,
  PRIMARY KEY (device, n)
);
"""
# From the log: every `device.kiosk` in force whose post is another than the one before.
_FILL: Final = """
INSERT INTO device_post (device, n, post, since, known)
  SELECT device, row_number() OVER (PARTITION BY device ORDER BY at), post, since, known FROM (
    SELECT device, post, since, known, at, lag(post) OVER (PARTITION BY device ORDER BY at) AS before FROM (
      SELECT {device} AS device, {post} AS post, {since} AS since, l.at AS known, l.n AS at
      FROM op o JOIN log l ON l.org = o.org AND l.n = o.n
      WHERE o.kind = 'device.kiosk' AND o.d IN ('applied', 'merged')
    ) AS acts
  ) AS moves WHERE {moved};
"""

UP_SQLITE: Final = _TABLE + _FILL.format(
    device="json_extract(o.head, '$.values.device')",
    post="json_extract(o.head, '$.values.post')",
    since="json_extract(l.leaf, '$.decision.t[2]')",
    moved="post IS NOT before",
)
UP_POSTGRES: Final = _TABLE + _FILL.format(
    device="o.head::jsonb -> 'values' ->> 'device'",
    post="o.head::jsonb -> 'values' ->> 'post'",
    since="(l.leaf::jsonb -> 'decision' -> 't' ->> 2)::bigint",
    moved="post IS DISTINCT FROM before",
)
