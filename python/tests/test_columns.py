"""Columns: every family is answered in kind, in its unit, and row by row as the scalar form answers."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from guanjia import ArgumentError, Calendar, DataError, WorkingDays

np: Any = pytest.importorskip("numpy", reason="numpy is not installed: its arrays are not tried")

UTC = timezone.utc
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
WEEK = {"mon-fri": ["08:30-12:00", "13:30-18:00"]}
OFFICE = Calendar.china(hours={"mon-fri": ["08:30-12:00", "13:30-18:00"]}, time_zone="Asia/Shanghai")
NEW_YORK = Calendar({"daily": ["22:00-06:00", "09:00-17:00"]}, time_zone="America/New_York")
UNITS = ["ns", "us", "ms", "s"]
STARTS = [
    datetime(2026, 2, 13, 9, tzinfo=UTC),
    datetime(2026, 2, 27, 8, 30, 15, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 1, tzinfo=UTC),
]
ENDS = [start + timedelta(days=3 * n - 2, hours=5) for n, start in enumerate(STARTS)]
LENGTHS = [4 * HOUR, timedelta(minutes=90), -9 * HOUR, timedelta(0)]


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def instants(moments: list[Any], unit: str = "us") -> Any:
    """An array of datetimes, none as NaT."""
    naive = [None if at is None else at.astimezone(UTC).replace(tzinfo=None) for at in moments]
    return np.array(naive, "M8[us]").astype(f"M8[{unit}]")


def lengths(each: list[Any], unit: str = "us") -> Any:
    return np.array(each, "m8[us]").astype(f"m8[{unit}]")


def same(answers: Any, expected: Any) -> None:
    assert type(answers) is type(expected)
    assert answers.dtype == expected.dtype
    np.testing.assert_array_equal(answers, expected)


def due(moments: list[Any], each: list[Any]) -> list[Any]:
    return [OFFICE.deadline(start, length) for start, length in zip(moments, each, strict=True)]


# numpy.


@pytest.mark.parametrize("unit", UNITS)
def test_numpy_is_answered_in_its_unit(unit: str) -> None:
    starts, ends = instants(STARTS, unit), instants(ENDS, unit)
    same(OFFICE.deadlines(starts, "4 h"), instants(due(STARTS, [4 * HOUR] * 4), unit))
    same(OFFICE.deadlines(starts, np.timedelta64(4, "h")), instants(due(STARTS, [4 * HOUR] * 4), unit))
    same(OFFICE.deadlines(starts, WorkingDays(2)), instants(due(STARTS, [WorkingDays(2)] * 4), unit))
    same(OFFICE.deadlines(starts, lengths(LENGTHS, unit)), instants(due(STARTS, LENGTHS), unit))
    same(OFFICE.elapsed_many(starts, ends), lengths([OFFICE.elapsed(*row) for row in zip(STARTS, ENDS, strict=True)], unit))
    same(OFFICE.next_open_many(starts), instants([OFFICE.next_open(at) for at in STARTS], unit))
    same(OFFICE.prev_close_many(starts), instants([OFFICE.prev_close(at) for at in STARTS], unit))
    same(OFFICE.is_open_many(starts), np.array([OFFICE.is_open(at) for at in STARTS]))
    same(OFFICE.provisional_many(starts), np.array([OFFICE.provisional(at) for at in STARTS]))


def test_the_finer_unit_of_two_is_that_of_the_answer() -> None:
    starts = instants(STARTS, "s")
    assert OFFICE.deadlines(starts, lengths(LENGTHS, "ms")).dtype == "M8[ms]"
    assert OFFICE.elapsed_many(instants(ENDS, "ns"), starts).dtype == "m8[ns]"


def test_dates_are_counted_in_days() -> None:
    starts, ends = [date(2026, 2, 1), date(2026, 10, 9)], [date(2026, 3, 1), date(2026, 9, 30)]
    expected = [OFFICE.working_days_between(*row) for row in zip(starts, ends, strict=True)]
    assert expected == [16, -2]
    same(OFFICE.working_days_between_many(np.array(starts, "M8[D]"), np.array(ends, "M8[D]")), np.array(expected))
    assert OFFICE.working_days_between_many(starts, ends) == expected
    missing = np.array(["2026-02-01", "NaT"], "M8[D]")
    with pytest.raises(ArgumentError, match="have no null") as raised:
        OFFICE.working_days_between_many(missing, missing)
    assert raised.value.path == "[1]"
    with pytest.raises(ArgumentError, match="depends on a zone") as raised:
        OFFICE.working_days_between_many(starts, instants(STARTS[:2]))
    assert raised.value.path == "ends"


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_in_gives_nothing_out(unit: str) -> None:
    starts = instants([STARTS[0], None, STARTS[1]], unit)
    answered = OFFICE.deadlines(starts, HOUR)
    assert np.isnat(answered).tolist() == [False, True, False]
    assert np.isnat(OFFICE.deadlines(starts, lengths([None, HOUR, HOUR], unit))).tolist() == [True, True, False]
    assert np.isnat(OFFICE.elapsed_many(starts, starts[::-1])).tolist() == [False, True, False]
    assert np.isnat(OFFICE.next_open_many(starts)).tolist() == [False, True, False]
    assert OFFICE.is_open_many(starts).tolist() == [OFFICE.is_open(STARTS[0]), False, OFFICE.is_open(STARTS[1])]
    masked = np.ma.array(instants(STARTS, unit), mask=[False, True, False, False])
    assert np.isnat(OFFICE.deadlines(masked, HOUR)).tolist() == [False, True, False, False]


def test_numpy_arrays_of_any_layout_are_read() -> None:
    expected = OFFICE.deadlines(instants(STARTS), HOUR)
    doubled = np.repeat(instants(STARTS), 2)
    same(OFFICE.deadlines(doubled[::2], HOUR), expected)
    same(OFFICE.deadlines(instants(STARTS)[::-1], HOUR), expected[::-1])
    same(OFFICE.deadlines(instants(STARTS).reshape(2, 2).T, HOUR), expected.reshape(2, 2).T)
    same(OFFICE.deadlines(instants(STARTS).astype(">M8[us]"), HOUR), expected)
    frozen = instants(STARTS)
    frozen.flags.writeable = False
    same(OFFICE.deadlines(frozen, HOUR), expected)
    packed = np.zeros(4, np.dtype([("flag", "i1"), ("at", "M8[us]")]))
    packed["at"] = instants(STARTS)
    same(OFFICE.deadlines(packed["at"], HOUR), expected)
    same(OFFICE.deadlines(instants([]), HOUR), instants([]))
    same(OFFICE.is_open_many(instants([])), np.array([], bool))
    expected[0] = "NaT"  # answers are the caller's to change


def test_what_is_asked_stays_as_it_was() -> None:
    starts = instants([*STARTS, None])
    before = starts.copy()
    OFFICE.deadlines(starts, HOUR)
    OFFICE.elapsed_many(starts, starts)
    same(starts, before)


@pytest.mark.parametrize(("starts", "message"), [
    (np.array([1, 2]), "datetime64 is needed, not of int64"),
    (np.array([1.5]), "datetime64 is needed, not of float64"),
    (np.array([1], "m8[us]"), "datetime64 is needed, not of timedelta64"),
    (np.array(["2026"], "M8[Y]"), r"none of s, ms, us, ns: convert it with .astype\('datetime64\[us\]'\)"),
    (np.array(["2026-03-02"], "M8[D]"), "none of s, ms, us, ns"),
    (np.array([1], "M8[25us]"), "none of s, ms, us, ns"),
    (np.array([STARTS[0]], object), "datetime64 is needed, not of object"),
    ("2026-03-02", "a list or an array of datetimes is needed"),
    (b"2026", "a list or an array of datetimes is needed"),
    (STARTS[0], "a list or an array of datetimes is needed"),
    (None, "a list or an array of datetimes is needed"),
    ([1], "a datetime is needed"),
])  # fmt: skip
def test_what_is_no_column_is_refused_by_its_name(starts: Any, message: str) -> None:
    asks: list[tuple[Any, Any]] = [(OFFICE.deadlines, HOUR), (OFFICE.elapsed_many, STARTS)]
    for ask, other in asks:
        with pytest.raises(ArgumentError, match=message) as raised:
            ask(starts, other)
        assert raised.value.path in {"starts", "starts[0]"}
    with pytest.raises(ArgumentError) as raised:
        OFFICE.next_open_many(starts)
    assert raised.value.path in {"at", "at[0]"}


@pytest.mark.parametrize(("within", "path"), [
    (np.array([1, 2]), "within"),
    (np.array([1], "M8[us]"), "within"),
    (np.timedelta64("NaT"), "within"),
    (np.timedelta64(1, "Y"), "within"),
    (np.datetime64("2026-03-02"), "within"),
    ([HOUR, 4, HOUR, HOUR], "within[1]"),
    ([HOUR, "4 weeks", HOUR, HOUR], "within[1]"),
    ([HOUR, timedelta.max, HOUR, HOUR], "within[1]"),
    (timedelta.max, "within"),
    ([HOUR], "within"),
    ({}, "within"),
])  # fmt: skip
def test_what_are_no_lengths_is_refused_by_its_name(within: Any, path: str) -> None:
    for starts in (STARTS, instants(STARTS)):
        with pytest.raises(ArgumentError) as raised:
            OFFICE.deadlines(starts, within)
        assert raised.value.path == path


def test_an_answer_finer_than_the_unit_is_refused_with_its_row() -> None:
    starts = instants(STARTS, "s")
    with pytest.raises(ArgumentError, match="cannot be written in `s`") as raised:
        OFFICE.deadlines(starts, timedelta(milliseconds=1500))
    assert raised.value.path == "[0]"


@pytest.mark.parametrize("extreme", [2**63 - 1, -(2**63) + 1, 10**18, -(10**18)])
def test_a_row_without_an_answer_is_named(extreme: int) -> None:
    for unit in UNITS:
        starts = instants([*STARTS, None], unit)
        starts.view("i8")[3] = extreme if unit != "ns" else -(2**63) + 1 if extreme < 0 else 2**63 - 1
        with pytest.raises(DataError, match="1900 to 2200") as raised:
            OFFICE.deadlines(starts, HOUR)
        assert raised.value.path == "[3]"
    with pytest.raises(DataError, match="smaller budget") as raised:
        OFFICE.deadlines(instants(STARTS), lengths([HOUR, HOUR, 10**6 * timedelta(hours=9), HOUR]))
    assert raised.value.path == "[2]"
    never = Calendar({"mon": []}, time_zone="UTC")
    with pytest.raises(DataError, match="no working time") as raised:
        never.next_open_many(instants([None, STARTS[0]]))
    assert raised.value.path == "[1]"


def test_a_row_is_named_in_its_column_however_it_came() -> None:
    """Blocks and chunks are ours, not the caller's."""
    for unit in UNITS:
        starts = np.full(10_000, instants([STARTS[0]], unit)[0])
        starts.view("i8")[9_000] = 2**63 - 1
        with pytest.raises(DataError) as raised:
            OFFICE.elapsed_many(starts, starts)
        assert raised.value.path == "[9000]"


