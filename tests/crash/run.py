"""`make crash`: kills, full and failing disks, power cuts, lost replies of the database, bit rot."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec
from tests.bench.machine import commit
from tests.crash.parts import PARTS, Part, Sizes, lacking
from tests.crash.server import ROOT
from tests.evidence import Evidence, keep

AT_ONCE = 2
KEPT = ROOT / "build" / "crash"
CLAIM = (
    "What the server acknowledged, and what a screen called recorded, survives a kill of the server, of its database "
    "and of the browser, a full or failing disk and a power cut, and has its effect once when it is sent again."
)
REMARKS = [
    (
        "A power cut is simulated: the calls a real server made under a real load are replayed up to a random instant; "
        "what was synced stays, of the rest a random part does, one image in five torn at 512-byte sectors. It is "
        "taken on trust that a disk keeps what it says it has synced, and that a file's name is as durable as its "
        "content."
    ),
    (
        "A SIGKILL leaves the page cache: kills of the server, of PostgreSQL and of the browser show that nothing is "
        "half done or doubled, not what a power cut takes."
    ),
    (
        "Two faults are planted to see that the images would show them: synchronous=NORMAL, and an answer before the "
        "commit."
    ),
]


class Ended(msgspec.Struct, frozen=True):
    """A part that has run, and which tree it ran on; kept for a run that is taken up again."""

    part: Part
    sizes: Sizes
    commit: str
    seconds: float


def kept(name: str, sizes: Sizes, where: Path = KEPT) -> Ended | None:
    """What an earlier run of this part of just these sizes came to."""
    file = where / f"{name}.json"
    ended = msgspec.json.decode(file.read_bytes(), type=Ended) if file.exists() else None
    return ended if ended is not None and ended.sizes == sizes else None


def elsewhere(found: dict[str, Ended], here: str) -> list[str]:
    """Which parts ran on another tree than this one, for the record."""
    trees = {one.commit for one in found.values()} - {here}
    return [
        f"Ran at `{tree}`: {', '.join(name for name, one in found.items() if one.commit == tree)}."
        for tree in sorted(trees)
    ]


def main() -> int:
    """Run the parts asked for; 1 when something happened that must not."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of server, PostgreSQL and browser each")
    parser.add_argument("--images", type=int, default=10_000, help="of disks after a power cut")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--record", action="store_true", help="keep the result in docs/evidence")
    parser.add_argument("--resume", action="store_true", help="take the parts that a run broken off has ended")
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)  # one part, for the parent process
    given = parser.parse_args()
    sizes = Sizes(given.kills, given.images, given.seed)
    names = [name for name in PARTS if name in given.only.replace(",", " ").split()] if given.only else list(PARTS)
    if not names:
        parser.error(f"there is no such part; choose of: {', '.join(PARTS)}")
    if given.json is not None:
        given.json.write_bytes(msgspec.json.encode(PARTS[names[0]](sizes)))
        return 0
    found = _all(names, sizes, resume=given.resume)
    missing = [f"Not run here: {name}. {lacking(name)}" for name in names if name not in found]
    only = f" ONLY={','.join(names)}" if given.only else ""
    evidence = Evidence(
        name="crash",
        title="Crashes, full disks and power cuts",
        claim=CLAIM,
        command=f"make crash KILLS={sizes.kills} IMAGES={sizes.images} SEED={sizes.seed}{only}",
        needs="strace (apt-get install strace) and Chromium",
        seeds=str(sizes.seed),
        counts=[one for ended in found.values() for one in ended.part.counts],
        bounds=[one for ended in found.values() for one in ended.part.bounds],
        remarks=[
            *REMARKS,
            *(one for ended in found.values() for one in ended.part.remarks),
            *missing,
            *elsewhere(found, commit()),
        ],
        seconds=sum(ended.seconds for ended in found.values()),
    )
    for name, ended in found.items():
        sys.stdout.writelines(f"{name}: {one}\n" for one in ended.part.wrong)
    sys.stdout.write(
        f"{evidence.failures} failures in {evidence.seconds:.0f} s; {keep(evidence, record=given.record)}\n"
    )
    return 1 if evidence.failures or len(found) + len(missing) < len(names) else 0


def _all(names: list[str], sizes: Sizes, *, resume: bool) -> dict[str, Ended]:
    """Every part that can run here, in processes of their own, two at a time; tells as they end, and keeps them."""
    found = {name: ended for name in names if resume and (ended := kept(name, sizes)) is not None}
    waiting, broken = [], ""
    for name in names:
        if (lack := lacking(name)) is not None:
            sys.stdout.write(f"{name}: not run. {lack}\n")
        elif name not in found:
            waiting.append(name)
    running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gatehouse-parts-") as folder, ExitStack() as ends:
        while running or (waiting and not broken):
            while waiting and len(running) < AT_ONCE and not broken:
                name = waiting.pop(0)
                running[name] = (_begin(name, sizes, Path(folder) / name), time.monotonic())
                # Where one part breaks, the other does not go on unseen, nor its servers.
                ends.callback(running[name][0].send_signal, signal.SIGINT)
            for name, (process, began) in list(running.items()):
                if process.poll() is None:
                    continue
                del running[name]
                if process.returncode != 0:
                    broken = f"{name} ended with {process.returncode}; what it said stands above."
                    continue
                part = msgspec.json.decode((Path(folder) / name).read_bytes(), type=Part)
                found[name] = Ended(part, sizes, commit(), time.monotonic() - began)
                (KEPT / f"{name}.json").write_bytes(msgspec.json.encode(found[name]))
                _tell(name, part, found[name].seconds)
            time.sleep(0.2)
    if broken:
        raise SystemExit(f"{broken} What has ended is kept: go on with --resume.")
    return {name: found[name] for name in names if name in found}


def _begin(name: str, sizes: Sizes, result: Path) -> subprocess.Popen[bytes]:
    words = ["--only", name, "--json", str(result)]
    for option in ("kills", "images", "seed"):
        words += [f"--{option}", str(getattr(sizes, option))]
    return subprocess.Popen([sys.executable, "-m", "tests.crash.run", *words], cwd=ROOT)


def _tell(name: str, part: Part, seconds: float) -> None:
    lines = [f"{name} ({seconds:.0f} s)"]
    lines += [f"  {one.n:>10,}  {one.what}" for one in part.counts]
    lines += [f"  {one.failures:>10,}  {one.what} ({one.n:,} tries)" for one in part.bounds]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
