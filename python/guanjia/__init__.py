"""guanjia (管家, the steward): the customer service of a property-management company.

>>> import guanjia
>>> from datetime import datetime, timedelta
>>> office = guanjia.Calendar.china({"mon-fri": ["08:30-12:00", "13:30-18:00"]}, naive="Asia/Shanghai")
>>> office.deadline(datetime(2026, 2, 13, 17), timedelta(hours=4)).isoformat()
'2026-02-14T11:30:00+08:00'

Working time is :class:`Calendar`, the regulations are a :class:`Rulebook`, commands and questions go to a :class:`Desk`,
and :func:`call` runs everything that keeps no state by its name.
"""

from . import _native, files, likeness, promises, text
from .budgets import Budget, DayMeans, Days, Land, WorkingDays
from .calendar import Calendar, Conventions, CountedDay, Day, DayKind, Explanation, Hours, Preset, Reason, Span
from .classify import Ask, Classifier, LabelColumns, Labels, TextLabel, TextLabelColumns, TextModel, Thresholds
from .clocks import Bucket, ClockExplanation, ClockSpan, Why, explain_clocks
from .courtesy import Courtesy, Customer, Finding, Greeting, Phrase, Severity, TextKind
from .desk import Desk
from .errors import ArgumentError, DataError, GuanjiaError, InternalError, RefusedError, StorageError
from .files import Actor
from .operations import Context, call
from .promises import Promise, read_promises
from .rulebook import Rulebook
from .words import Words

__version__: str = _native.VERSION
__all__ = [
    "Actor",
    "ArgumentError",
    "Ask",
    "Bucket",
    "Budget",
    "Calendar",
    "Classifier",
    "ClockExplanation",
    "ClockSpan",
    "Context",
    "Conventions",
    "CountedDay",
    "Courtesy",
    "Customer",
    "DataError",
    "Day",
    "DayKind",
    "DayMeans",
    "Days",
    "Desk",
    "Explanation",
    "Finding",
    "Greeting",
    "GuanjiaError",
    "Hours",
    "InternalError",
    "LabelColumns",
    "Labels",
    "Land",
    "Phrase",
    "Preset",
    "Promise",
    "Reason",
    "RefusedError",
    "Rulebook",
    "Severity",
    "Span",
    "StorageError",
    "TextKind",
    "TextLabel",
    "TextLabelColumns",
    "TextModel",
    "Thresholds",
    "Why",
    "Words",
    "WorkingDays",
    "call",
    "explain_clocks",
    "files",
    "likeness",
    "promises",
    "read_promises",
    "text",
]
