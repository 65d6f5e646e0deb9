"""What other features ask about regulations: the terms a team is under, on any date; holidays that an admin set."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.facts import Facts
from gatehouse.rules.book import Book, Change, Choice
from gatehouse_sync.apply import Body

REMEMBERED = 256
"""Orgs whose book a process keeps."""
_BOOK, _MADE = ("policy", "book"), ("policy", "made")
_json = msgspec.json.Decoder()
_MARK = (
    "SELECT count(*), max(e.n), max(e.ver) FROM (SELECT id FROM policy_choice WHERE org = ? "
    "UNION ALL SELECT id FROM policy_override WHERE org = ?) t JOIN entity e ON e.id = t.id"
)
_BODIES = _MARK.replace("count(*), max(e.n), max(e.ver)", "e.body")


class Holiday(msgspec.Struct, frozen=True):
    """What an admin says a date is (``sort`` as in ``rules.calendar``), at one site or (None) everywhere."""

    date: str
    sort: str
    name: str
    site: str | None


class _Books:
    """The newest book of each org, under the mark of the rows it was made from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Row, Book]] = OrderedDict()

    def find(self, org: str, mark: Row) -> Book | None:
        kept = self._kept.get(org)
        return kept[1] if kept is not None and kept[0] == mark else None

    def keep(self, org: str, mark: Row, book: Book) -> None:
        self._kept[org] = (mark, book)
        self._kept.move_to_end(org)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)


_books = _Books()


def forget() -> None:
    """As in a new process: nothing is remembered."""
    global _books  # noqa: PLW0603  # what this process keeps
    _books = _Books()


def load_book(org: str) -> Steps[Book]:
    """The choices and changes of an org, as of this transaction; made again only when one of them is new."""
    ((count, n, ver),) = yield Query(_MARK, (org, org))
    mark = (count, n, ver)
    book = _books.find(org, mark)
    if book is None:
        rows = yield Query(_BODIES, (org, org))
        book = Book(*_read(_json.decode(row[0]) for row in rows))
        _books.keep(org, mark, book)
    return book


def note_book(facts: Facts, teams: Collection[str]) -> Steps[None]:
    """Load the book for rules inside a push, when they will ask about any team; for a handler's ``prepare``."""
    if teams and _BOOK not in facts.noted:
        facts.noted[_BOOK] = yield from load_book(facts.org)


def book_of(facts: Facts) -> Book:
    """The book that ``note_book`` loaded, with what this very push has changed."""
    book: Book = facts.noted[_BOOK]
    made: dict[str, Body] | None = facts.noted.pop(_MADE, None)
    if made:
        book = facts.noted[_BOOK] = book.with_also(*_read(made.values()))
    return book


def note_made(facts: Facts, body: Body) -> None:
    """Tell rules later in the push about a choice or change as it is now."""
    facts.noted.setdefault(_MADE, {})[body["id"]] = body


def faulty() -> Steps[list[str]]:
    """Stored choices and changes of any org that are passed over, in words: team, what, why."""
    told: list[str] = []
    for (org,) in (yield Query("SELECT org FROM org_head ORDER BY org")):
        book = yield from load_book(org)
        told += [f"team {one.team}: {one.what}: {one.why}" for one in book.faults]
    return told


def holidays(org: str) -> Steps[list[Holiday]]:
    """What an admin set, oldest first: the last one for a date and site counts."""
    rows = yield Query("SELECT e.body FROM policy_holiday t JOIN entity e ON e.id = t.id WHERE t.org = ?", (org,))
    bodies: list[Body] = [_json.decode(row[0]) for row in rows]
    bodies.sort(key=lambda body: (body["at"], body["id"]))
    fields = [body["f"] for body in bodies]
    return [Holiday(one["date"], one["sort"], one["name"], one.get("site")) for one in fields]


def _read(bodies: Iterable[Body]) -> tuple[list[Choice], list[Change]]:
    choices, changes = [], []
    for body in bodies:
        fields: dict[str, Any] = body["f"]
        if body["kind"] == "policy":
            choices.append(Choice(body["id"], fields["team"], fields["pack"], fields["since"], body["at"]))
        else:
            changes.append(
                Change(
                    body["id"],
                    fields["team"],
                    fields["key"],
                    fields["value"],
                    fields["since"],
                    fields.get("reason", ""),
                    body["at"],
                    fields.get("until"),
                )
            )
    return choices, changes
