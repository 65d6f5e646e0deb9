"""Run named stages one after another, stop at the first that fails, and close with their times and test counts."""

import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
NODE = [PYTHON, "tools/node.py", "run", "--silent"]

STAGES: dict[str, list[list[str]]] = {
    "check": [
        [PYTHON, "-m", "ruff", "check", "--quiet", "--output-format", "concise"],
        [PYTHON, "-m", "ruff", "format", "--quiet", "--diff"],
        [PYTHON, "-m", "mypy"],
        [*NODE, "types"],
        [*NODE, "lint"],
    ],
    "app": [[PYTHON, "tools/web.py"]],
    "vitest": [[*NODE, "test"]],
    "pytest": [[PYTHON, "-m", "pytest", "-n", "2", "-q", "--durations", "12", "tests"]],
    # Journeys wait for screens half of their time: three at once on two cores.
    "browser": [
        [PYTHON, "tools/browser.py"],
        [PYTHON, "-m", "pytest", "-n", "3", "--dist", "worksteal", "-q", "--durations", "12", "e2e"],
    ],
}
RESULT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)\b")


def is_result_line(line: str) -> bool:
    """Pytest's closing line (`12 passed in 0.40s`, framed or not) or the `Tests` line of Vitest, and nothing else."""
    return bool(re.search(r"\d+ \w+.* in [\d.]+s", line)) or line.lstrip().startswith("Tests ")


def run(command: list[str], counts: Counter[str]) -> int:
    """Stream the command's output, adding the numbers of its closing lines to `counts`; gives its exit code."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            if is_result_line(plain):
                counts.update({word: int(number) for number, word in RESULT.findall(plain)})
    return process.returncode


def main(names: list[str]) -> int:
    counts: Counter[str] = Counter()
    times: dict[str, float] = {}
    failed = 0
    for name in names:
        print(f"\n── {name} ──", flush=True)
        began = time.monotonic()
        failed = next((code for command in STAGES[name] if (code := run(command, counts))), 0)
        times[name] = time.monotonic() - began
        if failed:
            print(f"\n{name} failed.")
            break
    total = sum(times.values())
    print("\n" + "\n".join(f"{name:>10} {seconds:7.1f} s" for name, seconds in times.items()))
    summary = ", ".join(f"{number} {word}" for word, number in counts.items()) or "no tests"
    if failed and not counts["failed"]:
        summary = f"1 failed stage, {summary}"
    if names != ["check"]:
        print(f"========== {summary} in {total:.2f}s ==========")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
