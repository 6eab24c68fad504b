"""Dates: the weekday of one, the one some time later, and how long it is from one to another."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from ..contract import tool
from ..errors import ToolError

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
_MONTHS += ("August", "September", "October", "November", "December")


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the calendar.

    Args:
        iso: As year-month-day, "2027-07-04".
        weekday: "Sunday".
        text: In words, "Sunday, 4 July 2027".
    """

    iso: str
    weekday: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Span:
    """How long it is from one day to another.

    Args:
        days: In days; below zero when the second day is the earlier one.
        text: In words, with years, months and days.
    """

    days: int
    text: str

    def __str__(self) -> str:
        return self.text


@tool(packages=("dateutil",), extra="local", deterministic=False)
def shift_date(date: str, days: int = 0, weeks: int = 0, months: int = 0, years: int = 0) -> Day:
    """Tell the weekday of a date, or the date some days, weeks, months or years after it.

    Args:
        date: "today", "tomorrow", "yesterday" or a date such as "4 July 2027" or "2027-07-04".
        days: Days to add; below zero to go back.
        weeks: Weeks to add; below zero to go back.
        months: Months to add; below zero to go back. 31 January and one month is the last of February.
        years: Years to add; below zero to go back.

    Raises:
        ToolError: It is no date, could be read in two ways, or leads out of the years 1 to 9999.

    Example:
        deadline = shift_date("4 July 2027", weeks=3)
    """
    from dateutil.relativedelta import relativedelta

    start = read_date(date)
    try:
        return _day(start + relativedelta(years=years, months=months, days=days + 7 * weeks))
    except (OverflowError, ValueError) as error:
        raise ToolError(f"So far from {date!r} there is no date: the calendar here has the years 1 to 9999.") from error


@tool(packages=("dateutil",), extra="local", deterministic=False)
def days_between(start: str, end: str) -> Span:
    """Count the days from one date to another: how long until, how old.

    Args:
        start: "today", "tomorrow", "yesterday" or a date such as "4 July 2027" or "2027-07-04".
        end: The other date, in the same forms.

    Raises:
        ToolError: One of them is no date, or could be read in two ways.

    Example:
        wait = days_between("today", "2027-12-24")
    """
    from dateutil.relativedelta import relativedelta

    first, last = read_date(start), read_date(end)
    days = (last - first).days
    apart = relativedelta(max(first, last), min(first, last))
    parts = [_many(getattr(apart, unit), unit) for unit in ("years", "months", "days") if getattr(apart, unit)]
    way = "later" if days > 0 else "earlier"
    more = f", which is {', '.join(parts)}" if abs(days) > 31 else ""
    text = (
        f"{_many(abs(days), 'days')} {way}{more} ({_day(first)} to {_day(last)})"
        if days
        else f"the same day: {_day(first)}"
    )
    return Span(days=days, text=text)


def read_date(text: str) -> datetime.date:
    """The day that a text names; without a year, this year's.

    Raises:
        ToolError: It is no date, names no day and month, or could be read in two ways ("04/07/2027").
    """
    import dateutil.parser

    words = " ".join(text.lower().replace(",", " ").split())
    today = datetime.date.today()
    near = {"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2}
    if words.removeprefix("the ") in near:
        return today + datetime.timedelta(days=near[words.removeprefix("the ")])
    both = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", words)
    if both and both[1] != both[2] and max(int(both[1]), int(both[2])) <= 12:
        raise ToolError(f"{text!r} can be read in two ways. Write the month as a word, or the date as 2027-07-04.")
    day_first = re.match(r"\d{1,2}\.", words) is not None
    try:
        # what the text doesn't say comes from the default: two readings that differ tell that day or month is missing
        readings = {
            dateutil.parser.parse(words, default=datetime.datetime(today.year, month, day), dayfirst=day_first).date()
            for month, day in ((1, 1), (3, 2))
        }
    except (ValueError, OverflowError, TypeError, ArithmeticError) as error:
        raise ToolError(f"{text[:60]!r} is not a date. Write it like 4 July 2027, 2027-07-04 or today.") from error
    if len(readings) > 1:
        raise ToolError(f"{text[:60]!r} names no day and month. Write it like 4 July 2027 or 2027-07-04.")
    found: datetime.date = readings.pop()
    return found


def _day(date: datetime.date) -> Day:
    weekday = _WEEKDAYS[date.weekday()]
    text = f"{weekday}, {date.day} {_MONTHS[date.month - 1]} {date.year}"
    return Day(iso=date.isoformat(), weekday=weekday, text=text)


def _many(count: int, unit: str) -> str:
    return f"{count} {unit if count != 1 else unit[:-1]}"
