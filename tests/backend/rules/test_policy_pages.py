"""The reference page and what the browser shows of regulations are what the code makes of the packs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import policy_pages
from gatehouse.rules.clauses import clauses, names
from gatehouse.rules.pack import shipped
from gatehouse.rules.parameters import PARAMETERS


@pytest.mark.parametrize("path", policy_pages.written(), ids=lambda path: path.name)
def test_a_generated_file_is_what_the_code_makes(path: Path) -> None:
    """`python tools/policy_pages.py` writes them anew."""
    assert path.read_bytes() == policy_pages.written()[path]


def test_every_clause_that_can_be_named_has_its_sentence_in_every_language() -> None:
    named = {one.clause for one in PARAMETERS.values()} | {
        one.cited.clause for pack in shipped().values() for row in pack.values.values() for one in row
    }
    assert named <= clauses().keys()
    for language in policy_pages.LANGUAGES:
        said = policy_pages.sentences(language)
        assert said["clauses"].keys() == clauses().keys()
        assert said["parameters"].keys() == PARAMETERS.keys() == names().keys()
        assert all(text.strip() for part in said.values() for text in part.values())


def test_every_clause_that_the_rules_name_exists() -> None:
    """Whatever is written like a clause in the code of the rules is one."""
    folder = Path(policy_pages.ROOT) / "backend" / "gatehouse"
    found = {
        (file.name, id_)
        for file in folder.rglob("*.py")
        for id_ in re.findall(r'"([RIH]-(?:[A-Z]{3}-)?\d\d)"', file.read_text())
    }
    assert found
    assert [one for one in sorted(found) if one[1] not in clauses()] == []
