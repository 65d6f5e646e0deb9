"""What a field, a kind of record and a kind of op are declared with (PROTOCOL 2.3, 2.5); `entities.py` declares."""

from __future__ import annotations

from typing import Literal

import msgspec

FieldType = Literal["text", "texts", "id", "ids", "int", "instant", "choice", "bool"]
Policy = Literal["first", "lww", "ask", "append", "union"]
GROWING = frozenset({"append", "union"})
Family = Literal["fact", "patch", "command"]
Mask = Literal["surname", "tail", "none"]

MAX_INSTANT = 253_370_764_800_000  # the year 9999, of which every calendar still has the next day
HOUR = 3_600_000
DAY = 24 * HOUR


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field: its type and limits, which part of the op carries it, and its conflict policy."""

    type: FieldType
    private: bool = False
    policy: Policy = "lww"
    max: int = 0
    """Most code points of a text (of each item of ``texts``), or the greatest int."""
    min: int = 0
    choices: tuple[str, ...] = ()
    lines: bool = False
    mask: Mask = "none"
    """What the shade leaves of a private field."""
    hashed: bool = False
    """Whether the shade carries a keyed hash of it, for search."""


class Entity(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kind of record: its fields, and how long devices hold it (10.5)."""

    fields: dict[str, Field]
    closed_by: str | None = None
    full_ms: int = 0
    keep_ms: int = 0


class Upcast(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an op of one version reads as one of the next (2.7), by names and choices that changed.

    What this cannot say is no new version but a new kind. A record keeps the fields it has: a new name moves later acts
    to a new field, and what older records hold stays under the old one.
    """

    rename: dict[str, str] = {}
    """Name before to name after."""
    drop: tuple[str, ...] = ()
    """Names before that mean nothing any more."""
    choices: dict[str, dict[str, str]] = {}
    """By name after: value before to value after."""
    put: dict[str, str | int | bool] = {}
    """Public values of what was not asked for before."""


class Kind(msgspec.Struct, frozen=True, omit_defaults=True):
    """A kind of op. ``params`` are values of the act that are not fields of the entity."""

    family: Family
    entity: str | None
    version: int = 1
    creates: bool = False
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    params: dict[str, Field] = {}
    required_params: tuple[str, ...] = ()
    stamps: dict[str, str] = {}
    """Field to stamp with the corrected time: the touched field that must have won for it ("" = always)."""
    unsigned: bool = False
    """Whether ``auth: none`` may do it from a kiosk (P10)."""
    upcasts: tuple[Upcast, ...] = ()
    """From version 1 to 2, from 2 to 3, and so on up to ``version``."""
    clears: bool = False
    """Whether null, which clears a field, is a value."""


def text(
    limit: int,
    *,
    private: bool = False,
    policy: Policy = "lww",
    lines: bool = False,
    mask: Mask = "none",
    hashed: bool = False,
) -> Field:
    """A text of at most ``limit`` code points."""
    return Field("text", private=private, policy=policy, max=limit, lines=lines, mask=mask, hashed=hashed)


ID = Field("id")
INSTANT = Field("instant", max=MAX_INSTANT)
CLOSING = Field("instant", policy="first", max=MAX_INSTANT)
"""An instant that ends a record: the first one stays."""
ORDER = Field("int", max=999)
DATE = text(10)
"""A local date, ``YYYY-MM-DD``."""
MONTH = text(7)
"""A month of business dates, ``YYYY-MM``."""
