"""How much time there is: a length, or days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from ._forms import written as as_json
from .errors import argument

__all__ = ["Budget", "DayMeans", "Days", "Land", "WorkingDays"]

DayMeans: TypeAlias = Literal["civil", "same_time", "same_time_or_close", "start_time"] | timedelta
"""What a day of a budget means. ``civil`` (Civil Code 201-203): the day of the start does not count, the last day ends
when business closes. ``same_time``: so many days after the first working instant, at its time of day;
``same_time_or_close`` never after closing; ``start_time``: so many days after the date of the start, at its time of day. A
timedelta: so many times this length of working time."""

Land: TypeAlias = Literal["close"]
"""Where within its last day a budget of days ends: when business closes."""


@dataclass(frozen=True, slots=True)
class _DayBudget:
    count: int
    """How many; negative counts backwards."""
    means: DayMeans | None = None
    """What a day means; absent: as the calendar's conventions say."""
    land: Land | None = None
    """Where within its last day it ends; absent: as ``means`` has it."""

    def _record(self, unit: str) -> dict[str, Any]:
        means = {"hours_per_day": self.means} if isinstance(self.means, timedelta) else self.means
        given = {unit: self.count, "means": means, "land": self.land}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class WorkingDays(_DayBudget):
    """Days on which business is open."""

    def to_record(self) -> dict[str, Any]:
        """As the core reads it."""
        return self._record("working_days")


@dataclass(frozen=True, slots=True)
class Days(_DayBudget):
    """All days; a last day that is off moves on to the next that works."""

    def to_record(self) -> dict[str, Any]:
        """As the core reads it."""
        return self._record("days")


Budget: TypeAlias = timedelta | WorkingDays | Days | str
"""A length, days, or their text: ``"4 h"``, ``"PT4H"``, ``"5 working_days"``, ``"3 days"``."""


def written(budget: Budget, path: str = "budget") -> str:
    """As the core reads it; the native half calls this too."""
    if not isinstance(budget, (timedelta, WorkingDays, Days, str)):
        raise argument(
            path,
            f"a timedelta, WorkingDays, Days or text such as `4 h` is needed, not {budget!r}",
            f"需要 timedelta、WorkingDays、Days 或“4 h”这样的文本,而不是 {budget!r}",
        )
    return _written(budget, path)


@lru_cache(maxsize=256)
def _written(budget: Budget, path: str) -> str:
    return as_json(budget, path=path)
