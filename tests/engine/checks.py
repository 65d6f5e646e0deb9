"""What must hold once everything healed: what browsers hold, against the server's database (I1–I8, I10).

Each check gives what is wrong, one sentence each, or nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import msgspec
from tests.engine.estates import Place
from tests.simulator.checks import bare

from gatehouse_sync import canon, scopes
from gatehouse_sync.apply import Body
from gatehouse_sync.shade import shade

Ask = Callable[[str, str], Awaitable[Sequence[Any]]]
"""Rows of a question about one org: SQL with one ``?``, and the org."""
SHOWN = frozenset({"visit", "shift", "swap", "punch"})
"""Kinds of which a dump tells what the screen shows."""
LIVELY = frozenset({"gate"})
"""Kinds that a device's own pull renews (up to when it is complete): another may always be one look behind."""


class Held(msgspec.Struct, frozen=True):
    """What one browser holds; stores by name."""

    name: str
    person: str | None
    recorded: list[dict[str, str]]
    device: dict[str, list[Any]] | None
    own: dict[str, list[Any]] | None
    people: list[str]
    view: list[dict[str, Any]]
    waiting: int
    tabs: int
    sockets: int

    def scopes(self) -> set[str]:
        """The streams of the person signed in."""
        return {cursor["scope"] for cursor in (self.own or {}).get("cursors", [])}

    def stamps(self) -> list[Any]:
        return [one for stores in (self.device, self.own) for one in (stores or {}).get("stamp", [])]


class Dump(msgspec.Struct, frozen=True):
    """All browsers of a history, and new ones of the same people."""

    now: int
    browsers: list[Held]
    fresh: list[Held]
    wrong: list[str]
    gone: list[str]


class Server(msgspec.Struct, frozen=True):
    """What the server's database holds of one org."""

    logged: dict[str, int]
    """How often each op was decided."""
    decided: dict[str, str]
    rows: dict[str, tuple[int, Body]]
    stubs: int
    leaves: list[bytes | str]
    stuck: list[str]


async def load(ask: Ask, org: str) -> Server:
    """Read it now."""
    logged = await ask("SELECT op, COUNT(*) FROM log WHERE org = ? AND type = 'op' GROUP BY op", org)
    ops = await ask("SELECT id, kind, d FROM op WHERE org = ?", org)
    rows = await ask("SELECT id, n, body FROM entity WHERE org = ?", org)
    leaves = await ask("SELECT leaf FROM log WHERE org = ? AND type <> 'epoch'", org)
    stuck = await ask("SELECT h.op FROM hold h JOIN entity e ON e.id = h.waits_on WHERE h.org = ?", org)
    return Server(
        {op: count for op, count in logged if op is not None},
        {id_: d for id_, _, d in ops},
        {id_: (n, canon.decode(body)) for id_, n, body in rows},
        sum(kind is None for _, kind, _ in ops),
        [leaf for (leaf,) in leaves],
        [op for (op,) in stuck],
    )


async def examine(ask: Ask, place: Place, dump: Dump) -> list[str]:
    """Everything that is wrong after a history."""
    server = await load(ask, place.org)
    found = [*dump.wrong]
    for check in (_lost, _unheard, _undecided, _diverged, _views, _idle, _times):
        found += [f"{check.__name__.removeprefix('_')}: {one}" for one in check(server, place, dump)]
    return found


