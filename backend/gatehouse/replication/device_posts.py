"""Which post's tablet a device was when, and whether an act without a sign-in was made there (P10, P11)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gatehouse.db.steps import Insert, Query, Steps
from gatehouse_sync.clock import Interval


class Placed(msgspec.Struct, frozen=True):
    """A device is the tablet of ``post`` (None: one person's) by an act made at ``since``, known here at ``known``.

    Both are UTC ms. The post before lasts until ``known``: the tablet cannot have heard of the act earlier.
    """

    post: str | None
    since: int
    known: int


def load_posts(device: str) -> Steps[list[Placed]]:
    """The posts of a device, oldest first; none when it never was a tablet."""
    rows = yield Query("SELECT post, since, known FROM device_post WHERE device = ? ORDER BY n", (device,))
    return [Placed(*row) for row in rows]


def place(device: str, posts: list[Placed], new: Placed) -> Steps[None]:
    """Note where the device stands from now on, in ``posts`` too, unless that is where it stood."""
    if new.post == (posts[-1].post if posts else None):
        return
    posts.append(new)
    yield Insert(
        "device_post",
        ("device text", "n bigint", "post text", "since bigint", "known bigint"),
        [(device, len(posts), new.post, new.since, new.known)],
    )


def stood(posts: Sequence[Placed], post: object, t: Interval, heard: int) -> tuple[bool, bool]:
    """Whether the device can have been the post's tablet when an act was made, and whether that is in doubt.

    Where the device's own run vouches for the stated time, nothing that began later counts. ``latest`` is the time of
    arrival: by it every act of a tablet would fit the post where it stands when it sends. A tablet that was out of
    reach stands where it last heard that it stands: ``heard`` is the anchor that the act names, UTC ms, 0 with none.
    """
    last = t.at if t.class_ == "anchored" else t.latest
    until = [after.known for after in posts[1:]]
    spans = [(one.since, end) for one, end in zip(posts, [*until, None], strict=False) if one.post == post]
    fits = any(since <= last and (end is None or min(t.earliest, heard) <= end) for since, end in spans)
    sure = any(since <= t.earliest and (end is None or t.latest <= end) for since, end in spans)
    return fits, fits and not sure
