"""The desk: commands, time and questions over a store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from os import PathLike, fsdecode
from typing import Any, Literal, NoReturn

from . import _native
from ._forms import count, text, written
from ._instants import micros, zone_of
from .rulebook import Rulebook

__all__ = ["Desk"]


class Desk:
    """The desk: commands, time and questions over an SQLite file, or in memory. Any thread may call it; callers queue.

    Other processes may use the file too; this one must not open it with the module ``sqlite3`` as well, since two copies of
    SQLite in one process do not see each other's locks.

    >>> with Desk() as desk:
    ...     receipt = desk.submit({
    ...         "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
    ...         "recorded_at": "2026-03-02T09:00:00+08:00",
    ...         "do": {"case.register": {"channel": "hotline", "text": "电梯困人了,快来"}},
    ...     })
    ...     card = desk.query({"case": {"case_id": receipt["record"], "now": "2026-03-02T09:05:00+08:00"}})
    ...     card["case"]["case"]["labels"]["urgency"]
    'emergency'
    """

    __slots__ = ("_naive", "_native", "_path")

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        rulebook: Rulebook | None = None,
        durability: Literal["full", "normal"] = "full",
        busy_timeout: timedelta = timedelta(seconds=5),
        max_pages: int | None = None,
        naive: str | tzinfo | None = None,
    ) -> None:
        """Opens ``path``, which is made if it is not there; without a path all is kept in memory.

        Args:
            path: The SQLite file.
            rulebook: The rulebook in force, the standard one if absent. Cases live on under the one they began with.
            durability: ``full``: a committed command survives a power cut. ``normal``: the last moments may be lost, the
                file stays whole.
            busy_timeout: How long another process that writes is waited for.
            max_pages: The most pages the file may have: a quota.
            naive: The zone of naive datetimes given to this desk.
        """
        options = {
            "durability": durability,
            "busy_timeout_ms": count(busy_timeout // timedelta(milliseconds=1), "busy_timeout"),
            "max_pages": max_pages,
        }
        book = None if rulebook is None else rulebook._native
        self._naive = None if naive is None else zone_of(naive, "naive")
        self._path = None if path is None else text(fsdecode(path), "path")
        self._native = _native.Desk(self._path, book, written(options))

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook in force."""
        return Rulebook._of(self._native.rulebook())

    def submit(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Takes one command in one transaction: its receipt. A repeat gets the receipt of the first.

        Raises :class:`~guanjia.RefusedError` with rule and clause if a rule refuses; nothing is changed then.
        """
        receipt: dict[str, Any] = json.loads(self._native.submit(written(command, self._naive)))
        return receipt

    def submit_all(self, commands: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Takes many commands; neighbours of one community share a transaction. Each is answered for itself, by
        ``{"receipt": ...}`` or ``{"refusal": ...}``."""
        answers: list[dict[str, Any]] = json.loads(self._native.submit_all(written(list(commands), self._naive)))
        return answers

    def advance(self, now: datetime, limit: int = 100_000) -> dict[str, Any]:
        """Tells what time alone has brought up to ``now``, at most ``limit`` wakes; ``more`` says that some are left."""
        at = micros(now, self._naive, "now")
        advanced: dict[str, Any] = json.loads(self._native.advance(at, count(limit, "limit")))
        return advanced

    def adopt(self, rulebook: Rulebook) -> dict[str, Any]:
        """Puts another rulebook in force: for new cases, and for those that ``case.rebase`` moves to it. All others go on
        under the one they are pinned to."""
        adopted: dict[str, Any] = json.loads(self._native.adopt(rulebook._native))
        return adopted

    def extend(self, days: str | Sequence[Any] | Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Adds announced days to the holiday tables, the day they are announced: the rulebook in force grows, and so do
        those of the cases whose due times rested on them. Those due times alone are computed anew, each with a journal row
        that has both values.

        Args:
            days: The text of an iCalendar or JSON file, or JSON in any of its shapes, as :meth:`Calendar.extend` takes it.
            now: The time of the change.
        """
        told = days if isinstance(days, str) else written(days)
        retimed: dict[str, Any] = json.loads(self._native.extend(told, micros(now, self._naive, "now")))
        return retimed

    def retime(self, now: datetime) -> dict[str, Any]:
        """Computes due times anew that rested on days not announced when they were set: after the rulebook in force, or
        the table that comes with this library, has learnt of them."""
        retimed: dict[str, Any] = json.loads(self._native.retime(micros(now, self._naive, "now")))
        return retimed

    def query(self, query: Mapping[str, Any]) -> Any:
        """Answers a question from one snapshot."""
        return json.loads(self._native.query(written(query, self._naive)))

    def close(self) -> None:
        """Closes the desk; closing twice is fine."""
        self._native.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._native.closed

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a desk holds an open store and cannot be pickled or copied: open the file again")

    def __repr__(self) -> str:
        closed = ", closed" if self.closed else ""
        return f"<Desk {self._path or 'in memory'}{closed}>"
