"""Faults of the TypeScript engine: recording, sending, pulling, the socket, chains, people on one device."""

from __future__ import annotations

from tests.mutants.fault import Fault

HERE = "sync/browser"


def fault(name: str, file: str, old: str, new: str, *tests: str) -> Fault:
    """A fault of ``sync/browser/<file>.ts``; each test is ``<file> > <a piece of its name>``."""
    found = [test.partition(" > ") for test in tests]
    return Fault(
        name, "engine", f"{HERE}/{file}.ts", old, new, tuple(f"{HERE}/{at}.test.ts > {what}" for at, _, what in found)
    )


RECORDING = [
    fault(
        "relaxed durability of what people did", "outbox", "['meta', 'ops'], 'strict'", "['meta', 'ops'], 'relaxed'",
        "outbox > is strict for acts and relaxed for pages",
    ),
    fault(
        "recorded before it is on disk", "store", "    await tx.done;\n    return result;", "    return result;",
        "outbox > is never claimed when the commit itself fails",
    ),
    fault(
        "two tabs number alike", "outbox",
        "const op = await write(await core.store.device(), ['meta', 'ops'], 'strict', async (tx) => {\n"
        "      const kept = tx.objectStore('meta');\n"
        "      const identity = await meta(kept, 'identity');\n"
        "      const session = await meta(kept, 'session');\n"
        "      const end = await meta(kept, 'end');\n",
        "const end = await meta((await core.store.device()).transaction('meta').store, 'end');\n"
        "    const op = await write(await core.store.device(), ['meta', 'ops'], 'strict', async (tx) => {\n"
        "      const kept = tx.objectStore('meta');\n"
        "      const identity = await meta(kept, 'identity');\n"
        "      const session = await meta(kept, 'session');\n",
        "outbox > run on without gap or double when two tabs act at once",
    ),
    fault(
        "a transaction that failed half-way kept", "store", "tx.abort();", "tx.commit();",
        "outbox > are not used up by an act whose transaction dies half-way", "pull > are whole or not at all",
    ),
    fault(
        "user switch: recorded as the wrong person's", "outbox", " || signed?.person !== author.person) return null;",
        " || signed === undefined) return null;",
        "outbox > is not recorded as another person’s when a second tab switched",
    ),
    fault(
        "base is always the creation", "outbox", "return row?.body.ver ?? entity;", "return entity;",
        "outbox > is based on the confirmed version",
    ),
    fault(
        "an unsigned act on any device", "outbox",
        "if (author.unsigned && !(await mayUnsigned(core, act, author.person)))", "if (false)",
        "kiosk > asks for a sign-in for any other kind",
    ),
]  # fmt: skip

SENDING = [
    fault(
        "outbox deleted on a lost reply", "push",
        "    // A proxy in between may be stricter than the server; a smaller frame can pass it.\n",
        "    await write(await core.store.device(), ['ops'], 'strict', async (tx) => {\n"
        "      for (const { id } of batch.ops) await tx.objectStore('ops').delete(id);\n    });\n",
        "push > is no refusal: the act waits",
    ),
    fault(
        "retry timer lost", "loop",
        "if (!this.#stopped) this.#cancelTimer = this.#core.ports.after(wait, () => this.wake());", "",
        "push > waits as long as a busy server asks", "push > is no refusal: the act waits",
    ),
    fault(
        "a busy server hammered", "loop", "return Math.max(own, this.#noSooner(Math.max(...failed)));", "return own;",
        "push > waits as long as a busy server asks",
    ),
    fault(
        "401 read as a refusal", "push",
        "  throw new NoAnswerError('unreachable', reply.status);\n}\n\nfunction halved",
        "  await write(await core.store.device(), ['ops'], 'strict', async (tx) => {\n"
        "    for (const { open: _, ...op } of batch.ops) {\n"
        "      await tx.objectStore('ops').put({ ...op, d: 'refused', code });\n    }\n"
        "  });\n  return true;\n}\n\nfunction halved",
        "push > a sign-in asked for is no refusal: the act waits",
    ),
    fault(
        "HTML read as an answer", "transport",
        "    if (type !== 'application/json' && type !== 'application/problem+json') "
        "throw new NoAnswerError('not_json', status);\n"
        "    const body: unknown = await response.json().catch(() => null);",
        "    const body: unknown = await response.json().catch(() => ({}));",
        "push > is no refusal: the act waits", "transport > ",
    ),
    fault(
        "a portal's redirect followed", "transport", "redirect: 'error',", "redirect: 'follow',",
        "transport > follows no redirect, keeps no copy, sends no cookie",
    ),
    fault(
        "results believed that nobody signed", "push",
        "if (!(await verify(batch.identity.serverKey, message, reply.sig))) throw new NoAnswerError('not_json');", "",
        "push > results nobody signed is no refusal: the act waits",
    ),
    fault(
        "vouchers kept that nobody signed", "push",
        "if (!(await verify(serverKey, vouchersMessage(chain, vouchers, stamp), vouched))) return new Map();", "",
        "seal > keeps vouchers only when the server signed them",
    ),
    fault(
        "one bad frame blocks for ever", "push", "else await reduce(core, batch);", "",
        "push > that no frame can carry is sent as its hash",
    ),
    fault(
        "a frozen tab's lock waited for", "loop", " || this.#lockedOut >= LOCK_PATIENCE)", ")",
        "push > do not wait for a frozen one that holds the lock",
    ),
    fault(
        "the private part left in the clear", "private", "const { private: _private, salt: _salt, ...rest } = now;",
        "const rest = now;", "seal > keeps an acknowledged private part sealed",
    ),
]  # fmt: skip

