"""Clocks explained: why each is due when it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from ._instants import read_length, read_moment, zone_of
from .calendar import CountedDay
from .operations import Context, call
from .words import Words

__all__ = ["Bucket", "ClockExplanation", "ClockSpan", "Why", "explain_clocks"]


class Why(StrEnum):
    """Why a stretch of a clock counts or not; the first three count."""

    WORKING = "working"
    MAKE_UP = "make_up"
    OWN_HOURS = "own_hours"
    OFF_HOURS = "off_hours"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    BREAK = "break"
    PAUSED = "paused"


class Bucket(StrEnum):
    """Where paused time is told apart."""

    CLOSED = "closed"
    THIRD_PARTY = "third_party"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """A stretch of a clock with one reason."""

    start: datetime
    end: datetime | None
    """None for a pause that still holds."""
    reason: Why
    name: Words | None
    """Name of the holiday, or of the one a make-up day is worked for."""
    source: str | None
    """The notice that makes it a holiday or a make-up day, if the table knows one."""
    bucket: Bucket | None
    """Where a pause is told."""
    status: str | None
    """The status that pauses; none between resolving and reopening."""
    status_reason: str | None
    """Why that status held."""
    counted: timedelta
    """What it takes of the budget; none if it does not count."""


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock explained: a length by ``spans`` without a gap, whose counted ones add up to it; a budget of days by ``days``,
    which end at ``planned``, and the pauses in ``spans``, whose working time is ``moved``. Printed it is a line for each.
    """

    target: str
    metric: str
    exchange: int
    """Which round of the metric, from 0."""
    start: datetime
    due: datetime | None
    """None while paused."""
    spans: tuple[ClockSpan, ...]
    days: tuple[CountedDay, ...]
    planned: datetime | None
    """Where a budget of days ends without pauses."""
    moved: timedelta | None
    """The working time paused before a budget of days is due."""
    left: timedelta | None
    """What is left while a pause holds."""
    provisional: bool
    """Whether the due time rests on holidays not announced yet."""
    words: tuple[Words, ...]

    def __str__(self) -> str:
        return "\n".join(line.en for line in self.words)

    @classmethod
    def read(cls, told: Mapping[str, Any], zone: str | tzinfo = "UTC") -> ClockExplanation:
        """From the record of ``sla.explain``, or of a clock on a case's card; instants in ``zone``."""
        within = zone_of(zone, "zone")

        def at(text: str | None) -> datetime | None:
            return None if text is None else read_moment(text, within)

        def length(text: str | None) -> timedelta | None:
            return None if text is None else read_length(text)

        spans = (
            ClockSpan(
                start=read_moment(span["from"], within),
                end=at(span.get("to")),
                reason=Why(span["reason"]),
                name=Words.read(span.get("name")),
                source=span.get("source"),
                bucket=None if span.get("bucket") is None else Bucket(span["bucket"]),
                status=span.get("status"),
                status_reason=span.get("status_reason"),
                counted=read_length(span["counted"]),
            )
            for span in told.get("spans", ())
        )
        return cls(
            target=told["target"],
            metric=told["metric"],
            exchange=told["exchange"],
            start=read_moment(told["start"], within),
            due=at(told.get("due")),
            spans=tuple(spans),
            days=tuple(CountedDay._read(day) for day in told.get("days", ())),
            planned=at(told.get("planned")),
            moved=length(told.get("moved")),
            left=length(told.get("left")),
            provisional=told.get("provisional", False),
            words=tuple(Words(line["zh"], line["en"]) for line in told["words"]),
        )


def explain_clocks(
    line: Mapping[str, Any],
    target: Mapping[str, Any],
    now: datetime,
    *,
    exchange: int | None = None,
    zone: str | tzinfo = "UTC",
    context: Context | None = None,
) -> tuple[ClockExplanation, ...]:
    """Why the clocks of ``target`` over ``line`` are due when they are; the operation ``sla.explain``, typed.

    >>> from guanjia import Calendar
    >>> four = datetime.fromisoformat("2026-03-02T16:00:00+08:00")
    >>> office = Calendar.china({"mon-fri": ["09:00-17:00"]})
    >>> line = {"marks": [{"mark": "registered", "at": four, "place": 1}]}
    >>> [told] = explain_clocks(line, {"metric": "resolve", "budget": "2 h", "calendar": office}, four)
    >>> print(told)
    Mon 2 Mar 16:00-17:00 counts 1 h (working time)
    Mon 2 Mar 17:00 to Tue 3 Mar 09:00 not counted (outside hours)
    Tue 3 Mar 09:00-10:00 counts 1 h (working time)
    due Tue 3 Mar 10:00
    """
    args = {"line": line, "target": target, "now": now, "exchange": exchange}
    told = call("sla.explain", args) if context is None else context.call("sla.explain", args)
    return tuple(ClockExplanation.read(one, zone) for one in told["explanations"])
