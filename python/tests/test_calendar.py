"""Working time: the laws of the design as properties, and what Python adds: datetimes, zones, types."""

from __future__ import annotations

import pickle
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from guanjia import (
    ArgumentError,
    Calendar,
    DataError,
    Day,
    DayKind,
    Days,
    Reason,
    Rulebook,
    Words,
    WorkingDays,
    call,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
UTC = timezone.utc
NONE = timedelta(0)
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)

OFFICE = Calendar.china({"mon-fri": ["08:30-12:00", "13:30-18:00"]})
CALENDARS = {
    "office": OFFICE,
    "night shift": Calendar({"daily": ["22:00-06:00"]}, time_zone="Asia/Shanghai", holidays=["2026-03-04"]),
    "night shift by date": Calendar(
        {"mon-fri": ["20:00-08:00"]},
        time_zone="Asia/Shanghai",
        table="china",
        conventions={"night_shift_holiday": "calendar_date"},
    ),
    "clocks that change": Calendar({"daily": ["00:30-03:30", "09:00-17:00"]}, time_zone="America/New_York"),
    "overlapping hours and breaks": Calendar(
        {"mon-sat": ["09:00-13:00", "12:00-17:00"]},
        time_zone="Europe/Berlin",
        holidays=[{"from": "12-24", "to": "01-02"}],
        breaks={date(2026, 3, 4): ["11:00-12:30"]},
    ),
    "round the clock": Calendar.round_the_clock("Asia/Shanghai"),
}

calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
instants = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(days=-40), timedelta(days=40))
forwards = st.timedeltas(MICROSECOND, timedelta(days=40))
dates = st.dates(date(2015, 1, 1), date(2035, 1, 1))
budgets = st.one_of(
    lengths,
    st.integers(-30, 30).map(WorkingDays),
    st.integers(-30, 30).map(Days),
    st.integers(1, 30).map(lambda n: WorkingDays(n, means="same_time")),
    st.integers(1, 30).map(lambda n: Days(n, means=timedelta(hours=8), land="close")),
    st.sampled_from(["4 h", "PT15M", "3 working_days", "2 days"]),
)


# The laws of lengths. Datetimes are compared and moved in UTC: within one zone Python looks at the wall clock only.