def _lost(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """I1, I2: what the app called recorded is in the log, once."""
    for browser in dump.browsers:
        for made in browser.recorded:
            count = server.logged.get(made["op"], 0)
            if count == 0 and made["op"] not in dump.gone:
                yield f"{browser.name} recorded {made['kind']} {made['op']}, and the server has it not"
    yield from (f"{op} was decided {count} times" for op, count in server.logged.items() if count > 1)
    if server.stubs:
        yield f"{server.stubs} acts were sent without their content"
    for _, body in server.rows.values():
        notes = [entry[0] for entry in body["f"].get("note", [])] if body["kind"] == "visit" else []
        yield from (f"written twice: {op}" for op in set(notes) if notes.count(op) > 1)


def _undecided(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """I7, I10: no act waits, and each carries the server's decision."""
    for browser in dump.browsers:
        for op in (browser.device or {}).get("ops", []):
            true = server.decided.get(op["id"])
            if "open" in op:
                yield f"{browser.name} still sends {op['kind']} {op['id']}"
            elif true is not None and op.get("d") != true:
                yield f"{browser.name} says {op.get('d')} of {op['kind']} {op['id']}, which was {true}"
            elif true is None:
                yield f"{browser.name} has a decision about {op['kind']} {op['id']}, which the server never saw"


def _unheard(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """I10: of what was refused or returned its author has a notice."""
    heard = {
        (one.person, row["body"]["f"].get("op"))
        for one in dump.fresh
        for row in (one.own or {}).get("rows", [])
        if row["body"]["kind"] == "notice"
    }
    present = {one.person for one in dump.fresh}
    for browser in dump.browsers:
        for made in browser.recorded:
            turned = server.decided.get(made["op"]) in {"refused", "returned"}
            if turned and made["person"] in present and (made["person"], made["op"]) not in heard:
                yield f"{made['person']} was never told of {made['kind']} {made['op']}"


def _diverged(server: Server, place: Place, dump: Dump) -> Iterator[str]:
    """I3, I5: each browser's rows of each scope are the server's, and are what a new browser pulls; no row more."""
    by_person = {one.person: one for one in dump.fresh}
    for browser in [*dump.fresh, *dump.browsers]:
        fresh = by_person.get(browser.person)
        if browser.person is None or fresh is None:
            yield f"nobody is signed in at {browser.name}"
            continue
        allowed = fresh.scopes()
        if browser.scopes() != allowed:
            yield f"{browser.name} pulls {sorted(browser.scopes())}, a new browser {sorted(allowed)}"
        yield from _rows(server, place, dump.now, browser, (browser.own or {}).get("rows", []), allowed)
        cursors = (browser.device or {}).get("cursors", [])
        own = {cursor["scope"] for cursor in cursors}
        if len([scope for scope in own if scope.startswith("device:")]) != 1:
            yield f"{browser.name} is the device of {sorted(own)}"
        yield from _rows(server, place, dump.now, browser, (browser.device or {}).get("rows", []), own)


def _rows(server: Server, place: Place, now: int, browser: Held, rows: list[Any], allowed: set[str]) -> Iterator[str]:
    expected = {}
    for id_, (n, body) in server.rows.items():
        if scopes.scopes_of(body, place.org) & allowed:
            shaded = shade(body, b"", now)
            if shaded is not None:
                expected[id_] = (n, bare(shaded), body["kind"])
    held = {}
    for row in rows:
        shaded = shade(row["body"], b"", now)
        if not set(row["scopes"]) <= allowed:
            yield f"{browser.name} holds {row['body']['kind']} {row['id']} by {sorted(set(row['scopes']) - allowed)}"
        if shaded is not None:
            held[row["id"]] = (row["n"], bare(shaded), row["body"]["kind"])
    yield from (f"{browser.name} lacks {expected[id_][2]} {id_}" for id_ in expected.keys() - held)
    yield from (
        f"{browser.name} holds {held[id_][2]} {id_}, which is none of its scopes'" for id_ in held.keys() - expected
    )
    for id_ in expected.keys() & held:
        behind = expected[id_][2] in LIVELY and held[id_][0] < expected[id_][0]
        if expected[id_] != held[id_] and not behind:
            yield f"{browser.name} holds another {expected[id_][2]} {id_}: {held[id_][:2]}, not {expected[id_][:2]}"


def _views(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """I3: what the screen shows is what lies beneath, but for acts that are held."""
    for browser in [*dump.fresh, *dump.browsers]:
        held = {op["entity"] for op in (browser.device or {}).get("ops", []) if op.get("d") == "parked"}
        beneath = {}
        for row in (browser.own or {}).get("rows", []):
            shaded = shade(row["body"], b"", dump.now)
            if shaded is not None and row["body"]["kind"] in SHOWN and row["id"] not in held:
                beneath[row["id"]] = bare(shaded)
        seen = {row["id"]: bare({name: value for name, value in row.items() if name != "n"}) for row in browser.view}
        seen = {id_: row for id_, row in seen.items() if id_ not in held}
        for id_ in beneath.keys() | seen:
            if beneath.get(id_) != seen.get(id_):
                yield f"{browser.name} shows {seen.get(id_)!r} where {beneath.get(id_)!r} lies ({id_})"


def _idle(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """P17 and sockets: nothing waits for what came, and no tab keeps a socket that it does not use."""
    yield from (f"{op} waits for what is there" for op in server.stuck)
    for browser in dump.browsers:
        if browser.sockets > browser.tabs:
            yield f"{browser.name} has {browser.sockets} sockets in {browser.tabs} tabs"


def _times(server: Server, _place: Place, dump: Dump) -> Iterator[str]:
    """I8: no instant lies outside the interval in which its act can have been made."""
    for leaf in server.leaves:
        earliest, latest, at, _class = msgspec.json.decode(leaf)["decision"]["t"]
        if not earliest <= at <= latest <= dump.now:
            yield f"{leaf!r} is out of its time"
