"""``gatehouse rules``: run cases, check those that ship, list which clause is shown by what, give the schema."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from gatehouse import coverage
from gatehouse.rules.cases import BadCase, Result, read, run, shipped
from gatehouse.rules.situation import CaseFile
from gatehouse.rules.telling import words

LANGUAGES = {"zh-CN": "zh_cn", "zh-TW": "zh_tw", "en": "en"}


def add(commands: Any) -> None:  # noqa: ANN401  # argparse gives its sub-commands no public type
    """Add the command and its options."""
    rules = commands.add_parser("rules", help="what the regulations come to: run and check cases")
    what = rules.add_subparsers(dest="rules_command", required=True)
    running = what.add_parser("run", help="play the situations of files and say what comes of them")
    running.add_argument("files", nargs="+", type=Path, metavar="CASES.json")
    running.add_argument("--format", choices=("text", "json"), default="text")
    running.add_argument("--language", choices=tuple(LANGUAGES), default="zh-CN", help="of the clauses")
    what.add_parser("check", help="play every case that ships; the exit code is 1 when one comes out otherwise")
    what.add_parser("coverage", help="clause, parameters, functions and cases, as Markdown")
    what.add_parser("schema", help="the JSON Schema of a file of cases")


def main(given: argparse.Namespace) -> int:
    """Do it: 0 all as expected, 1 something came out otherwise, 2 a file is no file of cases."""
    try:
        match given.rules_command:
            case "run":
                return _run(given.files, given.format, LANGUAGES[given.language])
            case "check":
                return _check()
            case "coverage":
                sys.stdout.write(coverage.page())
            case _:
                sys.stdout.write(schema())
    except BadCase as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def schema() -> str:
    """The JSON Schema of a file of cases."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(CaseFile)), indent=2).decode() + "\n"


def _run(files: Iterable[Path], form: str, language: str) -> int:
    results: list[Result] = []
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise BadCase(f"{file}: {error.strerror}") from None
        results += [run(case) for case in read(data, file.name).cases]
    if form == "json":
        told = [
            {
                "id": one.case.id,
                "title": one.case.title,
                "right": one.right,
                **one.outcome,
                "differences": msgspec.to_builtins(one.differences),
            }
            for one in results
        ]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")
    else:
        sys.stdout.write("\n".join(words(one, language) for one in results) + "\n")
    return 0 if all(one.right for one in results) else 1


def _check() -> int:
    results = [run(case) for case in shipped()]
    wrong = [one for one in results if not one.right]
    counted: Counter[str] = Counter(clause for one in results for clause in one.case.clauses)
    for one in wrong:
        sys.stdout.write(words(one) + "\n")
    rows = [f"{clause} {number}" for clause, number in sorted(counted.items())]
    for at in range(0, len(rows), 8):
        sys.stdout.write("  ".join(f"{row:<12}" for row in rows[at : at + 8]).rstrip() + "\n")
    sys.stdout.write(f"{len(results)} cases, {len(counted)} clauses, {len(wrong)} otherwise than expected\n")
    return 1 if wrong else 0