def after(calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    return calendar.after(start, length).astimezone(UTC)


@given(calendars, instants, lengths)
def test_what_was_added_has_elapsed(calendar: Calendar, start: datetime, length: timedelta) -> None:
    assert calendar.elapsed(start, calendar.after(start, length)) == length


@given(calendars, instants, instants, instants)
def test_elapsed_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.elapsed(a, c) == calendar.elapsed(a, b) + calendar.elapsed(b, c)
    assert calendar.elapsed(b, a) == -calendar.elapsed(a, b)


@given(calendars, instants, forwards, forwards)
def test_two_lengths_are_one(calendar: Calendar, start: datetime, one: timedelta, two: timedelta) -> None:
    assert after(calendar, calendar.after(start, one), two) == after(calendar, start, one + two)


@given(calendars, instants, instants, lengths, lengths)
def test_later_starts_and_longer_lengths_end_no_earlier(
    calendar: Calendar, a: datetime, b: datetime, one: timedelta, two: timedelta
) -> None:
    assert calendar.elapsed(min(a, b), max(a, b)) >= NONE
    assert after(calendar, min(a, b), one) <= after(calendar, max(a, b), one)
    assert after(calendar, a, min(one, two)) <= after(calendar, a, max(one, two))


@given(calendars, instants, forwards)
def test_a_deadline_is_the_earliest_instant_with_that_much_behind_it(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    due, latest = after(calendar, start, length), after(calendar, start, -length)
    assert calendar.elapsed(start, due - MICROSECOND) == length - MICROSECOND
    assert calendar.elapsed(latest + MICROSECOND, start) == length - MICROSECOND


@given(calendars, instants)
def test_openings_and_closings_bound_what_is_closed(calendar: Calendar, at: datetime) -> None:
    opening, closing = calendar.next_open(at).astimezone(UTC), calendar.prev_close(at).astimezone(UTC)
    assert calendar.is_open(opening) and calendar.is_open(at) == (opening == at)
    assert calendar.elapsed(at, opening) == calendar.elapsed(closing, at) == NONE
    assert calendar.is_open(closing - MICROSECOND)


# Days.


@given(calendars, dates, dates)
def test_working_days_are_counted(calendar: Calendar, start: date, end: date) -> None:
    first, last = sorted([start, end])
    last = min(last, first + timedelta(days=400))
    worked = sum(calendar.is_working_day(first + timedelta(days=n)) for n in range((last - first).days))
    assert calendar.working_days_between(first, last) == worked
    assert calendar.working_days_between(last, first) == -worked


@given(instants, st.integers(1, 40))
def test_the_last_of_so_many_working_days_ends_at_closing(start: datetime, count: int) -> None:
    due = OFFICE.deadline(start, WorkingDays(count))
    on = start.astimezone(SHANGHAI).date()
    assert (due.hour, due.minute, due.second) == (18, 0, 0)
    assert OFFICE.working_days_between(on + timedelta(days=1), due.date() + timedelta(days=1)) == count


# Many rows are the same as one and one.


@given(calendars, st.lists(st.tuples(instants, lengths), max_size=8))
def test_many_lengths_are_each_its_own(calendar: Calendar, rows: list[tuple[datetime, timedelta]]) -> None:
    starts, each = [start for start, _ in rows], [length for _, length in rows]
    assert calendar.deadlines(starts, each) == [calendar.deadline(*row) for row in rows]
    assert calendar.deadlines(starts, 4 * HOUR) == [calendar.deadline(start, 4 * HOUR) for start in starts]
    ends = [start + length for start, length in rows]
    assert calendar.elapsed_many(starts, ends) == [calendar.elapsed(*row) for row in zip(starts, ends, strict=True)]


@given(calendars, st.lists(st.tuples(instants, budgets), max_size=8))
def test_many_budgets_are_each_its_own(calendar: Calendar, rows: list[tuple[datetime, Any]]) -> None:
    starts, each = [start for start, _ in rows], [budget for _, budget in rows]
    assert calendar.deadlines(starts, each) == [calendar.deadline(*row) for row in rows]


def test_one_budget_serves_all_rows() -> None:
    starts = [datetime(2026, 3, day, 9, tzinfo=SHANGHAI) for day in (2, 3, 4)]
    assert [at.day for at in OFFICE.deadlines(starts, "1 working_days")] == [3, 4, 5]
    assert [at.day for at in OFFICE.deadlines(starts, WorkingDays(2))] == [4, 5, 6]
    assert OFFICE.deadlines([], "1 h") == OFFICE.elapsed_many([], []) == []


def test_rows_that_do_not_pair_are_refused() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    with pytest.raises(ArgumentError, match="2 for 1 starts") as raised:
        OFFICE.deadlines([start], [HOUR, HOUR])
    assert raised.value.path == "within"
    with pytest.raises(ArgumentError, match="1 for 2 starts") as raised:
        OFFICE.elapsed_many([start, start], [start])
    assert raised.value.path == "ends"


def test_an_error_names_its_row() -> None:
    starts = [datetime(2026, 3, 2, 9, tzinfo=SHANGHAI), datetime(2300, 1, 1, tzinfo=UTC)]
    with pytest.raises(DataError, match="1900 to 2200") as raised:
        OFFICE.deadlines(starts, HOUR)
    assert raised.value.path == "[1]"
    with pytest.raises(ArgumentError, match="naive") as unread:
        OFFICE.deadlines([starts[0], datetime(2026, 3, 2)], HOUR)
    assert unread.value.path == "starts[1]"


# Explanations.


@settings(max_examples=40)
@given(calendars, instants, st.timedeltas(timedelta(days=-10), timedelta(days=10)).filter(bool))
def test_the_spans_of_a_length_add_up_without_a_gap(calendar: Calendar, start: datetime, length: timedelta) -> None:
    told = calendar.explain(start, length)
    assert told.due.astimezone(UTC) == after(calendar, start, length) and told.start.astimezone(UTC) == start
    edges = sorted([told.start.astimezone(UTC), told.due.astimezone(UTC)])
    assert sum((span.counted for span in told.spans), NONE) == abs(length) and told.days == ()
    starts, ends = ([at.astimezone(UTC) for at in side] for side in zip(*((s.start, s.end) for s in told.spans), strict=True))
    assert [*starts, edges[1]] == [edges[0], *ends]
    counting = (Reason.WORKING, Reason.MAKE_UP, Reason.OWN_HOURS)
    assert all((span.reason in counting) == (span.counted > NONE) for span in told.spans)


@settings(max_examples=40)
@given(calendars, instants, forwards)
def test_the_spans_between_are_those_of_the_explanation(calendar: Calendar, start: datetime, length: timedelta) -> None:
    told = calendar.explain(start, length)
    assert calendar.spans(start, told.due) == told.spans
    assert calendar.spans(told.due, start) == ()


def test_more_spans_than_anybody_reads_are_not_told() -> None:
    with pytest.raises(ArgumentError, match="too many stretches") as raised:
        OFFICE.spans(datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert raised.value.path == "end"


@settings(max_examples=40)
@given(calendars, instants, st.integers(-20, 20), st.sampled_from([None, "civil", "same_time"]))
def test_the_days_of_a_day_budget_are_as_many_as_it_says(
    calendar: Calendar, start: datetime, count: int, means: Any
) -> None:
    told = calendar.explain(start, WorkingDays(count, means=means))
    assert told.due == calendar.deadline(start, WorkingDays(count, means=means)) and told.spans == ()
    assert [day.number for day in told.days if day.number is not None] == list(range(1, abs(count) + 1))


def test_an_explanation_is_read_by_people() -> None:
    told = OFFICE.explain(datetime(2026, 2, 14, 17, tzinfo=SHANGHAI), "2 h")
    assert told.spans[2].name == Words("春节", "Spring Festival") and str(told.spans[2].name) == "Spring Festival"
    assert str(told).splitlines()[2] == "Sun 15 Feb 00:00 to Tue 24 Feb 00:00 not counted (holiday: Spring Festival)"
    assert told.words[2].zh == "2月15日(周日)00:00至2月24日(周二)00:00 不计(节假日:春节)"
    html = told._repr_html_()
    assert html.count("<tr>") == len(told.words) and "节假日:春节" in html


def test_the_table_of_a_notebook_shows_names_as_text() -> None:
    holiday = {"date": "2026-03-03", "name": "<b>Founding & feast</b>"}
    calendar = Calendar({"mon-fri": ["09:00-17:00"]}, time_zone="Asia/Shanghai", holidays=[holiday])
    html = calendar.explain(datetime(2026, 3, 2, 16, tzinfo=SHANGHAI), "2 h")._repr_html_()
    assert "&lt;b&gt;Founding &amp; feast&lt;/b&gt;" in html and "<b>" not in html


# Datetimes in and out.


def test_answers_are_in_the_calendars_zone() -> None:
    due = OFFICE.deadline(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), HOUR)
    assert due.tzinfo == SHANGHAI and due.isoformat() == "2026-03-02T10:00:00+08:00"
    assert OFFICE.next_open(datetime(2026, 3, 1, tzinfo=UTC)).tzinfo == SHANGHAI


def test_microseconds_are_kept() -> None:
    start = datetime(2026, 3, 2, 9, 0, 0, 123_457, tzinfo=SHANGHAI)
    assert OFFICE.deadline(start, MICROSECOND) == start + MICROSECOND
    assert OFFICE.elapsed(start, start + MICROSECOND) == MICROSECOND


@pytest.mark.parametrize("ask", [
    lambda c, at: c.deadline(at, HOUR),
    lambda c, at: c.after(at, HOUR),
    lambda c, at: c.explain(at, HOUR),
    lambda c, at: c.land(at, HOUR),
    lambda c, at: c.elapsed(at, at),
    lambda c, at: c.is_open(at),
    lambda c, at: c.next_open(at),
    lambda c, at: c.prev_close(at),
    lambda c, at: c.provisional(at),
    lambda c, at: c.deadlines([at], HOUR),
    lambda c, at: c.elapsed_many([at], [at]),
])  # fmt: skip
def test_a_naive_datetime_is_read_only_where_its_zone_was_said(ask: Any) -> None:
    naive = datetime(2026, 3, 2, 9)
    with pytest.raises(ArgumentError, match="is naive: give it a tzinfo, or say the zone") as raised:
        ask(OFFICE, naive)
    assert raised.value.path in {"start", "at", "starts[0]"} and "没有时区" in raised.value.message_zh
    told = Calendar.from_rules(OFFICE.rules, naive="Asia/Shanghai")
    assert ask(told, naive) == ask(OFFICE, naive.replace(tzinfo=SHANGHAI))


def test_the_zone_of_naive_datetimes_need_not_be_the_calendars() -> None:
    calendar = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive=NEW_YORK)
    assert calendar.deadline(datetime(2026, 3, 1, 20), HOUR).isoformat() == "2026-03-02T10:00:00+08:00"


@pytest.mark.parametrize(("local", "fold", "instant"), [
    ("2026-11-01T01:30", 0, "2026-11-01T05:30Z"),
    ("2026-11-01T01:30", 1, "2026-11-01T06:30Z"),
    ("2026-03-08T02:30", 0, "2026-03-08T07:30Z"),
    ("2026-03-08T02:30", 1, "2026-03-08T07:30Z"),
    ("2026-03-08T03:30", 1, "2026-03-08T07:30Z"),
    ("2026-07-01T12:00", 1, "2026-07-01T16:00Z"),
])  # fmt: skip
def test_times_that_come_twice_or_never(local: str, fold: int, instant: str) -> None:
    always = Calendar.round_the_clock("UTC", naive="America/New_York")
    at = datetime.fromisoformat(local).replace(fold=fold)
    assert always.next_open(at) == datetime.fromisoformat(instant)
    # As the core reads the same wall clock, where it is read as the earlier one.
    if not fold:
        hours = {"time_zone": "America/New_York", "days": {local[:10]: [f"{local[11:]}-24:00"]}}
        opening = call("calendar.next_open", calendar=hours, at=datetime(2026, 1, 1, tzinfo=UTC))["at"]
        assert datetime.fromisoformat(opening) == datetime.fromisoformat(instant)


def test_local_mean_time_has_offsets_in_seconds() -> None:
    before_zones = datetime(1900, 6, 1, 9, tzinfo=SHANGHAI)
    assert before_zones.utcoffset() == timedelta(hours=8, minutes=5, seconds=43)
    assert call("calendar.is_open", calendar=OFFICE, at=before_zones) == {"open": True}
    assert OFFICE.deadline(before_zones, HOUR) == before_zones + HOUR


class NotATime(datetime):
    """What pandas calls NaT: a datetime that equals nothing."""

    def __eq__(self, _: object) -> bool:
        return False

    def __ne__(self, _: object) -> bool:
        return True

    __hash__ = datetime.__hash__


@pytest.mark.parametrize("at", ["2026-03-02T09:00:00+08:00", 1_772_000_000, None, date(2026, 3, 2), NotATime(2026, 3, 2)])
def test_what_is_no_datetime_is_refused(at: Any) -> None:
    with pytest.raises(ArgumentError, match="a datetime is needed") as raised:
        OFFICE.deadline(at, HOUR)
    assert raised.value.path == "start"


@pytest.mark.parametrize("on", [datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02", None])
def test_what_is_no_date_is_refused(on: Any) -> None:
    for ask in (OFFICE.day, OFFICE.is_working_day, lambda on: OFFICE.working_days_between(date(2026, 3, 2), on)):
        with pytest.raises(ArgumentError, match="a date is needed") as raised:
            ask(on)
        assert raised.value.path in {"on", "end"}


# Budgets.


@pytest.mark.parametrize(("budget", "due"), [
    (4 * HOUR, "2026-02-14T11:30"),
    ("4 h", "2026-02-14T11:30"),
    ("PT4H", "2026-02-14T11:30"),
    (Days(1), "2026-02-14T18:00"),
    ("1 days", "2026-02-14T18:00"),
    (WorkingDays(2), "2026-02-24T18:00"),
    (WorkingDays(2, means="same_time"), "2026-02-24T17:00"),
    (WorkingDays(2, means="same_time", land="close"), "2026-02-24T18:00"),
    (WorkingDays(1, means=timedelta(hours=2)), "2026-02-14T09:30"),
    (WorkingDays(-1), "2026-02-12T08:30"),
    (NONE, "2026-02-13T17:00"),
])  # fmt: skip
def test_every_form_of_a_budget(budget: Any, due: str) -> None:
    start = datetime(2026, 2, 13, 17, tzinfo=SHANGHAI)
    expected = datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)
    assert OFFICE.deadline(start, budget) == OFFICE.explain(start, budget).due == expected
    assert call("calendar.deadline", calendar=OFFICE, start=start, budget=budget)["due"] == expected.isoformat()


@pytest.mark.parametrize(("budget", "path"), [
    ("", "budget"),
    ("4", "budget"),
    ("1 month", "budget"),
    ("P1M", "budget"),
    (4, "budget"),
    (None, "budget"),
    (WorkingDays(1, means="weekly"), "budget.means"),  # type: ignore[arg-type]
    (Days(1, land="moon"), "budget.land"),  # type: ignore[arg-type]
    (Days(2**31), "budget.days"),
])  # fmt: skip
def test_what_is_no_budget_is_refused(budget: Any, path: str) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    for ask in (OFFICE.deadline, OFFICE.explain, lambda at, within: OFFICE.deadlines([at], within)):
        with pytest.raises(ArgumentError) as raised:
            ask(start, budget)
        assert raised.value.path == path.replace("budget", "within")
    with pytest.raises(ArgumentError) as raised:
        OFFICE.land(start, budget)
    assert raised.value.path == path


@pytest.mark.parametrize("length", [timedelta.max, timedelta.min])
def test_a_length_beyond_64_bits_is_refused(length: timedelta) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    with pytest.raises(ArgumentError, match="292,000 years"):
        OFFICE.after(start, length)
    with pytest.raises(DataError, match="smaller budget"):
        OFFICE.after(start, length // 40)


def test_a_length_of_another_type_is_refused() -> None:
    with pytest.raises(ArgumentError, match="a timedelta is needed, not 3600") as raised:
        OFFICE.after(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI), 3600)  # type: ignore[arg-type]
    assert raised.value.path == "length"


def test_a_budget_moved_by_a_pause_lands_again() -> None:
    moved = datetime(2026, 3, 3, 10, tzinfo=SHANGHAI)
    assert OFFICE.land(moved, WorkingDays(1)) == datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)
    assert OFFICE.land(moved, HOUR) == moved


# Rules.


def test_every_rule_can_be_typed() -> None:
    typed = Calendar(
        {"mon-fri": [("08:30", "12:00"), (time(13, 30), time(18))], "sat": ["09:00-12:00"]},
        time_zone="Asia/Shanghai",
        holidays=[date(2026, 5, 4), "12-25", {"from": date(2026, 8, 1), "to": "2026-08-03", "name": "works outing"}],
        workdays=[date(2026, 3, 8)],
        workday_hours=["10:00-16:00"],
        days={date(2026, 3, 9): ["10:00-12:00"], "2026-03-10": []},
        breaks={date(2026, 3, 11): ["09:00-10:00"]},
        conventions={"at_closing": "roll", "day_means": timedelta(hours=8)},
    )
    written = Calendar.from_rules({
        "time_zone": "Asia/Shanghai",
        "hours": {"mon-fri": ["08:30-12:00", "13:30-18:00"], "sat": ["09:00-12:00"]},
        "holidays": ["2026-05-04", "12-25", {"from": "2026-08-01", "to": "2026-08-03", "name": "works outing"}],
        "workdays": ["2026-03-08"],
        "workday_hours": ["10:00-16:00"],
        "days": {"2026-03-09": ["10:00-12:00"], "2026-03-10": []},
        "breaks": {"2026-03-11": ["09:00-10:00"]},
        "conventions": {"at_closing": "roll", "day_means": {"hours_per_day": "PT8H"}},
    })  # fmt: skip
    assert typed == written and hash(typed) == hash(written) and typed.fingerprint == written.fingerprint
    assert typed != OFFICE and typed != "Asia/Shanghai"
    assert typed.rules["conventions"]["day_means"] == {"hours_per_day": "PT8H"}
    assert (typed.time_zone, typed.known_until, OFFICE.known_until) == ("Asia/Shanghai", None, date(2026, 12, 31))


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
def test_a_calendar_survives_pickling_and_its_repr(calendar: Calendar) -> None:
    told = Calendar.from_rules(calendar.rules, naive="Asia/Shanghai")
    for copy in (pickle.loads(pickle.dumps(told)), eval(repr(told))):
        assert copy == calendar and copy.rules == calendar.rules
        assert copy.is_open(datetime(2026, 3, 2, 9)) == calendar.is_open(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))