PULLING = [
    fault(
        "cursor saved before rows", "pull",
        "  await write(db, ['rows', 'cursors', 'keys', 'stamp', 'mark'], 'relaxed', async (tx) => {\n",
        "  await write(db, ['cursors'], 'relaxed', async (tx) => {\n"
        "    for (const { scope, epoch, upto } of reply.pages) {\n"
        "      if (!isDevice(scope)) await tx.objectStore('cursors').put({ scope, epoch, seq: upto });\n    }\n  });\n"
        "  await write(db, ['rows', 'cursors', 'keys', 'stamp', 'mark'], 'relaxed', async (tx) => {\n",
        "pull > are whole or not at all",
    ),
    fault(
        "pages not compared with the cursor", "rows", "if (!follows) return false;", "",
        "pull > that do not begin at the cursor are left alone",
    ),
    fault(
        "an older version applied", "rows", "if (held === undefined || n > held.n) {", "if (true) {",
        "pull > with an older version move the cursor and change nothing",
    ),
    fault(
        "gone rows kept", "rows",
        "for (const id of page.gone) await leave(rows, await rows.get(id), page.scope, changed);", "",
        "pull > with a row that leaves its last scope take it",
    ),
    fault(
        "the mark moved before the heads are reached", "pull",
        "if (ours === null || heads.some(([scope, seq]) => (cursors.get(scope) ?? 0) < seq)) return;",
        "if (ours === null) return;", "pull > moves only when all heads are reached",
    ),
    fault(
        "a fork's number taken for a receipt", "pull",
        "return held.open ? null : { gen, n: 0 };", "return { gen, n: ack.n };",
        "pull > stays where it is while the server speaks of a fork of this chain",
    ),
    fault(
        "a held act leaves the view", "own", "if (op.d === 'parked') return true;", "",
        "pull > leaves a held act in the view until it is released",
    ),
    fault(
        "purge forgotten", "pull",
        "for (const scope of [...reply.drop, ...reply.reset].filter((scope) => !isDevice(scope))) {",
        "for (const scope of reply.reset.filter((scope) => !isDevice(scope))) {",
        "pull > that are no longer granted go with rows, cursor and key",
    ),
    fault(
        "a lost site's key kept", "pull",
        "for (const scope of reply.drop) await tx.objectStore('keys').delete(scope);", "",
        "pull > that are no longer granted go with rows, cursor and key",
    ),
    fault(
        "an ended epoch's rows kept", "pull", "[...reply.drop, ...reply.reset].filter((scope) => !isDevice(scope))",
        "reply.drop.filter((scope) => !isDevice(scope))", "pull > of an ended epoch begin at 0 again",
    ),
    fault(
        "digests never sent", "pull", "if (!compare) return request;", "if (true) return request;",
        "pull > are compared by digest once an hour, and when asked",
    ),
    fault(
        "dismissed people's databases kept", "pull",
        "for (const person of reply.delete) await forget(core, person);", "",
        "pull > who were dismissed lose their database here",
    ),
    fault(
        "views refreshed page by page", "pull", "while (await pullOnce(core, changed));",
        "while (await pullOnce(core, changed)) core.store.bus.tell(changed);",
        "pull > are shown when all heads are reached, not page by page",
    ),
    fault(
        "nothing given back", "pull", "if (ours !== null) await giveBack(core, ours.gen, ours.n + 1, went);", "",
        "chains > a server that went back while the device has nothing new learns of it by a pull",
    ),
    fault(
        "another epoch not taken for a server that went back", "pull",
        " || (request.echo !== null && request.echo.epoch !== reply.stamp.epoch)", "",
        "pull > offers its whole chain again to a server that went back",
    ),
    fault(
        "a fork ahead of what was acknowledged taken for one of copies alone", "pull",
        "if ((forked || ack.n > (end?.n ?? 0)) && went)", "if (ack.n > (end?.n ?? 0) && went)",
        "pull > offers its whole chain again to a server that went back",
    ),
]  # fmt: skip

