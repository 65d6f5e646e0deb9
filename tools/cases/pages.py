"""How rows of a scope enter and leave a device's store."""

from typing import Any

from cases import by_hand
from cases.build import GUARD, ORG, SITE, Case, Json, case, op_id, visit

SPEC = "8.3–8.5"
SHOWS = ("P21", "P23")

A, B = f"site:{SITE}", f"person:{GUARD}"


def body(number: int, version: int | None = None) -> Json:
    """A visit whose newest op is `version`."""
    return visit(number, ver=op_id(version or number))


def page(scope: str, after: int, upto: int, *rows: tuple[int, Json], gone: list[int] | None = None, epoch: str = "e1",
         stamp: Json | None = None) -> Json:  # fmt: skip
    listed = [[n, entity] for n, entity in rows]
    made: Json = {"scope": scope, "epoch": epoch, "after": after, "upto": upto, "rows": listed,
                  "gone": [op_id(number) for number in gone or []]}  # fmt: skip
    return {"page": made if stamp is None else {**made, "stamp": stamp}}


def stamp(n: int, epoch: str = "e1") -> Json:
    return {"epoch": epoch, "hash": by_hand.sha256(f"{epoch}{n}").hex(), "n": n, "org": ORG, "sig": "c2ln"}


def left(*rows: tuple[int, Json, list[str]], cursors: dict[str, list[Any]], held: Json | None = None) -> Json:
    """What the store holds in the end: (n, body, scopes) per row."""
    return {
        "rows": {entity["id"]: [n, entity] for n, entity, _ in rows},
        "scopes": {entity["id"]: sorted(scopes) for _, entity, scopes in rows},
        "cursors": cursors,
        "stamp": held,
    }


def cases() -> list[Case]:
    return [*order(), *versions(), *leaving(), *resets(), *stamps()]


def one(name: str, fault: str, steps: list[Json], applied: str, expected: Json) -> Case:
    """`applied`: a y or n per page."""
    return case(name, fault, {"steps": steps}, {"applied": [letter == "y" for letter in applied], **expected})


def order() -> list[Case]:
    first, second = page(A, 0, 3, (3, body(1))), page(A, 3, 8, (8, body(2)))
    both = left((3, body(1), [A]), (8, body(2), [A]), cursors={A: ["e1", 8]})
    alone = left((3, body(1), [A]), cursors={A: ["e1", 3]})
    return [
        one("a first page", "a cursor asked for", [first], "y", alone),
        one("two pages, with a hole between their numbers", "numbers asked to follow each other", [first, second],
            "yy", both),
        one("a page without rows", "a cursor that moves with rows alone", [first, page(A, 3, 9)], "yy",
            left((3, body(1), [A]), cursors={A: ["e1", 9]})),
        one("the same page again", "after not compared: the cursor goes back", [first, second, first], "yyn", both),
        one("a page that comes too early", "rows skipped for ever", [second], "n", left(cursors={})),
        one("a page after a lost one", "rows skipped for ever", [first, page(A, 8, 9, (9, body(3)))], "yn", alone),
        one("a page that begins before the cursor", "after taken for at most", [first, page(A, 2, 9, (9, body(3)))],
            "yn", alone),
        one("a page of another epoch with the same number", "epochs not compared",
            [first, page(A, 3, 9, (9, body(3)), epoch="e2")], "yn", alone),
        one("a page from 0 of another epoch, over a cursor of 0", "epochs not compared at 0",
            [page(A, 0, 0), page(A, 0, 9, (9, body(3)), epoch="e2")], "yn", left(cursors={A: ["e1", 0]})),
        one("two scopes", "one cursor for all", [first, page(B, 0, 5, (4, body(2)))], "yy",
            left((3, body(1), [A]), (4, body(2), [B]), cursors={A: ["e1", 3], B: ["e1", 5]})),
    ]  # fmt: skip


def versions() -> list[Case]:
    old, new = (3, body(1)), (7, body(1, 2))
    return [
        one("a newer version", "the first version stays", [page(A, 0, 3, old), page(A, 3, 7, new)], "yy",
            left((*new, [A]), cursors={A: ["e1", 7]})),
        one("an older version through another scope", "the last to arrive wins",
            [page(A, 0, 7, new), page(B, 0, 3, old)], "yy",
            left((*new, [A, B]), cursors={A: ["e1", 7], B: ["e1", 3]})),
        one("a newer version through another scope", "versions per scope", [page(A, 0, 3, old), page(B, 0, 7, new)],
            "yy",
            left((*new, [A, B]), cursors={A: ["e1", 3], B: ["e1", 7]})),
        one("the same version through another scope", "a scope not noted when nothing is new",
            [page(A, 0, 3, old), page(B, 0, 3, old)], "yy",
            left((*old, [A, B]), cursors={A: ["e1", 3], B: ["e1", 3]})),
        one("another body under the same number", "the last to arrive wins among equals",
            [page(A, 0, 3, old), page(B, 0, 3, (3, body(1, 2)))], "yy",
            left((*old, [A, B]), cursors={A: ["e1", 3], B: ["e1", 3]})),
        one("numbers of more digits are newer", "numbers compared as text",
            [page(A, 0, 9, (9, body(1))), page(A, 9, 10, (10, body(1, 2)))], "yy",
            left((10, body(1, 2), [A]), cursors={A: ["e1", 10]})),
        one("rows of one page in any order", "the last row of a page wins", [page(A, 0, 7, new, old)], "y",
            left((*new, [A]), cursors={A: ["e1", 7]})),
    ]  # fmt: skip