def test_all_problems_of_the_rules_are_told() -> None:
    with pytest.raises(DataError) as raised:
        Calendar({"mon-fri": ["09:00-09:00"], "frei": ["09:00-17:00"]}, time_zone="Asia/Shanghai", holidays=["2026-02-30"])
    assert [problem["path"] for problem in raised.value.problems] == ["holidays[0]", "hours.frei", "hours.mon-fri[0]"]
    assert raised.value.code == "problems" and raised.value.path == "holidays[0]"


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(ArgumentError, match="`Asia/Shangai` is no time zone"):
        Calendar({"mon": ["09:00-17:00"]}, time_zone="Asia/Shangai")
    with pytest.raises(ArgumentError, match="`Mars/Base` is no time zone known here") as raised:
        Calendar({"mon": ["09:00-17:00"]}, time_zone="Asia/Shanghai", naive="Mars/Base")
    assert raised.value.path == "naive"


def test_what_is_allowed_but_not_meant_is_told() -> None:
    assert OFFICE.lint() == []
    calendar = Calendar({"mon": ["09:00-13:00", "12:00-17:00"]}, time_zone="Asia/Shanghai")
    assert [problem["path"] for problem in calendar.lint()] == ["hours.mon"]
    assert [problem["message"] for problem in Calendar({}, time_zone="UTC").lint()] == ["the calendar never opens"]


