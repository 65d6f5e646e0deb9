"""``policy.choose``, ``override.make``, ``override.end``, ``holiday.set``: an admin's acts about regulations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gatehouse.db.steps import Row, Steps
from gatehouse.policy.queries import note_made
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.rules.book import NONE, is_date, read_change
from gatehouse.rules.pack import packs
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.values import BadValue
from gatehouse_sync import canon
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

ADMIN = frozenset({"admin"})


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and tables."""
    registry.handle("policy.choose", Handler(roles=ADMIN, looks=_named("team"), rule=_choose, effect=_made))
    registry.handle("override.make", Handler(roles=ADMIN, looks=_named("team"), rule=_make, effect=_made))
    registry.handle("override.end", Handler(roles=ADMIN, rule=_end, effect=_made))
    registry.handle("holiday.set", Handler(roles=ADMIN, looks=_named("site"), rule=_holiday))
    for kind, table, field in (
        ("policy", "policy_choice", "team"),
        ("override", "policy_override", "team"),
        ("holiday", "policy_holiday", "date"),
    ):
        columns = ("id text", "org text", f"{field} text")
        registry.project(kind, Projection(table, columns, _row(field)))


def _row(field: str) -> Callable[[Body, str], Row]:
    return lambda body, org: (body["id"], org, body["f"][field])


def _named(field: str) -> Callable[[Op], Iterable[str]]:
    return lambda op: [one for one in (value(op, field),) if isinstance(one, str)]


def _choose(act: Act, facts: Facts) -> str | None:
    if facts.of_kind(value(act.op, "team"), "team") is None:
        return "unknown_reference"
    if value(act.op, "pack") not in {NONE, *packs()}:
        return "unknown_pack"
    return None if is_date(value(act.op, "since")) else "bad_date"


def _make(act: Act, facts: Facts) -> str | Ruling | None:
    if facts.of_kind(value(act.op, "team"), "team") is None:
        return "unknown_reference"
    key, text = value(act.op, "key"), value(act.op, "value")
    if key not in PARAMETERS:
        return "unknown_parameter"
    try:
        canon.decode(text)
        read_change(key, text)
    except (canon.NotCanonicalError, BadValue):
        return Ruling(code="bad_value", told={"key": key})
    return None if is_date(value(act.op, "since")) else "bad_date"


def _end(act: Act, facts: Facts) -> str | None:
    until = value(act.op, "until")
    if not is_date(until):
        return "bad_date"
    fields = facts.bodies[act.op.head.entity]["f"]
    return "already_done" if fields.get("until") == until else None


def _holiday(act: Act, facts: Facts) -> str | None:
    site = value(act.op, "site")
    if site is not None and facts.of_kind(site, "site") is None:
        return "unknown_reference"
    return None if is_date(value(act.op, "date")) else "bad_date"


def _made(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    """What comes later in the batch is judged by what holds now."""
    note_made(batch.facts, batch.facts.bodies[act.op.head.entity])
    yield from ()
