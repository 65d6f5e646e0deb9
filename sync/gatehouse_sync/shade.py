"""Hold and shade: what devices keep of a record, and for how long (PROTOCOL 10.5, P25). Pure."""

from __future__ import annotations

import unicodedata

from gatehouse_sync import canon
from gatehouse_sync.apply import Body
from gatehouse_sync.entities import ENTITIES
from gatehouse_sync.fields import DAY, Field

_DROPPED = str.maketrans("", "", " -·\u3000\u00a0")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SURNAMES = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 歐陽 司馬 諸葛 東方 尉遲 公孫"
_COMPOUND_SURNAMES = frozenset(_SURNAMES.split())
_COMPOUND = 2
_TAIL = 3


def closed_at(body: Body) -> int | None:
    """When the entity was closed, UTC ms; None while it is open or of a kind that never closes."""
    by = ENTITIES[body["kind"]].closed_by
    value = body["f"].get(by) if by is not None else None
    return int(value) if value is not None else None


def expiry_day(body: Body) -> int:
    """The UTC day number on which devices drop the entity; 0 while it is open."""
    closed = closed_at(body)
    return 0 if closed is None else (closed + ENTITIES[body["kind"]].keep_ms) // DAY


def full_until(body: Body) -> int:
    """Until when devices hold the entity full, UTC ms; 0 while it is open."""
    closed = closed_at(body)
    return 0 if closed is None else closed + ENTITIES[body["kind"]].full_ms


def shade(body: Body, key: bytes, now: int) -> Body | None:
    """The entity as a device may hold it at ``now``: itself, its shade, or None past keeping."""
    closed = closed_at(body)
    if closed is None:
        return body
    entity = ENTITIES[body["kind"]]
    if now >= expiry_day(body) * DAY:
        return None
    if now < closed + entity.full_ms or body.get("sh"):
        return body
    fields, hashes = {}, {}
    for name, value in body["f"].items():
        field = entity.fields[name]
        if not field.private:
            fields[name] = value
            continue
        if field.mask != "none" and isinstance(value, str):
            fields[name] = masked(field, value)
        if field.hashed and isinstance(value, str):
            hashes[name] = keyed_hash(key, name, value)
    shaded = {**body, "f": fields, "sh": True}
    if hashes:
        shaded["h"] = hashes
    return shaded


def masked(field: Field, value: str) -> str:
    """A private text as the shade shows it: the surname, or the last three characters."""
    if field.mask == "surname":
        compound = len(value) > _COMPOUND and value[:_COMPOUND] in _COMPOUND_SURNAMES
        surname = value[:_COMPOUND] if compound else value[:1]
        return surname + "*" * min(2, len(value) - len(surname))
    hidden = len(value) - _TAIL
    return "*" * min(_TAIL, hidden) + value[-_TAIL:] if hidden > 0 else "*" * len(value)


def fold(value: str) -> str:
    """The text as search compares it: NFC, without spaces, hyphens and middle dots, ASCII letters upper-case."""
    return unicodedata.normalize("NFC", value).translate(_DROPPED).translate(_UPPER)


def keyed_hash(key: bytes, name: str, value: str) -> str:
    """16 hex digits that find a value again without telling it to whoever lacks the site's key."""
    return canon.hmac_sha256(key, f"{name}:{fold(value)}".encode()).hex()[:16]
