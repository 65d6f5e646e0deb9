"""``robot.change``: that an admin made, changed or removed a robot stands in the log; its address never does."""

from __future__ import annotations

from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Registry


def register(registry: Registry) -> None:
    """Tell replication about this feature's kind."""
    registry.handle("robot.change", Handler(rule=_only_server))


def _only_server(act: Act, _facts: Facts) -> str | None:
    """The server writes it beside the table's change; who did it is in the act."""
    return None if act.by_server else "not_entitled"
