"""The tables of entities and kinds fit together, and the copy that the browser reads is theirs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.versions import SECOND

from gatehouse_sync import canon
from gatehouse_sync.entities import ENTITIES, KINDS, catalogue, declared
from gatehouse_sync.fields import MAX_INSTANT, Field, Kind, Upcast, text
from gatehouse_sync.shade import closed_at

BROWSER = Path(__file__).resolve().parents[2] / "sync" / "browser"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


@pytest.mark.parametrize(("file", "office"), [("entities.json", False), ("office.json", True)])
def test_the_browser_reads_the_same_tables(file: str, office: bool) -> None:
    wanted = json.loads(canon.encode(catalogue(office=office)))
    assert json.loads((BROWSER / file).read_text("utf-8")) == wanted
    command = [sys.executable, "-m", "gatehouse_sync.entities", *(["office"] if office else [])]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert json.loads(run.stdout) == wanted


def test_the_halves_are_the_whole() -> None:
    """What is recorded at a gate, on a tablet or in a swap is known before the office's half is loaded."""
    first, office = (json.loads(canon.encode(catalogue(office=half))) for half in (False, True))
    for part, whole in (("entities", ENTITIES), ("kinds", KINDS)):
        assert sorted([*first[part], *office[part]]) == sorted(whole)
    assert {name for name, kind in KINDS.items() if kind.family != "command"} <= {*first["kinds"]}


@pytest.mark.parametrize("name", ENTITIES)
def test_fields_have_limits_that_their_type_needs(name: str) -> None:
    for field_name, field in ENTITIES[name].fields.items():
        assert NAME.match(field_name), field_name
        assert (field.max > 0) is (field.type in {"text", "texts", "int", "instant"}), field_name
        assert bool(field.choices) is (field.type == "choice"), field_name
        assert field.min <= field.max, field_name
        assert field.type != "instant" or field.max == MAX_INSTANT, field_name
        assert (field.policy == "union") is (field.type == "texts"), field_name
        assert field.policy != "append" or field.type == "text", field_name
        assert not field.lines or field.type == "text", field_name


@pytest.mark.parametrize("name", ENTITIES)
def test_only_private_texts_are_masked_or_hashed(name: str) -> None:
    for field in ENTITIES[name].fields.values():
        if field.mask != "none" or field.hashed:
            assert field.private
            assert field.type == "text"


@pytest.mark.parametrize("name", ENTITIES)
def test_what_closes_an_entity_is_an_instant_of_its_own_and_stays(name: str) -> None:
    entity = ENTITIES[name]
    if entity.closed_by is None:
        assert (entity.full_ms, entity.keep_ms) == (0, 0)
        return
    field = entity.fields[entity.closed_by]
    assert (field.type, field.private, field.policy) == ("instant", False, "first")
    assert 0 < entity.full_ms <= entity.keep_ms
    assert closed_at({"kind": name, "f": {entity.closed_by: 7}}) == 7


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_names_each_field_once_and_fields_that_exist(name: str) -> None:
    kind = KINDS[name]
    fields = ENTITIES[kind.entity].fields if kind.entity is not None else {}
    declared = [*kind.required, *kind.optional]
    assert len(set(declared)) == len(declared)
    assert set(declared) <= set(fields)
    assert not set(declared) & set(kind.params), "a parameter has the name of a field"
    assert set(kind.required_params) <= set(kind.params)
    assert not any(field.private for field in kind.params.values())
    assert not kind.creates or kind.entity is not None
    assert all(kind.required) or kind.family != "patch"


@pytest.mark.parametrize("name", KINDS)
def test_stamps_are_instants_that_nobody_sends(name: str) -> None:
    kind = KINDS[name]
    for stamped, cause in kind.stamps.items():
        assert kind.entity is not None
        assert ENTITIES[kind.entity].fields[stamped].type == "instant"
        assert stamped not in {*kind.required, *kind.optional}
        assert cause == "" or cause in kind.required


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_named_noun_and_verb(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*\.[a-z][a-z_]*", name)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_says_how_each_older_version_reads(name: str) -> None:
    assert versioned(KINDS[name], declared(name))


def test_the_rule_for_versions_sees_what_is_missing() -> None:
    assert versioned(SECOND, {"lane": text(1), "category": text(1), "source": text(1)})
    assert not versioned(msgspec.structs.replace(SECOND, version=3), {"lane": text(1), "source": text(1)})
    assert not versioned(SECOND, {"lane": text(1), "category": text(1)})


def versioned(kind: Kind, names: dict[str, Field]) -> bool:
    """Whether there is a step to every version but the first, and the last one leads to what the kind declares."""
    last = kind.upcasts[-1] if kind.upcasts else Upcast()
    made = {*last.rename.values(), *last.choices, *last.put}
    return len(kind.upcasts) == kind.version - 1 and made <= names.keys()


def test_no_kind_reads_a_field_by_another_kinds_parameter() -> None:
    """`apply` skips parameters by name: a field of that name would never be written."""
    for name, kind in KINDS.items():
        if kind.entity is not None:
            assert not set(kind.params) & set(ENTITIES[kind.entity].fields), name