SOCKET = [
    fault(
        "a half-open socket not noticed", "live", ">= SILENT_MS) return this.#closed(1006);", "< 0) return;",
        "live > is pinged every 20 s, and replaced after 45 s of silence",
    ),
    fault(
        "no onclose", "live", "close: (code) => this.#socket === socket && this.#closed(code),",
        "close: () => undefined,",
        "live > that closes is replaced after two seconds",
    ),
    fault(
        "a page taken while own acts are replayed", "pull", "if (ops.some((op) => replays(op, mark))) return false;",
        "",
        "live > with a page is only a poke while own acts are replayed",
    ),
    fault(
        "a page of a scope that is not granted", "pull",
        "if (!core.memory.grants?.scopes.includes(page.scope)) return false;", "",
        "live > with a page of a scope that is not granted changes nothing",
    ),
    fault(
        "what came before the subscription not asked for", "live", ".then((all) => all || this.#wake())",
        ".then(() => undefined)", "live > a socket",
    ),
    fault(
        "the socket of the person before", "engine", "      this.#loop?.hangUp();\n      if (who", "      if (who",
        "live > of one person is closed before the next one is there",
    ),
]  # fmt: skip

CHAINS = [
    fault(
        "re-chain changes ids", "chains", "{ ...undecided, gen:",
        "{ ...undecided, id: `${op.id.slice(0, -4)}0000`, gen:",
        "chains > another history on the server starts a new chain behind what it holds; heads stay as they are",
        "chains > a gap that the device can no longer fill",
    ),
    fault(
        "acknowledged acts left behind in the old chain", "chains",
        "if (op.open === undefined && orgOf(op.head) !== identity.org) continue;",
        "if (op.open === undefined) continue;", "chains > ", "session > the new one gives back what the old one had",
    ),
    fault(
        "decided acts of one org told to another", "chains", " && orgOf(op.head) !== identity.org) continue;",
        " && op.gen < 0) continue;", "session > that one never hears what the first has decided",
    ),
    fault(
        "an act recorded meanwhile left in the old chain", "chains", "if (now?.chain !== old.chain) return;",
        "if (now !== undefined) return;", "chains > another history on the server",
    ),
    fault(
        "told by a number what another copy's act became", "outcomes",
        "typeof id === 'string' ? await ops.get(id) : undefined;",
        "await (typeof id === 'string' ? ops.get(id) : ops.index('position').get([1, Number(body.f['cn'])]));",
        "chains > what became of its number on another copy of the profile",
    ),
    fault(
        "a new chain begun that the server refused", "chains", "if (reply.status >= 300 || certificate === null) {",
        "if (false) {", "chains > a new chain that the server did not agree to is not begun",
    ),
]  # fmt: skip

PEOPLE = [
    fault(
        "a read begun for one shown to the next", "watch",
        "if (reader() === person) cell.set(value);\n    else reading.ask();",
        "cell.set(value);", "session > a read begun for the first is never shown to the second",
    ),
    fault(
        "a revoked device keeps its people", "session",
        "for (const person of await (await core.store.device()).getAllKeys('people')) await forget(core, person);", "",
        "pull > are all forgotten by a revoked device",
    ),
    fault(
        "lost storage not noticed", "marker", "if (ports.marker.get() !== text) ports.marker.set(text);", "",
        "session > with acts unsent is noticed, shown, and followed by the next chain",
    ),
    fault(
        "delivered acts swept out at once", "housekeeping", "const old = decided.filter((op) => op.at < limit);",
        "const old = decided;", "housekeeping > acts delivered seven days ago go",
    ),
]  # fmt: skip

FAULTS = [*RECORDING, *SENDING, *PULLING, *SOCKET, *CHAINS, *PEOPLE]
