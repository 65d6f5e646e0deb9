"""What is generated from the regulations: ``docs/policy-packs.md``, and what the browser shows of them offline.

``python tools/policy_pages.py`` writes them; a test holds that they are what this makes.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from gatehouse.rules.book import Book, Change, Choice, difference
from gatehouse.rules.calendar import Calendar
from gatehouse.rules.clauses import clauses, documents, names
from gatehouse.rules.pack import Value, packs, shipped
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.terms import Language, Parameter, Penalty, Words
from gatehouse.rules.values import LIMITS, MOST

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "policy-packs.md"
BROWSER = ROOT / "frontend" / "src" / "messages" / "clauses"
LANGUAGES: tuple[Language, ...] = ("zh-CN", "zh-TW", "en")
INTRODUCTION = """# Policy packs

<!-- Written by tools/policy_pages.py from backend/gatehouse/rules; change the TOML there and run it again. -->

A team follows one regulation, its *pack*, from a date on: an admin chooses it in the office, under "Regulations", and
sees first what would change. Single parameters can be set otherwise for a team, with a reason; that outlasts a change
of pack (H-30). A day is judged by what its date says, so a choice with a date in the past judges open periods anew.
Without a pack every parameter has the default below, and nothing is ever priced (H-08).

A pack is a TOML file in `backend/gatehouse/rules/packs/`. Each value has the `key` of a parameter, the date `from`
which it holds (and `until`: the first date without it), the `clause` it rests on and a short `text` in three languages.
What is uncited, undated, of another shape or unknown is refused at start, with file, key and reason. Penalties are
structures; they are proposed to a person and never taken (I-32, I-45).
"""


def words_in(words: Words, language: Language) -> str:
    """The text in one language."""
    return {"zh-CN": words.zh_cn, "zh-TW": words.zh_tw, "en": words.en}[language]


def page() -> str:
    """The reference page."""
    return "\n".join([INTRODUCTION, *_packs(), *_values(), *_defaults(), *_readings()]) + "\n"


def _packs() -> Iterator[str]:
    yield "## Packs\n"
    yield "| code | regulation | in its own words |\n|---|---|---|"
    for code, pack in packs().items():
        yield f"| `{code}` | {pack.title.en} | {pack.title.zh_cn} |"
    yield "\n`singles` holds what other regulations say singly; no team follows it, and an admin may set its values.\n"


def _values() -> Iterator[str]:
    yield "## What each regulation sets\n"
    yield "By parameter. What is marked *later* loads and is shown, and changes nothing until that part exists.\n"
    yield "| parameter | used by | pack | value | clause | since |\n|---|---|---|---|---|---|"
    for key, parameter in PARAMETERS.items():
        used = f"{parameter.used_by}{' (*later*)' if parameter.later else ''}"
        for code, one in _setting(key):
            since = one.since if one.until is None else f"{one.since} to {one.until}"
            yield f"| `{key}` | {used} | `{code}` | {said(one.cited.value)} | {one.cited.clause} | {since} |"
    yield ""


def _setting(key: str) -> list[tuple[str, Value]]:
    return [(code, one) for code, pack in shipped().items() for one in pack.values.get(key, ())]


def _defaults() -> Iterator[str]:
    yield "## Defaults\n\nWhere a regulation is silent.\n"
    yield "| parameter | called | used by | default | because |\n|---|---|---|---|---|"
    for key, one in PARAMETERS.items():
        yield f"| `{key}` | {names()[key].en} | {one.used_by} | {said(one.default)} | {one.clause} |"
    yield ""


def _readings() -> Iterator[str]:
    for letter, title in (("H", "House readings"), ("I", "How unclear wording is read")):
        yield f"## {title}\n\n| no | en | zh-CN | zh-TW |\n|---|---|---|---|"
        for id_, clause in clauses().items():
            if id_.startswith(letter):
                yield f"| {id_} | {clause.text.en} | {clause.text.zh_cn} | {clause.text.zh_tw} |"
        yield ""


def said(value: Any) -> str:  # noqa: PLR0911  # one return for each shape
    """A value in short, in English."""
    match value:
        case None | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "; ".join(said(one) for one in value)
        case Words():
            return value.en
        case Penalty():
            return ", ".join(f"{name} {said(given)}" for name, given in _given(value))
        case msgspec.Struct():
            return ", ".join(f"{name.replace('_', ' ')} {said(given)}" for name, given in _given(value)) or "yes"
        case _:
            return str(value).replace("_", " ")


def _given(value: msgspec.Struct) -> list[tuple[str, Any]]:
    set_ = msgspec.structs.asdict(value)
    return [(name.replace("_", " "), given) for name, given in set_.items() if given not in (None, False, "", 0)]


def shelf() -> dict[str, Any]:
    """What the browser knows of regulations in any language: parameters, packs with their dated values, clauses."""
    return {
        "clauses": {
            id_: {"of": list(one.of), **({"conduct": True} if one.conduct else {})}
            for id_, one in clauses().items()
            if one.of
        },
        "packs": {
            code: {
                "whole": pack.whole,
                "values": {
                    key: [
                        {
                            "since": one.since,
                            **({"until": one.until} if one.until is not None else {}),
                            "clause": one.cited.clause,
                            "value": msgspec.to_builtins(one.cited.value),
                        }
                        for one in row
                    ]
                    for key, row in pack.values.items()
                },
            }
            for code, pack in shipped().items()
        },
        "parameters": {
            key: {
                "clause": one.clause,
                "default": msgspec.to_builtins(one.default),
                "form": form(one),
                "part": one.used_by,
                **({"later": True} if one.later else {}),
            }
            for key, one in PARAMETERS.items()
        },
    }


def form(parameter: Parameter[Any]) -> dict[str, Any]:
    """How its value is asked for: a number within limits, yes or no, a choice, or a structure."""
    shape, none = parameter.shape, False
    if isinstance(shape, UnionType) or get_origin(shape) is Union:
        shape, none = next(one for one in get_args(shape) if one is not type(None)), True
    least, most = LIMITS.get(parameter.key, (0, MOST))
    if shape is bool:
        asked: dict[str, Any] = {"type": "yesno"}
    elif shape is int:
        asked = {"type": "number", "least": least, "most": most}
    elif get_origin(shape) is Literal:
        asked = {"type": "choice", "choices": list(get_args(shape))}
    else:
        asked = {"type": "structure"}
    return asked | ({"none": True} if none else {})


def sentences(language: Language) -> dict[str, Any]:
    """What the browser says of them in one language."""
    return {
        "clauses": {id_: words_in(one.text, language) for id_, one in clauses().items()},
        "documents": {code: words_in(title, language) for code, title in documents().items()},
        "parameters": {key: words_in(title, language) for key, title in names().items()},
    }


CASES = ROOT / "frontend" / "src" / "office" / "terms-cases.json"
_CHOICES = [
    ("ecom", "2026-03-01", 1),
    ("gold", "2026-04-01", 2),
    ("gone", "2026-04-02", 3),
    ("none", "2026-05-01", 4),
    ("bar", "2026-05-01", 3),
]
_CHANGES = [
    ("swap.monthly_cap", "5", "2026-03-10", None, 1),
    ("swap.monthly_cap", "null", "2026-03-20", "2026-03-25", 2),
    ("swap.monthly_cap", "9", "2026-04-20", "2026-04-20", 3),
    ("rest.min_hours", "12", "2026-04-05", "2026-05-05", 4),
    ("punch.proxy_allowed", "true", "2026-04-05", None, 5),
]


def book_cases() -> dict[str, Any]:
    """What the book says of one team on many dates: the browser's own must say the same."""
    choices = [Choice(f"c{n}", "t", pack, since, made) for n, (pack, since, made) in enumerate(_CHOICES)]
    changes = [Change(f"o{n}", "t", key, text, since, "r", made, until)
               for n, (key, text, since, until, made) in enumerate(_CHANGES)]  # fmt: skip
    book = Book(choices, changes)
    dates = [
        "2026-02-28",
        *sorted({one[1] for one in _CHOICES} | {one[2] for one in _CHANGES} | {"2026-03-25", "2026-05-05"}),
    ]
    before, said_on = book.on("t", dates[0]), []
    for date in dates:
        terms = book.on("t", date)
        values = {key: [msgspec.to_builtins(terms[one].value), terms[one].clause] for key, one in PARAMETERS.items()}
        changed = [one.key for one in difference(before, terms)]
        said_on.append({"date": date, "pack": terms.pack or "none", "values": values, "differs": changed})
    return {
        "choices": [{"id": one.id, "at": one.made, "f": {"pack": one.pack, "since": one.since, "team": one.team}}
                    for one in choices],
        "changes": [{"id": one.id, "at": one.made,
                     "f": {"key": one.key, "since": one.since, "team": one.team, "value": one.value,
                           **({"until": one.until} if one.until is not None else {})}} for one in changes],
        "dates": said_on,
    }  # fmt: skip


