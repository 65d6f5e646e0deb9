"""The clauses that may be cited: of regulations (R-…), readings of their wording (I-nn), house readings (H-nn)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from gatehouse.rules.terms import Words

FOLDER = Path(__file__).parent / "clauses"
DOCUMENTS = "documents"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh_cn": "zh-CN", "zh_tw": "zh-TW"}):
    zh_cn: str
    zh_tw: str
    en: str
    of: tuple[str, ...] = ()
    conduct: bool = False


class Clause(msgspec.Struct, frozen=True):
    """One clause in short.

    Attributes:
        of: codes of the regulations it stands in; none for a reading.
        conduct: the product shows it and cannot judge it.
    """

    id: str
    text: Words
    of: tuple[str, ...] = ()
    conduct: bool = False

    @property
    def reading(self) -> bool:
        """Whether it is a reading of ours rather than a regulation's."""
        return not self.of


@cache
def documents() -> Mapping[str, Words]:
    """The titles of the regulations, by code; a pack has the code of the one it carries."""
    raw = tomllib.loads((FOLDER / f"{DOCUMENTS}.toml").read_text())
    return MappingProxyType(msgspec.convert(raw, dict[str, Words]))


@cache
def names() -> Mapping[str, Words]:
    """What each parameter is called, by key."""
    raw = tomllib.loads((Path(__file__).parent / "names.toml").read_text())
    return MappingProxyType(msgspec.convert(raw, dict[str, Words]))


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause there is, by id, in order of id."""
    found: dict[str, Clause] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        if file.stem == DOCUMENTS:
            continue
        for id_, one in msgspec.convert(tomllib.loads(file.read_text()), dict[str, _Entry]).items():
            if id_ in found or not documents().keys() >= set(one.of):
                raise ValueError(f"{file.name}: {id_} stands there twice, or in no regulation")
            found[id_] = Clause(id_, Words(one.zh_cn, one.zh_tw, one.en), one.of, one.conduct)
    return MappingProxyType(dict(sorted(found.items())))
