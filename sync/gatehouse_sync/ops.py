"""Ops: the head, the private part, and the check both sides run (PROTOCOL §2)."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from gatehouse_sync import canon
from gatehouse_sync.clock import Evidence
from gatehouse_sync.entities import ENTITIES, KINDS, declared
from gatehouse_sync.fields import GROWING, Field, FieldType, Kind
from gatehouse_sync.ids import is_uuid

MAX_PART = 16 * 1024
MAX_ITEMS = 20
MAX_VERSION = 999
MAX_ANCHOR = 160
SALT_BYTES = 32
NO_AUTH = "none"

Value = str | int | bool | list[str] | None


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public part of an op (2.1)."""

    actor: str
    auth: str
    base: str | None
    com: str | None
    depends_on: list[str]
    entity: str
    id: str
    kind: str
    kv: int
    org: str
    t: Evidence
    touched: list[str]
    values: dict[str, Value]


class Op(msgspec.Struct, frozen=True):
    """A head as sent, decoded, with its private values (None: erased, or never had any)."""

    head: Head
    private: dict[str, Value] | None
    written: int = 0
    """The version it was written in, when it is read as one of a later version here (2.7); else 0."""

    @property
    def fields(self) -> dict[str, Value]:
        """Public and private values together."""
        return {**self.head.values, **self.private} if self.private else self.head.values


class MalformedError(ValueError):
    """Raised for what is not a well-formed op; the text says which rule of 2.4 it breaks, ``field`` at which field."""

    def __init__(self, rule: str, field: str | None = None) -> None:
        super().__init__(rule)
        self.field = field