NOTICE = "国办发明电〔2025〕7号"


@pytest.mark.parametrize(("on", "day"), [
    (date(2026, 2, 13), Day(DayKind.WORKING, None, ("08:30-12:00", "13:30-18:00"))),
    (date(2026, 2, 14), Day(DayKind.MAKE_UP, Words("春节", "Spring Festival"), ("08:30-12:00", "13:30-18:00"), NOTICE)),
    (date(2026, 2, 16), Day(DayKind.HOLIDAY, Words("春节", "Spring Festival"), (), NOTICE)),
    (date(2026, 3, 1), Day(DayKind.DAY_OFF, None, ())),
])  # fmt: skip
def test_what_kind_of_day_it_is(on: date, day: Day) -> None:
    assert OFFICE.day(on) == day
    assert OFFICE.is_working_day(on) == bool(day.hours)


def test_hours_of_a_single_date() -> None:
    calendar = Calendar.china({"mon-fri": ["09:00-17:00"]}, days={date(2026, 2, 16): ["10:00-12:00"]})
    assert calendar.day(date(2026, 2, 16)) == Day(DayKind.OWN_HOURS, None, ("10:00-12:00",))


def test_what_is_not_announced_is_provisional() -> None:
    assert not OFFICE.provisional(datetime(2027, 1, 1, tzinfo=SHANGHAI))
    assert OFFICE.provisional(datetime(2027, 1, 1, 0, 0, 0, 1, tzinfo=SHANGHAI))
    assert not Calendar({"mon": ["09:00-17:00"]}, time_zone="Asia/Shanghai").provisional(datetime(2100, 1, 1, tzinfo=UTC))
    assert OFFICE.explain(datetime(2026, 12, 31, 17, tzinfo=SHANGHAI), "2 h").provisional