# Random data: each family as the scalar form.


def random_moments(count: int) -> list[datetime]:
    draw = random.Random(20260302)
    first, last = micros(datetime(2018, 1, 1, tzinfo=UTC)), micros(datetime(2028, 1, 1, tzinfo=UTC))
    return [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=draw.randrange(first, last)) for _ in range(count)]


@pytest.mark.parametrize("calendar", [OFFICE, NEW_YORK])
def test_arrays_agree_with_the_scalar_form(calendar: Calendar) -> None:
    moments, others = random_moments(3_000), random_moments(6_000)[3_000:]
    draw = random.Random(7)
    each = [timedelta(microseconds=draw.randrange(-(10**13), 10**13)) for _ in moments]
    starts, ends = instants(moments), instants(others)
    pairs = list(zip(moments, others, strict=True))
    same(calendar.deadlines(starts, lengths(each)), instants([calendar.after(*row) for row in zip(moments, each, strict=True)]))
    same(calendar.deadlines(starts, "3 working_days"), instants([calendar.deadline(at, "3 working_days") for at in moments]))
    same(calendar.elapsed_many(starts, ends), lengths([calendar.elapsed(*pair) for pair in pairs]))
    same(calendar.is_open_many(starts), np.array([calendar.is_open(at) for at in moments]))
    same(calendar.next_open_many(starts), instants([calendar.next_open(at) for at in moments]))
    same(calendar.prev_close_many(starts), instants([calendar.prev_close(at) for at in moments]))
    listed = calendar.deadlines(moments, each)
    assert [at.isoformat() for at in listed] == [calendar.after(*row).isoformat() for row in zip(moments, each, strict=True)]


