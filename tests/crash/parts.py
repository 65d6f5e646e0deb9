"""The parts of `make crash`, each with what it counts and what must not happen in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from tests.crash import disk, kill_browser, kill_postgres, kill_sqlite, power, rot, unknown
from tests.crash.check import Verdict
from tests.crash.server import NO_STRACE, strace
from tests.evidence import Bound, Count

Answers = Mapping[str, int]


class Part(msgspec.Struct):
    """What one part has to tell."""

    counts: list[Count] = []
    bounds: list[Bound] = []
    remarks: list[str] = []
    wrong: list[str] = []
    """The first few things that must not be, for the person who looks into them."""


class Sizes(msgspec.Struct, frozen=True):
    """How long the run is to be."""

    kills: int
    images: int
    seed: int


def _judged(what: str, verdict: Verdict, n: int) -> tuple[list[Bound], list[str]]:
    bounds = [
        Bound(f"{what}: acknowledged acts lost", len(verdict.lost), n),
        Bound(f"{what}: acts doubled", len(verdict.doubled), n),
        Bound(f"{what}: databases not whole", len(verdict.corrupt), n),
    ]
    return bounds, [*verdict.lost[:3], *verdict.doubled[:3], *verdict.corrupt[:3]]


def _answers(what: str, answers: Answers, unfit: list[str]) -> tuple[Count, Bound]:
    told = {name: count for name, count in answers.items() if name not in {"ok", "cut"}}
    named = ", ".join(f"{count:,} × {name}" for name, count in sorted(told.items())) or "none"
    return (
        Count(f"{what}: answers to pushes (other than success: {named})", sum(answers.values())),
        Bound(f"{what}: answers that were no “try again”", len(unfit), sum(answers.values())),
    )


def _killed_sqlite(sizes: Sizes) -> Part:
    return sqlite_part(kill_sqlite.run(sizes.kills, sizes.seed))


def sqlite_part(found: kill_sqlite.Result) -> Part:
    """The server on SQLite, killed."""
    what = "server on SQLite killed"
    bounds, wrong = _judged(what, found.verdict, found.kills)
    count, bound = _answers(what, found.answers, found.unfit)
    return Part(
        [
            Count(f"{what}: kills", found.kills),
            Count(f"{what}: of these before it answered", found.at_start),
            Count(f"{what}: of these with acts committed and not answered", found.committed_unanswered),
            Count(f"{what}: acts sent again that were there already", found.sent_again),
            count,
        ],
        [*bounds, bound],
        wrong=[*wrong, *found.unfit],
    )


def _disk(sizes: Sizes) -> Part:
    part = Part()
    filled = disk.fill(max(1, sizes.kills // 2), sizes.seed)
    if filled is None:
        part.remarks.append("No small disk could be mounted here, so none was filled; lack of space was injected only.")
    else:
        what = "small disk filled"
        bounds, part.wrong = _judged(what, filled.verdict, filled.fills)
        count, bound = _answers(what, filled.answers, filled.unfit)
        part.counts += [Count(f"{what}: fills, each emptied again under the running server", filled.fills), count]
        part.bounds += [*bounds, bound]
        silent = filled.fills - filled.said_full
        part.bounds.append(Bound(f"{what}: fills nobody was told of (507)", silent, filled.fills))
        deaf = filled.fills - filled.read_while_full
        part.bounds.append(Bound(f"{what}: fills during which it did not answer a read", deaf, filled.fills))
    failed = disk.inject(max(1, sizes.kills // 5), sizes.seed)
    what, runs = "disk fails (injected)", failed.injected.total()
    bounds, wrong = _judged(what, failed.verdict, runs)
    count, bound = _answers(what, failed.answers, failed.unfit)
    part.counts += [*(Count(f"{what}: {way}", number) for way, number in failed.injected.items()), count]
    part.bounds += [*bounds, bound]
    syncs = failed.injected[disk.WAYS[2]] - failed.others
    part.bounds.append(Bound("a commit's sync fails: the server did not end by itself", len(failed.stayed), syncs))
    part.wrong += [*wrong, *failed.unfit, *failed.stayed[:3]]
    return part


def _power(sizes: Sizes) -> Part:
    full = power.run(sizes.images, sizes.seed)
    less = max(50, sizes.images // 20)
    normal = power.run(less, sizes.seed, "normal")
    early = power.run(less, sizes.seed, "early")
    return power_part(full, normal, early)


def power_part(full: power.Result, normal: power.Result, early: power.Result) -> Part:
    """Power cuts, and the two planted faults that must be seen."""
    what = "power cut of SQLite"
    return Part(
        [
            Count(f"{what}: disk images", full.images),
            Count(f"{what}: of these with torn writes", full.torn),
            Count(f"{what}: of these that lack some unsynced write", full.with_unsynced),
            Count(f"{what}: of these cut during a checkpoint", full.in_checkpoint),
            Count(f"{what}: of these verified from the log upwards", full.verified),
            Count(f"{what}: syncs recorded", full.syncs),
            Count(f"{what}: acknowledged acts looked for, over all images", full.promises),
            Count(f"planted synchronous=NORMAL: images of {normal.images} that lost acts", normal.losing),
            Count(f"planted answer before the commit: images of {early.images} that lost acts", early.losing),
        ],
        [
            Bound(f"{what}: images that lack an acknowledged act", full.losing, full.images),
            Bound(f"{what}: images not whole", len(full.corrupt), full.images),
            Bound("planted faults of durability that no image showed", (not normal.losing) + (not early.losing), 2),
        ],
        wrong=full.corrupt[:5],
    )


def _killed_postgres(sizes: Sizes) -> Part:
    return postgres_part(kill_postgres.run(sizes.kills, sizes.seed))


def postgres_part(found: kill_postgres.Result) -> Part:
    """PostgreSQL, killed."""
    what, kills = "PostgreSQL killed", found.kills.total()
    bounds, wrong = _judged(what, found.verdict, kills)
    count, bound = _answers(what, found.answers, found.unfit)
    return Part(
        [
            *(Count(f"{what}: {way}", number) for way, number in found.kills.items()),
            Count(f"{what}: acts sent again that were there already", found.sent_again),
            count,
        ],
        [*bounds, bound],
        wrong=[*wrong, *found.unfit],
    )


def _unknown(sizes: Sizes) -> Part:
    return unknown_part(unknown.run(5 * sizes.kills, sizes.seed))


def unknown_part(found: unknown.Result) -> Part:
    """Commits of unknown outcome."""
    what, cuts = "commit of unknown outcome", found.cuts.total()
    bounds, wrong = _judged(what, found.verdict, cuts)
    count, bound = _answers(what, found.answers, found.unfit)
    return Part(
        [*(Count(f"{what}: {way}", number) for way, number in found.cuts.items()), count],
        [*bounds, bound],
        wrong=[*wrong, *found.unfit],
    )


def _killed_browser(sizes: Sizes) -> Part:
    found = kill_browser.run(sizes.kills, sizes.seed)
    what = "browser killed"
    return Part(
        [
            Count(f"{what}: kills", found.kills),
            Count(f"{what}: of these with the server gone", found.without_server),
            Count(f"{what}: acts that the screen said were recorded", found.heard),
            Count(f"{what}: acts recorded in the last moment, before the screen said so", found.unheard),
        ],
        [
            Bound(f"{what}: recorded acts lost", len(found.lost), found.kills),
            Bound(f"{what}: acts doubled", len(found.doubled), found.kills),
            Bound(f"{what}: errors on the page, or a server's file not whole", _others(found), found.kills),
        ],
        wrong=[*found.lost[:3], *found.doubled[:3], *found.corrupt[:3], *found.complaints[:3]],
    )


def _others(found: kill_browser.Result) -> int:
    return len(found.corrupt) + len(found.complaints)


def _rot(sizes: Sizes) -> Part:
    found = rot.run(sizes.kills, sizes.seed)
    what = "bit rot"
    return Part(
        [
            Count(f"{what}: bytes changed, one a copy", found.flips),
            Count(f"{what}: noticed in pages, indexes or schema", found.by_pages),
            Count(f"{what}: noticed by the log and what follows from it", found.by_log),
            Count(f"{what}: seen by no query", found.unused),
            *(
                Count(f"{what}: not noticed, in what the log does not speak of: {name}", n)
                for name, n in found.unlogged.items()
            ),
        ],
        [Bound(f"{what}: changed values that a backup's proof did not notice", found.unnoticed.total(), found.flips)],
        wrong=[f"{name}: {count}" for name, count in found.unnoticed.items()],
    )


PARTS: Final[dict[str, Callable[[Sizes], Part]]] = {
    # The longest first: two run at a time.
    "browser": _killed_browser,
    "power": _power,
    "disk": _disk,
    "sqlite": _killed_sqlite,
    "postgres": _killed_postgres,
    "unknown": _unknown,
    "rot": _rot,
}
_TRACED: Final = frozenset({"power", "disk", "sqlite"})


def lacking(name: str) -> str | None:
    """What the machine lacks for a part, as a sentence."""
    if name in _TRACED and strace() is None:
        return NO_STRACE
    return kill_browser.missing() if name == "browser" else None
