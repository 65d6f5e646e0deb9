"""The checker of swap histories sees what it is there for, and nothing in a history that is sound."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.servers.elle import Anomaly, Done, check


def act(n: int, kind: str, actor: str, **more: Any) -> Done:
    given: dict[str, Any] = {"d": "applied", "invoked": float(n), "ok": n + 0.5, **more}
    return Done(id=f"op{n}", n=n, kind=kind, actor=actor, **given)


def sound() -> list[Done]:
    """Two rivals of one shift; the second to accept, the late withdrawal and the rival's accept are refused."""
    return [
        act(1, "shift.assign", "S", person="A", start=0, end=8),
        act(2, "shift.assign", "S", person="C", start=4, end=12),
        act(3, "swap.request", "A", shift="op1", version="op1", asked=("B", "C")),
        act(4, "swap.request", "A", shift="op1", version="op1", asked=("D",)),
        act(5, "swap.accept", "C", swap="op3", d="refused", code="overlap"),
        act(6, "swap.accept", "B", swap="op3"),
        act(7, "swap.accept", "B", swap="op3", d="refused", code="wrong_state", because=("accepted", "B", "op6")),
        act(8, "swap.approve", "S", swap="op3"),
        act(9, "swap.withdraw", "A", swap="op3", d="refused", code="wrong_state", because=("approved", "S", "op8")),
        act(10, "swap.accept", "D", swap="op4", d="refused", code="wrong_state", because=("declined", "S", "op8")),
        act(11, "swap.request", "B", shift="op1", version="op8", asked=("A",)),
        act(12, "swap.withdraw", "B", swap="op11"),
    ]


OWNERS = {"op1": "B", "op2": "C"}
STATES = {"op3": "approved", "op4": "declined", "op11": "withdrawn"}


def kinds(found: list[Anomaly]) -> set[str]:
    return {one.kind for one in found}


def changed(n: int, **fields: Any) -> list[Done]:
    """The sound history with one act other than it was."""
    return [msgspec.structs.replace(one, **fields) if one.n == n else one for one in sound()]


def test_a_sound_history_has_no_anomaly() -> None:
    assert check(sound(), OWNERS, STATES) == []


def test_acts_at_the_same_time_may_stand_either_way() -> None:
    assert check([*sound()[:5], *changed(6, invoked=5.2)[5:]], OWNERS, STATES) == []
    crossed = [msgspec.structs.replace(one, invoked=0.0, ok=20.0) for one in sound()]
    assert check(crossed, OWNERS, STATES) == []


def test_a_double_assignment_is_seen() -> None:
    """Both rivals are approved: the shift goes to two people."""
    both = [
        *sound()[:5],
        act(6, "swap.accept", "B", swap="op3"),
        act(7, "swap.accept", "D", swap="op4"),
        act(8, "swap.approve", "S", swap="op3"),
        act(9, "swap.approve", "T", swap="op4"),
    ]
    found = check(both, {"op1": "D"}, {"op3": "approved", "op4": "approved"})
    assert {"double_assignment", "illegal_move"} <= kinds(found)
    assert {one.act for one in found} == {"op9"}


def test_a_double_booking_is_seen() -> None:
    """Somebody takes a shift beside one they have."""
    assert "double_booking" in kinds(check(changed(5, d="applied", code=None), OWNERS, STATES))
    assert kinds(check([*sound(), act(13, "shift.assign", "S", person="B", start=7, end=9)], OWNERS, STATES)) == {
        "double_booking"
    }


def test_a_lost_update_is_seen() -> None:
    """The database has not kept what was decided."""
    assert kinds(check(sound(), {**OWNERS, "op1": "A"}, STATES)) == {"lost_update"}
    assert kinds(check(sound(), OWNERS, {**STATES, "op11": "requested"})) == {"lost_update"}
    assert kinds(check(sound(), {**OWNERS, "op99": "A"}, STATES)) == {"lost_update"}


def test_a_decision_on_a_stale_read_is_seen() -> None:
    """A request with a version that is past; refusals that the state does not give."""
    assert kinds(check(changed(11, version="op1"), OWNERS, STATES)) == {"stale_read"}
    withdrawn = changed(12, d="refused", code="wrong_state", because=("approved", "S", "op8"))
    assert kinds(check(withdrawn, OWNERS, {**STATES, "op11": "requested"})) == {"stale_refusal"}
    refused = changed(12, d="refused", code="shift_changed")
    assert kinds(check(refused, OWNERS, {**STATES, "op11": "requested"})) == {"stale_refusal"}


def test_a_second_decision_is_seen() -> None:
    assert kinds(check(changed(9, d="applied", code=None), OWNERS, {**STATES, "op3": "withdrawn"})) == {"illegal_move"}


@pytest.mark.parametrize("because", [("approved", "T", "op8"), ("rejected", "S", "op8"), ("approved", "S", "op6")])
def test_a_loser_told_a_wrong_reason_is_seen(because: tuple[str, str, str]) -> None:
    assert kinds(check(changed(9, because=because), OWNERS, STATES)) == {"wrong_reason"}


def test_a_decision_out_of_real_time_order_is_seen() -> None:
    """The approval was answered before the acceptance that stands in front of it was asked for."""
    assert kinds(check(changed(8, invoked=4.0, ok=4.5), OWNERS, STATES)) == {"out_of_real_time"}


def test_what_nobody_asked_for_is_seen() -> None:
    assert "impossible" in kinds(check([*sound(), act(13, "swap.expire", "server", swap="op98")], OWNERS, STATES))
