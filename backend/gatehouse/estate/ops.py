"""Kinds of op that build and change an estate, all judged by the admin role (the server may found an org)."""

from __future__ import annotations

from gatehouse.estate import people, places, tablets
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Registry


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and tables."""
    registry.handle("org.create", Handler(roles=places.ADMIN, rule=_only_server))
    for part in (places, people, tablets):
        part.register(registry)


def _only_server(act: Act, _facts: Facts) -> str | None:
    return None if act.by_server else "not_entitled"