def test_lists_keep_what_is_none() -> None:
    moments = [STARTS[0], None]
    assert OFFICE.deadlines(moments, HOUR) == [OFFICE.deadline(STARTS[0], HOUR), None]
    assert OFFICE.deadlines(moments, ["1 working_days", HOUR]) == [OFFICE.deadline(STARTS[0], "1 working_days"), None]
    assert OFFICE.deadlines(STARTS[:2], [HOUR, None]) == [OFFICE.deadline(STARTS[0], HOUR), None]
    assert OFFICE.elapsed_many(moments, moments) == [timedelta(0), None]
    assert OFFICE.is_open_many(moments) == [OFFICE.is_open(STARTS[0]), None]
    assert OFFICE.provisional_many([None, datetime(2190, 1, 1, tzinfo=UTC)]) == [None, True]
    assert OFFICE.next_open_many(tuple(moments)) == [OFFICE.next_open(STARTS[0]), None]
    assert OFFICE.working_days_between_many([None, date(2026, 3, 2)], [date(2026, 3, 2), date(2026, 3, 9)]) == [None, 5]


def test_threads_ask_at_once() -> None:
    starts = instants(random_moments(20_000))
    expected = OFFICE.deadlines(starts, 4 * HOUR)
    with ThreadPoolExecutor(8) as pool:
        for answered in pool.map(lambda _: OFFICE.deadlines(starts, 4 * HOUR), range(32)):
            same(answered, expected)
        scalar = pool.map(lambda at: OFFICE.deadline(at, 4 * HOUR), random_moments(2_000))
        assert list(scalar) == OFFICE.deadlines(random_moments(2_000), 4 * HOUR)


