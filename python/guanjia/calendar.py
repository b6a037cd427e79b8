"""Working time: hours, holidays, make-up days, budgets, due times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Protocol, Self, TypeAlias, TypedDict, TypeVar, overload

from . import _columns, _native
from ._forms import plain, written
from ._instants import day, read_length, read_moment
from .budgets import Budget, DayMeans
from .errors import argument
from .words import Words

__all__ = [
    "Array",
    "Calendar",
    "Conventions",
    "CountedDay",
    "Day",
    "DayKind",
    "Explanation",
    "Hours",
    "Preset",
    "Reason",
    "Span",
]

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
    source: str | None = None
    """The notice that makes it a holiday or a make-up day, if the table knows one."""


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
    source: str | None = None
    """The notice that makes it a holiday or a make-up day, if the table knows one."""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day of a budget of days."""

    date: date
    kind: DayKind
    name: Words | None
    """Name of the holiday, or of the one a make-up day is worked for."""
    number: int | None
    """Which day of the budget it is; absent if it does not count."""
    source: str | None = None
    """The notice that makes it a holiday or a make-up day, if the table knows one."""

    @classmethod
    def _read(cls, told: Mapping[str, Any]) -> CountedDay:
        return cls(
            date=date.fromisoformat(told["date"]),
            kind=DayKind(told["kind"]),
            name=Words.read(told.get("name")),
            number=told.get("number"),
            source=told.get("source"),
        )


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


class _Dtyped(Protocol):
    @property
    def dtype(self) -> Any: ...


class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Array: TypeAlias = _Dtyped | _ArrowArray | _ArrowStream
"""A column that is no list: an array of numpy, a series or index of pandas, anything with Arrow's protocol (arrays of
pyarrow, series of polars, a table or relation of one column)."""

_Moment = TypeVar("_Moment", datetime, datetime | None)
_Array = TypeVar("_Array", bound=Array)


