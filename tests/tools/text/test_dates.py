"""Dates: what they are read as, and what is refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intermodal.tools.errors import ToolError
from intermodal.tools.text.dates import days_between, read_date, shift_date


@pytest.mark.parametrize(
    ("date", "shift", "text"),
    [
        ("4 July 1776", {}, "Thursday, 4 July 1776"),
        ("July 20, 1969", {}, "Sunday, 20 July 1969"),
        ("2027-07-04", {"weeks": 3}, "Sunday, 25 July 2027"),
        ("31 January 2027", {"months": 1}, "Sunday, 28 February 2027"),
        ("29 Feb 2028", {"years": 1}, "Wednesday, 28 February 2029"),
        ("1 March 2027", {"days": -1}, "Sunday, 28 February 2027"),
        ("4.7.2027", {}, "Sunday, 4 July 2027"),
        ("24/12/2027", {}, "Friday, 24 December 2027"),
    ],
)
def test_dates(date: str, shift: dict[str, int], text: str) -> None:
    found = shift_date(date, **shift)
    assert str(found) == text
    assert text.startswith(found.weekday)
    assert read_date(found.iso) == datetime.date.fromisoformat(found.iso)


def test_days_near_today() -> None:
    today = datetime.date.today()
    assert shift_date("today").iso == today.isoformat()
    assert shift_date("Tomorrow").iso == (today + datetime.timedelta(days=1)).isoformat()
    assert days_between("yesterday", "the day after tomorrow").days == 3
    assert read_date("5 March").year == today.year


@pytest.mark.parametrize(
    "date", ["", "soon", "July", "2027", "31 February 2027", "04/07/2027", "99", "12:30", "1" * 400]
)
def test_what_is_no_date(date: str) -> None:
    with pytest.raises(ToolError, match=r"date|two ways|day and month"):
        shift_date(date)


def test_dates_beyond_the_calendar() -> None:
    with pytest.raises(ToolError, match="1 to 9999"):
        shift_date("2027-07-04", years=9000)
    with pytest.raises(ToolError, match="1 to 9999"):
        shift_date("2027-07-04", days=10**12)


def test_spans() -> None:
    assert days_between("2027-01-01", "2027-01-01").text == "the same day: Friday, 1 January 2027"
    found = days_between("1 May 2026", "3 June 2027")
    assert (found.days, str(found)) == (
        398,
        "398 days later, which is 1 year, 1 month, 2 days (Friday, 1 May 2026 to Thursday, 3 June 2027)",
    )
    assert days_between("2 May 2026", "1 May 2026").text.startswith("1 day earlier (")


@given(st.dates(), st.dates())
def test_a_span_leads_from_one_day_to_the_other(first: datetime.date, last: datetime.date) -> None:
    days = days_between(first.isoformat(), last.isoformat()).days
    assert shift_date(first.isoformat(), days=days).iso == last.isoformat()
