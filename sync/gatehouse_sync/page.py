"""Pages: how rows of a scope enter and leave a device's store (PROTOCOL 8.2–8.5, P21, P23)."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from gatehouse_sync.apply import Body
from gatehouse_sync.digest import MODULUS, Days, weight
from gatehouse_sync.protocol import Page
from gatehouse_sync.shade import expiry_day
from gatehouse_sync.stamp import Stamp

_decoder = msgspec.json.Decoder()


@dataclass(slots=True)
class Held:
    """One row: the log position of its version, the entity, and the scopes that carry it."""

    n: int
    body: Body
    scopes: set[str]


@dataclass(slots=True)
class PageStore:
    """What a device holds of one database: rows by entity, ``(epoch, seq)`` by scope, the newest stamp."""

    rows: dict[str, Held] = field(default_factory=dict)
    cursors: dict[str, tuple[str, int]] = field(default_factory=dict)
    stamp: Stamp | None = None


def follows(store: PageStore, page: Page) -> bool:
    """Whether the page begins where the scope's rows end, in the same epoch; with no cursor it begins at 0."""
    cursor = store.cursors.get(page.scope)
    return page.after == 0 if cursor is None else cursor == (page.epoch, page.after)


def apply_page(store: PageStore, page: Page) -> frozenset[str] | None:
    """Take a page in, whole (8.3, 8.4). Returns the entities that changed or went; None when it is not applied."""
    if not follows(store, page):
        return None
    changed = set()
    for n, raw in page.rows:
        body: Body = _decoder.decode(raw)
        held = store.rows.get(body["id"])
        if held is None or n > held.n:
            scopes = held.scopes if held is not None else set()
            store.rows[body["id"]] = held = Held(n, body, scopes)
            changed.add(body["id"])
        held.scopes.add(page.scope)
    changed.update(entity for entity in page.gone if _leave(store, entity, page.scope))
    store.cursors[page.scope] = (page.epoch, page.upto)
    if page.stamp is not None and _newer(page.stamp, store.stamp):
        store.stamp = page.stamp
    return frozenset(changed)


def drop(store: PageStore, scope: str) -> frozenset[str]:
    """Purge a scope (8.2), or reset it to begin at 0 again (8.5). Returns the entities that went."""
    store.cursors.pop(scope, None)
    return frozenset(entity for entity in list(store.rows) if _leave(store, entity, scope))


def digests(store: PageStore) -> dict[str, Days]:
    """What the store holds, summed per scope and expiry day (8.8). Shades count like what they shade."""
    sums: dict[str, Days] = {scope: {} for scope in store.cursors}
    for entity, held in store.rows.items():
        day = str(expiry_day(held.body))
        for scope in held.scopes:
            count, total = sums[scope].get(day, (0, 0))
            sums[scope][day] = (count + 1, (total + weight(entity, held.body["ver"])) % MODULUS)
    return sums


def _leave(store: PageStore, entity: str, scope: str) -> bool:
    """Take the entity out of the scope; whether that was its last."""
    held = store.rows.get(entity)
    if held is None:
        return False
    held.scopes.discard(scope)
    if held.scopes:
        return False
    del store.rows[entity]
    return True


def _newer(stamp: Stamp, held: Stamp | None) -> bool:
    return held is None or stamp.epoch != held.epoch or stamp.n > held.n
