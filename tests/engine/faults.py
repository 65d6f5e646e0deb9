"""Faults to plant in the browser's half: each must turn `make engine` red, or the harness does not see.

A copy of sync/browser with the fault's edits in it is run instead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "sync" / "browser"
COPIES = ROOT / "build" / "engine"


class Edit(msgspec.Struct, frozen=True):
    """``new`` instead of ``old``, which stands once in ``file``."""

    file: str
    old: str
    new: str


class Fault(msgspec.Struct, frozen=True):
    """One fault, and of how many histories from seed 1 on at least one must fail."""

    name: str
    edits: tuple[Edit, ...]
    histories: int = 20

    @property
    def command(self) -> str:
        """What must go red."""
        return f'make engine HISTORIES={self.histories} SEED=1 ARGS="--fault {self.name}"'


def one(name: str, file: str, old: str, new: str, histories: int = 20) -> Fault:
    return Fault(name, (Edit(file, old, new),), histories)


_TAKE = """    for (const page of reply.pages.filter((page) => !isDevice(page.scope))) {
      await applyPage(scoped(tx), page, core.options.orders, changed);
    }
    const cursors"""
_TAKEN = """    for (const { scope, epoch, upto } of reply.pages.filter((page) => !isDevice(page.scope))) {
      await tx.objectStore('cursors').put({ scope, epoch, seq: upto });
    }
    const cursors"""
_NOTE = """  await noteUse(core, session);
}

/** Notes that"""
_ROWS_LATER = """  await write(db, ['rows', 'cursors', 'keys', 'stamp'], 'relaxed', async (tx) => {
    for (const page of reply.pages.filter((page) => !isDevice(page.scope))) {
      await tx.objectStore('cursors').put({ scope: page.scope, epoch: page.epoch, seq: page.after });
      await applyPage(scoped(tx), page, core.options.orders, changed);
    }
  });
  await noteUse(core, session);
}

/** Notes that"""
_MOVE = """    const { d: _d, code: _code, ...undecided } = op;
    const moved = { ...undecided, gen: identity.gen, n, prev: link, link: advance(link, op.hash), open: 1 as const };"""
_RENAMED = """    const { d: _d, code: _code, ...rest } = op;
    await ops.delete(op.id);
    const id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
    const head = op.head.replace(`"id":"${op.id}"`, `"id":"${id}"`);
    const undecided = { ...rest, id, head, hash: headHash(head) };
    const hash = undecided.hash;
    const moved = { ...undecided, gen: identity.gen, n, prev: link, link: advance(link, hash), open: 1 as const };"""

FAULTS: tuple[Fault, ...] = (
    one(
        "recorded-before-commit",
        "store.ts",
        "    const result = await work(tx);\n    await tx.done;\n",
        "    const result = await work(tx);\n",
    ),
    one("act-not-strict", "outbox.ts", "['meta', 'ops'], 'strict'", "['meta', 'ops'], 'relaxed'"),
    Fault(
        "number-outside-transaction",
        (
            Edit("outbox.ts", "      const end = await meta(kept, 'end');\n", "      const end = before;\n"),
            Edit(
                "outbox.ts",
                "    const op = await write(await core.store.device()",
                "    const before = await meta((await core.store.device()).transaction('meta').store, 'end');\n"
                "    const op = await write(await core.store.device()",
            ),
        ),
        40,
    ),
    one(
        "lost-reply-drops-acts",
        "push.ts",
        "    // A proxy in between may be stricter",
        """    if (error instanceof NoAnswerError && error.status === undefined) {
      await write(await core.store.device(), ['ops'], 'strict', async (tx) => {
        for (const op of batch.ops) await tx.objectStore('ops').delete(op.id);
      });
    }
    // A proxy in between may be stricter""",
    ),
    Fault("cursor-before-rows", (Edit("pull.ts", _TAKE, _TAKEN), Edit("pull.ts", _NOTE, _ROWS_LATER)), 40),
    one("page-out-of-order", "rows.ts", "  if (!follows) return false;\n", ""),
    one(
        "retry-timer-lost",
        "loop.ts",
        "    if (!this.#stopped) this.#cancelTimer =",
        "    if (!this.#failures) this.#cancelTimer =",
    ),
    one("no-deadline", "transport.ts", "this.#ports.after(DEADLINE_MS, () => abort.abort())", "() => undefined"),
    one("socket-not-closed", "live.ts", "    socket?.close();\n", "    void socket;\n"),
    Fault(
        "rechain-changes-ids",
        (
            Edit("chains.ts", _MOVE, _RENAMED),
            Edit("chains.ts", "import { advance, root } from", "import { advance, headHash, root } from"),
        ),
        40,
    ),
    one("rechain-forgets", "chains.ts", "    await ops.put(moved);\n", "", 40),
    one(
        "lost-scope-kept",
        "rows.ts",
        "  for (const held of await rows.index('scopes').getAll(scope)) await leave(rows, held, scope, changed);\n",
        "  void rows;\n",
    ),
    one(
        "switch-drops-acts",
        "session.ts",
        "  const answer = await record(core, { kind: 'session.end' }, { person }, true);\n",
        """  await write(await core.store.device(), ['ops'], 'strict', async (tx) => {
    const ops = tx.objectStore('ops');
    for (const { id } of await ops.index('actor').getAll(person)) await ops.delete(id);
  });
  const answer = await record(core, { kind: 'session.end' }, { person }, true);
""",
    ),
    one("loss-hidden", "status.ts", "(readMarker(core.ports)?.waiting ?? 0) > 0", "false", 60),
)
BY_NAME = {fault.name: fault for fault in FAULTS}


@contextlib.contextmanager
def planted(name: str | None) -> Iterator[Path]:
    """The folder of the browser's half, or of a copy with the fault in it."""
    if name is None:
        yield SOURCES
        return
    fault = BY_NAME[name]
    copy = COPIES / f"{name}-{os.getpid()}"
    # Below the root, so that packages are found.
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules", "*.test.ts"))
    try:
        for edit in fault.edits:
            text = (copy / edit.file).read_text()
            if text.count(edit.old) != 1:
                raise ValueError(f"{fault.name}: the text stands {text.count(edit.old)} times in {edit.file}")
            (copy / edit.file).write_text(text.replace(edit.old, edit.new))
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)