# What the scalar form keeps of Python's zones.


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
def test_datetimes_of_every_day_are_read_and_made_as_their_zone_has_them(zone: str) -> None:
    """The quick way, by offsets kept for a year, against Python's own arithmetic, at and around every change of clocks."""
    always, elsewhere, there = Calendar.round_the_clock(zone), Calendar.round_the_clock("Asia/Tokyo"), ZoneInfo(zone)
    hours = range(0, 24 * 366 * 3, 5)
    for start in (datetime(1940, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)):
        for hour in hours:
            at = start + timedelta(hours=hour, minutes=hour % 60, microseconds=hour)
            local = at.astimezone(there)
            made = always.next_open(local)
            assert (made, made.tzinfo, made.fold, made.isoformat()) == (local, there, local.fold, local.isoformat())
            assert always.elapsed(at, local) == elsewhere.elapsed(local, at) == timedelta(0)


class Unsure(tzinfo):
    """A zone that knows no offset leaves its datetimes naive."""

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return None

    def dst(self, at: datetime | None) -> timedelta | None:
        return None

    def tzname(self, at: datetime | None) -> str | None:
        return None


def test_a_zone_without_an_offset_is_none() -> None:
    with pytest.raises(ArgumentError, match="is naive") as raised:
        OFFICE.is_open(datetime(2026, 3, 2, tzinfo=Unsure()))
    assert raised.value.path == "at"


