#!/usr/bin/env python3
"""Working time over a million rows: this module beside what else an analyst has, in one run, each checked against the other.

The question: deadlines and elapsed times from 2019 to 2026 on Mon-Fri 08:30-12:00, 13:30-18:00 with the holidays and make-up
days of the Chinese mainland. Peers that are not installed are told and left out. `make bench` runs it. (The file is no
`calendar.py`: a script hides modules of its name from all others.)
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from importlib import import_module
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from guanjia import Calendar

np: Any = import_module("numpy")
ROWS = 1_000_000
ROUNDS = 7
SEED = 20190101
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
SHIFT = 8 * HOUR  # Shanghai is eight hours ahead of UTC in all these years.
FIRST, LAST = date(2018, 12, 1), date(2027, 6, 30)
SEGMENTS = ((time(8, 30), time(12)), (time(13, 30), time(18)))
MORNING, NOON, AFTER_NOON, EVENING = (17 * HOUR // 2, 12 * HOUR, 27 * HOUR // 2, 18 * HOUR)
HALF, WHOLE = NOON - MORNING, NOON - MORNING + EVENING - AFTER_NOON
ZONE = ZoneInfo("Asia/Shanghai")
Micros = Any

OFFICE = Calendar.china(hours={"mon-fri": ["08:30-12:00", "13:30-18:00"]}, time_zone="Asia/Shanghai")
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WORKS = np.array([OFFICE.is_working_day(day) for day in DAYS])


@dataclass
class Questions:
    """What all are asked, in microseconds."""

    starts: Micros
    lengths: Micros
    ends: Micros

    @classmethod
    def draw(cls, rows: int) -> Questions:
        random = np.random.default_rng(SEED)
        low, high = (np.datetime64(text, "us").astype(np.int64) for text in ("2019-01-01", "2026-11-01"))
        starts = random.integers(low, high, rows)
        lengths = random.integers(60, 40 * 3600, rows) * SECOND
        return cls(starts, lengths, starts + random.integers(0, 60 * DAY, rows))

    def first(self, rows: int) -> Questions:
        return Questions(self.starts[:rows], self.lengths[:rows], self.ends[:rows])


@dataclass
class Peer:
    """What answers: a deadline of each length, and the time elapsed, in microseconds or what `told` makes them of."""

    name: str
    rows: int
    deadlines: Callable[[], Any]
    elapsed: Callable[[], Any] | None
    told: Callable[[Any], Micros] = np.asarray


# numpy, by hand.


def day_table(asked: Questions) -> Peer:
    """Two tables over days that all have the same hours: days worked before, and the day that is the n-th worked."""
    begin = (FIRST - date(1970, 1, 1)).days * DAY - SHIFT
    before = np.concatenate([[0], np.cumsum(WORKS)])[:-1] * WHOLE
    worked = np.flatnonzero(WORKS) * DAY + begin + MORNING
    full = np.where(WORKS, HALF, 0), np.where(WORKS, WHOLE - HALF, 0)

    def total(at: Micros) -> Micros:
        at = at - begin
        day = at // DAY
        at -= day * DAY
        at -= MORNING
        first = np.clip(at, 0, full[0][day])
        at -= AFTER_NOON - MORNING
        np.clip(at, 0, full[1][day], out=at)
        at += first
        at += before[day]
        return at

    def deadlines() -> Micros:
        due = total(asked.starts)
        due += asked.lengths
        due -= 1  # what ends at closing ends there, not at the next opening
        day = due // WHOLE
        due -= day * WHOLE
        due += 1
        due += (due > HALF) * (AFTER_NOON - NOON)
        due += worked[day]
        return due

    return Peer("numpy day table (equal days only)", len(asked.starts), deadlines, lambda: total(asked.ends) - total(asked.starts))


@dataclass
class Intervals:
    """All stretches of working time, and how much was worked before and up to the end of each."""

    opens: Micros
    before: Micros
    after: Micros

    @classmethod
    def all(cls) -> Intervals:
        midnights = (np.flatnonzero(WORKS) * DAY + (FIRST - date(1970, 1, 1)).days * DAY - SHIFT)[:, None]
        opens = (midnights + [MORNING, AFTER_NOON]).ravel()
        after = np.cumsum((midnights + [NOON, EVENING]).ravel() - opens)
        return cls(opens, np.concatenate([[0], after[:-1]]), after)


def search(asked: Questions, table: Intervals) -> Peer:
    def total(at: Micros) -> Micros:
        n = np.searchsorted(table.opens, at, "right") - 1
        return np.minimum(table.before[n] + (at - table.opens[n]), table.after[n])

    def deadlines() -> Micros:
        due = total(asked.starts) + asked.lengths
        n = np.searchsorted(table.after, due, "left")
        return table.opens[n] + (due - table.before[n])

    return Peer("numpy searchsorted (general)", len(asked.starts), deadlines, lambda: total(asked.ends) - total(asked.starts))


# polars.


def polars_search(pl: Any, asked: Questions, table: Intervals) -> Peer:
    opens, before, after = (pl.Series(each) for each in (table.opens, table.before, table.after))
    starts, ends, lengths = (pl.Series(each) for each in (asked.starts, asked.ends, asked.lengths))

    def total(at: Any) -> Any:
        n = opens.search_sorted(at, "right") - 1
        found = pl.DataFrame({"now": before.gather(n) + (at - opens.gather(n)), "most": after.gather(n)})
        return found.select(pl.min_horizontal("now", "most")).to_series()

    def deadlines() -> Any:
        due = total(starts) + lengths
        n = after.search_sorted(due, "left")
        return opens.gather(n) + (due - before.gather(n))

    return Peer("polars search_sorted", len(starts), deadlines, lambda: total(ends) - total(starts))


def polars_join(pl: Any, asked: Questions, table: Intervals) -> Peer:
    intervals = pl.DataFrame({"opens": table.opens, "before": table.before, "after": table.after})
    frame = pl.DataFrame({"start": asked.starts, "end": asked.ends, "length": asked.lengths}).with_row_index("row").lazy()
    right = intervals.set_sorted("opens").lazy()
    worked = pl.min_horizontal(pl.col("before") + pl.col("at") - pl.col("opens"), pl.col("after"))

    def total(column: str) -> Any:
        at = frame.with_columns(at=pl.col(column)).sort("at")
        joined = at.join_asof(right, left_on="at", right_on="opens", coalesce=False)
        return joined.with_columns(worked=worked).drop("opens", "before", "after")

    def elapsed() -> Any:
        begin = total("start").select("row", "worked").sort("row").collect()["worked"]
        return total("end").select("row", "worked").sort("row").collect()["worked"] - begin

    def deadlines() -> Any:
        due = total("start").with_columns(due=pl.col("worked") + pl.col("length")).sort("due")
        by_end = intervals.set_sorted("after").lazy()
        joined = due.join_asof(by_end, left_on="due", right_on="after", strategy="forward", coalesce=False)
        found = joined.select("row", at=pl.col("opens") + pl.col("due") - pl.col("before"))
        return found.sort("row").collect()["at"]

    return Peer("polars join_asof", len(asked.starts), deadlines, elapsed)


# pandas and workclock.


def pandas_hours(pd: Any, asked: Questions) -> Peer:
    """Only whole hours can be said there, and no elapsed time; make-up days by a week of seven days with all days off."""
    off = [day for day, works in zip(DAYS, WORKS, strict=True) if not works]
    hours = np.maximum(asked.lengths // HOUR, 1)
    asked.lengths = hours * HOUR
    text = {"start": [f"{start:%H:%M}" for start, _ in SEGMENTS], "end": [f"{end:%H:%M}" for _, end in SEGMENTS]}
    offsets = {
        n: pd.offsets.CustomBusinessHour(n, weekmask="Mon Tue Wed Thu Fri Sat Sun", holidays=off, **text)
        for n in set(hours.tolist())
    }
    rows = list(zip(pd.to_datetime(asked.starts + SHIFT, unit="us"), hours.tolist(), strict=True))
    return Peer(
        "pandas CustomBusinessHour (whole hours)",
        len(rows),
        lambda: [at + offsets[n] for at, n in rows],
        None,
        lambda due: np.array([np.datetime64(at, "us") for at in due]).astype(np.int64) - SHIFT,
    )


def workclock_schedule(workclock: Any, *, exact: bool) -> Any:
    """As its documents have it: the week and the holidays. To have make-up days, all seven days work but those off."""
    week = range(7) if exact else range(5)
    off = [day for day, works in zip(DAYS, WORKS, strict=True) if not works and date(2019, 1, 1) <= day <= LAST]
    if not exact:
        off = [day for day in off if day.weekday() < 5]
    hours = [workclock.WorkDay(start, end, week) for start, end in SEGMENTS]
    return workclock.Schedule([*hours, workclock.Holidays(off)], time_zone="Asia/Shanghai"), len(off)


def workclock_arrays(workclock: Any, asked: Questions, *, exact: bool) -> Peer:
    schedule, off = workclock_schedule(workclock, exact=exact)
    starts, ends, lengths = asked.starts.view("M8[us]"), asked.ends.view("M8[us]"), asked.lengths.view("m8[us]")
    name = f"workclock, {off} holidays to be exact" if exact else f"workclock, natural ({off} holidays)"
    return Peer(
        name,
        len(starts),
        lambda: schedule.add_many(starts, lengths),
        lambda: schedule.between_many(starts, ends),
        lambda told: told.astype(np.int64),
    )


# Ours.


def ours_numpy(asked: Questions, unit: str = "us") -> Peer:
    starts, ends = (each.view("M8[us]").astype(f"M8[{unit}]") for each in (asked.starts, asked.ends))
    lengths = asked.lengths.view("m8[us]").astype(f"m8[{unit}]")
    return Peer(
        f"guanjia, numpy {unit}",
        len(starts),
        lambda: OFFICE.deadlines(starts, lengths),
        lambda: OFFICE.elapsed_many(starts, ends),
        lambda told: told.astype(f"{told.dtype.kind}8[us]").astype(np.int64),
    )


def ours_arrow(pa: Any, asked: Questions) -> Peer:
    starts, ends = (pa.array(each.view("M8[us]")).cast(pa.timestamp("us", "UTC")) for each in (asked.starts, asked.ends))
    lengths = pa.array(asked.lengths.view("m8[us]"))
    return Peer(
        "guanjia, pyarrow",
        len(starts),
        lambda: OFFICE.deadlines(starts, lengths),
        lambda: OFFICE.elapsed_many(starts, ends),
        lambda told: told.cast(pa.int64()).to_numpy(),
    )


def datetimes(micros: Micros) -> list[datetime]:
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return [(epoch + timedelta(microseconds=each)).astimezone(ZONE) for each in micros.tolist()]


def of_datetimes(told: list[datetime]) -> Micros:
    epoch, one = datetime(1970, 1, 1, tzinfo=timezone.utc), timedelta(microseconds=1)
    return np.array([at // one if isinstance(at, timedelta) else (at - epoch) // one for at in told])


def of_lists(asked: Questions) -> tuple[list[datetime], list[datetime], list[timedelta]]:
    lengths = [timedelta(microseconds=each) for each in asked.lengths.tolist()]
    return datetimes(asked.starts), datetimes(asked.ends), lengths


def ours_lists(asked: Questions) -> Peer:
    starts, ends, lengths = of_lists(asked)
    return Peer(
        "guanjia, lists of datetimes",
        len(starts),
        lambda: OFFICE.deadlines(starts, lengths),
        lambda: OFFICE.elapsed_many(starts, ends),
        of_datetimes,
    )


def one_by_one(name: str, asked: Questions, deadline: Callable[..., Any], elapsed: Callable[..., Any]) -> Peer:
    starts, ends, lengths = of_lists(asked)
    return Peer(
        name,
        len(starts),
        lambda: list(map(deadline, starts, lengths)),
        lambda: list(map(elapsed, starts, ends)),
        of_datetimes,
    )


# The table.


def peers(asked: Questions) -> Iterator[Callable[[], tuple[Peer, Questions]]]:
    table, few, some = Intervals.all(), asked.first(ROWS // 50), asked.first(ROWS // 5)
    whole_hours = asked.first(ROWS // 500)

    def with_library(name: str, make: Callable[..., Peer], given: Questions, *more: Any, **named: Any) -> tuple[Peer, Questions]:
        return make(import_module(name), given, *more, **named), given

    yield lambda: (ours_numpy(asked), asked)
    yield lambda: (day_table(asked), asked)
    yield lambda: (search(asked, table), asked)
    yield lambda: with_library("polars", polars_search, asked, table)
    yield lambda: with_library("polars", polars_join, asked, table)
    yield lambda: with_library("pandas", pandas_hours, whole_hours)
    yield lambda: with_library("workclock", workclock_arrays, some, exact=False)
    yield lambda: with_library("workclock", workclock_arrays, some, exact=True)
    yield lambda: (ours_numpy(asked, "ns"), asked)
    yield lambda: with_library("pyarrow", ours_arrow, asked)
    yield lambda: (ours_lists(some), some)
    yield lambda: (one_by_one("guanjia, one call each", few, OFFICE.deadline, OFFICE.elapsed), few)

    def workclock_calls() -> tuple[Peer, Questions]:
        schedule, _ = workclock_schedule(import_module("workclock"), exact=True)
        return one_by_one("workclock, one call each (exact)", few, schedule.add, schedule.between), few

    yield workclock_calls


def median(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, fewer rounds of what takes long, and the last answer."""
    seconds: list[float] = []
    while len(seconds) < ROUNDS and (sum(seconds) < 2 or len(seconds) < 2):
        begin = perf_counter()
        answer = work()
        seconds.append(perf_counter() - begin)
    return statistics.median(seconds), answer


