"""guanjia (管家, the steward): the customer service of a property-management company.

>>> import guanjia
>>> from datetime import datetime, timedelta
>>> office = guanjia.Calendar.china({"mon-fri": ["08:30-12:00", "13:30-18:00"]}, zone="Asia/Shanghai")
>>> office.deadline(datetime(2026, 2, 13, 17), timedelta(hours=4)).isoformat()
'2026-02-14T11:30:00+08:00'
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from os import PathLike, fspath
from typing import Any

from . import _native
from .errors import (
    ArgumentError,
    DataError,
    GuanjiaError,
    InternalError,
    RefusedError,
    StorageError,
)
from .instants import length, micros, moment, plain, zone_of

__version__: str = _native.VERSION
__all__ = [
    "ArgumentError",
    "Calendar",
    "DataError",
    "Desk",
    "GuanjiaError",
    "InternalError",
    "RefusedError",
    "Rulebook",
    "StorageError",
    "call",
]

Hours = Mapping[str, Sequence[str]]


class Rulebook:
    """The regulations as data: TOML or JSON text, every problem told at once.

    >>> Rulebook.standard().name
    'standard@1'
    """

    def __init__(self, text: str) -> None:
        """Reads and compiles ``text``; raises :class:`DataError` with all ``problems``."""
        self._native = _native.Rulebook(text)

    @classmethod
    def standard(cls) -> Rulebook:
        """The standard rulebook: what eighteen published regulations add up to."""
        book = cls.__new__(cls)
        book._native = _native.Rulebook.standard()
        return book

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Rulebook:
        """Reads a file."""
        with open(path, encoding="utf-8") as file:
            return cls(file.read())

    @staticmethod
    def check(text: str, scenarios: str | None = None) -> dict[str, Any]:
        """Problems of a rulebook and how its scenarios went; a rulebook that is wrong is an answer, not an error."""
        result: dict[str, Any] = call("rulebook.check", text=text, scenarios=scenarios)
        return result

    @property
    def name(self) -> str:
        """Id and version."""
        return self._native.name

    @property
    def pin(self) -> str:
        """Name and hash, as cases are pinned."""
        return self._native.pin

    def __repr__(self) -> str:
        return f"<Rulebook {self.pin}>"


_STANDARD = _native.Context()


def call(name: str, /, rulebook: Rulebook | None = None, **args: Any) -> Any:
    """Runs an operation by name: ``guanjia.call("operations.list")`` names them all.

    Datetimes must be aware. ``rulebook`` is the one in force; the standard one if absent. An operation whose argument is
    itself called ``rulebook`` takes it as text.
    """
    context = _STANDARD
    if isinstance(rulebook, Rulebook):
        context = _native.Context(rulebook._native)
    elif rulebook is not None:
        args["rulebook"] = rulebook
    given = {key: value for key, value in args.items() if value is not None}
    return json.loads(context.call(name, json.dumps(plain(given, None), ensure_ascii=False)))


class Calendar:
    """Working time: hours of the week, holidays, make-up days, hours of single dates, in an IANA zone.

    Datetimes come back aware, in the calendar's zone. Naive datetimes are taken only if ``zone`` says theirs.
    """

    def __init__(
        self,
        hours: Hours | None = None,
        *,
        time_zone: str,
        holidays: Iterable[date | str | Mapping[str, Any]] = (),
        workdays: Iterable[date | str] = (),
        days: Mapping[date | str, Sequence[str]] | None = None,
        table: str | None = None,
        conventions: Mapping[str, Any] | None = None,
        zone: str | None = None,
    ) -> None:
        """``hours`` by weekday or range (``{"mon-fri": ["08:30-12:00", "13:30-18:00"]}``); none means round the clock."""
        rules: dict[str, Any] = {"zone": time_zone}
        if hours is None:
            rules["round_the_clock"] = True
        else:
            rules["week"] = {key: list(segments) for key, segments in hours.items()}
        if holidays := list(holidays):
            rules["holidays"] = holidays
        if workdays := list(workdays):
            rules["workdays"] = workdays
        if days:
            rules["days"] = {str(day): list(segments) for day, segments in days.items()}
        if table is not None:
            rules["table"] = table
        if conventions is not None:
            rules["conventions"] = dict(conventions)
        self._build(rules, zone)

    def _build(self, rules: Mapping[str, Any], zone: str | None) -> None:
        self._rules = plain(rules, None)
        self._native = _native.Calendar(json.dumps(self._rules, ensure_ascii=False))
        self._naive = zone_of(zone)
        shown = zone_of(self._rules["zone"])
        assert shown is not None
        self._shown = shown

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any], *, zone: str | None = None) -> Calendar:
        """A calendar from the same record that rulebooks hold."""
        calendar = cls.__new__(cls)
        calendar._build(rules, zone)
        return calendar

    @classmethod
    def china(
        cls,
        hours: Hours,
        *,
        time_zone: str = "Asia/Shanghai",
        days: Mapping[date | str, Sequence[str]] | None = None,
        zone: str | None = None,
    ) -> Calendar:
        """The working days of mainland China, with holidays and make-up days as announced from 2004 to 2026."""
        return cls(hours, time_zone=time_zone, days=days, table="china", zone=zone)

    def deadline(self, start: datetime, within: timedelta | str) -> datetime:
        """When ``within`` (a length, or text such as ``"4 h"`` or ``"5 working_days"``) is used up."""
        begin = micros(start, self._naive)
        budget = length(within) if isinstance(within, timedelta) else within
        return moment(self._native.deadline(begin, budget)[0], self._shown)

    def provisional(self, start: datetime, within: timedelta | str) -> bool:
        """Whether that due time rests on days that are not announced yet."""
        budget = length(within) if isinstance(within, timedelta) else within
        return self._native.deadline(micros(start, self._naive), budget)[1]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The working time between, negative if ``end`` comes first."""
        return timedelta(microseconds=self._native.elapsed(micros(start, self._naive), micros(end, self._naive)))

    def deadlines(self, starts: Sequence[datetime], within: timedelta | Sequence[timedelta]) -> list[datetime]:
        """:meth:`deadline` for many starts and one length, or one each."""
        one = isinstance(within, timedelta)
        lengths = [within] * len(starts) if isinstance(within, timedelta) else list(within)
        if not one and len(lengths) != len(starts):
            raise ArgumentError(f"{len(starts)} starts but {len(lengths)} lengths", code="argument", path="within")
        whole = [each // timedelta(microseconds=1) for each in lengths]
        due = self._native.deadlines([micros(start, self._naive) for start in starts], whole)
        return [moment(at, self._shown) for at in due]

    def elapsed_many(self, starts: Sequence[datetime], ends: Sequence[datetime]) -> list[timedelta]:
        """:meth:`elapsed` for many pairs."""
        if len(starts) != len(ends):
            raise ArgumentError(f"{len(starts)} starts but {len(ends)} ends", code="argument", path="ends")
        pairs = ([micros(at, self._naive) for at in side] for side in (starts, ends))
        return [timedelta(microseconds=each) for each in self._native.elapsed_many(*pairs)]

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` is working time; an opening is, a closing is not."""
        return self._native.is_open(micros(at, self._naive))

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself if it is working time, else the next opening."""
        return moment(self._native.next_open(micros(at, self._naive)), self._shown)

    def prev_close(self, at: datetime) -> datetime:
        """``at`` itself if work goes on just before it, else the last closing."""
        return moment(self._native.prev_close(micros(at, self._naive)), self._shown)

    def explain(self, start: datetime, within: timedelta | str) -> dict[str, Any]:
        """The due time with every stretch counted and skipped, each with its reason in Chinese and English."""
        begin = moment(micros(start, self._naive), self._shown)
        result: dict[str, Any] = call("calendar.explain", calendar=self._rules, start=begin, budget=within)
        return result

    def __repr__(self) -> str:
        return f"Calendar.from_rules({self._rules!r})"


class Desk:
    """The desk: commands, time and questions over an SQLite file, or in memory.

    >>> with Desk() as desk:
    ...     receipt = desk.submit({
    ...         "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
    ...         "recorded_at": "2026-03-02T09:00:00+08:00",
    ...         "do": {"case.register": {"channel": "hotline", "text": "电梯里困住人了"}},
    ...     })
    ...     card = desk.query({"case": {"case_id": receipt["record"], "now": "2026-03-02T09:05:00+08:00"}})
    ...     card["case"]["case"]["labels"]["urgency"]
    'emergency'
    """

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        rulebook: Rulebook | None = None,
        durability: str = "full",
        busy_timeout: timedelta = timedelta(seconds=5),
        zone: str | None = None,
    ) -> None:
        """Opens ``path``, which is made if it is not there. ``durability`` is ``full`` (a committed command survives a
        power cut) or ``normal`` (the last moments may be lost, the file stays whole)."""
        options = {"durability": durability, "busy_timeout_ms": busy_timeout // timedelta(milliseconds=1)}
        book = None if rulebook is None else rulebook._native
        self._path = None if path is None else fspath(path)
        self._native = _native.Desk(self._path, book, json.dumps(options))
        self._naive = zone_of(zone)

    def submit(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Takes one command in one transaction: its receipt. A repeat gets the receipt of the first.

        Raises :class:`RefusedError` with rule and clause if a rule refuses; nothing is changed then.
        """
        receipt: dict[str, Any] = json.loads(self._native.submit(self._written(command)))
        return receipt

    def submit_all(self, commands: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Takes many commands; neighbours of one community share a transaction. Each is answered for itself, by
        ``{"receipt": ...}`` or ``{"refusal": ...}``."""
        answers: list[dict[str, Any]] = json.loads(self._native.submit_all(self._written(list(commands))))
        return answers

    def advance(self, now: datetime, limit: int = 100_000) -> dict[str, Any]:
        """Tells what time alone has brought up to ``now``, at most ``limit`` wakes."""
        advanced: dict[str, Any] = json.loads(self._native.advance(micros(now, self._naive), limit))
        return advanced

    def query(self, query: Mapping[str, Any]) -> Any:
        """Answers a question from one snapshot."""
        return json.loads(self._native.query(self._written(query)))

    def close(self) -> None:
        """Closes the desk; closing twice is fine."""
        self._native.close()

    def _written(self, value: Any) -> str:
        return json.dumps(plain(value, self._naive), ensure_ascii=False)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> str:
        raise TypeError("a desk holds an open store and cannot be pickled")

    def __repr__(self) -> str:
        return f"<Desk {self._path or 'in memory'}>"