HOLIDAYS = ROOT / "frontend" / "src" / "office" / "holidays.json"
YEARS = range(2025, 2031)
WEEKEND = (5, 6)


def holidays() -> dict[str, Any]:
    """What the calendar knows of each year: whether its notice is out, and which days their weekday misleads about."""
    calendar = Calendar()
    plain = {True: "weekend", False: "workday"}
    found: dict[str, Any] = {}
    for year in YEARS:
        dates = [dt.date(year, 1, 1) + dt.timedelta(days=i) for i in range(365 + isleap(year))]
        sorts = {day: calendar.sort(day) for day in dates}
        days = {day.isoformat(): sort for day, sort in sorts.items() if sort != plain[day.weekday() in WEEKEND]}
        found[str(year)] = {"announced": calendar.known(year), "days": days}
    return found


def written() -> dict[Path, bytes]:
    """Every generated file with its content."""
    files = {
        DOCS: page().encode(),
        BROWSER / "shelf.json": _json(shelf()),
        CASES: _json(book_cases()),
        HOLIDAYS: _json(holidays()),
    }
    return files | {BROWSER / f"{language}.json": _json(sentences(language)) for language in LANGUAGES}


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


if __name__ == "__main__":
    BROWSER.mkdir(exist_ok=True)
    for path, content in written().items():
        path.write_bytes(content)
        print("wrote", path.relative_to(ROOT))