class Calendar(_native.Calendar):
    """Working time: hours of the week, holidays, make-up days, hours of single dates, in an IANA zone.

    Datetimes come back aware, in the calendar's zone. Naive ones are refused unless ``naive`` says theirs; a time that their
    zone skips moves forward by the gap, of one that comes twice ``fold`` says which. Calendars are immutable; two are equal
    if they say the same.

    The methods named ``..._many``, and :meth:`deadlines`, take columns: lists, arrays of numpy, series and indexes of pandas,
    and whatever has Arrow's protocol; they answer in kind, in the finer unit of those given, and let other threads run. A
    null (``None``, ``NaT``) has a null for an answer. What is finer than a microsecond is cut off. numpy's ``datetime64``
    counts in UTC; columns of pandas and Arrow that name no zone are read, and answered, on the clocks of ``naive``, or in
    UTC if nothing is said.

    >>> office = Calendar({"mon-fri": ["09:00-17:00"]}, time_zone="Asia/Shanghai", naive="Asia/Shanghai")
    >>> office.elapsed(datetime(2026, 3, 6, 16), datetime(2026, 3, 9, 10))
    datetime.timedelta(seconds=7200)
    >>> from guanjia import WorkingDays
    >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive="Asia/Shanghai")
    >>> office.deadline(datetime(2026, 2, 27, 16), "9 h").isoformat()
    '2026-02-28T17:00:00+08:00'
    >>> office.deadline(datetime(2026, 2, 27, 16), WorkingDays(2, means="same_time")).isoformat()
    '2026-03-02T16:00:00+08:00'
    """

    __slots__ = ()

    def __new__(
        cls,
        hours: Mapping[str, Hours],
        *,
        time_zone: str,
        table: Literal["china"] | None = None,
        holidays: Iterable[date | str | Mapping[str, Any]] = (),
        workdays: Iterable[date | str | Mapping[str, Any]] = (),
        workday_hours: Hours = (),
        periods: Iterable[Mapping[str, Any]] = (),
        days: Mapping[date | str, Hours] | None = None,
        breaks: Mapping[date | str, Hours] | None = None,
        conventions: Conventions | Preset | None = None,
        naive: str | tzinfo | None = None,
    ) -> Self:
        """Compiles rules; raises :class:`~guanjia.DataError` with all their problems.

        Args:
            hours: Hours by weekday or range: ``{"mon-fri": ["08:30-12:00", "13:30-18:00"]}``, ``{"daily": [...]}``.
            time_zone: Whose clocks all times and dates here are read on.
            table: A table of holidays and make-up days that we keep.
            holidays: Closed days: dates, ``"12-25"`` for every year, ``{"from": ..., "to": ..., "name": ...}``.
            workdays: Make-up working days: open although the week or a holiday says otherwise.
            workday_hours: Hours of make-up days; absent: those of an ordinary working day.
            periods: Hours that hold from a date on, or between dates: ``{"from": date(2026, 6, 1), "hours": {...}}``, ``{"from":
                "06-01", "to": "09-30", "hours": {...}}`` for every year. Of several the one that began last holds.
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
            "periods": list(periods),
            "days": days,
            "breaks": breaks,
            "conventions": _conventions(conventions),
        }
        return cls._of(written(rules), naive)

    @classmethod
    def _of(cls, rules: str | _native.Calendar, naive: str | tzinfo | None) -> Self:
        return super().__new__(cls, rules, naive)

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any], *, naive: str | tzinfo | None = None) -> Self:
        """From the same record that rulebooks and operations take."""
        return cls._of(written(rules), naive)

    @classmethod
    def round_the_clock(cls, time_zone: str, *, naive: str | tzinfo | None = None) -> Self:
        """Always open, without holidays."""
        return cls.from_rules({"time_zone": time_zone, "round_the_clock": True}, naive=naive)

    @classmethod
    def china(
        cls,
        hours: Mapping[str, Hours],
        *,
        time_zone: str = "Asia/Shanghai",
        periods: Iterable[Mapping[str, Any]] = (),
        days: Mapping[date | str, Hours] | None = None,
        conventions: Conventions | Preset | None = None,
        naive: str | tzinfo | None = None,
    ) -> Self:
        """With the public holidays and make-up working days of the Chinese mainland, announced from 2004 to 2026; later
        years come by :meth:`extend`."""
        return cls(
            hours, time_zone=time_zone, table="china", periods=periods, days=days, conventions=conventions, naive=naive
        )

    def extend(
        self,
        days: str | PathLike[str] | Mapping[str, Any] | Iterable[Mapping[str, Any]],
        *,
        version: str | None = None,
        known_until: date | None = None,
        source: str | None = None,
    ) -> Self:
        """The calendar with new days of its holiday table, the day the next year is announced; this one stays as it is.
        Days known alike add nothing; every mistake and contradiction is told at once (:class:`~guanjia.DataError`).

        Args:
            days: The text of an iCalendar or JSON file, the path of one, or days: ``[{"date": date(2027, 1, 1), "kind":
                "holiday", "name": "元旦"}, {"from": ..., "to": ..., "kind": "workday"}]``.
            version: Version of the grown table; absent: the last year known and the next number, such as ``2027.1``.
            known_until: The last day that is known then; absent: the end of the last year of which ``days`` tell.
            source: The notice that announces them.

        >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]})
        >>> new_year = {"from": date(2027, 1, 1), "to": date(2027, 1, 3), "kind": "holiday", "name": "元旦"}
        >>> grown = office.extend([new_year], known_until=date(2027, 1, 3))
        >>> grown.table_version, grown.known_until, office.known_until
        ('2027.1', datetime.date(2027, 1, 3), datetime.date(2026, 12, 31))
        """
        if isinstance(days, PathLike):
            days = Path(days).read_text(encoding="utf-8-sig")
        elif not isinstance(days, (str, Mapping)):
            days = list(days)
        until = None if known_until is None else day(known_until, "known_until")
        return self._of(self._extend(written(days, path="days"), version, until, source), self._naive)

    @property
    def rules(self) -> dict[str, Any]:
        """The rules as they were given."""
        rules: dict[str, Any] = json.loads(self._rules())
        return rules

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the rules say, however they say it, with the days of the holiday table; hexadecimal."""
        return bytes(self._fingerprint()).hex()

    def lint(self) -> list[dict[str, Any]]:
        """What is allowed but probably not meant: hours that overlap, days listed twice, a calendar that never opens."""
        problems: list[dict[str, Any]] = json.loads(self._lint())
        return problems

    @overload
    def deadlines(
        self, starts: Sequence[_Moment], within: Budget | Sequence[Budget] | Sequence[Budget | None] | Array
    ) -> list[_Moment]: ...
    @overload
    def deadlines(
        self, starts: _Array, within: Budget | Sequence[Budget] | Sequence[Budget | None] | Array
    ) -> _Array: ...
    def deadlines(self, starts: Any, within: Any) -> Any:
        """:meth:`deadline` for many starts, with one budget or a column of them: a list, or an array of lengths. An error
        names its row.

        >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive="Asia/Shanghai")
        >>> [due.isoformat() for due in office.deadlines([datetime(2026, 2, 27, 16)], "9 h")]
        ['2026-02-28T17:00:00+08:00']
        """
        return _columns.due(self, starts, within)

    @overload
    def elapsed_many(self, starts: Sequence[datetime], ends: Sequence[datetime]) -> list[timedelta]: ...
    @overload
    def elapsed_many(
        self, starts: Sequence[datetime | None], ends: Sequence[datetime | None]
    ) -> list[timedelta | None]: ...
    @overload
    def elapsed_many(self, starts: Array, ends: Array | Sequence[datetime | None]) -> Any: ...
    def elapsed_many(self, starts: Any, ends: Any) -> Any:
        """:meth:`elapsed` for many pairs. An error names its row."""
        begin = _columns.given(starts, "instants", "starts", self)
        column, stop = begin.column, _columns.given(ends, "instants", "ends", self).column
        _columns.same_rows(column, stop, "ends")
        unit = _columns.finer(column, stop)
        return begin.family.answer("lengths", unit, lambda out: _native.elapsed_each(self, column, stop, unit, out))

    @overload
    def is_open_many(self, at: Sequence[datetime]) -> list[bool]: ...
    @overload
    def is_open_many(self, at: Sequence[datetime | None]) -> list[bool | None]: ...
    @overload
    def is_open_many(self, at: Array) -> Any: ...
    def is_open_many(self, at: Any) -> Any:
        """:meth:`is_open` for many instants. numpy has no null among its booleans: there ``NaT`` is not open."""
        asked = _columns.given(at, "instants", "at", self)
        return asked.family.answer("flags", "", lambda out: _native.open_each(self, asked.column, out))

    @overload
    def next_open_many(self, at: Sequence[_Moment]) -> list[_Moment]: ...
    @overload
    def next_open_many(self, at: _Array) -> _Array: ...
    def next_open_many(self, at: Any) -> Any:
        """:meth:`next_open` for many instants. An error names its row."""
        asked = _columns.given(at, "instants", "at", self)
        column, unit = asked.column, asked.column.unit
        return asked.family.answer("instants", unit, lambda out: _native.next_open_each(self, column, unit, out))

    @overload
    def prev_close_many(self, at: Sequence[_Moment]) -> list[_Moment]: ...
    @overload
    def prev_close_many(self, at: _Array) -> _Array: ...
    def prev_close_many(self, at: Any) -> Any:
        """:meth:`prev_close` for many instants. An error names its row."""
        asked = _columns.given(at, "instants", "at", self)
        column, unit = asked.column, asked.column.unit
        return asked.family.answer("instants", unit, lambda out: _native.prev_close_each(self, column, unit, out))

    @overload
    def provisional_many(self, at: Sequence[datetime]) -> list[bool]: ...
    @overload
    def provisional_many(self, at: Sequence[datetime | None]) -> list[bool | None]: ...
    @overload
    def provisional_many(self, at: Array) -> Any: ...
    def provisional_many(self, at: Any) -> Any:
        """:meth:`provisional` for many instants. numpy has no null among its booleans: there ``NaT`` is not provisional."""
        asked = _columns.given(at, "instants", "at", self)
        return asked.family.answer("flags", "", lambda out: _native.provisional_each(self, asked.column, out))

    @overload
    def working_days_between_many(self, starts: Sequence[date], ends: Sequence[date]) -> list[int]: ...
    @overload
    def working_days_between_many(
        self, starts: Sequence[date | None], ends: Sequence[date | None]
    ) -> list[int | None]: ...
    @overload
    def working_days_between_many(self, starts: Array, ends: Array | Sequence[date | None]) -> Any: ...
    def working_days_between_many(self, starts: Any, ends: Any) -> Any:
        """:meth:`working_days_between` for many pairs of dates: lists, ``datetime64[D]``, Arrow's date32. numpy has no null
        among its whole numbers: ``NaT`` is refused there."""
        begin = _columns.given(starts, "dates", "starts", self)
        column, stop = begin.column, _columns.given(ends, "dates", "ends", self).column
        _columns.same_rows(column, stop, "ends")
        return begin.family.answer("counts", "", lambda out: _native.working_days_each(self, column, stop, out))

    def explain(self, start: datetime, within: Budget) -> Explanation:
        """The due time with every stretch, or day, counted and skipped, each with its reason.

        >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]}, naive="Asia/Shanghai")
        >>> print(office.explain(datetime(2026, 2, 27, 16), "2 h"))
        Fri 27 Feb 16:00-17:00 counts 1 h (working time)
        Fri 27 Feb 17:00 to Sat 28 Feb 09:00 not counted (outside hours)
        Sat 28 Feb 09:00-10:00 counts 1 h (make-up working day: Spring Festival)
        due Sat 28 Feb 10:00
        """
        return self._read_explanation(json.loads(self._explain(start, within)))

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The stretches from ``start`` to ``end`` in order and without a gap, each as long as its reason holds."""
        told = json.loads(self._spans(start, end))
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
                source=span.get("source"),
            )
            for span in told
        )

    def _read_explanation(self, told: dict[str, Any]) -> Explanation:
        return Explanation(
            start=read_moment(told["start"], self._zone),
            due=read_moment(told["due"], self._zone),
            provisional=told["provisional"],
            spans=self._read_spans(told.get("spans", [])),
            days=tuple(CountedDay._read(day) for day in told.get("days", ())),
            words=tuple(Words(line["zh"], line["en"]) for line in told["words"]),
        )

    def day(self, on: date) -> Day:
        """What kind of day a date is, and its hours.

        >>> saturday = Calendar.china({"mon-fri": ["09:00-17:00"]}).day(date(2026, 2, 28))
        >>> saturday.kind, saturday.name, saturday.hours
        (<DayKind.MAKE_UP: 'make_up'>, Words(zh='春节', en='Spring Festival'), ('09:00-17:00',))
        >>> saturday.source
        '国办发明电〔2025〕7号'
        """
        told = json.loads(self._day(day(on, "on")))
        return Day(DayKind(told["kind"]), Words.read(told.get("name")), tuple(told["hours"]), told.get("source"))

    def is_working_day(self, on: date) -> bool:
        """Whether some of the hours that belong to a date are open."""
        return self._is_working_day(day(on, "on"))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days from ``start`` on and before ``end``, negative if ``end`` comes first."""
        return self._working_days_between(day(start, "start"), day(end, "end"))

    @property
    def known_until(self) -> date | None:
        """The last day its holiday table knows; without a table nothing is unknown."""
        known = self._known_until()
        return None if known is None else date.fromisoformat(known)

    @property
    def table_version(self) -> str | None:
        """Version of its holiday table, such as ``2026.1``."""
        return self._table_version()

    def to_record(self) -> dict[str, Any]:
        """Its rules: operations take a calendar where they take rules."""
        return self.rules

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return self._fingerprint() == other._fingerprint()

    def __hash__(self) -> int:
        return hash(bytes(self._fingerprint()))

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
