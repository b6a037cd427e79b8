"""Working time: hours, holidays, make-up days, budgets, due times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from html import escape
from typing import Any, Literal, TypeAlias, TypedDict

from . import _native, budgets
from ._forms import plain, written
from ._instants import day, length_micros, micros, micros_of_all, moment, read_length, read_moment, zone_of
from .budgets import Budget, DayMeans
from .errors import argument
from .words import Words

__all__ = ["Calendar", "Conventions", "CountedDay", "Day", "DayKind", "Explanation", "Hours", "Preset", "Reason", "Span"]

Hours: TypeAlias = Sequence[str | tuple[str | time, str | time]]
"""Hours of a day: ``["08:30-12:00", "13:30-18:00"]`` or pairs; 24:00 is allowed, a close before the open lies on the
next day."""


Preset: TypeAlias = Literal["default", "zendesk", "zammad", "glpi", "frappe"]
"""A product whose conventions can be asked for by name; its defects are not among them."""


class Conventions(TypedDict, total=False):
    """Conventions on which products differ; ours is the first of each."""

    preset: Preset
    """The product whose conventions stand for those that are absent."""
    at_closing: Literal["land", "roll"]
    """A budget used up exactly at closing ends there, or goes on to the next opening."""
    day_means: DayMeans
    """What a day of a budget means."""
    night_shift_holiday: Literal["shift_start", "calendar_date"]
    """A shift over midnight belongs to the day on which it opens, or a holiday takes its own 24 hours."""
    length_means: Literal["elapsed", "wall_clock"]
    """Working time is time that passes, or what the wall clock shows, where clocks change."""


class DayKind(StrEnum):
    """What kind of day a date is."""

    WORKING = "working"
    MAKE_UP = "make_up"
    OWN_HOURS = "own_hours"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"


class Reason(StrEnum):
    """Why a stretch of time counts or not; the first three count."""

    WORKING = "working"
    MAKE_UP = "make_up"
    OWN_HOURS = "own_hours"
    OFF_HOURS = "off_hours"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Day:
    """A date of a calendar."""

    kind: DayKind
    """Why it has the hours it has."""
    name: Words | None
    """Name of the holiday, or of the one a make-up day is worked for."""
    hours: tuple[str, ...]
    """Its hours before breaks; none if it is closed."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with one reason."""

    start: datetime
    end: datetime
    reason: Reason
    name: Words | None
    """Name of the holiday, or of the one a make-up day is worked for."""
    counted: timedelta
    """The working time in it; none if it does not count."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day of a budget of days."""

    date: date
    kind: DayKind
    name: Words | None
    """Name of the holiday, or of the one a make-up day is worked for."""
    number: int | None
    """Which day of the budget it is; absent if it does not count."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due time explained: a length by ``spans``, whose counted ones add up to it, a budget of days by ``days``.

    Printed it is a line for each; notebooks show a table.
    """

    start: datetime
    due: datetime
    provisional: bool
    """Whether the due time rests on holidays not announced yet."""
    spans: tuple[Span, ...]
    """From start to due without a gap."""
    days: tuple[CountedDay, ...]
    """The days from the start's to the due time's."""
    words: tuple[Words, ...]
    """The same for people, a line each."""

    def __str__(self) -> str:
        return "\n".join(line.en for line in self.words)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{escape(line.zh)}</td><td>{escape(line.en)}</td></tr>" for line in self.words)
        return f"<table>{rows}</table>"


