"""Times promised to a customer, read from a note or a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ._forms import text as as_text
from ._instants import instant
from .calendar import Calendar
from .errors import argument
from .operations import Context, call
from .words import Words

__all__ = ["Act", "Certainty", "Form", "Note", "Part", "Promise", "read_promises"]


class Act(StrEnum):
    """What is promised."""

    CALL_BACK = "call_back"
    VISIT = "visit"
    REPAIR = "repair"
    RESTORE = "restore"
    ANSWER = "answer"
    CONTACT = "contact"
    HANDLE = "handle"
    CHECK = "check"
    CLEAN = "clean"
    SEND = "send"
    REFUND = "refund"
    FINISH = "finish"


class Form(StrEnum):
    """How a promise binds: by an instant, at an instant, between two."""

    DEADLINE = "deadline"
    TIME = "time"
    WINDOW = "window"


class Certainty(StrEnum):
    """How sure an instant is: one reading, another is possible, none at all."""

    CLEAR = "clear"
    ASSUMED = "assumed"
    VAGUE = "vague"


class Part(StrEnum):
    """A part of a day."""

    DAWN = "dawn"
    EARLY = "early"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    DUSK = "dusk"
    EVENING = "evening"
    NIGHT = "night"


class Note(StrEnum):
    """What was assumed or noticed when a time was bound."""

    HALF_OF_DAY = "half_of_day"
    NEXT_DAY = "next_day"
    DAY_NOT_COUNTED = "day_not_counted"
    LATER_END = "later_end"
    SAME_WEEKDAY = "same_weekday"
    NEXT_MONTH = "next_month"
    NEXT_YEAR = "next_year"
    APPROXIMATE = "approximate"
    OPEN_END = "open_end"
    MOVED_ON = "moved_on"
    OFF_HOURS = "off_hours"
    CLOSED_DAY = "closed_day"
    AFTER_CLOSING = "after_closing"
    NO_CLOSING = "no_closing"
    WRONG_WEEKDAY = "wrong_weekday"
    PAST = "past"
    NO_SUCH_DATE = "no_such_date"
    NOT_ANNOUNCED = "not_announced"
    SOON = "soon"
    SOME_DAY = "some_day"
    AT_LEISURE = "at_leisure"
    MEAL = "meal"
    AFTER_EVENT = "after_event"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Promise:
    """A time promised to a customer. ``text[promise.start:promise.end]`` are its words."""

    start: int
    """Where its words begin, in characters."""
    end: int
    """Past their last."""
    words: str
    """The words of time, as they stand in the text."""
    act: Act | None
    """What is promised, where it is said."""
    form: Form | None
    """Deadline, instant or window; none where no instant can be told."""
    begins: datetime | None
    """Where a window begins."""
    until: datetime | None
    """The instant it binds to, for a window its end; none where none can be told."""
    or_until: datetime | None
    """The instant by the other reading, where there are two."""
    certainty: Certainty
    """How sure the instant is."""
    hedged: bool
    """Whether the speaker only means to try."""
    provisional: bool
    """Whether the instant rests on holidays not announced yet."""
    notes: tuple[Note, ...]
    """What was assumed or has to be known."""
    ask: Words | None
    """What to ask back."""
    rule: str
    """The rule by which it was read."""
    steps: tuple[Words, ...]
    """The rule and every assumption, for people."""

    @classmethod
    def _read(cls, told: Mapping[str, Any]) -> Promise:
        def moment(name: str) -> datetime | None:
            return None if told.get(name) is None else datetime.fromisoformat(told[name])

        basis = told["basis"]
        return cls(
            start=told["start"],
            end=told["end"],
            words=told["words"],
            act=None if told.get("act") is None else Act(told["act"]),
            form=None if told.get("form") is None else Form(told["form"]),
            begins=moment("from"),
            until=moment("until"),
            or_until=moment("or_until"),
            certainty=Certainty(told["certainty"]),
            hedged=told["hedged"],
            provisional=told["provisional"],
            notes=tuple(Note(note) for note in told.get("notes", ())),
            ask=Words.read(told.get("ask")),
            rule=basis["rule"],
            steps=tuple(Words(step["zh"], step["en"]) for step in basis.get("steps", ())),
        )


def read_promises(
    text: str,
    at: datetime,
    calendar: Calendar | str = "office",
    *,
    parts: Mapping[Part | str, str] | None = None,
    context: Context | None = None,
) -> list[Promise]:
    """The times promised in a note or a reply that was written at ``at``, in the order of the text.

    ``calendar`` holds the hours of those who promise, or names one of the rulebook in force in ``context``. ``parts`` gives
    other bounds to parts of the day: ``{"evening": "18:30-21:00"}``. Times gone by, of the customer, of events, denied or
    only asked about are no promises; vague ones (尽快) have no ``until`` but ``ask``.

    >>> from datetime import datetime
    >>> promise, = read_promises("师傅明天下班前给您回电", datetime.fromisoformat("2026-02-13T19:00+08:00"))
    >>> promise.until.isoformat(), promise.act, promise.form
    ('2026-02-14T18:00:00+08:00', <Act.CALL_BACK: 'call_back'>, <Form.DEADLINE: 'deadline'>)
    """
    if not isinstance(calendar, (Calendar, str)):
        raise argument("calendar", f"a calendar or its name is needed, not {calendar!r}", f"需要日历或其名称,而不是 {calendar!r}")
    naive = calendar._naive if isinstance(calendar, Calendar) else None
    args: dict[str, Any] = {"text": as_text(text, "text"), "at": instant(at, naive, "at"), "calendar": calendar}
    if parts is not None:
        args["parts"] = dict(parts)
    told = (call if context is None else context.call)("promise.read", args)
    return [Promise._read(promise) for promise in told["promises"]]
