"""Cases: all that ship come out as expected; the format refuses what it does not know; a wrong expectation is seen."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatehouse import cli, coverage, regulations
from gatehouse.rules.cases import BadCase, read, run, shipped
from gatehouse.rules.clauses import clauses
from gatehouse.rules.situation import Case

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BOUNDARIES = {
    "R-ATT-02": ("bar-late-14m00", "bar-late-15m00", "bar-late-16m00", "bar-late-29m00", "bar-late-30m00"),
    "R-ATT-04": ("ding-late-9m00", "ding-late-10m00", "ding-late-11m00", "ding-early-10m00", "ding-early-11m00"),
    "R-ATT-06": ("sales-2", "sales-3", "sales-4"),
    "R-ATT-07": ("gold-late-19m00", "gold-late-20m00", "gold-late-21m00", "gold-off-19", "gold-off-20", "gold-off-21"),
    "R-ATT-12": ("prop-lead-900s", "prop-lead-840s"),
    "R-ATT-13": ("gold-lead-600s", "gold-lead-540s"),
    "R-COR-01": ("window-1", "window-2", "window-3"),
    "R-COR-02": ("cap-2", "cap-3", "cap-4"),
    "R-COR-03": ("price-before", "price-after"),
    "R-SCH-03": ("rotation-5",),
    "R-SCH-07": ("holiday-lead-09-23-12", "holiday-lead-09-24-23", "holiday-lead-09-25-00"),
    "R-SCH-10": ("meal-edge", "meal-minute"),
    "R-SWP-06": ("ecom-cap-2", "ecom-cap-3", "ecom-cap-4"),
    "R-SWP-07": ("over-cap-3", "over-cap-4", "over-cap-5"),
    "R-SWP-14": ("gold-cap-1", "gold-cap-2", "gold-cap-3"),
    "R-SWP-15": ("rest-2359", "rest-0000", "rest-0001"),
    "R-LEV-02": ("ecom-day-before", "ecom-no-substitute"),
    "R-LEV-03": ("ecom-2h01", "ecom-2h", "ecom-2h-less-1s"),
    "R-LEV-09": ("gold-1h01", "gold-1h", "gold-1h-late"),
    "R-LEV-11": ("gold-day-before", "gold-two-days"),
    "R-LEV-13": ("gold-sick-half", "gold-sick-cert"),
    "R-LEV-14": ("gold-sick-cert", "gold-sick-cert-late"),
    "R-LEV-15": ("gold-night-115959", "gold-night-1200", "gold-night-120001"),
}
"""Clauses with a number: cases below, at and above it."""


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.id)
def test_a_case_that_ships_comes_out_as_expected(case: Case) -> None:
    assert run(case).differences == ()


def test_there_are_enough_and_each_cites_what_exists() -> None:
    assert len(shipped()) >= 250
    unknown = {(case.id, one) for case in shipped() for one in case.clauses if one not in clauses()}
    assert unknown == set()
    assert [case.id for case in shipped() if not case.clauses] == []


@pytest.mark.parametrize(("clause", "names"), BOUNDARIES.items())
def test_each_number_is_shown_below_at_and_above(clause: str, names: tuple[str, ...]) -> None:
    held = {case.id: case for case in shipped()}
    assert [name for name in names if clause not in held[name].clauses] == []


def test_what_a_case_declares_is_what_was_judged() -> None:
    """Of refusals, the clause expected is among those the case says it shows."""
    for case in shipped():
        told = {one.clause for one in case.expect.decisions.values() if one.clause}
        assert told <= {*case.clauses}, case.id


def _wrong(case: Case, **changed: Any) -> Case:
    expect = msgspec.structs.replace(case.expect, **changed)
    return msgspec.structs.replace(case, expect=expect)


def test_a_wrong_expectation_is_seen() -> None:
    late = next(case for case in shipped() if case.id == "bar-late-15m00")
    verdict = msgspec.structs.replace(late.expect.verdicts["s"], late=16)
    assert [one.where for one in run(_wrong(late, verdicts={"s": verdict})).differences] == ["verdicts.s.late"]
    assert [one.where for one in run(_wrong(late, proposals=())).differences] == ["proposals"]
    proposal = msgspec.structs.replace((late.expect.proposals or ())[0], clause="R-ATT-03")
    assert {one.where for one in run(_wrong(late, proposals=(proposal,))).differences} == {"proposals"}
    assert [one.where for one in run(_wrong(late, unscheduled=("e1",))).differences] == ["unscheduled"]
    roster = next(case for case in shipped() if case.id == "meal-minute")
    assert [one.where for one in run(_wrong(roster, roster=())).differences] == ["roster"]
    turning = next(case for case in shipped() if case.id == "rotation-5")
    assert [one.where for one in run(_wrong(turning, rota={"zhao": {"2026-11-06": "晚"}})).differences]
    swap = next(case for case in shipped() if case.id == "ecom-cap-4")
    told = msgspec.structs.replace(swap.expect.decisions["x"], clause="R-SWP-07")
    assert [one.where for one in run(_wrong(swap, decisions={"x": told})).differences] == ["decisions.x.clause"]


def _file(**case: Any) -> bytes:
    whole = {"id": "a", "title": "t", "clauses": ["R-ATT-01"], "expect": {}, **case}
    return json.dumps({"about": "x", "cases": [whole]}).encode()


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"shift": {}}, "unknown field `shift` - at `$.cases[0]`"),
        ({"events": [{"do": "punch", "at": "2026-11-09 08:00", "person": "a", "wya": "in"}]}, "`$.cases[0].events[0]`"),
        ({"events": [{"do": "punish", "at": "2026-11-09 08:00"}]}, "`$.cases[0].events[0].do`"),
        ({"events": [{"do": "punch", "at": "9.11. 8 Uhr", "person": "a"}]}, "`$.cases[0].events[0].at`"),
        ({"shifts": {"s": {"person": "a", "date": "2026-11-09", "times": "8-17"}}}, "times"),
        ({"expect": {"verdict": {}}}, "`$.cases[0].expect`"),
    ],
)
def test_what_is_not_of_the_format_is_refused_with_its_path(case: dict[str, Any], told: str) -> None:
    with pytest.raises(BadCase, match=re.escape(told)):
        read(_file(**case), "x.json")


@pytest.mark.parametrize(
    "case",
    [
        {"pack": "nobody"},
        {"settings": [{"key": "late.grace", "value": 5}]},
        {"settings": [{"key": "late.grace_min", "value": "five"}]},
        {"zone": "Asia/Atlantis", "now": "2026-11-09 08:00"},
        {"events": [{"do": "approve", "at": "2026-11-09 08:00", "of": "x", "by": "a"}]},
        {"events": [{"do": "punch", "at": "2026-02-30 08:00", "person": "a"}]},
        {"events": [{"do": "swap.request", "at": "2026-11-09 08:00", "by": "a", "give": "s", "asked": ["b"]}]},
    ],
)
def test_what_cannot_be_played_is_told(case: dict[str, Any]) -> None:
    with pytest.raises(BadCase):
        run(read(_file(**case), "x.json").cases[0])


def test_a_case_adds_people_to_its_base_and_replaces_the_rest() -> None:
    base = {"people": {"a": {}, "b": {}}, "pack": "bar", "now": "2026-11-09 08:00"}
    case = {
        "id": "a",
        "title": "t",
        "clauses": ["I-01"],
        "people": {"b": {"team": "other"}},
        "pack": "gold",
        "expect": {},
    }
    found = read(json.dumps({"about": "x", "base": base, "cases": [case]}).encode(), "x.json").cases[0]
    assert (sorted(found.people), found.people["b"].team, found.pack, found.now) == (
        ["a", "b"],
        "other",
        "gold",
        base["now"],
    )


def test_the_example_of_the_page_gives_what_the_page_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "cases.md").read_text()
    example, output = re.findall(r"```(?:json|text)\n(.*?)```", text, re.DOTALL)[:2]
    file = tmp_path / "cases.json"
    file.write_text(example)
    assert cli.main(["rules", "run", str(file), "--language", "en"]) == 0
    assert capsys.readouterr().out == output
    assert cli.main(["rules", "run", str(file), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told[0]["verdicts"]["s"]["late"] == 30
    file.write_text(example.replace('"late": 30', '"late": 31'))
    assert cli.main(["rules", "run", str(file)]) == 1
    file.write_text(example.replace('"title"', '"titel"'))
    assert cli.main(["rules", "run", str(file)]) == 2
    assert cli.main(["rules", "run", str(tmp_path / "none.json")]) == 2


def test_every_case_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "check"]) == 0
    assert re.search(r"\d+ cases, \d+ clauses, 0 otherwise than expected", capsys.readouterr().out)


def test_pages_and_schema_are_what_the_code_makes() -> None:
    assert (DOCS / "coverage.md").read_text() == coverage.page(), "gatehouse rules coverage > docs/coverage.md"
    assert (DOCS / "cases.schema.json").read_text() == regulations.schema(), "gatehouse rules schema"


def test_every_clause_of_the_five_families_is_carried_and_shown() -> None:
    """Complete: a function and a case for each, or a reason; conduct that software cannot judge is listed as such."""
    bare = [row.clause.id for row in coverage.rows() if not (row.functions and row.cases) and not row.note]
    assert bare == []
    idle = [id_ for id_ in coverage.ELSEWHERE if id_ not in clauses()]
    assert idle == []
    for told in coverage.ELSEWHERE.values():
        for path in re.findall(r"tests/[\w/.]+", told):
            assert (ROOT / path.rstrip(".")).exists(), path


def test_the_functions_named_exist() -> None:
    names = {name for name, _, _ in coverage.written()}
    assert set(coverage.GENERAL.values()) <= names


def test_serving_does_not_depend_on_cases() -> None:
    """The server starts without reading a case."""
    said = "import sys, gatehouse.app; sys.exit('gatehouse.rules.cases' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0