def test_lengths_are_made_to_the_microsecond() -> None:
    always, start = Calendar.round_the_clock("UTC"), datetime(2000, 1, 1, tzinfo=UTC)
    for length in (timedelta(0), timedelta(microseconds=1), timedelta(days=199 * 365), timedelta(days=1, microseconds=-1)):
        for end in (start + length, start - length // 2):
            assert always.elapsed(start, end) == end - start
            assert always.elapsed_many([start], [end]) == [end - start]


@pytest.mark.parametrize("at", [datetime.min, datetime.max, datetime(1901, 1, 1), datetime(2199, 12, 31, 23, 59, 59, 999999)])
def test_datetimes_at_the_ends_are_read(at: datetime) -> None:
    always = Calendar.round_the_clock("UTC", naive="UTC")
    if 1900 <= at.year <= 2200:
        assert always.next_open(at) == at.replace(tzinfo=UTC)
    else:
        with pytest.raises(DataError, match="1900 to 2200"):
            always.next_open(at)


def test_a_budget_is_read_anew_where_it_is_another() -> None:
    """The last budget is kept by what it is, not by where it lay."""
    always, start = Calendar.round_the_clock("UTC"), datetime(2026, 3, 2, 9, tzinfo=UTC)
    for minutes in range(1, 200):
        assert always.deadline(start, timedelta(minutes=minutes)) == start + timedelta(minutes=minutes)
        assert always.deadline(start, f"{minutes} min") == start + timedelta(minutes=minutes)


# Arrow.


def arrow(moments: list[Any], unit: str = "us", zone: str | None = "UTC") -> Any:
    pa: Any = pytest.importorskip("pyarrow", reason="pyarrow is not installed: its arrays are not tried")
    return pa.array(moments, pa.timestamp("us", "UTC")).cast(pa.timestamp(unit, zone))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "+08:00", None])
@pytest.mark.parametrize("unit", UNITS)
def test_arrow_is_answered_in_its_type(unit: str, zone: str | None) -> None:
    starts, ends = arrow(STARTS, unit, zone), arrow(ENDS, unit, zone)
    pa = sys.modules["pyarrow"]
    assert OFFICE.deadlines(starts, "4 h").equals(arrow(due(STARTS, [4 * HOUR] * 4), unit, zone))
    each = pa.array(LENGTHS, pa.duration(unit))
    assert OFFICE.deadlines(starts, each).equals(arrow(due(STARTS, LENGTHS), unit, zone))
    elapsed = [OFFICE.elapsed(*row) for row in zip(STARTS, ENDS, strict=True)]
    assert OFFICE.elapsed_many(starts, ends).equals(pa.array(elapsed, pa.duration(unit)))
    assert OFFICE.next_open_many(starts).equals(arrow([OFFICE.next_open(at) for at in STARTS], unit, zone))
    assert OFFICE.is_open_many(starts).equals(pa.array([OFFICE.is_open(at) for at in STARTS]))
    for answers in (OFFICE.deadlines(starts, each), OFFICE.is_open_many(starts)):
        answers.validate(full=True)


def test_arrow_slices_chunks_and_nulls_are_read() -> None:
    moments = [None if n % 7 == 3 else at for n, at in enumerate(random_moments(1_000))]
    whole = arrow(moments)
    pa = sys.modules["pyarrow"]
    expected = arrow([None if at is None else OFFICE.deadline(at, HOUR) for at in moments])
    opened = pa.array([None if at is None else OFFICE.is_open(at) for at in moments])
    assert OFFICE.deadlines(whole, HOUR).equals(expected)
    for start, rows in ((0, 1), (1, 9), (13, 500), (999, 1), (1000, 0)):
        assert OFFICE.deadlines(whole.slice(start, rows), HOUR).equals(expected.slice(start, rows))
        assert OFFICE.is_open_many(whole.slice(start, rows)).equals(opened.slice(start, rows))
    chunked = pa.chunked_array([whole.slice(0, 300), whole.slice(300, 0), whole.slice(300, 5), whole.slice(305)])
    answered = OFFICE.deadlines(chunked, HOUR)
    assert isinstance(answered, pa.ChunkedArray)
    assert answered.equals(pa.chunked_array([expected]))
    # Chunks of two columns need not meet.
    others = pa.chunked_array([whole.slice(0, 1), whole.slice(1, 998), whole.slice(999)])
    assert OFFICE.elapsed_many(chunked, others).equals(
        pa.chunked_array([pa.array([None if at is None else timedelta(0) for at in moments], pa.duration("us"))])
    )
    assert OFFICE.deadlines(pa.chunked_array([], whole.type), HOUR).equals(pa.chunked_array([pa.array([], whole.type)]))
    assert OFFICE.deadlines(whole, pa.array([None] * 1_000, pa.duration("s"))).null_count == 1_000
    broken = pa.chunked_array([whole.slice(0, 10), arrow([datetime(2300, 1, 1, tzinfo=UTC)])])
    with pytest.raises(DataError) as raised:
        OFFICE.deadlines(broken, HOUR)
    assert raised.value.path == "[10]"


