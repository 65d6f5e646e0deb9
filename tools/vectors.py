"""Write ``sync/vectors/*.json`` from the case lists in ``tools/cases``; with ``--check`` only say which differ."""

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "sync" / "vectors"
TOPICS = (
    "canon", "ids", "commitment", "chain", "chain_repair", "check", "clock", "apply", "merge", "notices",
    "notice_closing", "scopes", "shade", "digest", "log", "messages", "signatures", "pages", "refusals", "convergence",
    "upcast", "sealed", "course",
)  # fmt: skip
WIDTH = 116
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def text(value: object, indent: str = "") -> str:
    """JSON with one line per value that fits one; a lone surrogate stays the escape it must be."""
    flat = LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{indent}]"


def topic(name: str) -> str:
    """The file of one topic."""
    module: Any = importlib.import_module(f"cases.{name}")
    halves = {"halves": list(module.HALVES)} if hasattr(module, "HALVES") else {}
    shows = {"shows": list(module.SHOWS)} if hasattr(module, "SHOWS") else {}
    return text({"topic": name, "spec": module.SPEC, **halves, **shows, "cases": module.cases()}) + "\n"


def main(arguments: list[str]) -> int:
    files = {FOLDER / f"{name}.json": topic(name) for name in TOPICS}
    old = [path for path, new in files.items() if not path.exists() or path.read_text("utf-8") != new]
    if "--check" in arguments:
        print("\n".join(f"{path.name} is not what tools/cases says" for path in old) or "vectors are up to date")
        return bool(old)
    for path in old:
        path.write_text(files[path], "utf-8")
        print(f"wrote {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
