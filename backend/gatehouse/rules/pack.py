"""The regulations that ship, read from ``packs/*.toml``: dated values, each with its clause and its text.

``read`` refuses a pack in which anything is uncited, undated, unknown or out of shape: file, key and why.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from gatehouse.rules.clauses import clauses, documents
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.terms import Cited, Words
from gatehouse.rules.values import BadValue, read_value

FOLDER = Path(__file__).parent / "packs"


class BadPack(ValueError):
    """A pack that cannot be used: ``file``, ``key`` ("" for the whole file) and ``reason``."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file, self.key, self.reason = file, key, reason


class Value(msgspec.Struct, frozen=True):
    """One value of a regulation: from ``since`` on, up to and without ``until`` (ISO dates)."""

    key: str
    since: str
    until: str | None
    cited: Cited[Any]

    def holds(self, date: str) -> bool:
        """Whether it is in force on a date."""
        return self.since <= date and (self.until is None or date < self.until)


class Pack(msgspec.Struct, frozen=True):
    """A regulation as data.

    Attributes:
        whole: a team can follow it; else it is a collection of single provisions.
        values: by key, in order of date.
    """

    code: str
    title: Words
    whole: bool
    values: Mapping[str, tuple[Value, ...]]

    def on(self, date: str) -> dict[str, Cited[Any]]:
        """What it sets on a date, by key."""
        return {key: one.cited for key, row in self.values.items() for one in row if one.holds(date)}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    title: Words
    values: list[dict[str, Any]]
    whole: bool = True


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    key: str
    since: dt.date
    text: Words
    value: Any
    clause: str | None = None
    until: dt.date | None = None
    of: str | None = None


def read(text: str, file: str) -> Pack:
    """Read one pack.

    Args:
        text: TOML.
        file: its name, for what is said about it.

    Raises:
        BadPack: anything about it is wrong.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadPack(file, "", str(error)) from None
    if found.whole and found.code not in documents():
        raise BadPack(file, "", f"there is no regulation {found.code}")
    values: dict[str, list[Value]] = {}
    for raw in found.values:
        key = str(raw.get("key", ""))
        try:
            value = _value(raw, found)
        except (msgspec.ValidationError, BadValue) as error:
            raise BadPack(file, key, str(error)) from None
        values.setdefault(value.key, []).append(value)
    for key, row in values.items():
        row.sort(key=lambda one: one.since)
        for before, after in pairwise(row):
            if before.until is None or after.since < before.until:
                raise BadPack(file, key, f"two values hold on {after.since}")
    dated = {key: tuple(row) for key, row in values.items()}
    return Pack(found.code, found.title, found.whole, MappingProxyType(dated))


def _value(raw: dict[str, Any], pack: _File) -> Value:
    entry = msgspec.convert(raw, _Entry)
    parameter = PARAMETERS.get(entry.key)
    if parameter is None:
        raise BadValue("there is no such parameter")
    if not entry.clause:
        raise BadValue("no clause is cited")
    clause = clauses().get(entry.clause)
    if clause is None:
        raise BadValue(f"there is no clause {entry.clause}")
    of = entry.of or pack.code
    if of not in documents() or not (clause.reading or of in clause.of):
        raise BadValue(f"{entry.clause} does not stand in {of}")
    if not (entry.text.zh_cn.strip() and entry.text.zh_tw.strip() and entry.text.en.strip()):
        raise BadValue("a language of the text is missing")
    if entry.until is not None and entry.until <= entry.since:
        raise BadValue("it ends before it begins")
    source = None if clause.reading else documents()[of].zh_cn
    since = entry.since.isoformat()
    cited = Cited(read_value(parameter, entry.value), clause.id, entry.text, source, since)
    return Value(entry.key, since, entry.until.isoformat() if entry.until is not None else None, cited)


@cache
def shipped() -> Mapping[str, Pack]:
    """Every file of the folder, by code, also the single provisions.

    Raises:
        BadPack: one of them is wrong, or two have one code.
    """
    found: dict[str, Pack] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        pack = read(file.read_text(), file.name)
        if pack.code != file.stem:
            raise BadPack(file.name, "", f"its code is {pack.code}")
        found[pack.code] = pack
    return MappingProxyType(found)


@cache
def packs() -> Mapping[str, Pack]:
    """The regulations a team can follow, by code."""
    return MappingProxyType({code: pack for code, pack in shipped().items() if pack.whole})