def leaving() -> list[Case]:
    row, moved = (3, body(1)), (7, body(1, 2))
    in_a, in_b = page(A, 0, 3, row), page(B, 0, 3, row)
    out_a, out_b = page(A, 3, 7, gone=[1]), page(B, 3, 7, gone=[1])
    return [
        one("gone from its only scope", "rows that never go", [in_a, out_a], "yy", left(cursors={A: ["e1", 7]})),
        one("gone from one of two scopes", "gone from everywhere", [in_a, in_b, out_a], "yyy",
            left((*row, [B]), cursors={A: ["e1", 7], B: ["e1", 3]})),
        one("gone from both", "a row that no scope carries", [in_a, in_b, out_a, out_b], "yyyy",
            left(cursors={A: ["e1", 7], B: ["e1", 7]})),
        one("gone where it never was", "gone from everywhere", [in_a, page(B, 0, 7, gone=[1])], "yy",
            left((*row, [A]), cursors={A: ["e1", 3], B: ["e1", 7]})),
        one("gone and never heard of", "a crash on an unknown id", [page(A, 0, 7, gone=[9])], "y",
            left(cursors={A: ["e1", 7]})),
        one("gone and come back", "an id that once went never returns", [in_a, out_a, page(A, 7, 9, (9, body(1, 3)))],
            "yyy",
            left((9, body(1, 3), [A]), cursors={A: ["e1", 9]})),
        one("moved, the new scope first", "the row deleted by the scope that it left",
            [in_a, page(B, 0, 7, moved), out_a], "yyy",
            left((*moved, [B]), cursors={A: ["e1", 7], B: ["e1", 7]})),
        one("moved, the old scope first", "a number kept of a row that went", [in_a, out_a, page(B, 0, 7, moved)],
            "yyy",
            left((*moved, [B]), cursors={A: ["e1", 7], B: ["e1", 7]})),
        one("a page that is not applied takes nothing away", "gone obeyed whatever the cursor",
            [in_a, page(A, 5, 7, gone=[1])], "yn",
            left((*row, [A]), cursors={A: ["e1", 3]})),
    ]  # fmt: skip


def resets() -> list[Case]:
    row, other = (3, body(1)), (4, body(2))
    in_a, in_b = page(A, 0, 4, row, other), page(B, 0, 3, row)
    return [
        one("a scope is dropped", "rows that stay after their scope", [in_a, {"drop": A}], "y", left(cursors={})),
        one("a scope is dropped that shares a row", "a row dropped that another scope carries",
            [in_a, in_b, {"drop": A}], "yy",
            left((*row, [B]), cursors={B: ["e1", 3]})),
        one("a scope is dropped that is not held", "a crash on an unknown scope", [in_a, {"drop": B}], "y",
            left((*row, [A]), (*other, [A]), cursors={A: ["e1", 4]})),
        one("a scope is reset and begins at 0 in a new epoch", "the old cursor kept",
            [in_a, {"reset": A}, page(A, 0, 2, (2, body(5)), epoch="e2")],
            "yy", left((2, body(5), [A]), cursors={A: ["e2", 2]})),
        one("after a reset a lower number is new", "a number kept of a row that went",
            [page(A, 0, 9, (9, body(1))), {"reset": A}, page(A, 0, 2, (2, body(1)), epoch="e2")],
            "yy", left((2, body(1), [A]), cursors={A: ["e2", 2]})),
        one("after a reset the old pages are not taken", "the old cursor kept",
            [in_a, {"reset": A}, page(A, 4, 6, (6, body(6)))], "yn",
            left(cursors={})),
    ]  # fmt: skip


def stamps() -> list[Case]:
    def kept(name: str, fault: str, given: list[Json | None], held: Json | None) -> Case:
        steps = [page(A, n, n + 1, stamp=item) for n, item in enumerate(given)]
        return one(name, fault, steps, "y" * len(steps), left(cursors={A: ["e1", len(steps)]}, held=held))

    late = page(A, 9, 12, stamp=stamp(12))
    return [
        kept("the newest stamp is kept", "the first stamp is kept", [stamp(5), stamp(6)], stamp(6)),
        kept(
            "an older stamp is not kept",
            "the last stamp is kept: an echo that proves nothing",
            [stamp(6), stamp(5)],
            stamp(6),
        ),
        kept("a page without stamp", "the stamp forgotten", [stamp(6), None], stamp(6)),
        kept("a stamp of another epoch", "numbers of two epochs compared", [stamp(6), stamp(2, "e2")], stamp(2, "e2")),
        one("a stamp of a page that is not applied", "a stamp kept without its rows", [late], "n", left(cursors={})),
    ]