def test_arrow_without_a_zone_is_read_as_naive_says() -> None:
    told = Calendar.china(WEEK, naive="Asia/Shanghai")
    pa: Any = pytest.importorskip("pyarrow")
    naive = pa.array([datetime(2026, 2, 13, 17), None], pa.timestamp("ms"))
    assert told.deadlines(naive, "4 h").to_pylist() == [datetime(2026, 2, 14, 11, 30), None]
    assert told.deadlines(naive.cast(pa.timestamp("ms", "UTC")), "1 h").to_pylist() == [
        told.deadline(datetime(2026, 2, 13, 17, tzinfo=UTC), HOUR),
        None,
    ]
    fixed = Calendar.china(WEEK, naive=timezone(timedelta(hours=8)))
    with pytest.raises(ArgumentError, match="no time zone") as raised:
        fixed.deadlines(naive, "1 h")
    assert raised.value.path == "naive"


def test_arrow_tables_of_one_column_are_columns() -> None:
    starts = arrow([*STARTS, None])
    pa = sys.modules["pyarrow"]
    table = pa.table({"opened": starts})
    expected = OFFICE.deadlines(starts, HOUR)
    assert OFFICE.deadlines(table, HOUR).equals(expected)
    assert OFFICE.deadlines(pa.RecordBatch.from_arrays([starts], ["opened"]).slice(2), HOUR).equals(expected.slice(2))
    struct = pa.StructArray.from_arrays([starts], ["opened"], mask=pa.array([False, True, False, False, False]))
    assert OFFICE.deadlines(struct.slice(1), HOUR).to_pylist() == [None, *expected.to_pylist()[2:]]
    for wrong, message in (
        (table.append_column("closed", starts), "a table of 2 columns"),
        (pa.array(["2026"]), "timestamps is needed, not Arrow's type `u`"),
        (pa.array([1]), "timestamps is needed, not Arrow's type `l`"),
        (pa.array([HOUR]), "timestamps is needed, not Arrow's type `tDu`"),
        (pa.array([date(2026, 3, 2)]), "timestamps is needed, not Arrow's type `tdD`"),
        (starts.dictionary_encode(), "dictionary-encoded|not Arrow's type"),
    ):
        with pytest.raises(ArgumentError, match=message) as raised:
            OFFICE.deadlines(wrong, HOUR)
        assert raised.value.path == "starts"
    for wrong in (starts, table, pa.array([1] * 5)):
        with pytest.raises(ArgumentError, match="durations is needed, not Arrow's type") as raised:
            OFFICE.deadlines(starts, wrong)
        assert raised.value.path == "within"


def test_arrow_dates_are_counted() -> None:
    pa: Any = pytest.importorskip("pyarrow")
    starts = pa.array([date(2026, 2, 1), None, date(2026, 10, 9)])
    ends = pa.array([date(2026, 3, 1), date(2026, 3, 1), date(2026, 9, 30)])
    assert OFFICE.working_days_between_many(starts, ends).equals(pa.array([16, None, -2]))
    assert OFFICE.working_days_between_many(starts.slice(2), ends.slice(2)).to_pylist() == [-2]
    with pytest.raises(DataError, match="1900 to 2200") as raised:
        OFFICE.working_days_between_many(starts, pa.array([date(2026, 1, 1), None, date(2300, 1, 1)]))
    assert raised.value.path == "[2]"
    far = pa.array([None, None, 2**31 - 1], pa.int32()).cast(pa.date32())
    with pytest.raises(ArgumentError, match="outside of the years") as raised_far:
        OFFICE.working_days_between_many(starts, far)
    assert raised_far.value.path == "[2]"


class Lender:
    """Somebody's own class with Arrow's protocol."""

    def __init__(self, column: Any, *, stream: bool) -> None:
        name = "__arrow_c_stream__" if stream else "__arrow_c_array__"
        setattr(type(self), name, lambda self, requested_schema=None: getattr(column, name)())