def measured(peer: Peer, work: Callable[[], Any] | None, ours: Micros) -> str:
    if work is None:
        return f"{'-':>31}"
    seconds, answer = median(work)
    wrong = np.count_nonzero(peer.told(answer) != ours) / peer.rows
    rate = peer.rows / seconds / 1e6
    each = seconds / peer.rows * 1e9
    return f"{each:>9,.1f} ns {rate:>8.3f} M/s {100 * wrong:>5.1f} %"


def main() -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(f"\nWorking time from Python, {ROWS:,} rows where not fewer are told; medians per row; % are answers unlike ours")
    print(f"{'':<41}{'rows':>10}  {'deadlines':^31} {'elapsed':^31}")
    asked = Questions.draw(ROWS)
    for make in peers(asked):
        try:
            peer, given = make()
        except ImportError as error:
            print(f"left out: {error}")
            continue
        starts = given.starts.view("M8[us]")
        due = OFFICE.deadlines(starts, given.lengths.view("m8[us]")).astype(np.int64)
        elapsed = OFFICE.elapsed_many(starts, given.ends.view("M8[us]")).astype(np.int64)
        columns = measured(peer, peer.deadlines, due), measured(peer, peer.elapsed, elapsed)
        print(f"{peer.name:<41}{peer.rows:>10,}  {columns[0]} {columns[1]}")
    fixed_cost()


def fixed_cost() -> None:
    """What a call costs before the first row."""
    one, length = np.array(["2026-03-02T01:00"], "M8[us]"), np.array([HOUR], "m8[us]")
    seconds, _ = median(lambda: [OFFICE.deadlines(one, length) for _ in range(2_000)])
    print(f"a call of deadlines with an array of one row: {seconds / 2_000 * 1e6:.1f} us")


if __name__ == "__main__":
    main()
