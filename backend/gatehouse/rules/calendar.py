"""What a date is in mainland China: workday, weekend, statutory holiday, swapped rest day or make-up workday (I-31).

Statutory are only the days the law names (product notes: days that merely adjoin one are not); days off and make-up
workdays around them follow the State Council's notice for the year, as the `holidays` library ships it. An admin's
corrections stand above both, for a notice that is newer than the library.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from holidays.countries.china import China, ChinaStaticHolidays

Sort = Literal["workday", "weekend", "statutory", "rest", "makeup"]
"""工作日, 周末, 法定节假日, 调休休息日, 调休上班日."""
SORTS: tuple[Sort, ...] = get_args(Sort)
_SATURDAY = 5
_SWAPPED = "休息日"
"""How the library names a day off that a make-up workday pays for."""


@cache
def _year(year: int) -> dict[dt.date, Sort]:
    """What differs from the plain week in one year."""
    whole = China(years=year, language="zh_CN")  # type: ignore[no-untyped-call]  # the library declares no types here
    plain = China(years=year, observed=False, language="zh_CN")  # type: ignore[no-untyped-call]  # nor here
    found: dict[dt.date, Sort] = dict.fromkeys(whole, "rest")
    found |= {
        date: "statutory" for date in plain if any(not name.startswith(_SWAPPED) for name in plain.get_list(date))
    }
    return found | {date: "makeup" for date in whole.weekend_workdays if date.year == year}


@cache
def _announced(year: int) -> bool:
    return year in ChinaStaticHolidays.special_public_holidays


class Calendar:
    """The days as the law and the notices have them, with an admin's corrections (ISO date to sort)."""

    def __init__(self, corrections: Mapping[str, Sort] | None = None) -> None:
        self._set = {dt.date.fromisoformat(date): sort for date, sort in (corrections or {}).items()}

    def sort(self, date: dt.date | str) -> Sort:
        """What a date is; ``date`` also as ISO text."""
        day = _date(date)
        found = self._set.get(day) or _year(day.year).get(day)
        return found or ("weekend" if day.weekday() >= _SATURDAY else "workday")

    def statutory(self, date: dt.date | str) -> bool:
        """Whether it is a day that the law itself names as a holiday (three times the wage)."""
        return self.sort(date) == "statutory"

    def known(self, year: int) -> bool:
        """Whether the year's notice is known: else swapped rest days and make-up workdays may still come.

        An admin who has entered one of these for the year has told of the notice.
        """
        return _announced(year) or any(
            day.year == year and sort in {"rest", "makeup"} for day, sort in self._set.items()
        )

    def breaks(self, since: dt.date | str, until: dt.date | str) -> list[list[dt.date]]:
        """The statutory holidays from ``since`` to ``until``, both included, each as its days in a row."""
        found: list[list[dt.date]] = []
        day, last = _date(since), _date(until)
        while day <= last:
            if self.statutory(day):
                if found and found[-1][-1] == day - dt.timedelta(days=1):
                    found[-1].append(day)
                else:
                    found.append([day])
            day += dt.timedelta(days=1)
        return found


def _date(date: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(date) if isinstance(date, str) else date
