"""Two regulations as far as leave and corrections go, written from their clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from gatehouse.rules.terms import Approver, Cited, Terms


def ecom() -> dict[str, Cited[Any]]:
    return {
        "correction.enabled": Cited(True, "R-COR-01"),
        "correction.window_days": Cited(2, "R-COR-01"),
        "correction.monthly_cap": Cited(3, "R-COR-02"),
        "correction.approver": Cited(Approver(("supervisor",)), "R-COR-01"),
        "swap.leave_on_swapped": Cited(False, "R-SWP-04"),
        "leave.notice_ordinary": Cited(1, "R-LEV-02"),
        "leave.notice_urgent": Cited(2, "R-LEV-03"),
        "leave.late_request": Cited("void", "R-LEV-03"),
        "leave.night": Cited("substitute_only", "R-LEV-05"),
        "leave.holiday_allowed": Cited(False, "R-LEV-06"),
        "leave.substitute_required": Cited(True, "R-LEV-02"),
        "leave.skip_level": Cited("void_absence", "R-LEV-04"),
        "leave.approver_by_days": Cited((Approver(("supervisor",)),), "R-LEV-01"),
    }


def gold() -> dict[str, Cited[Any]]:
    return {
        "outing.needs_consent": Cited(True, "R-LEV-16"),
        "swap.leave_on_swapped": Cited(False, "R-SWP-18"),
        "leave.notice_ordinary": Cited(1, "R-LEV-09"),
        "leave.notice_urgent": Cited(1, "R-LEV-09"),
        "leave.late_request": Cited("manager_approval", "R-LEV-09"),
        "leave.night": Cited("before_noon_with_manager", "R-LEV-15"),
        "leave.skip_level": Cited("refuse", "R-LEV-10"),
        "leave.approver_by_days": Cited(
            (Approver(("supervisor",), 1), Approver(("supervisor", "administration"))), "R-LEV-11"
        ),
        "leave.proxy_types": Cited(("sick",), "R-LEV-12"),
        "leave.sick_cert_days": Cited(1, "R-LEV-13"),
        "leave.sick_slip_due": Cited(1, "R-LEV-14"),
    }


class Fixed:
    """A book in which one regulation holds always."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def on(self, _team: str | None, _date: str) -> Terms:
        return self.terms


@contextmanager
def under(monkeypatch: pytest.MonkeyPatch, terms: Terms) -> Iterator[None]:
    """Everybody follows one regulation."""
    for module in ("leave.ops", "leave.outings", "corrections.ops"):
        monkeypatch.setattr(f"gatehouse.{module}.book_of", lambda _facts: Fixed(terms))
    yield
    monkeypatch.undo()


def terms_of(values: Mapping[str, Cited[Any]], **more: Cited[Any]) -> Terms:
    return Terms("test", {**values, **more})