_head = msgspec.json.Decoder(Head)
_values = msgspec.json.Decoder(dict[str, Value])
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_envelope = re.compile(
    rf"(?:{_UUID}\n){{5}}(?:{NO_AUTH}|{_UUID})\n[0-9a-f]{{64}}\n[a-z][a-z_]{{0,39}}\.[a-z][a-z_]{{0,39}}\n"
    r"[A-Za-z0-9_-]{1,64}\Z"
)
"""Actor, entity, id and org, base, auth, com, kind and run, a line each: one match costs a fifth of nine."""
_SOME_HASH = "0" * 64
_name = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_declared = frozenset(name for entity in ENTITIES.values() for name in entity.fields).union(
    *(kind.params for kind in KINDS.values())
)
"""Names known to match ``_name``: most acts carry no others, and looking one up is cheaper than matching it."""
_control = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_control_but_newline = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_run = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def parse_head(text: str) -> Head:
    """The head of a canonical text, its envelope checked but not its kind.

    Raises:
        MalformedError: too long, not canonical, or not of the shape of 2.1.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise MalformedError("lone surrogate") from error
    if len(raw) > MAX_PART:
        raise MalformedError("head too long")
    try:
        head = _head.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedError(f"head: {error}") from error
    if canon.encode(head) != raw or not canon.is_nfc(raw):
        raise MalformedError("head is not canonical")
    _check_envelope(head)
    return head


def _check_envelope(head: Head) -> None:
    com = _SOME_HASH if head.com is None else head.com
    base = head.id if head.base is None else head.base
    # None of these may hold the new line that parts them, so each is matched by its own part of the pattern.
    lines = (head.actor, head.entity, head.id, head.org, base, head.auth, com, head.kind, head.t.run)
    if not _envelope.match("\n".join(lines)):
        raise MalformedError("an id, auth, base, com, kind or t.run")
    if not 1 <= head.kv <= MAX_VERSION:
        raise MalformedError("kind")
    depends_on = head.depends_on
    if depends_on and not (all(map(is_uuid, depends_on)) and _ascends(depends_on) and len(depends_on) <= MAX_ITEMS):
        raise MalformedError("depends_on")
    if not _ascends(head.touched) or not _named(head.touched):
        raise MalformedError("touched")
    if not _of_this_version(head):  # else its declaration says all about names and values
        _check_plain(head.values)
    _check_time(head.t)


def _ascends(texts: Sequence[str]) -> bool:
    """Whether the texts are sorted by code point, each there once."""
    return all(map(operator.lt, texts, texts[1:]))


def _named(names: Iterable[str]) -> bool:
    """Whether all of these could be names of fields."""
    return _declared.issuperset(names) or all(map(_name.match, names))


def _check_plain(values: dict[str, Value]) -> None:
    """Names and integers as canonical JSON has them, of a kind about which nothing more is known."""
    for value in values.values():
        if isinstance(value, int) and abs(value) > canon.MAX_INT:
            raise MalformedError("not a plain value")
    if not _named(values):
        raise MalformedError("not a plain value")


def _check_time(t: Evidence) -> None:
    if abs(t.mono) > canon.MAX_INT or abs(t.wall) > canon.MAX_INT:
        raise MalformedError("t")
    anchor = t.anchor
    if anchor is None:
        return
    if abs(anchor.mono) > canon.MAX_INT or abs(anchor.wall) > canon.MAX_INT:
        raise MalformedError("t")
    known_run = anchor.run == t.run or _run.match(anchor.run)
    if len(anchor.token) > MAX_ANCHOR or not anchor.token.isascii() or not known_run:
        raise MalformedError("t.anchor")


def parse_private(head: Head, private: str | None, salt: str | None) -> tuple[dict[str, Value] | None, bytes | None]:
    """The private values, proved to be those the head commits to, and the salt they are committed with.

    Raises:
        MalformedError: missing, superfluous, too long, not canonical, or another commitment.
    """
    if head.com is None:
        if private is not None or salt is not None:
            raise MalformedError("private part without commitment")
        return None, None
    if private is None or salt is None:
        raise MalformedError("private part missing")
    try:
        raw, salt_bytes = private.encode(), canon.unb64(salt)
    except (UnicodeEncodeError, canon.NotCanonicalError) as error:
        raise MalformedError("private part") from error
    if len(raw) > MAX_PART or len(salt_bytes) != SALT_BYTES or canon.commit(salt_bytes, raw) != head.com:
        raise MalformedError("commitment")
    values = parse_values(raw)
    if not _of_this_version(head):
        _check_plain(values)
    return values, salt_bytes


def parse_values(raw: bytes) -> dict[str, Value]:
    """The values of a canonical private part.

    Raises:
        MalformedError: not canonical, or not plain values.
    """
    try:
        values = _values.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedError(f"private: {error}") from error
    if canon.encode(values) != raw or not canon.is_nfc(raw):
        raise MalformedError("private part is not canonical")
    return values


def known(head: Head) -> Kind | None:
    """The kind of this op, or None when it (or its version) is not known here (P6: parked)."""
    kind = KINDS.get(head.kind)
    return kind if kind is not None and head.kv <= kind.version else None


def _of_this_version(head: Head) -> bool:
    kind = KINDS.get(head.kind)
    return kind is not None and head.kv == kind.version


def check_touched(head: Head, private: dict[str, Value] | None) -> None:
    """``touched`` names what there is, each on one side (2.4).

    Raises:
        MalformedError: it does not.
    """
    # A field on both sides is twice in this list, and never in touched (2.1).
    touched = sorted([*head.values, *(private or ())])
    if touched != head.touched:
        raise MalformedError("touched")


def check(head: Head, private: dict[str, Value] | None, kind: Kind) -> None:
    """The rules of the kind: right fields on the right side, of their types, none missing (2.4).

    Raises:
        MalformedError: names the field.
    """
    check_touched(head, private)
    check_kind(head, private, kind)


def check_kind(head: Head, private: dict[str, Value] | None, kind: Kind) -> None:
    """As ``check``, of an op whose ``touched`` is known to be right.

    Raises:
        MalformedError: names the field.
    """
    if (head.entity == head.id) is not (kind.creates or kind.entity is None):
        raise MalformedError("entity")
    if head.entity == head.id and head.base is not None:
        raise MalformedError("base")
    _check_fields(head, private, kind)
    missing = sorted({*kind.required, *kind.required_params}.difference(head.touched))
    if missing:
        raise MalformedError(f"{missing[0]} is missing", missing[0])
    if kind.family == "patch" and not head.touched:
        raise MalformedError("nothing touched")


def _check_fields(head: Head, private: dict[str, Value] | None, kind: Kind) -> None:
    allowed = declared(head.kind)
    for side, values in ((False, head.values), (True, private or {})):
        for name, value in values.items():
            field = allowed.get(name)
            if field is None or field.private is not side:
                raise MalformedError(f"field {name}", name)
            if value is None and _clears(kind, name, field):
                continue
            if not _VALID[field.type](field, value):
                raise MalformedError(f"value of {name}", name)


def _clears(kind: Kind, name: str, field: Field) -> bool:
    """Whether null is a value of the field here. Lists and sets only grow: null would drop what others added."""
    return kind.clears and name not in kind.params and name not in kind.required and field.policy not in GROWING


def valid(field: Field, value: Any) -> bool:  # noqa: ANN401 - any decoded JSON value
    """Whether ``value`` has the field's type and limits."""
    return _VALID[field.type](field, value)


def _valid_int(field: Field, value: Any) -> bool:  # noqa: ANN401 - as above
    return type(value) is int and field.min <= value <= field.max


def _valid_ids(_field: Field, value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, list) and len(value) <= MAX_ITEMS and all(map(is_uuid, value)) and _ascends(value)


def _valid_items(field: Field, value: Any) -> bool:  # noqa: ANN401 - as above
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ITEMS:
        return False
    return all(_valid_text(field, item) for item in value) and _ascends(value)


def _valid_text(field: Field, value: Any) -> bool:  # noqa: ANN401 - as above
    if not isinstance(value, str) or not 1 <= len(value) <= field.max:
        return False
    if value.isprintable():
        return value.isascii() or unicodedata.is_normalized("NFC", value)
    banned = _control_but_newline if field.lines else _control
    return not banned.search(value) and unicodedata.is_normalized("NFC", value)


_VALID: dict[FieldType, Callable[[Field, Any], bool]] = {
    "text": _valid_text,
    "texts": _valid_items,
    "ids": _valid_ids,
    "id": lambda _field, value: is_uuid(value),
    "int": _valid_int,
    "instant": _valid_int,
    "choice": lambda field, value: isinstance(value, str) and value in field.choices,
    "bool": lambda _field, value: type(value) is bool,
}