def test_an_unknown_library_is_answered_by_the_protocol() -> None:
    starts = arrow([*STARTS, None])
    pa = sys.modules["pyarrow"]
    expected = OFFICE.deadlines(starts, HOUR)
    for column, stream in ((starts, False), (pa.chunked_array([starts]), True)):
        lender = type("Own", (Lender,), {})(column, stream=stream)
        answers = OFFICE.deadlines(lender, HOUR)
        assert len(answers) == 5
        assert pa.array(answers).equals(expected)
        assert pa.array(answers).equals(expected), "answers are lent as often as they are asked for"
        kept = pa.array(answers)
        del answers
        assert kept.equals(expected)


def test_capsules_that_were_taken_over_are_refused() -> None:
    starts = arrow(STARTS)
    capsules = starts.__arrow_c_array__()
    sys.modules["pyarrow"].Array._import_from_c_capsule(*capsules)

    class Used:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return capsules

    with pytest.raises(ArgumentError, match="taken over before") as raised:
        OFFICE.deadlines(Used(), HOUR)
    assert raised.value.path == "starts"


# polars, pandas, DuckDB.


def test_polars_is_answered_in_its_type() -> None:
    pl: Any = pytest.importorskip("polars", reason="polars is not installed: its series are not tried")
    moments = [*STARTS, None]
    for unit in ("ns", "us", "ms"):
        starts = pl.Series("opened", moments, pl.Datetime(unit, "UTC")).dt.convert_time_zone("Asia/Shanghai")
        answered = OFFICE.deadlines(starts, "4 h")
        assert (answered.name, answered.dtype) == ("opened", starts.dtype)
        assert answered.to_list() == OFFICE.deadlines(moments, "4 h")
        each = pl.Series([HOUR] * 5, dtype=pl.Duration(unit))
        assert OFFICE.deadlines(starts, each).to_list() == OFFICE.deadlines(moments, HOUR)
        assert OFFICE.elapsed_many(starts, starts.shift(1)).dtype == pl.Duration(unit)
        assert OFFICE.is_open_many(starts).to_list() == OFFICE.is_open_many(moments)
        assert OFFICE.is_open_many(starts[1:4]).to_list() == OFFICE.is_open_many(moments[1:4])
        appended = starts.append(starts)
        assert OFFICE.deadlines(appended, "4 h").to_list() == OFFICE.deadlines(moments * 2, "4 h")
        assert OFFICE.deadlines(pl.DataFrame({"opened": starts}), HOUR).to_list() == OFFICE.deadlines(starts, HOUR).to_list()
    days = pl.Series([date(2026, 2, 1), None])
    assert OFFICE.working_days_between_many(days, days).to_list() == [0, None]


@pytest.mark.parametrize("dtype", ["M8[{}]", "datetime64[{}, Asia/Shanghai]", "timestamp[{}, tz=UTC][pyarrow]", "timestamp[{}][pyarrow]"])
@pytest.mark.parametrize("unit", UNITS)
def test_pandas_keeps_index_name_and_type(unit: str, dtype: str) -> None:
    pd: Any = pytest.importorskip("pandas", reason="pandas is not installed: its series are not tried")
    pytest.importorskip("pyarrow")
    moments = [*STARTS, None]
    aware = pd.Series(moments, index=list("abcde"), name="opened", dtype=f"datetime64[{unit}, UTC]")
    starts = aware.dt.tz_localize(None).astype(dtype.format(unit)) if "tz=" not in dtype and "," not in dtype else aware.astype(dtype.format(unit))
    answered = OFFICE.deadlines(starts, HOUR)
    assert (list(answered.index), answered.name, answered.dtype) == (list("abcde"), "opened", starts.dtype)
    expected = OFFICE.deadlines(moments, HOUR)
    assert [None if pd.isna(at) else pd.Timestamp(at).tz_localize(UTC) if at.tzinfo is None else at for at in answered] == expected
    each = pd.Series([HOUR] * 5, dtype=f"m8[{unit}]")
    assert OFFICE.deadlines(starts, each).equals(answered)
    elapsed = OFFICE.elapsed_many(starts, OFFICE.next_open_many(starts))
    assert list(elapsed.index) == list("abcde")
    assert elapsed.dropna().eq(timedelta(0)).all()
    assert [bool(flag) for flag in OFFICE.is_open_many(starts)[:4]] == OFFICE.is_open_many(STARTS)