def test_a_rulebooks_calendar() -> None:
    standard = Rulebook.standard()
    assert "office" in standard.calendars
    office = standard.calendar("office", naive="Asia/Shanghai")
    assert office.deadline(datetime(2026, 2, 13, 17), 4 * HOUR).isoformat() == "2026-02-14T11:30:00+08:00"
    with pytest.raises(ArgumentError, match="standard@1 has no `nights`, it has .*office") as raised:
        standard.calendar("nights")
    assert raised.value.path == "calendar"


@pytest.mark.parametrize("kind", ["text", "path", "days"])
def test_a_table_grows_by_a_text_a_file_or_days(kind: str, tmp_path: Path) -> None:
    text = (
        "\ufeffBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\n"
        "SUMMARY:元旦 休\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    path = tmp_path / "2027.ics"
    path.write_text(text, encoding="utf-8")
    entry = {"from": date(2027, 1, 1), "to": date(2027, 1, 3), "kind": "holiday", "name": "元旦"}
    days: Any = {"text": text, "path": path, "days": iter([entry])}[kind]
    grown = OFFICE.extend(days, known_until=date(2027, 1, 3), source="notice")
    assert (grown.table_version, OFFICE.table_version) == ("2027.1", "2026.1")
    assert grown.day(date(2027, 1, 1)) == Day(DayKind.HOLIDAY, Words("元旦", "New Year's Day"), (), "notice")
    assert pickle.loads(pickle.dumps(grown)) == grown != OFFICE


def test_days_that_cannot_be_are_told_with_their_place() -> None:
    with pytest.raises(DataError) as raised:
        OFFICE.extend([{"date": "2026-02-28", "kind": "holiday"}, {"date": date(2026, 3, 3), "kind": "holiday"}])
    assert [problem["path"] for problem in raised.value.problems] == ["days[0]", "days[1]"]


def test_hours_change_on_a_date_and_the_past_stays() -> None:
    summer = {"from": "06-01", "to": "09-30", "hours": {"mon-fri": ["08:00-11:00"]}}
    calendar = Calendar.china({"mon-fri": ["09:00-17:00"]}, periods=[summer, {"from": date(2027, 1, 1), "hours": {}}])
    hours = [calendar.day(on).hours for on in (date(2026, 6, 1), date(2026, 10, 12), date(2027, 1, 4))]
    assert hours == [("08:00-11:00",), ("09:00-17:00",), ()]
