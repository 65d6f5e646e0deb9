"""Two of the shipped regulations, for everybody on a test estate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from gatehouse.rules.pack import packs
from gatehouse.rules.terms import Cited, Terms


def ecom() -> dict[str, Cited[Any]]:
    """The first regulation's values: 3 corrections a month, 2 hours, substitutes at night."""
    return packs()["ecom"].on("2026-03-05")


def gold() -> dict[str, Cited[Any]]:
    """The second one's: 1 hour, before noon with a manager, level by level by days, certificates."""
    return packs()["gold"].on("2026-03-05")


@contextmanager
def under(monkeypatch: pytest.MonkeyPatch, terms: Terms) -> Iterator[None]:
    """Everybody follows one regulation."""
    for module in ("leave.ops", "leave.outings", "corrections.ops"):
        monkeypatch.setattr(f"gatehouse.{module}.terms_on", lambda *_: terms)
    yield
    monkeypatch.undo()


def terms_of(values: Mapping[str, Cited[Any]], **more: Cited[Any]) -> Terms:
    return Terms("test", {**values, **more})