class Calendar:
    """Working time: hours of the week, holidays, make-up days, hours of single dates, in an IANA zone.

    Datetimes come back aware, in the calendar's zone. Naive ones are refused unless ``naive`` says theirs; a time that their
    zone skips moves forward by the gap, of one that comes twice ``fold`` says which. Calendars are immutable; two are equal
    if they say the same.

    >>> office = Calendar({"mon-fri": ["09:00-17:00"]}, time_zone="Asia/Shanghai", naive="Asia/Shanghai")
    >>> office.elapsed(datetime(2026, 3, 6, 16), datetime(2026, 3, 9, 10))
    datetime.timedelta(seconds=7200)
    """

    __slots__ = ("_naive", "_native", "_zone")

    def __init__(
        self,
        hours: Mapping[str, Hours],
        *,
        time_zone: str,
        table: Literal["china"] | None = None,
        holidays: Iterable[date | str | Mapping[str, Any]] = (),
        workdays: Iterable[date | str | Mapping[str, Any]] = (),
        workday_hours: Hours = (),
        days: Mapping[date | str, Hours] | None = None,
        breaks: Mapping[date | str, Hours] | None = None,
        conventions: Conventions | Preset | None = None,
        naive: str | tzinfo | None = None,
    ) -> None:
        """Compiles rules; raises :class:`~guanjia.DataError` with all their problems.

        Args:
            hours: Hours by weekday or range: ``{"mon-fri": ["08:30-12:00", "13:30-18:00"]}``, ``{"daily": [...]}``.
            time_zone: Whose clocks all times and dates here are read on.
            table: A table of holidays and make-up days that we keep.
            holidays: Closed days: dates, ``"12-25"`` for every year, ``{"from": ..., "to": ..., "name": ...}``.
            workdays: Make-up working days: open although the week or a holiday says otherwise.
            workday_hours: Hours of make-up days; absent: those of an ordinary working day.
            days: Hours of single dates, which win over everything; ``[]`` closes the date.
            breaks: Closed pieces of single dates, cut out last.
            conventions: Conventions on which products differ: a record, or the name of a preset such as ``zendesk``.
            naive: The zone of naive datetimes given to this calendar.
        """
        rules = {
            "time_zone": time_zone,
            "hours": hours,
            "table": table,
            "holidays": list(holidays),
            "workdays": list(workdays),
            "workday_hours": workday_hours,
            "days": days,
            "breaks": breaks,
            "conventions": _conventions(conventions),
        }
        self._hold(_native.Calendar(written(rules)), naive)

    def _hold(self, native: _native.Calendar, naive: str | tzinfo | None) -> None:
        self._native = native
        self._zone = zone_of(native.time_zone, "time_zone")
        self._naive = None if naive is None else zone_of(naive, "naive")

    @classmethod
    def _of(cls, native: _native.Calendar, naive: str | tzinfo | None) -> Calendar:
        calendar = cls.__new__(cls)
        calendar._hold(native, naive)
        return calendar

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any], *, naive: str | tzinfo | None = None) -> Calendar:
        """From the same record that rulebooks and operations take."""
        return cls._of(_native.Calendar(written(rules)), naive)

    @classmethod
    def round_the_clock(cls, time_zone: str, *, naive: str | tzinfo | None = None) -> Calendar:
        """Always open, without holidays."""
        return cls.from_rules({"time_zone": time_zone, "round_the_clock": True}, naive=naive)

    @classmethod
    def china(
        cls,
        hours: Mapping[str, Hours],
        *,
        time_zone: str = "Asia/Shanghai",
        days: Mapping[date | str, Hours] | None = None,
        conventions: Conventions | Preset | None = None,
        naive: str | tzinfo | None = None,
    ) -> Calendar:
        """With the public holidays and make-up working days of the Chinese mainland, announced from 2004 to 2026."""
        return cls(hours, time_zone=time_zone, table="china", days=days, conventions=conventions, naive=naive)

    @property
    def rules(self) -> dict[str, Any]:
        """The rules as they were given."""
        rules: dict[str, Any] = json.loads(self._native.rules)
        return rules

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone whose clocks it follows."""
        return self._native.time_zone

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the rules say, however they say it, with the version of the holiday table; hexadecimal."""
        return bytes(self._native.fingerprint).hex()

    def lint(self) -> list[dict[str, Any]]:
        """What is allowed but probably not meant: hours that overlap, days listed twice, a calendar that never opens."""
        problems: list[dict[str, Any]] = json.loads(self._native.lint())
        return problems

    def deadline(self, start: datetime, budget: Budget) -> datetime:
        """When ``budget`` is used up; :meth:`provisional` says whether that may still move.

        A length ends at the earliest instant at which that much working time has passed: work due at the end of Friday is
        due on Friday, not on Monday. A negative one counts backwards.

        >>> from guanjia import WorkingDays
        >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive="Asia/Shanghai")
        >>> office.deadline(datetime(2026, 2, 27, 16), "9 h").isoformat()
        '2026-02-28T17:00:00+08:00'
        >>> office.deadline(datetime(2026, 2, 27, 16), WorkingDays(2, means="same_time")).isoformat()
        '2026-03-02T16:00:00+08:00'
        """
        begin = micros(start, self._naive, "start")
        if isinstance(budget, timedelta):
            return moment(self._native.after(begin, length_micros(budget, "budget")), self._zone)
        return moment(self._native.deadline(begin, budgets.written(budget))[0], self._zone)

    def after(self, start: datetime, length: timedelta) -> datetime:
        """:meth:`deadline` of a length: the earliest instant for a positive one, the latest for a negative one, ``start``
        for none."""
        return moment(self._native.after(micros(start, self._naive, "start"), length_micros(length, "length")), self._zone)

    def deadlines(self, starts: Sequence[datetime], budget: Budget | Sequence[Budget]) -> list[datetime]:
        """:meth:`deadline` for many starts, with one budget or one each. An error names its row."""
        begins = micros_of_all(starts, self._naive, "starts")
        each_budget: list[Budget]
        if isinstance(budget, Sequence) and not isinstance(budget, str):
            each_budget = list(budget)
            _same_length(begins, each_budget, "budget")
        else:
            each_budget = [budget]
        lengths = [length_micros(each, "budget") for each in each_budget if isinstance(each, timedelta)]
        if len(lengths) == len(each_budget):
            due = self._native.after_many(begins, lengths)
        else:
            due = self._native.deadlines(begins, [budgets.written(each) for each in each_budget])
        return [moment(at, self._zone) for at in due]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The working time between, negative if ``end`` comes first."""
        begin, stop = micros(start, self._naive, "start"), micros(end, self._naive, "end")
        return timedelta(microseconds=self._native.elapsed(begin, stop))

    def elapsed_many(self, starts: Sequence[datetime], ends: Sequence[datetime]) -> list[timedelta]:
        """:meth:`elapsed` for many pairs. An error names its row."""
        begins, stops = micros_of_all(starts, self._naive, "starts"), micros_of_all(ends, self._naive, "ends")
        _same_length(begins, stops, "ends")
        return [timedelta(microseconds=each) for each in self._native.elapsed_many(begins, stops)]

    def explain(self, start: datetime, budget: Budget) -> Explanation:
        """The due time with every stretch, or day, counted and skipped, each with its reason.

        >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive="Asia/Shanghai")
        >>> print(office.explain(datetime(2026, 2, 27, 16), "2 h"))
        Fri 27 Feb 16:00-17:00 counts 1 h (working time)
        Fri 27 Feb 17:00 to Sat 28 Feb 09:00 not counted (outside hours)
        Sat 28 Feb 09:00-10:00 counts 1 h (make-up working day: Spring Festival)
        due Sat 28 Feb 10:00
        """
        begin = micros(start, self._naive, "start")
        return self._read_explanation(json.loads(self._native.explain(begin, budgets.written(budget))))

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The stretches from ``start`` to ``end`` in order and without a gap, each as long as its reason holds."""
        told = json.loads(self._native.spans(micros(start, self._naive, "start"), micros(end, self._naive, "end")))
        if told is None:
            raise argument("end", "too many stretches to tell: ask for less", "时段过多,请缩短范围")
        return self._read_spans(told)

    def _read_spans(self, told: list[dict[str, Any]]) -> tuple[Span, ...]:
        return tuple(
            Span(
                start=read_moment(span["from"], self._zone),
                end=read_moment(span["to"], self._zone),
                reason=Reason(span["reason"]),
                name=Words.read(span.get("name")),
                counted=read_length(span["counted"]),
            )
            for span in told
        )

    def _read_explanation(self, told: dict[str, Any]) -> Explanation:
        days = (
            CountedDay(
                date=date.fromisoformat(counted["date"]),
                kind=DayKind(counted["kind"]),
                name=Words.read(counted.get("name")),
                number=counted.get("number"),
            )
            for counted in told.get("days", ())
        )
        return Explanation(
            start=read_moment(told["start"], self._zone),
            due=read_moment(told["due"], self._zone),
            provisional=told["provisional"],
            spans=self._read_spans(told.get("spans", [])),
            days=tuple(days),
            words=tuple(Words(line["zh"], line["en"]) for line in told["words"]),
        )

    def land(self, at: datetime, budget: Budget) -> datetime:
        """Where a budget ends that was moved to ``at``, by a pause for example: one that ends at closing ends at the
        closing of the hours in which ``at`` lies, any other at ``at``."""
        landed = self._native.land(micros(at, self._naive, "at"), budgets.written(budget))
        return moment(landed, self._zone)

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` is working time; an opening is, a closing is not."""
        return self._native.is_open(micros(at, self._naive, "at"))

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself if it is working time, else the next opening."""
        return moment(self._native.next_open(micros(at, self._naive, "at")), self._zone)

    def prev_close(self, at: datetime) -> datetime:
        """``at`` itself if work goes on just before it, else the last closing."""
        return moment(self._native.prev_close(micros(at, self._naive, "at")), self._zone)

    def day(self, on: date) -> Day:
        """What kind of day a date is, and its hours.

        >>> Calendar.china({"mon-fri": ["09:00-17:00"]}).day(date(2026, 2, 28))
        Day(kind=<DayKind.MAKE_UP: 'make_up'>, name=Words(zh='春节', en='Spring Festival'), hours=('09:00-17:00',))
        """
        told = json.loads(self._native.day(day(on, "on")))
        return Day(DayKind(told["kind"]), Words.read(told.get("name")), tuple(told["hours"]))

    def is_working_day(self, on: date) -> bool:
        """Whether some of the hours that belong to a date are open."""
        return self._native.is_working_day(day(on, "on"))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days from ``start`` on and before ``end``, negative if ``end`` comes first."""
        return self._native.working_days_between(day(start, "start"), day(end, "end"))

    def provisional(self, at: datetime) -> bool:
        """Whether what lies before ``at`` rests on holidays not announced yet."""
        return self._native.provisional(micros(at, self._naive, "at"))

    @property
    def known_until(self) -> date | None:
        """The last day its holiday table knows; without a table nothing is unknown."""
        known = self._native.known_until
        return None if known is None else date.fromisoformat(known)

    def to_record(self) -> dict[str, Any]:
        """Its rules: operations take a calendar where they take rules."""
        return self.rules

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return self._native.fingerprint == other._native.fingerprint

    def __hash__(self) -> int:
        return hash(self._native.fingerprint)

    def __reduce__(self) -> tuple[Any, ...]:
        return _calendar, (self.rules, self._naive)

    def __repr__(self) -> str:
        naive = "" if self._naive is None else f", naive={str(self._naive)!r}"
        return f"Calendar.from_rules({self.rules!r}{naive})"


def _calendar(rules: dict[str, Any], naive: tzinfo | None) -> Calendar:
    return Calendar.from_rules(rules, naive=naive)


def _conventions(given: Conventions | Preset | None) -> dict[str, Any] | str | None:
    if given is None or isinstance(given, str):
        return given
    conventions: dict[str, Any] = dict(given)
    means = conventions.get("day_means")
    if isinstance(means, timedelta):
        conventions["day_means"] = {"hours_per_day": means}
    record: dict[str, Any] = plain(conventions, path="conventions")
    return record


def _same_length(starts: Sequence[int], others: Sequence[object], path: str) -> None:
    if len(starts) != len(others):
        raise argument(path, f"{len(others)} for {len(starts)} starts", f"{len(starts)} 个起点对应 {len(others)} 个值")