def test_pandas_indexes_and_objects() -> None:
    pd: Any = pytest.importorskip("pandas")
    index = pd.DatetimeIndex(STARTS, name="opened")
    answered = OFFICE.deadlines(index, HOUR)
    assert (type(answered), answered.dtype, answered.name) == (pd.DatetimeIndex, index.dtype, "opened")
    assert list(answered) == OFFICE.deadlines(STARTS, HOUR)
    objects = pd.Series([STARTS[0], None], dtype=object)
    assert list(OFFICE.next_open_many(objects).dropna()) == [OFFICE.next_open(STARTS[0])]
    days = pd.Series([date(2026, 2, 1), date(2026, 10, 9)])
    assert list(OFFICE.working_days_between_many(days, days)) == [0, 0]
    with pytest.raises(ArgumentError, match="datetime64 is needed") as raised:
        OFFICE.deadlines(pd.Series([1, 2]), HOUR)
    assert raised.value.path == "starts"


def test_pandas_without_a_zone_is_read_as_naive_says() -> None:
    pd: Any = pytest.importorskip("pandas")
    told = Calendar.china(WEEK, naive="Asia/Shanghai")
    starts = pd.Series([datetime(2026, 2, 13, 17)])
    assert list(told.deadlines(starts, "4 h")) == [datetime(2026, 2, 14, 11, 30)]
    # numpy counts in UTC, whatever is said.
    assert told.deadlines(starts.to_numpy(), "4 h").tolist() == OFFICE.deadlines(starts.to_numpy(), "4 h").tolist()


def test_duckdb_relations_are_columns() -> None:
    duckdb: Any = pytest.importorskip("duckdb", reason="duckdb is not installed: its relations are not tried")
    pa: Any = pytest.importorskip("pyarrow")
    relation = duckdb.sql("select make_timestamptz(1772000000000000 + i * 3600000000) as opened from range(5000) t(i)")
    answered = pa.array(OFFICE.deadlines(relation, "4 h"))
    moments = [datetime.fromtimestamp(1772000000 + 3600 * n, UTC) for n in range(5_000)]
    assert answered.to_pylist() == OFFICE.deadlines(moments, "4 h")


# Others' answers.


def exact_workclock() -> Any:
    """Every day a working day but those off: so make-up days can be said there."""
    from datetime import time

    workclock: Any = pytest.importorskip("workclock", reason="workclock is not installed: it is not compared")
    days = [date(2018, 1, 1) + timedelta(days=n) for n in range(365 * 9)]
    off = [day for day in days if not OFFICE.is_working_day(day)]
    hours = [workclock.WorkDay(time(8, 30), time(12), range(7)), workclock.WorkDay(time(13, 30), time(18), range(7))]
    return workclock.Schedule([*hours, workclock.Holidays(off)], time_zone="Asia/Shanghai")


def test_workclock_agrees_where_it_can_express_the_calendar() -> None:
    schedule = exact_workclock()
    first, last = micros(datetime(2019, 1, 1, tzinfo=UTC)), micros(datetime(2026, 6, 1, tzinfo=UTC))
    draw = np.random.default_rng(3)
    starts = draw.integers(first, last, 20_000).view("M8[us]")
    ends = draw.integers(first, last, 20_000).view("M8[us]")
    each = draw.integers(1, 200 * 3600 * 10**6, 20_000).view("m8[us]")
    same(OFFICE.deadlines(starts, each), schedule.add_many(starts, each))
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    same(OFFICE.elapsed_many(low, high), schedule.between_many(low, high))
    for at in starts[:200].tolist():
        moment = at.replace(tzinfo=UTC)
        opens, closes = schedule.next_period(moment)
        assert OFFICE.next_open(moment) == opens
        assert OFFICE.is_open(moment) == (opens == moment)
        assert OFFICE.deadline(opens, closes - opens) == closes
