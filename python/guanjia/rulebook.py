"""The regulations as data."""

from __future__ import annotations

import json
from datetime import tzinfo
from os import PathLike
from typing import Any

from . import _native
from ._forms import text as checked
from .calendar import Calendar
from .errors import argument

__all__ = ["Rulebook"]


class Rulebook:
    """The regulations as data: TOML or JSON text, every problem told at once. Immutable; equal if it says the same.

    >>> Rulebook.standard().name
    'standard@1'
    """

    __slots__ = ("_native",)

    def __init__(self, text: str) -> None:
        """Reads and compiles ``text``; raises :class:`~guanjia.DataError` with all ``problems``."""
        self._native = _native.Rulebook(checked(text, "text"))

    @classmethod
    def _of(cls, native: _native.Rulebook) -> Rulebook:
        book = cls.__new__(cls)
        book._native = native
        return book

    @classmethod
    def standard(cls) -> Rulebook:
        """The standard rulebook: what eighteen published regulations add up to."""
        return cls._of(_native.Rulebook.standard())

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Rulebook:
        """Reads a file."""
        with open(path, encoding="utf-8") as file:
            return cls(file.read())

    @staticmethod
    def check(text: str, scenarios: str | None = None) -> dict[str, Any]:
        """Problems of a rulebook and how its scenarios went; a rulebook that is wrong is an answer, not an error."""
        from .operations import call

        result: dict[str, Any] = call("rulebook.check", text=text, scenarios=scenarios)
        return result

    def lint(self) -> list[dict[str, Any]]:
        """What it allows but probably does not mean: targets that never attach or run, budgets and levels that cannot be
        reached, cases without a target, notices that are never sent. Each finding has its ``path``, its ``line`` where it was
        read from TOML, a ``message`` and what is ``expected``."""
        findings: list[dict[str, Any]] = json.loads(self._native.lint())
        return findings

    @property
    def name(self) -> str:
        """Id and version."""
        return self._native.name

    @property
    def pin(self) -> str:
        """Name and hash, as cases are pinned."""
        return self._native.pin

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone in which people read times."""
        return self._native.time_zone

    @property
    def calendars(self) -> tuple[str, ...]:
        """The ids of its working calendars."""
        return tuple(self._native.calendars())

    def calendar(self, id: str, *, naive: str | tzinfo | None = None) -> Calendar:
        """A working calendar by its id."""
        native = self._native.calendar(checked(id, "id"))
        if native is None:
            known = ", ".join(self.calendars)
            raise argument("calendar", f"{self.name} has no `{id}`, it has {known}", f"{self.name} 没有“{id}”,有 {known}")
        return Calendar._of(native, naive)

    def to_record(self) -> dict[str, Any]:
        """As it was written, as a record."""
        record: dict[str, Any] = json.loads(self._native.raw())
        return record

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rulebook):
            return NotImplemented
        return self.pin == other.pin

    def __hash__(self) -> int:
        return hash(self.pin)

    def __reduce__(self) -> tuple[Any, ...]:
        return Rulebook, (self._native.raw(),)

    def __repr__(self) -> str:
        return f"<Rulebook {self.pin}>"
